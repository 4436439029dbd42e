"""The texts that corrections speak of, and whether a correction fits its text.

A table of corrections has offsets and quotes, no texts. So the passages of the documents that it names are looked for
in the other inputs of the build, and in the batches of inputs that this build does not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from ingest.base import SOURCES
from ingest.config import InputSpec
from ingest.journal import Journal
from ingest.sources.corrections import Corrections
from kg.errors import InputError
from kg.mapping.base import VALUE
from kg.mapping.evidence import passage_key
from kg.model.correction import Correction
from kg.model.document import Deletion, Document
from kg.model.terms import Term, lexical
from ontology.reading.raw import describe, open_bytes

Texts = Mapping[str, Mapping[str, str]]
"""Document -> ``Passage.key`` -> text."""
_NUMBER = re.compile(r"(?:PMID|PMC):(?:PMC)?(\d+)").fullmatch
_BLOCK = 1 << 22


def unfit(correction: Correction, texts: Texts) -> tuple[str, str] | None:
    """(reason, detail) of the reject where a correction does not fit the text that it speaks of."""
    text = texts.get(correction.document, {}).get(correction.passage)
    if text is None:
        return "no-such-passage", f"{correction.document} {correction.passage}"
    if correction.end > len(text):
        return "outside-text", f"{correction.start}-{correction.end}"
    if (there := text[correction.start : correction.end]) != correction.surface:
        return "surface-mismatch", f"{correction.start}-{correction.end}: {there[:80]}"
    return None


def corrected_documents(files: Iterable[Path]) -> set[str]:
    """The documents that tables of corrections name; files that cannot be read name none."""
    found: set[str] = set()
    for file in files:
        try:
            raw = describe(file)
        except InputError:
            continue
        found.update(item.document for item in Corrections().parse(raw, {}) if isinstance(item, Correction))
    return found


def known_texts(
    wanted: set[str], inputs: Sequence[tuple[InputSpec, list[Path]]], data: Path, journal: Journal
) -> dict[str, dict[str, str]]:
    """The passages of the wanted documents, by all sources that have them."""
    found: dict[str, dict[str, str]] = {}
    if not wanted:
        return found
    names = {spec.name for spec, _ in inputs}
    stored = [name for name in journal.inputs() if name not in names]
    for passages in (*(_read(spec, files, wanted) for spec, files in inputs), *_stored(stored, wanted, data, journal)):
        for document, texts in passages.items():
            found.setdefault(document, {}).update(texts)
    return found


def _read(spec: InputSpec, files: Sequence[Path], wanted: set[str]) -> dict[str, dict[str, str]]:
    """As the input words them: the last version of a record counts."""
    found: dict[str, dict[str, str]] = {}
    if spec.kind != "source" or spec.format not in SOURCES.names():
        return found
    reader = SOURCES.load(spec.format)()
    for file in files:
        try:
            raw = describe(file)
        except InputError:
            continue
        if not _may_name(file, wanted):
            continue
        for item in reader.parse(raw, spec.options):
            if isinstance(item, Document | Deletion) and item.id in wanted:
                found.pop(item.id, None)
                if isinstance(item, Document):
                    found[item.id] = {passage.key: passage.text for passage in item.passages}
    return found


def _may_name(file: Path, wanted: set[str]) -> bool:
    """Whether the number of one of the documents stands in the file: reading all of it takes many times longer.

    True where some have no number, and where characters may take two bytes.
    """
    numbers = [found[1].encode() for one in sorted(wanted) if (found := _NUMBER(one))]
    if len(numbers) < len(wanted):
        return True
    needle = re.compile(b"|".join(numbers)).search
    kept = b""
    try:
        with open_bytes(file) as stream:
            while block := stream.read(_BLOCK):
                if b"\0" in block or needle(kept + block):
                    return True
                kept = block[-20:]
    except InputError:
        return True  # Cut short: what is before the cut counts.
    return False


def _stored(
    names: Iterable[str], wanted: set[str], data: Path, journal: Journal
) -> Iterator[dict[str, dict[str, str]]]:
    """As the batches of other inputs state them."""
    for name in names:
        graph = journal.graph(name, "main")
        rows = (journal.block(graph.graph, document) for document in sorted(wanted)) if graph else ()
        for block in rows:
            if block is not None:
                yield {block.key: dict(_stated(block.read(data)))}


def _stated(quads: bytes) -> Iterator[tuple[str, str]]:
    """Key and text of each passage in the quads of a document."""
    for line in quads.decode().rstrip("\n").split("\n"):
        subject, predicate, rest = line.split(" ", 2)
        if predicate == VALUE and "/passage/" in subject:
            yield passage_key(subject[1:-1]), lexical(Term(rest.rpartition(" <")[0]))
