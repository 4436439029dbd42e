"""``cpic-names.v1``: the drugs and genes of CPIC's database (scripts of https://github.com/cpicpgx/cpic-data), CC0.

A drug of several forms has several ATC codes, some of them of combinations, so these are *related*, never the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from kg.errors import ConfigError, InputError
from kg.model.concept import Concept, Label, Xref
from kg.model.source import RawFile, Reject
from ontology.base import Options, TerminologyItem
from ontology.prefixes import curie
from ontology.reading.cpic import ROWS, SNIFF, concept_id
from ontology.reading.damage import fatal, rejected
from ontology.reading.seed_rows import SeedRow, UnreadLine, members, seed_rows


class CpicNames:
    """Reads drugs and genes; the rest of the scripts is for ``cpic.v1``."""

    name: ClassVar[str] = "cpic-names.v1"
    extensions: ClassVar[tuple[str, ...]] = (".sql", ".sql.gz")

    def sniff(self, head: bytes) -> float:
        return 0.9 if SNIFF(head.removeprefix(b"\xef\xbb\xbf")) else 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[TerminologyItem]:
        """A concept for each row; raises ConfigError for options, of which there are none."""
        if options:
            raise ConfigError(where=f"{self.name}: {next(iter(options))}", reason="known options: none")
        try:
            for row in seed_rows(raw.path):
                if isinstance(row, UnreadLine):
                    yield rejected(raw, row.position, "", "bad-line", row.text[:80])
                elif row.table in ROWS:
                    yield _concept(raw, row)
        except InputError as error:
            yield fatal(raw, error)


def _concept(raw: RawFile, row: SeedRow) -> Concept | Reject:
    own = concept_id(row.table, row.cells)
    name = row.cells.get("name" if row.table == "drug" else "symbol", "").strip()
    if not own:
        return rejected(
            raw, row.position, name, "unidentified", row.cells.get("drugid", row.cells.get("ncbiid", ""))[:80]
        )
    if not name:
        return rejected(raw, row.position, own, "no-label")
    return Concept(id=own, category=row.table, labels=(Label(name, "en"),), xrefs=tuple(_xrefs(row, own)))


def _xrefs(row: SeedRow, own: str) -> Iterator[Xref]:
    cells = row.cells
    if row.table == "drug":
        same = {"RXNORM": cells.get("rxnormid", ""), "DRUGBANK": cells.get("drugbankid", "")}
    else:
        same = {"HGNC": cells.get("hgncid", ""), "ENSEMBL": cells.get("ensemblid", "")}
    seen = {own}
    for prefix, local in same.items():
        if (found := curie(prefix, local)) and found not in seen:
            seen.add(found)
            yield Xref(found)
    for local in members(cells.get("atcid", "")):
        if (found := curie("ATC", local)) and found not in seen:
            seen.add(found)
            yield Xref(found, relation="relatedMatch")
