"""References without an identifier, matched with the records of the graph: by the same rules as records of one work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from ingest.works.citation import Citation, citation
from ingest.works.clusters import Cluster
from ingest.works.comparison import Verdict, compare
from ingest.works.keys import keys
from ingest.works.reference import read
from kg.mapping.base import Context
from kg.mapping.works import resolved_reference
from kg.model.ids import canonical
from kg.model.terms import Statement, iri, lexical
from kg.query.named import named
from kg.store.base import Reader


class Printed(msgspec.Struct, frozen=True):
    """A reference as it stands in a document; IRIs."""

    document: str
    reference: str
    text: str


def unresolved(reader: Reader, records: Sequence[Citation], context: Context) -> Iterator[tuple[Printed, Citation]]:
    """The references of the records that name no work by an identifier and are in a form that can be read."""
    known = {iri(context.ids.expand(record.id)) for record in records}
    # All at once: by pages of documents the engine goes through the references that it leaves out twice as long.
    rows = [row for row in reader.select(named("derive/references-open")) if row["document"] in known]
    for row in sorted(rows, key=lambda row: (row["document"], row["reference"], row["citation"])):
        one = Printed(lexical(row["document"]), lexical(row["reference"]), lexical(row["citation"]))
        if document := read(one.text):
            yield one, citation(document)


def resolve(
    printed: Iterable[tuple[Printed, Citation]], records: Sequence[Citation], works: Iterable[Cluster]
) -> Iterator[tuple[Printed, str, Verdict]]:
    """(reference, main record of the one work that it describes, why); what fits two works is left open."""
    wanted: dict[str, list[tuple[Printed, Citation]]] = defaultdict(list)
    for one, found in printed:
        for key in keys(found):
            wanted[key].append((one, found))
    matches: dict[Printed, dict[str, Verdict]] = defaultdict(dict)
    root = {member: work.id for work in works for member in work.members}
    for record in records if wanted else ():
        seen: set[Printed] = set()
        for key in keys(record):
            for one, found in wanted.get(key, ()):
                if one not in seen:
                    seen.add(one)
                    verdict = compare(found, record)
                    if verdict.same:
                        matches[one][root.get(record.id, record.id)] = verdict
    for one in sorted(matches, key=lambda one: one.reference):
        (name, verdict), *others = sorted(matches[one].items(), key=lambda item: canonical(item[0]))
        if not others:
            yield one, name, verdict


def resolved(
    printed: Iterable[tuple[Printed, Citation]],
    records: Sequence[Citation],
    works: Iterable[Cluster],
    method: str,
    context: Context,
) -> Iterator[Statement]:
    """``mkg:resolvedTo`` and ``mkg:resolvedCitation`` with their evidence."""
    own = {context.ids.expand(record.id): record.id for record in records}
    for one, name, verdict in resolve(printed, records, works):
        if own.get(one.document) != name:
            yield from resolved_reference(
                one.document, one.reference, name, verdict.reason, verdict.evidence, method, context
            )
