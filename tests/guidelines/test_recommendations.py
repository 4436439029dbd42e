"""Recommendations of the labelled guidelines, of harder paragraphs, and none of ordinary articles."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.extraction.blocks import Block, passages
from ingest.guidelines.finder import recommendations
from ingest.sources.guideline import GuidelineFile
from kg.mapping.base import Context
from kg.mapping.statements import statements
from kg.model.document import Document, StandingNotice
from kg.model.guideline import Recommendation
from ontology.reading.raw import describe
from tests.guidelines.labelled import Guideline, Paragraph, found_in, labels, paragraphs, score
from tests.guidelines.making import guidelines

LABELS = labels()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("guidelines")
    guidelines(path)
    return path


def test_the_six_are_of_all_kinds_and_both_languages() -> None:
    suffixes = [Path(item.file).suffix for item in LABELS]
    assert sorted(suffixes) == [".docx", ".html", ".md", ".pdf", ".pdf", ".xml"]
    assert sum(".zh." in item.file for item in LABELS) == sum(".en." in item.file for item in LABELS) == 3
    assert {item.scheme for item in LABELS} == {"GRADE", "CSCO", "Oxford"}


@pytest.mark.parametrize("guideline", LABELS, ids=lambda item: item.file)
def test_recommendations_are_found_with_their_grade_and_none_is_invented(guideline: Guideline, folder: Path) -> None:
    found = score(guideline, found_in(folder / guideline.file))
    assert found.invented == ()
    assert found.right / found.labelled >= 0.95, found.missed
    assert min(found.parts.values()) / found.labelled >= 0.9, found.parts


@pytest.mark.parametrize("guideline", LABELS, ids=lambda item: item.file)
def test_the_document_and_where_each_sentence_stands(guideline: Guideline, folder: Path) -> None:
    document, *items = GuidelineFile().parse(describe(folder / guideline.file), {})
    assert isinstance(document, Document)
    assert (document.kind, document.titles[0].value, document.edition) == (
        "guideline",
        guideline.title,
        guideline.edition,
    )
    texts = {passage.key: passage for passage in document.passages}
    assert len({passage.name for passage in document.passages}) == len(document.passages)
    for item in items:
        if isinstance(item, Recommendation):
            assert item.document == document.id
            assert texts[item.passage].text[item.start : item.end] == item.sentence
            assert (item.page is not None) == guideline.file.endswith(".pdf")
            rows = statements(item, Context())
            assert len(rows) == len(set(rows))
    nodes = [statements(item, Context())[0] for item in items if isinstance(item, Recommendation)]
    assert len(nodes) == len(set(nodes))


def test_pages_are_those_of_the_file(folder: Path) -> None:
    pages = {item.number: item.page for item in found_in(folder / "tide-cramp.en.pdf")}
    assert pages == {"3.1": 1, "3.2": 1, "3.3": 1, "3.4": 1, "4.1": 1, "4.2": 2, "4.3": 2, "4.4": 2}


@pytest.mark.parametrize("paragraph", paragraphs(), ids=lambda item: item.text[:40])
def test_other_wordings(paragraph: Paragraph) -> None:
    blocks = passages([Block("paragraph", paragraph.text, ("Treatment",))], "en")
    declared = [scheme for scheme in ("GRADE", "CSCO", "Oxford") if scheme == paragraph.scheme]
    found = recommendations("doc:a", blocks, declared)
    assert [(item.direction, item.strength, item.certainty) for item in found] == list(paragraph.want)


def told(*blocks: Block) -> list[tuple[str, str, str, str]]:
    """(number, direction, grade as printed, intervention) of what is found in ``blocks``."""
    found = recommendations("doc:a", passages(blocks, "en"), ["GRADE"])
    return [(item.number, item.direction, item.grade_text, item.intervention) for item in found]


def test_items_go_on_from_the_line_above_them() -> None:
    path = ("Treatment",)
    assert told(
        Block("paragraph", "In adults with Vernal gout, we recommend against:", path),
        Block("item", "opioids (1B);", path),
        Block("item", "bed rest.", path),
        Block("paragraph", "Trials of both are under way (1A).", path),
    ) == [("", "against", "1B", "opioids")]
    assert told(Block("paragraph", "对于成人患者，推荐：", path), Block("item", "尽早使用布鲁林（1A）；", path)) == [
        ("", "for", "1A", "尽早使用布鲁林")
    ]


def test_a_heading_may_number_the_recommendation_below_it() -> None:
    path = ("Treatment", "Recommendation 3.2")
    assert told(
        Block("heading", "Recommendation 3.2", ("Treatment",)),
        Block("paragraph", "Brulin should be given to adults.", path),
        Block("paragraph", "Grade 2C", path),
        Block("paragraph", "Patients should be told about harms.", path),
    ) == [("3.2", "for", "Grade 2C", "Brulin")]


def test_the_same_sentence_counts_once_and_with_its_grade() -> None:
    sentence = "We recommend Brulin for adults"
    assert told(
        Block("item", f"{sentence}.", ("Key recommendations",)),
        Block("paragraph", f"{sentence} (1A).", ("Treatment",)),
        Block("paragraph", f"{sentence} (1A).", ("Summary",)),
    ) == [("", "for", "1A", "Brulin")]
    assert len(told(Block("paragraph", f"{sentence} (1A)."), Block("paragraph", f"{sentence} (1B)."))) == 2


@pytest.mark.parametrize("guideline", [item for item in LABELS if item.replaces], ids=lambda item: item.file)
def test_the_edition_before_is_superseded(guideline: Guideline, folder: Path, tmp_path: Path) -> None:
    new, notice, *_ = GuidelineFile().parse(describe(folder / guideline.file), {})
    older = tmp_path / guideline.file
    text = (folder / guideline.file).read_text("utf-8")
    text = text.replace(guideline.replaces, "2009").replace(guideline.edition, guideline.replaces)
    older.write_text(text, "utf-8")
    old = next(GuidelineFile().parse(describe(older), {}))
    assert isinstance(new, Document)
    assert isinstance(old, Document)
    assert isinstance(notice, StandingNotice)
    assert (notice.document, notice.standing) == (old.id, "superseded")
    assert [(item.kind, item.target) for item in new.relations] == [("UpdateOf", old.id)]
    assert notice.relation is not None
    assert (notice.relation.kind, notice.relation.target) == ("UpdateIn", new.id)


def test_an_option_names_what_is_replaced(folder: Path) -> None:
    file = describe(folder / "tide-cramp.en.pdf")
    items = list(GuidelineFile().parse(file, {"replaces": "DOI:10.5555/illustrative.tide.2011"}))
    assert StandingNotice in {type(item) for item in items}
    assert [item.document for item in items if isinstance(item, StandingNotice)] == [
        "DOI:10.5555/illustrative.tide.2011"
    ]


def test_nothing_is_reported_on_ordinary_articles(data_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Read as guidelines although they are none; the sniffer leaves them to ``jats.v1``."""
    reported = []
    for path in sorted((data_folder / "jats").glob("*.nxml")):
        assert GuidelineFile().sniff(path.read_bytes()[:8192]) == 0.0
        found = found_in(path)
        reported += found
        with capsys.disabled():
            print(f"{path.name}: {len(found)} reported", *(item.sentence for item in found), sep="\n  ")
    assert reported == []


def test_nothing_is_reported_on_abstracts_and_answers(data_folder: Path) -> None:
    """500 abstracts and some 3,900 lines of Chinese questions and answers, as if they stood in a guideline."""
    pubtator = (data_folder / "bc5cdr" / "CDR_TrainingSet.PubTator.txt").read_text("utf-8").splitlines()
    texts = [line.partition("|a|")[2] for line in pubtator if "|a|" in line]
    assert len(texts) == 500
    texts += (data_folder / "zh-medical-qa" / "part.csv").read_text("utf-8", "replace").splitlines()
    blocks = passages([Block("paragraph", text, ("Treatment",)) for text in texts if text.strip()], "en")
    for scheme in ("GRADE", "Oxford", "CSCO"):
        assert [item.sentence for item in recommendations("doc:a", blocks, [scheme])] == []
