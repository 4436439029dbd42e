"""``hgnc.v1``: the HUGO Gene Nomenclature Committee's tables of genes.

``hgnc_complete_set`` (tab-separated, columns as https://www.genenames.org/help/download/ lists them) and, where it lies
beside it, ``withdrawn``: symbols that were withdrawn, merged or split. Several values of a cell have ``|`` between.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import msgspec

from kg.errors import ConfigError, InputError
from kg.model.concept import Concept, Label, Xref
from kg.model.source import RawFile, Reject
from ontology.base import Options, TerminologyItem
from ontology.prefixes import Match, curie, match_of
from ontology.reading.release import Member, Release, columns, damaged

_REQUIRED = ("hgnc_id", "symbol", "name", "status", "alias_symbol", "prev_symbol")
_WITHDRAWN = ("HGNC_ID", "STATUS", "WITHDRAWN_SYMBOL")
_ID = re.compile(r"HGNC:[1-9]\d*").fullmatch
_XREFS = {"entrez_id": "NCBIGENE", "ensembl_gene_id": "ENSEMBL", "omim_id": "OMIM"}
_PROTEINS = "uniprot_ids"
Cell = Callable[[str], str]


class HgncOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``withdrawn``: withdrawn, merged and split symbols are read where their table lies beside the first."""

    withdrawn: bool = True


class Hgnc:
    """Reads genes; those withdrawn are deprecated, with the genes that they were merged into."""

    name: ClassVar[str] = "hgnc.v1"
    extensions: ClassVar[tuple[str, ...]] = (".txt", ".tsv")

    def sniff(self, head: bytes) -> float:
        return 1.0 if head.removeprefix(b"\xef\xbb\xbf").startswith(b"hgnc_id\tsymbol\tname\t") else 0.0

    def leads(self, path: Path, options: Options) -> bool:
        """Whether a file stands for its release."""
        return not path.name.startswith("withdrawn")

    def companions(self, raw: RawFile, options: Options) -> tuple[Path, ...]:
        """Other files that the result depends on."""
        if not self.leads(raw.path, options):
            return ()
        return tuple(member.path for member in _withdrawn(raw, _options(options)))

    def parse(self, raw: RawFile, options: Options) -> Iterator[TerminologyItem]:
        settings = _options(options)
        try:
            yield from _items(Member(raw.path), _withdrawn(raw, settings))
        except InputError as error:
            yield damaged(raw, error)


def _withdrawn(raw: RawFile, options: HgncOptions) -> tuple[Member, ...]:
    return Release(raw, ()).find(r"withdrawn.*\.(?:txt|tsv)") if options.withdrawn else ()


def _options(options: Options) -> HgncOptions:
    try:
        return msgspec.convert(dict(options), HgncOptions)
    except msgspec.ValidationError as error:
        raise ConfigError(where="hgnc.v1", reason=str(error)) from error


def _items(table: Member, withdrawn: tuple[Member, ...]) -> Iterator[TerminologyItem]:
    # Damage anywhere is found before the first gene is given: a release is read whole or not at all.
    known = {cells[0].strip() for _, cells in table.records("\t")}
    gone = [item for member in withdrawn for item in _gone(member, known)]
    seen: set[str] = set()
    for line, cell in _rows(table, _REQUIRED):
        if isinstance(cell, Reject):
            yield cell
            continue
        code = cell("hgnc_id")
        if not _ID(code):
            yield Reject(table.shown, f"line {line}", code, "unidentified", code)
        elif code in seen:
            yield Reject(table.shown, f"line {line}", code, "duplicate-id", code)
        elif not cell("symbol"):
            yield Reject(table.shown, f"line {line}", code, "no-label", code)
        else:
            seen.add(code)
            yield _gene(code, cell)
    yield from gone


def _gone(member: Member, known: set[str]) -> Iterator[TerminologyItem]:
    """The last column says ``HGNC:5|A1BG|Approved`` of each gene that the symbol was merged or split into."""
    seen: set[str] = set()
    merged_into = next((name for name in columns(member, "\t", _WITHDRAWN) if name.startswith("MERGED_INTO")), "")
    for line, cell in _rows(member, _WITHDRAWN):
        if isinstance(cell, Reject):
            yield cell
            continue
        code, symbol = cell("HGNC_ID"), cell("WITHDRAWN_SYMBOL")
        if not _ID(code):
            yield Reject(member.shown, f"line {line}", code, "unidentified", code)
        elif code in seen or code in known:
            yield Reject(member.shown, f"line {line}", code, "duplicate-id", code)
        else:
            seen.add(code)
            merged = (part.strip().partition("|") for part in cell(merged_into).split(","))
            others = [target.strip() for target, _, tail in merged if _ID(target.strip()) and "Withdrawn" not in tail]
            labels = (Label(symbol, "en"),) if symbol else ()
            yield Concept(code, "gene", labels, deprecated=True, replaced_by=tuple(dict.fromkeys(others)))


def _rows(member: Member, required: tuple[str, ...]) -> Iterator[tuple[int, Cell | Reject]]:
    """(line, the cell of a column by its name, stripped) of each row after the header."""
    places = columns(member, "\t", required)
    rows = member.records("\t")
    next(rows, None)
    for line, cells in rows:
        if len(cells) != len(places):
            detail = f"{len(cells)} / {len(places)}"
            yield line, Reject(member.shown, f"line {line}", cells[0], "columns", detail)
            continue

        def cell(name: str, cells: list[str] = cells) -> str:
            return cells[places[name]].strip() if name in places else ""

        yield line, cell


def _gene(code: str, cell: Cell) -> Concept:
    def several(name: str) -> list[str]:
        return [value for part in cell(name).split("|") if (value := part.strip())]

    labels = [Label(cell("symbol"), "en")]
    aliases = (cell("name"), *several("alias_symbol"), *several("alias_name"))
    labels += [Label(name, "en", "exact") for name in aliases if name]
    labels += [Label(name, "en", "old") for name in (*several("prev_symbol"), *several("prev_name"))]
    first: dict[str, Label] = {}
    for label in labels:
        first.setdefault(label.value, label)
    return Concept(
        id=code,
        category="gene",
        labels=tuple(first.values()),
        xrefs=tuple(_xrefs(several)),
        deprecated=cell("status") != "Approved",
    )


def _xrefs(several: Callable[[str], list[str]]) -> Iterator[Xref]:
    """Genes elsewhere are the same where there is one; proteins are what a gene makes."""
    for column, prefix in _XREFS.items():
        found = [known for value in several(column) if (known := curie(prefix, value))]
        counts = Counter(target.partition(":")[0] for target in found)
        for target in dict.fromkeys(found):
            match: Match = match_of(target, counts[target.partition(":")[0]])
            yield Xref(target, relation=match)
    for value in several(_PROTEINS):
        if known := curie("UNIPROT", value):
            yield Xref(known, relation="relatedMatch")
