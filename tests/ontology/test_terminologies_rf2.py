"""SNOMED CT RF2: names by dialect, hierarchy, what replaces what, maps, and releases that are not whole."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import pytest

from kg.errors import ConfigError
from kg.messages import Catalogue
from kg.model.concept import Label, Xref
from kg.model.source import Reject
from ontology.base import Terminology, TerminologyItem
from ontology.reading.check_digit import is_concept_id, mod10, verhoeff, with_mod10, with_verhoeff
from ontology.reading.hierarchy import closing
from tests.contract.terminology import TerminologyContract
from tests.ontology.releases import concepts, golden, read, reasons, unpacked, zipped

FILES = golden("rf2.v1")
LEAD = "sct2_Concept_Snapshot_ILL_20260131.txt"
NAMES = "sct2_Description_Snapshot-en_ILL_20260131.txt"
PARENTS = "sct2_Relationship_Snapshot_ILL_20260131.txt"
ROOT, MARSH, TWO, LAMP, WARMTH, MIRE, DAMP, DRUG = (with_verhoeff(f"9990{number}999999910") for number in range(1, 9))


class TestRf2(TerminologyContract):
    plugin = "rf2.v1"
    file_name = LEAD
    sample = FILES[LEAD]
    options: ClassVar[Mapping[str, object]] = {"maps": {with_verhoeff("99938999999910"): "MESH"}}
    sure = 1.0

    def items(self, reader: Terminology, path: Path, data: bytes) -> list[TerminologyItem]:
        unpacked({name: FILES[name] for name in FILES if name != LEAD}, path.parent)
        return super().items(reader, path, data)


def changed(folder: Path, **files: bytes | None) -> list[TerminologyItem]:
    """What the golden release gives with other files for ``lead``, ``names``, ``parents``; None takes one away."""
    places = {"lead": LEAD, "names": NAMES, "parents": PARENTS}
    found = {**FILES, **{places[key]: data for key, data in files.items() if data is not None}}
    for key, data in files.items():
        if data is None:
            del found[places[key]]
    unpacked(found, folder)
    lead = folder / LEAD
    return read("rf2.v1", lead if lead.exists() else folder / NAMES)


def test_the_dialect_decides_which_name_is_preferred(tmp_path: Path) -> None:
    unpacked(FILES, tmp_path)
    american = concepts(read("rf2.v1", tmp_path / LEAD))[f"SNOMED:{MARSH}"]
    assert (american.label("en"), american.label("zh")) == ("Illustrative marsh fever", "示例沼泽热")
    assert american.labels[2:] == (
        Label("Illustrative marsh fever (disorder)", "en", "exact"),
        Label("Illustrative swamp fever", "en", "exact"),
        Label("示例湿地热", "zh", "exact"),
    )
    british = concepts(read("rf2.v1", tmp_path / LEAD, dialects=["900000000000508004"]))
    assert british[f"SNOMED:{MARSH}"].label("en") == "Illustrative swamp fever"
    # This dialect lists no Chinese name, so the first one counts.
    assert british[f"SNOMED:{DRUG}"].label("zh") == "示例素"
    assert british[f"SNOMED:{TWO}"].label("en") == 'Illustrative marsh fever of "two" kinds'


def test_tags_decide_the_category_where_they_are_of_one_kind(tmp_path: Path) -> None:
    unpacked(FILES, tmp_path)
    found = concepts(read("rf2.v1", tmp_path / LEAD))
    kinds = [found[f"SNOMED:{code}"].category for code in (MARSH, LAMP, WARMTH, DRUG, ROOT)]
    assert kinds == ["disease", "procedure", "other", "chemical", "other"]
    told = concepts(read("rf2.v1", tmp_path / LEAD, tags={"finding": "symptom"}))
    assert told[f"SNOMED:{WARMTH}"].category == "symptom"


def test_inactive_concepts_say_what_stands_for_them(tmp_path: Path) -> None:
    unpacked(FILES, tmp_path)
    found = concepts(read("rf2.v1", tmp_path / LEAD))
    mire, damp = found[f"SNOMED:{MIRE}"], found[f"SNOMED:{DAMP}"]
    assert (mire.deprecated, mire.replaced_by) == (True, (f"SNOMED:{MARSH}",))
    assert mire.label("en") == "Illustrative mire fever"
    assert (damp.deprecated, damp.replaced_by) == (True, ())
    assert damp.xrefs == tuple(Xref(f"SNOMED:{code}", relation="closeMatch") for code in (MARSH, TWO))


def test_maps_say_how_close_their_target_is(tmp_path: Path) -> None:
    unpacked(FILES, tmp_path)
    items = read("rf2.v1", tmp_path / LEAD)
    found = concepts(items)
    assert found[f"SNOMED:{MARSH}"].xrefs == (Xref("ICD10:X99.0", relation="closeMatch"),)
    assert found[f"SNOMED:{TWO}"].xrefs == (
        Xref("ICD10:X99.x1", relation="relatedMatch"), Xref("ICD10:X99.10", relation="broadMatch")
    )  # fmt: skip
    assert found[f"SNOMED:{LAMP}"].xrefs == ()
    assert [reason for reason, *_ in reasons(items)] == ["unknown-map"]


def test_a_full_release_is_read_as_of_a_day(tmp_path: Path) -> None:
    lead = unpacked(FILES, tmp_path) / LEAD.replace("Snapshot", "Full")
    before = concepts(read("rf2.v1", lead, release="Full", at="20251231"))
    assert not before[f"SNOMED:{MIRE}"].deprecated
    assert before[f"SNOMED:{MIRE}"].parents == (f"SNOMED:{ROOT}",)
    assert "Illustrative bog fever" in {label.value for label in before[f"SNOMED:{MARSH}"].labels}
    assert f"SNOMED:{TWO}" not in before
    now = concepts(read("rf2.v1", lead, release="Full"))
    assert (now[f"SNOMED:{MIRE}"].deprecated, now[f"SNOMED:{MIRE}"].parents) == (True, ())
    assert "Illustrative bog fever" not in {label.value for label in now[f"SNOMED:{MARSH}"].labels}
    assert f"SNOMED:{TWO}" in now


def test_an_archive_and_folders_inside_folders_give_the_same(tmp_path: Path) -> None:
    flat = read("rf2.v1", unpacked(FILES, tmp_path / "flat") / LEAD)
    assert read("rf2.v1", zipped(FILES, tmp_path / "SnomedCT_Illustration.zip")) == [
        item if not isinstance(item, Reject) else Reject("SnomedCT_Illustration.zip", *_rest(item)) for item in flat
    ]
    folders = {"sct2": "Snapshot/Terminology/", "der2_c": "Snapshot/Refset/Language/", "der2": "Snapshot/Refset/Map/"}
    nested = {
        next(folder for start, folder in folders.items() if name.startswith(start)) + name: data
        for name, data in FILES.items()
    }
    deep = unpacked(nested, tmp_path / "SnomedCT_Illustration")
    assert read("rf2.v1", deep / "Snapshot/Terminology" / LEAD) == flat


def _rest(item: Reject) -> tuple[str, str, str, str, bool]:
    return item.position, item.key, item.reason, item.detail, item.fatal


@pytest.mark.parametrize("gone", ["lead", "names", "parents"])
def test_half_a_release_is_refused_and_told_what_is_missing(gone: str, tmp_path: Path) -> None:
    items = changed(tmp_path, **{gone: None})
    what = {"lead": "Concept (Snapshot)", "names": "Description (Snapshot)", "parents": "Relationship (Snapshot)"}[gone]
    if gone == "names":
        # The names in Chinese are there: which languages a release has cannot be told.
        assert {reason for reason, *_ in reasons(items)} >= {"no-label"}
        return
    assert [(item.reason, item.detail, item.fatal) for item in items if isinstance(item, Reject)] == [
        ("incomplete-release", what, True)
    ]
    assert len(items) == 1
    for language in ("en", "zh"):
        assert what in Catalogue("kg").text("reject.incomplete-release", language, detail=what)


def test_damage_to_any_file_refuses_the_release(tmp_path: Path) -> None:
    broken = FILES[NAMES].replace(b"Illustrative warmth\t", b"Illustrative \xffwarmth\t")
    items = changed(tmp_path / "a", names=broken)
    assert [(item.reason, item.path, item.position) for item in items if isinstance(item, Reject)] == [
        ("release-damaged", NAMES, "line 13")
    ]
    assert not concepts(items)
    whole = zipped(FILES, tmp_path / "whole.zip").read_bytes()
    for number, data in enumerate([whole[: len(whole) // 2], whole.replace(b"Illustrative", b"illustrative", 1)]):
        path = tmp_path / f"{number}.zip"
        path.write_bytes(data)
        found = read("rf2.v1", path)
        assert number or [item.fatal for item in found if isinstance(item, Reject)] == [True]
    path.write_bytes(whole[:200] + bytes(64) + whole[264:])
    assert [(item.reason, item.fatal) for item in read("rf2.v1", path) if isinstance(item, Reject)] == [
        ("release-damaged", True)
    ]


def test_columns_of_another_release_format_are_refused(tmp_path: Path) -> None:
    items = changed(tmp_path, names=FILES[NAMES].replace(b"languageCode", b"language"))
    assert [(item.reason, item.fatal) for item in items if isinstance(item, Reject)] == [("columns", True)]


def test_wrong_codes_circles_and_strangers_are_told_and_left_out(tmp_path: Path) -> None:
    wrong = f"{int(MARSH) + 1}"
    lead = FILES[LEAD] + f"{MARSH}\t20250731\t1\tm\td\r\n{wrong}\t20250731\t1\tm\td\r\nbroken\r\n".encode()
    row = "999\t20250731\t1\tm\t{}\t{}\t0\t116680003\t900000000000011006\tx\r\n"
    stranger = with_verhoeff("9995999999910")
    parents = FILES[PARENTS] + (row.format(ROOT, TWO) + row.format(TWO, stranger) + row.format(stranger, ROOT)).encode()
    items = changed(tmp_path, lead=lead, parents=parents)
    assert [row for row in reasons(items) if row[0] not in ("unknown-map", "no-label")] == [
        ("duplicate-id", LEAD, MARSH),
        ("check-digit", LEAD, wrong),
        ("columns", LEAD, "broken"),
        ("unknown-parent", PARENTS, TWO),
        ("unknown-concept", PARENTS, stranger),
        ("cycle", LEAD, TWO),
    ]
    found = concepts(items)
    assert found[f"SNOMED:{ROOT}"].parents == (f"SNOMED:{TWO}",)
    assert found[f"SNOMED:{TWO}"].parents == ()
    part = concepts(read("rf2.v1", tmp_path / LEAD, complete=False))
    assert f"SNOMED:{stranger}" in part[f"SNOMED:{TWO}"].parents


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"at": "20251231"}, "Full release"),
        ({"maps": {"1": "no-such"}}, "no-such"),
        ({"tags": {"finding": "feeling"}}, "feeling"),
        ({"relations": {"1": "nowhere:x"}}, "nowhere"),
    ],
)
def test_options_that_do_not_fit_are_named(options: dict[str, object], named: str, tmp_path: Path) -> None:
    unpacked(FILES, tmp_path)
    with pytest.raises(ConfigError, match=named):
        read("rf2.v1", tmp_path / LEAD, **options)


def test_check_digits_find_every_wrong_digit_and_every_swap() -> None:
    code = with_verhoeff("9990199999991")
    assert verhoeff(code)
    for place in range(len(code)):
        others = (code[:place] + digit + code[place + 1 :] for digit in "0123456789" if digit != code[place])
        assert not any(map(verhoeff, others))
    swaps = [code[:at] + code[at + 1] + code[at] + code[at + 2 :] for at in range(len(code) - 1)]
    assert not any(verhoeff(swapped) for swapped in swaps if swapped != code)
    assert not is_concept_id(with_verhoeff("99901999999911"))
    assert mod10(with_mod10("99999"))
    assert not mod10("99999-0") or with_mod10("99999") == "99999-0"


def test_every_circle_is_opened_once() -> None:
    parents = {"a": ["b", "c"], "b": ["c"], "c": ["a"], "d": ["d"], "e": ["a", "unknown"]}
    links = list(closing(parents))
    assert links == [("c", "a"), ("d", "d")]
    deep = {str(number): [str(number + 1)] for number in range(20_000)}
    assert list(closing({**deep, "20000": ["0"]})) == [("20000", "0")]
