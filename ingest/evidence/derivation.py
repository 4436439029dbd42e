"""Claims in a graph taken together: read from a store, told as statements that publishing derives (ADR 14)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from ingest.evidence.assertion import Source, Voice, assertion
from ingest.evidence.conflict import OPPOSITES, conflicts
from ingest.evidence.designs import best
from ingest.evidence.groups import Groups
from ingest.evidence.independence import alike, cohorts
from ingest.evidence.sources import WITHHELD, Cohort, Sources
from ingest.evidence.teams import teams
from kg.generation.pages import about, paged
from kg.mapping.assertions import assertion_statements, conflict, same_cohort
from kg.mapping.base import Context
from kg.model.ids import Ids
from kg.model.terms import Statement, Term, lexical
from kg.query.named import named
from kg.store.base import Reader

_SUBJECTS = 200
"""Subjects whose claims are in memory at once: every assertion is whole in one page."""
_CLAIMS = 1_000

_Triple = tuple[Term, Term, Term]
_Heard = dict[_Triple, list[Voice]]


class _Stated(msgspec.Struct):
    """A claim as the store has it; what differs between its sources is all kept."""

    triple: _Triple
    direction: str
    evidence: str
    documents: set[Term]
    designs: set[str]
    sizes: set[int]


def assertions(reader: Reader, base: str, derived: Sequence[Statement] = ()) -> Iterator[Statement]:
    """What the claims of the default graph come to, ``mkg:conflictsWith`` and ``mkg:sameCohort``.

    ``derived``: statements with ``mkg:sameWork`` and ``mkg:currentStanding``.
    """
    context = Context(ids=Ids(base))
    sources = Sources(reader, derived)
    yield from _matched(sources.cohorts, sources, context)
    told: set[Cohort] = set()
    subjects = sorted(row["subject"] for row in reader.select(named("derive/evidence-subjects")))
    for page in paged(subjects, _SUBJECTS):
        heard = _heard(reader, page, sources)
        groups, found = _groups(reader, heard, sources)
        for triple, group in groups.items():
            yield from assertion_statements(assertion(triple, heard[triple], group.of), context)
        new = [one for one in found if one not in told]
        told.update(new)
        yield from _matched(new, sources, context)
        for a, b in _conflicts(heard):
            yield from conflict(a, b)


def _heard(reader: Reader, page: Sequence[Term], sources: Sources) -> _Heard:
    """The claims about a page of subjects, by what they claim."""
    stated: dict[Term, _Stated] = {}
    for row in about(reader, "derive/evidence-claims", page):
        one = stated.get(row["claim"])
        if one is None:
            triple = row["subject"], row["predicate"], row["object"]
            one = _Stated(triple, lexical(row["direction"]), lexical(row["evidence"]), set(), set(), set())
            stated[row["claim"]] = one
        if "document" in row:
            one.documents.add(row["document"])
        if "design" in row:
            one.designs.add(lexical(row["design"]))
        if "size" in row:
            one.sizes.add(int(lexical(row["size"])))
    for some in paged(sorted(node for node, one in stated.items() if not one.documents), _CLAIMS):
        for row in about(reader, "derive/evidence-references", some):
            stated[row["claim"]].documents.add(row["document"])
    # What two sources of one claim tell otherwise of its study depends on neither.
    described = sources.described(sources.record(node) for one in stated.values() for node in one.documents)
    heard: _Heard = {}
    for claim, one in sorted(stated.items()):
        withheld = {node: sources.withheld(node) for node in one.documents}
        left = [node for node, why in withheld.items() if not why]
        reasons = () if left else withheld.values()
        found: dict[Term, Source] = {}
        for node in sorted(left):
            record = sources.record(node)
            said = described[record]
            # The designs of a claim are those of its own document.
            design = best([*one.designs, said.design])
            found.setdefault(
                sources.work(node), Source(sources.work(node), record, design, said.year, sources.preprint(node))
            )
        heard.setdefault(one.triple, []).append(
            Voice(
                claim,
                one.direction,
                one.evidence,
                min(reasons, key=WITHHELD.index, default=""),
                tuple(found.values()),
                tuple(sorted(one.sizes)),
            )
        )
    return heard


def _groups(reader: Reader, heard: _Heard, sources: Sources) -> tuple[dict[_Triple, Groups], list[Cohort]]:
    """The cohorts among the sources of each assertion, and the joins that made them beside registrations."""
    blocks = {triple: found for triple, claims in heard.items() if (found := alike(claims))}
    records = {source.record for found in blocks.values() for _, works in found for source in works}
    known = teams(reader, records) if records else {}
    groups = dict.fromkeys(heard, sources.studies)
    joins: list[Cohort] = []
    for triple, found in blocks.items():
        groups[triple] = Groups(sources.studies)
        joins += cohorts(found, known, sources.numbers, groups[triple])
    return groups, joins


def _conflicts(heard: _Heard) -> Iterator[tuple[Term, Term]]:
    """Claims for and against one thing, and claims of opposite things."""
    for (subject, predicate, obj), claims in heard.items():
        supports = [one for one in claims if one.direction == "supports"]
        yield from conflicts(supports, (one for one in claims if one.direction == "refutes"))
        opposite = OPPOSITES.get(predicate)
        if opposite is not None and predicate < opposite:
            against = heard.get((subject, opposite, obj), ())
            yield from conflicts(supports, (one for one in against if one.direction == "supports"))


def _matched(found: Iterable[Cohort], sources: Sources, context: Context) -> Iterator[Statement]:
    for one in found:
        yield from same_cohort(sources.shown(one.a), sources.shown(one.b), one.reason, one.evidence, context)
