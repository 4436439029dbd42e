"""The form of the starter pack: bilingual concepts in tab-separated files, one a category.

``id  en  zh  en_synonyms  zh_synonyms  broader  xrefs``; lists are separated by ``|``, a synonym
may carry its kind (``abbr:``, ``brand:``, ``lay:``, ``clinical:``, ``old:``). Beside the files
stands ``checks.tsv`` (``concept  kind  value  status  evidence``), which ``ontology.attestation``
writes: what the tables of others say about each cross-reference and each Chinese label.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from kg.errors import InputError
from kg.model.concept import LabelKind
from kg.model.source import RawFile, Reject
from ontology.reading.raw import describe
from ontology.reading.table import Dialect, Row, Table

COLUMNS = ("id", "en", "zh", "en_synonyms", "zh_synonyms", "broader", "xrefs")
CHECK_COLUMNS = ("concept", "kind", "value", "status", "evidence")
CHECKS = "checks.tsv"
DIALECT = Dialect(delimiter="\t", quote="")
KINDS: dict[str, LabelKind] = {
    "abbr": "abbreviation", "brand": "brand", "lay": "lay", "clinical": "clinical", "old": "old",
}  # fmt: skip


class Synonym(msgspec.Struct, frozen=True):
    value: str
    kind: LabelKind


class Entry(msgspec.Struct, frozen=True):
    """One row, split but not judged. ``category`` is the part of the id before its first hyphen."""

    position: str
    id: str
    en: str
    zh: str
    en_synonyms: tuple[Synonym, ...]
    zh_synonyms: tuple[Synonym, ...]
    broader: tuple[str, ...]
    xrefs: tuple[str, ...]

    @property
    def category(self) -> str:
        return self.id.partition("-")[0]

    def names(self, language: str) -> tuple[str, ...]:
        """Every name in ``en`` or ``zh``, the preferred one first."""
        first, rest = (self.en, self.en_synonyms) if language == "en" else (self.zh, self.zh_synonyms)
        return (first, *(synonym.value for synonym in rest))


class Check(msgspec.Struct, frozen=True):
    """One finding: ``kind`` is ``xref`` or ``label``, ``status`` as in ``checks.tsv``."""

    concept: str
    kind: str
    value: str
    status: str
    evidence: str


def is_starter(head: bytes) -> bool:
    """Whether a file begins like one of these."""
    return head.split(b"\n", 1)[0].rstrip(b"\r") == "\t".join(COLUMNS).encode()


def starter_files(path: Path) -> list[Path]:
    """The files of a folder, or the one file; ``checks.tsv`` is none of them."""
    found = sorted(path.glob("*.tsv")) if path.is_dir() else [path]
    return [file for file in found if file.name != CHECKS]


def entries(raw: RawFile) -> Iterator[Entry | Reject]:
    """Rows of one file; raises InputError where its columns are others."""
    table = Table(raw, DIALECT)
    if table.columns and tuple(table.columns) != COLUMNS:
        raise InputError(path=raw.path, position="line 1", reason=f"the columns are not {', '.join(COLUMNS)}")
    for row in table.rows():
        yield _entry(row) if isinstance(row, Row) else row


def _entry(row: Row) -> Entry:
    cells = [cell.strip() for cell in row.cells]
    return Entry(
        position=row.position,
        id=cells[0],
        en=cells[1],
        zh=cells[2],
        en_synonyms=tuple(_synonym(text) for text in _parts(cells[3])),
        zh_synonyms=tuple(_synonym(text) for text in _parts(cells[4])),
        broader=_parts(cells[5]),
        xrefs=_parts(cells[6]),
    )


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part for piece in cell.split("|") if (part := piece.strip()))


def _synonym(text: str) -> Synonym:
    """
    >>> _synonym("abbr:COPD"), _synonym("type 2: diabetes").kind
    (Synonym(value='COPD', kind='abbreviation'), 'exact')
    """
    word, colon, rest = text.partition(":")
    return Synonym(rest.strip(), KINDS[word]) if colon and word in KINDS and rest.strip() else Synonym(text, "exact")


def read_checks(path: Path) -> dict[tuple[str, str, str], Check]:
    """(concept, kind, value) -> finding, from a file such as ``checks.tsv``; empty where there is none."""
    if not path.is_file():
        return {}
    table = Table(describe(path), DIALECT)
    if tuple(table.columns) != CHECK_COLUMNS:
        raise InputError(path=path, position="line 1", reason=f"the columns are not {', '.join(CHECK_COLUMNS)}")
    found = {}
    for row in table.rows():
        if isinstance(row, Reject):
            raise InputError(path=path, position=row.position, reason=row.detail or row.reason)
        check = Check(*row.cells)
        found[(check.concept, check.kind, check.value)] = check
    return found
