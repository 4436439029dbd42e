"""Mapping sets in the Simple Standard for Sharing Ontology Mappings, TSV with its metadata block.

https://mapping-commons.github.io/sssom/spec-formats-tsv/. Negative mappings have ``predicate_modifier`` ``Not``. What
is written here is read again by ``sssom.v1`` as the same mappings.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from kg.model.concept import ConceptMapping
from kg.model.ids import Ids
from kg.vocab import NAMESPACES

MEDIA_TYPE = "text/tab-separated-values; charset=utf-8"
COLUMNS = (
    "subject_id", "subject_label", "predicate_id", "predicate_modifier", "object_id", "object_label",
    "mapping_justification", "confidence", "author_label", "reviewer_label", "mapping_date", "mapping_tool",
    "mapping_provider",
)  # fmt: skip
SEMAPV = "https://w3id.org/semapv/vocab/"
UNSPECIFIED_LICENCE = "https://w3id.org/sssom/license/unspecified"
_SPDX = "https://spdx.org/licenses/"


class Provided(msgspec.Struct, frozen=True):
    """A mapping and the IRI of what provides it: a named graph, or nothing."""

    mapping: ConceptMapping
    provider: str = ""


class MappingSet(msgspec.Struct, frozen=True):
    """What the metadata block says. ``licences``: of all that provide a mapping; one of them is the set's, and several
    are told in a comment, since a set has one. ``date`` is a day (ISO 8601)."""

    id: str
    version: str
    title: str
    date: str = ""
    licences: tuple[str, ...] = ()
    comment: str = ""


def write(rows: Iterable[Provided], about: MappingSet, ids: Ids) -> Iterator[str]:
    """The lines of the file, each with its end. IRIs without a prefix of ours get one that the block declares."""
    listed = list(rows)
    prefixes = _Prefixes(ids)
    table = [_cells(row, prefixes) for row in listed]
    yield from _block(about, prefixes.used)
    kept = [place for place, name in enumerate(COLUMNS) if place < 3 or any(cells[place] for cells in table)]
    for cells in (COLUMNS, *table):
        yield _line([cells[place] for place in kept])


def _cells(row: Provided, prefixes: _Prefixes) -> tuple[str, ...]:
    one = row.mapping
    return (
        prefixes.curie(one.subject),
        one.subject_label,
        prefixes.known(one.predicate),
        "Not" if one.negative else "",
        prefixes.curie(one.object),
        one.object_label,
        prefixes.known(one.justification),
        "" if one.confidence is None else f"{one.confidence:.12g}",
        one.author,
        one.reviewer,
        one.mapping_date,
        one.tool,
        row.provider,
    )


def _block(about: MappingSet, prefixes: Mapping[str, str]) -> Iterator[str]:
    licence = licence_iri(about.licences[0]) if len(about.licences) == 1 else UNSPECIFIED_LICENCE
    told = [about.comment]
    if len(about.licences) > 1:
        told.append(f"Licences of the providers: {', '.join(about.licences)}.")
    slots = {
        "mapping_set_id": about.id,
        "mapping_set_version": about.version,
        "mapping_set_title": about.title,
        "license": licence,
        "publication_date": about.date,
        "comment": " ".join(filter(None, told)),
    }
    yield "#curie_map:\n"
    for prefix, start in sorted(prefixes.items()):
        yield f"#  {prefix}: {_scalar(start)}\n"
    for name, value in slots.items():
        if value:
            yield f"#{name}: {_scalar(value)}\n"


def licence_iri(licence: str) -> str:
    """A licence as the IRI that the standard asks for.

    >>> licence_iri("CC0-1.0"), licence_iri("https://example.org/terms"), licence_iri("unknown")
    ('https://spdx.org/licenses/CC0-1.0', 'https://example.org/terms', 'https://w3id.org/sssom/license/unspecified')
    """
    if licence.startswith(("http://", "https://")):
        return licence
    return _SPDX + licence if licence not in ("", "unknown") else UNSPECIFIED_LICENCE


def _scalar(value: str) -> str:
    """A text as YAML reads it again: in double quotes, on one line."""
    flat = " ".join(value.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{flat}"'


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    flat = [" ".join(cell.split()) if any(mark in cell for mark in "\t\r\n") else cell for cell in cells]
    csv.writer(out, delimiter="\t", lineterminator="\n").writerow(flat)
    return out.getvalue()


class _Prefixes:
    """Collects the prefixes that a set needs; ``used``: prefix -> beginning of its IRIs."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._vocabularies = NAMESPACES | {"semapv": SEMAPV}
        self._made: dict[str, str] = {}
        self.used: dict[str, str] = {}

    def known(self, name: str) -> str:
        """A CURIE of a vocabulary, such as a predicate."""
        prefix, colon, _ = name.partition(":")
        if colon and prefix in self._vocabularies and not name.startswith(("http://", "https://")):
            self.used[prefix] = self._vocabularies[prefix]
            return name
        return self.curie(name) if colon else name

    def curie(self, name: str) -> str:
        """An id as a CURIE; raises IdentifierError for a prefix that nobody knows."""
        if not name.startswith(("http://", "https://")):
            prefix = name.partition(":")[0]
            self.used[prefix] = self._ids.expand(f"{prefix}:0")[:-1]
            return name
        cut = max(name.rfind("/"), name.rfind("#")) + 1
        start, local = name[:cut], name[cut:]
        prefix = self._made.setdefault(start, f"ns{len(self._made) + 1}")
        self.used[prefix] = start
        return f"{prefix}:{local}"
