"""The second draw for mentions: rows of its own, and labels that both passes or a reason stand behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import mention_draw
from benchmarks.annotation import LABELS, agreement
from ingest.changes import Changes, Touched
from ingest.evaluation.corpora import read
from kg.model.document import Document, Passage

NAMES = ("zh-mentions-2", "zh-mentions-train")


def places(name: str) -> set[tuple[str, str]]:
    lines = (LABELS / f"{name}.jsonl").read_text("utf-8").splitlines()
    return {(row["file"], row["row"]) for row in map(json.loads, lines)}


def test_what_holds_is_what_passes_and_reasons_give() -> None:
    assert list(mention_draw.settled()) == (LABELS / "zh-mentions-2.jsonl").read_text("utf-8").splitlines()


def test_a_difference_without_a_reason_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("first", "second", "reasons"):
        (tmp_path / f"{name}.jsonl").write_bytes((mention_draw.PASSES / f"{name}.jsonl").read_bytes())
    monkeypatch.setattr(mention_draw, "PASSES", tmp_path)
    (tmp_path / "reasons.jsonl").write_text("", "utf-8")
    with pytest.raises(SystemExit, match="reasons do not"):
        list(mention_draw.settled())


def test_the_page_tells_the_agreement_of_the_passes() -> None:
    figures = agreement(*(mention_draw.labels(mention_draw.rows(name)) for name in ("first", "second")))
    page = (LABELS.parent.parent / "docs" / "annotation.md").read_text("utf-8")
    part = page.split("## The second draw for mentions")[1].split("\n## ")[0]
    assert all(f"| {name} | {figures[name]} |" in part for name in mention_draw.FIGURES)


def test_no_other_set_has_a_row_of_it() -> None:
    """But for sentences that were read for denials alone, later, when the figures of this draw had been told
    (docs/annotation.md)."""
    later = {"zh-negations-4": 3, "zh-negations-5": 22, "zh-negations-6": 6}
    others = [path.stem for path in LABELS.glob("zh-*.jsonl") if path.stem not in (*NAMES, *later)]
    shared = {name: sum(len(places(own) & places(name)) for own in NAMES) for name in later}
    assert shared == later
    assert places(NAMES[0]).isdisjoint(places(NAMES[1]))
    assert all(places(name).isdisjoint(places(other)) for name in NAMES for other in others)


def test_both_parts_are_read_whole(data_folder: Path) -> None:
    assert [len(read(name, data_folder)) for name in NAMES] == [250, 200]


@pytest.mark.parametrize(
    ("name", "text", "touched"),
    [
        ("乙肝病毒dna", "乙肝患者的DNA正常", True),
        ("抗癫痫药", "突然停用抗癫痫", True),
        ("抗癫痫药", "突然停用", False),
    ],
)
def test_names_that_a_shorter_word_means_are_looked_for_again(name: str, text: str, touched: bool) -> None:
    document = Document(id="PMID:1", passages=(Passage("t", "section", "zh", text),))
    assert Touched(Changes(names=(name,))).by(document) is touched
