"""HGNC's tables: symbols, aliases, earlier symbols, and those that were withdrawn or merged."""

from __future__ import annotations

from pathlib import Path

from kg.model.concept import Label, Xref
from kg.model.source import Reject
from ontology.base import Terminology, TerminologyItem
from tests.contract.terminology import TerminologyContract
from tests.ontology.releases import concepts, golden, read, reasons, unpacked

FILES = golden("hgnc.v1")
LEAD = "hgnc_complete_set.txt"
GONE = "withdrawn.txt"


class TestHgnc(TerminologyContract):
    plugin = "hgnc.v1"
    file_name = LEAD
    sample = FILES[LEAD]
    sure = 1.0

    def items(self, reader: Terminology, path: Path, data: bytes) -> list[TerminologyItem]:
        unpacked({GONE: FILES[GONE]}, path.parent)
        return super().items(reader, path, data)


def test_symbols_aliases_and_earlier_symbols(tmp_path: Path) -> None:
    found = concepts(read("hgnc.v1", unpacked(FILES, tmp_path) / LEAD))
    assert found["HGNC:9990001"].labels == (
        Label("ILLUS1", "en"),
        Label("illustrative gene 1", "en", "exact"),
        Label("SHOW1", "en", "exact"),
        Label("DEMO1", "en", "exact"),
        Label("demonstration factor one", "en", "exact"),
        Label("illustrative factor", "en", "exact"),
        Label("OLDILL1", "en", "old"),
        Label("old illustrative gene 1", "en", "old"),
    )
    assert found["HGNC:9990003"].labels == (Label("ILLUS3", "en"), Label("illustrative gene 3", "en", "exact"))


def test_other_databases(tmp_path: Path) -> None:
    found = concepts(read("hgnc.v1", unpacked(FILES, tmp_path) / LEAD))
    assert found["HGNC:9990001"].xrefs == (
        Xref("NCBIGENE:99900001"),
        Xref("ENSEMBL:ENSG99900000001"),
        Xref("OMIM:999901"),
        Xref("UNIPROT:P99901", relation="relatedMatch"),
        Xref("UNIPROT:Q99902", relation="relatedMatch"),
    )
    assert {xref.relation for xref in found["HGNC:9990002"].xrefs[1:]} == {"closeMatch"}


def test_withdrawn_symbols_lead_to_what_they_were_merged_into(tmp_path: Path) -> None:
    lead = unpacked(FILES, tmp_path) / LEAD
    found = concepts(read("hgnc.v1", lead))
    gone = {name: (concept.label("en"), concept.replaced_by) for name, concept in found.items() if concept.deprecated}
    assert gone == {
        "HGNC:9990011": ("ILLUSX1", ()),
        "HGNC:9990012": ("ILLUSX2", ("HGNC:9990001",)),
        "HGNC:9990013": ("ILLUSX3", ("HGNC:9990001", "HGNC:9990002")),
    }
    assert not any(concept.deprecated for concept in concepts(read("hgnc.v1", lead, withdrawn=False)).values())


def test_bad_rows_are_told_where_they_stand(tmp_path: Path) -> None:
    last = FILES[LEAD].splitlines()[-1]
    more = b"\n".join([last, last.replace(b"HGNC:9990003", b"9990003"), b"HGNC:1\tshort", b""])
    changed = {LEAD: FILES[LEAD] + more, GONE: FILES[GONE] + b"HGNC:9990001\tEntry Withdrawn\tX\t\n"}
    items = read("hgnc.v1", unpacked(changed, tmp_path) / LEAD)
    assert sorted(reasons(items)) == [
        ("columns", LEAD, "HGNC:1"),
        ("duplicate-id", LEAD, "HGNC:9990003"),
        ("duplicate-id", GONE, "HGNC:9990001"),
        ("unidentified", LEAD, "9990003"),
    ]


def test_damage_to_either_table_refuses_both(tmp_path: Path) -> None:
    changed = {**FILES, GONE: FILES[GONE] + b"\xff\n"}
    items = read("hgnc.v1", unpacked(changed, tmp_path) / LEAD)
    assert [(item.reason, item.path, item.fatal) for item in items if isinstance(item, Reject)] == [
        ("release-damaged", GONE, True)
    ]
    assert not concepts(items)
