"""UMLS in RRF: sources, languages and suppression choose the names; parents, types, codes and what was retired."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import ConfigError
from kg.model.concept import Label, Xref
from kg.model.source import Reject
from ontology.base import Terminology, TerminologyItem
from tests.contract.terminology import TerminologyContract
from tests.ontology.releases import concepts, golden, read, reasons, unpacked, zipped

FILES = golden("umls-rrf.v1")
LEAD = "MRCONSO.RRF"
FEVERS, MARSH, WARMTH, DRUG, FEN = (f"UMLS:C999000{number}" for number in range(1, 6))


class TestUmls(TerminologyContract):
    plugin = "umls-rrf.v1"
    file_name = LEAD
    sample = FILES[LEAD]
    sure = 1.0

    def items(self, reader: Terminology, path: Path, data: bytes) -> list[TerminologyItem]:
        unpacked({name: FILES[name] for name in FILES if name != LEAD}, path.parent)
        return super().items(reader, path, data)


def test_names_are_preferred_by_language_and_kept_apart_by_type(tmp_path: Path) -> None:
    found = concepts(read("umls-rrf.v1", unpacked(FILES, tmp_path) / LEAD))
    assert found[MARSH].labels == (
        Label("示例沼泽热", "zh"),
        Label("Illustrative marsh fever", "en"),
        Label("Illustrative marsh fever, unspecified", "en", "exact"),
        Label("Illustrative swamp fever", "en", "exact"),
        Label("Fever, Illustrative Marsh", "en", "spelling"),
    )
    assert {name: concept.category for name, concept in found.items() if not concept.deprecated} == {
        FEVERS: "disease", MARSH: "disease", WARMTH: "symptom", DRUG: "drug",
    }  # fmt: skip
    assert (found[FEN].deprecated, found[FEN].label("en")) == (True, "Illustrative fen fever")


def test_parents_definitions_and_codes_are_those_of_the_sources(tmp_path: Path) -> None:
    lead = unpacked(FILES, tmp_path) / LEAD
    found = concepts(read("umls-rrf.v1", lead))
    assert [found[name].parents for name in (MARSH, WARMTH, DRUG)] == [(FEVERS,), (FEVERS,), ()]
    assert [label.value for label in found[MARSH].definitions] == [
        "A fever made up to show the format; it says nothing about any disease.", "Définition illustrative.",
    ]  # fmt: skip
    assert found[MARSH].xrefs == (Xref("ICD10:X99.0", relation="closeMatch"), Xref("MESH:D999002"))
    # The heading that the entry term stands under is something else.
    assert found[WARMTH].xrefs == (Xref("HP:9990001"), Xref("MESH:D999001", relation="closeMatch"))
    assert found[DRUG].xrefs == (Xref("MESH:C999001"), Xref("RXNORM:999001"))
    some = concepts(read("umls-rrf.v1", lead, sources=["MSH"], codes=["RXNORM"]))
    assert WARMTH in some
    assert (some[WARMTH].parents, some[MARSH].parents, some[DRUG].xrefs) == ((), (FEVERS,), (Xref("RXNORM:999001"),))
    assert some[MARSH].label("zh") is None


def test_languages_suppressed_names_and_types_are_chosen(tmp_path: Path) -> None:
    lead = unpacked(FILES, tmp_path) / LEAD
    french = concepts(read("umls-rrf.v1", lead, languages=["FRE"]))
    assert {name for name, concept in french.items() if concept.labels} == {MARSH, "UMLS:C9990006"}
    every = concepts(read("umls-rrf.v1", lead, suppressed=True, types={"T109": "chemical"}))
    assert Label("DMX", "en", "exact") in every[DRUG].labels
    assert every[DRUG].category == "chemical"
    assert every[FEN].parents == (FEVERS,)


def test_retired_concepts_lead_to_those_they_were_merged_into(tmp_path: Path) -> None:
    found = concepts(read("umls-rrf.v1", unpacked(FILES, tmp_path) / LEAD))
    retired = {name: concept.replaced_by for name, concept in found.items() if not concept.labels}
    assert retired == {"UMLS:C9990101": (MARSH,), "UMLS:C9990102": (), "UMLS:C9990103": ()}
    assert all(found[name].deprecated for name in retired)


def test_an_archive_gives_the_same(tmp_path: Path) -> None:
    flat = read("umls-rrf.v1", unpacked(FILES, tmp_path / "META") / LEAD)
    assert read("umls-rrf.v1", zipped(FILES, tmp_path / "2026AA.zip", "2026AA/META/")) == flat


@pytest.mark.parametrize("gone", ["MRSTY.RRF", "MRREL.RRF"])
def test_half_a_release_is_refused(gone: str, tmp_path: Path) -> None:
    lead = unpacked({name: data for name, data in FILES.items() if name != gone}, tmp_path) / LEAD
    assert read("umls-rrf.v1", lead) == [Reject(LEAD, "", "", "incomplete-release", gone, fatal=True)]


def test_damage_beside_the_names_refuses_all(tmp_path: Path) -> None:
    broken = {**FILES, "MRDEF.RRF": FILES["MRDEF.RRF"] + b"C9990001|\xff|\n"}
    items = read("umls-rrf.v1", unpacked(broken, tmp_path) / LEAD)
    assert [(item.reason, item.path, item.position) for item in items if isinstance(item, Reject)] == [
        ("release-damaged", "MRDEF.RRF", "line 4")
    ]
    assert not concepts(items)


def test_circles_strangers_and_wrong_codes_are_told(tmp_path: Path) -> None:
    row = "{}|A1|AUI|PAR|{}|A2|AUI||R1||MSH|MSH|||N||\n"
    parents = row.format("C9990001", "C9990002") + row.format("C9990001", "C7")
    first = FILES[LEAD].splitlines(keepends=True)[0]
    wrong = {
        **FILES,
        LEAD: FILES[LEAD] + first + first.replace(b"C9990001", b"9990001") + b"short|row|\n",
        "MRREL.RRF": FILES["MRREL.RRF"] + parents.encode(),
        "MRSTY.RRF": FILES["MRSTY.RRF"] + b"C7|T047|B|Disease or Syndrome|AT7||\n",
    }
    assert reasons(read("umls-rrf.v1", unpacked(wrong, tmp_path) / LEAD)) == [
        ("unknown-concept", "MRSTY.RRF", "C7"),
        ("unknown-parent", "MRREL.RRF", "C9990001"),
        ("cycle", LEAD, "C9990001"),
        ("duplicate-id", LEAD, "C9990001"),
        ("unidentified", LEAD, "9990001"),
        ("columns", LEAD, "short"),
    ]


@pytest.mark.parametrize("options", [{"languages": ["XYZ"]}, {"types": {"T047": "illness"}}])
def test_options_that_do_not_fit_are_named(options: dict[str, object], tmp_path: Path) -> None:
    lead = unpacked(FILES, tmp_path) / LEAD
    with pytest.raises(ConfigError, match=r"XYZ|illness"):
        read("umls-rrf.v1", lead, **options)
