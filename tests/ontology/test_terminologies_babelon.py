"""Babelon: translations with their status."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import ConfigError
from kg.model.concept import Concept, Label
from kg.model.source import Notice, Reject
from ontology.base import TerminologyItem
from ontology.reading.raw import describe
from ontology.terminologies.babelon import Babelon
from tests.contract.terminology import TerminologyContract

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "babelon.v1"


class TestBabelon(TerminologyContract):
    plugin = "babelon.v1"
    file_name = "a.babelon.tsv"
    sample = (GOLDEN / "illustration.babelon.tsv").read_bytes()
    sure = 1.0


def read(path: Path = GOLDEN / "illustration.babelon.tsv", **options: object) -> list[TerminologyItem]:
    return list(Babelon().parse(describe(path), options))


def concepts(items: list[TerminologyItem]) -> dict[str, Concept]:
    return {item.id: item for item in items if isinstance(item, Concept)}


def test_names_and_definitions_stand_in_both_languages_with_their_status() -> None:
    found = concepts(read())
    assert found["HP:9999001"].labels == (
        Label("Illustrative sign", "en"),
        Label("示例体征", "zh"),
        Label("Sign of the show", "en", "exact"),
        Label("展示征", "zh", "exact", attested=False),
    )
    assert [text.language for text in found["HP:9999001"].definitions] == ["en", "zh"]
    assert found["HP:9999003"].labels == (Label("Untranslated sign", "en"),)
    assert found["HP:9999001"].category == "symptom"


def test_candidates_and_sources_can_be_left_out() -> None:
    found = read(candidates=False, sources=False)
    assert concepts(found)["HP:9999001"].labels == (Label("示例体征", "zh"),)
    assert concepts(found)["HP:9999002"].labels == ()
    assert [item.reason for item in found if isinstance(item, Notice)] == ["untranslated"] * 3


def test_bad_rows_are_told_with_their_lines() -> None:
    found = read(GOLDEN / "damaged.tsv")
    assert [(item.position, item.reason) for item in found if isinstance(item, Reject)] == [
        ("line 3", "unidentified"),
        ("line 4", "no-predicate"),
        ("line 5", "columns"),
    ]


@pytest.mark.parametrize("options", [{"category": "illness"}, {"colour": 1}])
def test_a_wrong_option_is_named(options: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match=r"babelon\.v1"):
        read(**options)


@pytest.mark.data
def test_the_real_translations_of_hpo_are_read_whole(data_folder: Path) -> None:
    found = list(Babelon().parse(describe(data_folder / "hpo-zh" / "hp-zh.babelon.tsv"), {}))
    assert len(concepts(found)) == len(found) == 18_988
    assert concepts(found)["HP:0000002"].label("zh") == "身高异常"
    assert not [label for item in concepts(found).values() for label in item.labels if label.attested is not None]
