"""Drugs and genes of CPIC's seed scripts."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.model.concept import Concept, Xref
from ontology.reading.raw import describe
from ontology.reading.seed_rows import SeedRow, UnreadLine, members, seed_rows
from ontology.terminologies.cpic_names import CpicNames
from tests.contract.terminology import TerminologyContract
from tests.golden_files import FOLDER

GOLDEN = FOLDER / "cpic-names.v1" / "names.sql"


class TestCpicNames(TerminologyContract):
    plugin = "cpic-names.v1"
    sample = GOLDEN.read_bytes()
    file_name = "names.sql"


def test_codes_of_combinations_are_never_the_same_drug() -> None:
    first = next(iter(CpicNames().parse(describe(GOLDEN), {})))
    assert isinstance(first, Concept)
    assert first.xrefs == (
        Xref("DRUGBANK:DB90001"),
        Xref("ATC:X01AA01", relation="relatedMatch"),
        Xref("ATC:X01AB02", relation="relatedMatch"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "drop table drug;",
        "insert into drug(a, b) values ('1');",
        "insert into pair(a) select 'x';",
        "update drug set name='x';",
        "COPY drug (a, b) FROM stdin;\n1\n\\.",
        "COPY drug (a) FROM stdin;\nx\0y\n\\.",
    ],
)
def test_what_is_no_row_is_handed_out_with_its_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.sql"
    path.write_text("-- a comment\n" + text + "\n", "utf-8")
    (only,) = seed_rows(path)
    assert isinstance(only, UnreadLine)
    assert only.position == f"line {2 + text.count(chr(10)) // 2}"


def test_escapes_and_doubled_quotes_are_read(tmp_path: Path) -> None:
    path = tmp_path / "x.sql"
    path.write_text(
        "COPY drug (a, b) FROM stdin;\n1\\t2\t\\N\n\\.\ninsert into drug(a, b) values ('o''x', '');\n", "utf-8"
    )
    rows = [row.cells for row in seed_rows(path) if isinstance(row, SeedRow)]
    assert rows == [{"a": "1\t2", "b": ""}, {"a": "o'x", "b": ""}]
    assert members('{"a \\"b\\"",c}') == ('a "b"', "c")


@pytest.mark.data
def test_every_drug_and_gene_of_the_real_scripts_is_read(data_folder: Path) -> None:
    items = [
        item
        for name in ("V2__initial_data.sql", "V6__nsaid_release.sql")
        for item in CpicNames().parse(describe(data_folder / "cpic" / name), {})
    ]
    concepts = {item.id: item for item in items if isinstance(item, Concept)}
    assert (len(items), len(concepts)) == (368, 367)
    assert Xref("DRUGBANK:DB00318") in concepts["RXNORM:2670"].xrefs
    assert concepts["NCBIGENE:1565"].labels[0].value == "CYP2D6"
