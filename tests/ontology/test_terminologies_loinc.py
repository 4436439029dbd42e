"""LOINC in CSV: names, axes, status and successors, Chinese names, the tree of parts."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.model.concept import Label, Xref
from kg.model.source import Reject
from ontology.base import Terminology, TerminologyItem
from ontology.reading.check_digit import with_mod10
from tests.contract.terminology import TerminologyContract
from tests.ontology.releases import concepts, golden, read, reasons, unpacked, zipped

FILES = golden("loinc.v1")
LEAD = "Loinc.csv"
DEMO, LAMP, OLD, VAGUE, QUESTION = (f"LOINC:{with_mod10(str(9990000 + number))}" for number in range(1, 6))
ALL, PART = (f"LOINC:LP{with_mod10(str(999000 + number))}" for number in (1, 2))


class TestLoinc(TerminologyContract):
    plugin = "loinc.v1"
    file_name = LEAD
    sample = FILES[LEAD]
    sure = 1.0

    def items(self, reader: Terminology, path: Path, data: bytes) -> list[TerminologyItem]:
        unpacked({name: FILES[name] for name in FILES if name != LEAD}, path.parent)
        return super().items(reader, path, data)


def test_names_and_axes_in_both_languages(tmp_path: Path) -> None:
    found = concepts(read("loinc.v1", unpacked(FILES, tmp_path) / LEAD))
    assert found[DEMO].labels == (
        Label("Demonstratin [Mass/volume] in Serum or Plasma", "en"),
        Label("Demonstratin", "en", "exact"),
        Label("Demonstratin:MCnc:Pt:Ser/Plas:Qn", "en", "exact"),
        Label("Demo SerPl-mCnc", "en", "abbreviation"),
        Label("Demonstratin, Blood", "en", "lay"),
        Label("示例素:质量浓度:时间点:血清/血浆:定量型", "zh"),
    )
    assert found[LAMP].labels[2:] == (
        Label("血清或血浆示例素（灯法）", "zh"),
        Label("示例素:质量浓度:时间点:血清/血浆:定量型:灯法", "zh", "exact"),
        Label("示例素 灯法", "zh", "abbreviation"),
    )
    assert '"quotes",\n' in found[DEMO].definitions[0].value
    assert (found[DEMO].category, found[QUESTION].category) == ("test", "other")


def test_other_variants_and_related_names_are_read_when_asked_for(tmp_path: Path) -> None:
    lead = unpacked(FILES, tmp_path) / LEAD
    found = concepts(read("loinc.v1", lead, variants=["fr"], related=True, hierarchy=False))
    assert (found[DEMO].label("fr"), found[DEMO].label("zh")) == ("Démonstratine", None)
    assert Label("Illustration", "en", "related") in found[DEMO].labels
    assert (found[DEMO].parents, PART in found) == ((), False)


def test_status_and_successors(tmp_path: Path) -> None:
    found = concepts(read("loinc.v1", unpacked(FILES, tmp_path) / LEAD))
    assert (found[OLD].deprecated, found[OLD].replaced_by) == (True, (DEMO, LAMP))
    # A discouraged code still stands.
    assert (found[VAGUE].deprecated, found[VAGUE].replaced_by) == (False, ())
    assert found[VAGUE].xrefs == (Xref(DEMO, relation="closeMatch"),)


def test_the_tree_is_made_of_parts(tmp_path: Path) -> None:
    found = concepts(read("loinc.v1", unpacked(FILES, tmp_path) / LEAD))
    assert (found[PART].parents, found[DEMO].parents, found[ALL].parents) == ((ALL,), (PART,), ())
    assert found[PART].label("en") == "Demonstratin"


def test_an_archive_and_the_folders_of_a_release_give_the_same(tmp_path: Path) -> None:
    flat = read("loinc.v1", unpacked(FILES, tmp_path / "flat") / LEAD)
    folders = {
        (f"AccessoryFiles/LinguisticVariants/{name}" if "Variant" in name else f"LoincTable/{name}"): data
        for name, data in FILES.items()
    }
    assert read("loinc.v1", zipped(folders, tmp_path / "Loinc_2.99.zip", "")) == flat
    assert read("loinc.v1", unpacked(folders, tmp_path / "Loinc_2.99") / "LoincTable" / LEAD) == flat


def test_half_a_release_is_refused(tmp_path: Path) -> None:
    lead = unpacked({name: data for name, data in FILES.items() if name != "MapTo.csv"}, tmp_path) / LEAD
    assert read("loinc.v1", lead) == [Reject(LEAD, "", "", "incomplete-release", "MapTo.csv", fatal=True)]


def test_wrong_codes_circles_and_strangers_are_told(tmp_path: Path) -> None:
    rows = FILES[LEAD].split(b"\r\n")
    wrong = DEMO.removeprefix("LOINC:")[:-1] + str((int(DEMO[-1]) + 1) % 10)
    stranger = with_mod10("9990099")
    tree = "ComponentHierarchyBySystem.csv"
    changed = {
        **FILES,
        LEAD: b"\r\n".join(
            [*rows[:-1], rows[-2], rows[-2].replace(QUESTION[6:].encode(), wrong.encode()), b"x,y", b""]
        ),
        "MapTo.csv": FILES["MapTo.csv"] + f'"{OLD[6:]}","{stranger}",""\r\n"a","b"\r\n'.encode(),
        tree: FILES[tree] + f'"","1","{PART[6:]}","{ALL[6:]}","x"\r\n"","1","LP0-0","{DEMO[6:]}","x"\r\n'.encode(),
    }
    items = read("loinc.v1", unpacked(changed, tmp_path) / LEAD)
    assert reasons(items) == [
        ("unknown-concept", "MapTo.csv", OLD[6:]),
        ("columns", "MapTo.csv", "a"),
        ("unknown-parent", tree, DEMO[6:]),
        ("cycle", LEAD, ALL[6:]),
        ("duplicate-id", LEAD, QUESTION[6:]),
        ("check-digit", LEAD, wrong),
        ("columns", LEAD, "x"),
    ]
    assert concepts(items)[PART].parents == (ALL,)


@pytest.mark.parametrize("lost", [b"STATUS", b"LONG_COMMON_NAME"])
def test_a_table_without_a_column_is_refused(lost: bytes, tmp_path: Path) -> None:
    changed = {**FILES, LEAD: FILES[LEAD].replace(lost, b"OTHER")}
    items = read("loinc.v1", unpacked(changed, tmp_path) / LEAD)
    assert [(item.reason, lost.decode() in item.detail) for item in items if isinstance(item, Reject)] == [
        ("release-damaged", True)
    ]
