"""``cpic.v1``: CPIC's database as it lies in its repository: seed scripts (SQL) and change log (tab-separated).

https://github.com/cpicpgx/cpic-data, CC0-1.0. Guidelines, publications, flow charts, terms, alleles, pairs of gene and
drug, and changes are documents of their own, each with its row word for word; a pair is a claim, too. The repository
has no tables of recommendations, so there are none here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import msgspec

from ingest.base import Options, SourceItem
from ingest.reading.cpic_documents import change_document, row_document
from ingest.reading.options import check_options
from kg.errors import ConfigError, InputError
from kg.model.document import Document
from kg.model.evidence import Claim
from kg.model.source import RawFile
from ontology.reading.cpic import ROWS, SNIFF, concept_id
from ontology.reading.damage import fatal, rejected
from ontology.reading.raw import lines
from ontology.reading.seed_rows import SeedRow, UnreadLine, members, seed_rows

_LOG = b"Date of Change\tType of Data\tSubject\tNote of Change"
_DAY = re.compile(r"(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))\t").match
_PAIR = re.compile(r"\[([^\]]+)\] ([\w ]+): (.+?) >> (.+)").fullmatch
_PARTS = re.compile(r", | and ")


class Names(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``path``: the script with the drugs and genes that other files name, from the folder of the file."""

    path: str


class Known(msgspec.Struct, frozen=True):
    """Drugs by name, genes by symbol, as far as they have been read."""

    drugs: dict[str, str]
    genes: dict[str, str]

    def take(self, row: SeedRow) -> None:
        own = concept_id(row.table, row.cells)
        if own and row.table == "drug":
            self.drugs.setdefault(row.cells.get("name", "").strip().casefold(), own)
        elif own:
            self.genes.setdefault(row.cells.get("symbol", "").strip(), own)


class Cpic:
    """Documents, each followed by the claims that its row makes. Option ``names.path``: see ``Names``."""

    name: ClassVar[str] = "cpic.v1"
    extensions: ClassVar[tuple[str, ...]] = (".sql", ".tsv", ".sql.gz", ".tsv.gz")

    def sniff(self, head: bytes) -> float:
        plain = head.removeprefix(b"\xef\xbb\xbf")
        return 1.0 if plain.startswith(_LOG) or SNIFF(plain) else 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[SourceItem]:
        """Raises ConfigError for options that do not fit."""
        check_options(self.name, options, ("names",))
        try:
            known = _known(raw.path, options)
            log = next((line for _, line in lines(raw.path)), "").encode().startswith(_LOG)
            seen: set[str] = set()
            for item in _changes(raw, known) if log else _rows(raw, known):
                if isinstance(item, Document):
                    if item.id in seen:
                        continue
                    seen.add(item.id)
                yield item
        except InputError as error:
            yield fatal(raw, error)


def _known(path: Path, options: Options) -> Known:
    known = Known({}, {})
    if "names" in options:
        try:
            beside = path.parent / msgspec.convert(options["names"], Names).path
        except msgspec.ValidationError as error:
            raise ConfigError(where="cpic.v1: names", reason=str(error)) from error
        for row in seed_rows(beside):
            if isinstance(row, SeedRow) and row.table in ROWS:
                known.take(row)
    return known


def _rows(raw: RawFile, known: Known) -> Iterator[SourceItem]:
    for row in seed_rows(raw.path):
        if isinstance(row, UnreadLine):
            yield rejected(raw, row.position, "", "bad-line", row.text[:80])
        elif row.table in ROWS:
            known.take(row)
        elif (document := row_document(row)) is None:
            yield rejected(raw, row.position, row.table[:80], "no-identifier", row.table[:80])
        else:
            yield document
            yield from _claims(row, document, known)


def _claims(row: SeedRow, document: Document, known: Known) -> Iterator[Claim]:
    cells = row.cells
    if row.table == "guideline":
        # The name of a guideline names its genes and drugs; classes of drugs are none of CPIC's own drugs.
        parts = [part.strip() for part in _PARTS.split(cells["name"])]
        pairs = [
            (gene, drug) for gene in parts for drug in parts if gene in known.genes and drug.casefold() in known.drugs
        ]
        rows = [
            (known.genes[gene], known.drugs[drug.casefold()], {"guideline": cells["name"].strip()})
            for gene, drug in pairs
        ]
    elif row.table.startswith("pair"):
        gene, drug = known.genes.get(cells["genesymbol"]), known.drugs.get(cells["drug"].casefold())
        told = {name: cells[name] for name in ("cpiclevel", "guideline") if cells.get(name)}
        rows = [(gene, drug, told)] if gene and drug else []
    else:
        return
    passage = document.passages[0]
    for gene, drug, qualifiers in dict.fromkeys((gene, drug, tuple(sorted(told.items()))) for gene, drug, told in rows):
        yield Claim(
            subject=gene, predicate="biolink:associated_with", object=drug, evidence="curated", method="cpic",
            document=document.id, passage=passage.key, start=0, end=len(passage.text), sentence=passage.text,
            qualifiers=qualifiers, references=tuple(f"PMID:{one}" for one in members(cells.get("citations", ""))),
        )  # fmt: skip


def _changes(raw: RawFile, known: Known) -> Iterator[SourceItem]:
    """Entries of the log; a line without a date goes on with the entry before it."""
    entry, first = list[str](), 0
    for number, line in lines(raw.path):
        if number == 1:
            continue
        if _DAY(line) and entry:
            yield from _change(raw, first, "\n".join(entry), known)
            entry = []
        if not entry:
            first = number
        entry.append(line)
    if entry and any(entry):
        yield from _change(raw, first, "\n".join(entry).rstrip("\n"), known)


def _change(raw: RawFile, number: int, text: str, known: Known) -> Iterator[SourceItem]:
    cells = text.split("\t", 3)
    if len(cells) != 4 or not _DAY(text) or "\0" in text:
        yield rejected(raw, f"line {number}", cells[0][:40], "bad-line", text[:80])
        return
    day, kind, subject, note = (cell.strip() for cell in cells)
    document = change_document(day, f"{kind} {subject}".strip(), note, text)
    yield document
    found = _PAIR(note)
    if kind != "PAIR" or found is None or found[4].strip() == "none":
        return
    # Symbols of genes have hyphens, and so may names of drugs.
    splits = [found[1][:at] + "\t" + found[1][at + 1 :] for at, sign in enumerate(found[1]) if sign == "-"]
    for drug, _, gene in (one.partition("\t") for one in splits):
        if gene in known.genes and drug.casefold() in known.drugs:
            passage = document.passages[0]
            yield Claim(
                subject=known.genes[gene], predicate="biolink:associated_with", object=known.drugs[drug.casefold()],
                evidence="curated", method="cpic", document=document.id, passage=passage.key, start=0,
                end=len(passage.text), sentence=passage.text, qualifiers=((found[2].strip(), found[4].strip()),),
            )  # fmt: skip
            return
