"""Tasks: a model that has seen what is measured is refused, and names are read only where they are needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.evaluation.knowledge import Knowledge, Terminologies
from ingest.evaluation.tagging import Model, dictionary
from ingest.evaluation.tasks import Asked, evaluate
from kg.errors import TrainedOnEvaluated, UnknownName
from tests.ingest.evaluation.test_corpora import GOOD, LABELS, labelled, written

BUILD = """
[[input]]
name = "names"
format = "table.v1"
kind = "terminology"
paths = ["names.tsv"]
[input.options.concept]
id = "id"
category = "disease"
labels = [{ column = "name", language = "en", kind = "preferred" }]
xrefs = [{ column = "other" }]

[[input]]
name = "matches"
format = "sssom.v1"
kind = "mapping"
paths = ["matches.sssom.tsv"]

[[input]]
name = "texts"
format = "pubtator.v1"
kind = "source"
paths = ["nowhere.txt"]
"""


@pytest.fixture
def known(tmp_path: Path) -> Knowledge:
    (tmp_path / "build.toml").write_text(BUILD, "utf-8")
    (tmp_path / "names.tsv").write_text("id\tname\tother\nDOID:13189\tgout\tMESH:D006073\nDOID:1\tpest\t\n", "utf-8")
    (tmp_path / "matches.sssom.tsv").write_text(
        "subject_id\tpredicate_id\tobject_id\tpredicate_modifier\nDOID:1\tskos:exactMatch\tMESH:D1\t\n"
        "DOID:1\tskos:exactMatch\tMESH:D2\tNot\nDOID:1\tskos:broadMatch\tMESH:D3\t\n",
        "utf-8",
    )
    return Terminologies(tmp_path / "build.toml", {})


def test_names_and_matches_of_terminologies_alone(known: Knowledge) -> None:
    assert known.name == "build.toml"
    assert "gout" in known.lexicon.names
    assert known.crosswalk.ids("DOID:13189") == {"DOID:13189", "MESH:D006073"}
    assert known.crosswalk.ids("DOID:1") == {"DOID:1", "MESH:D1"}


@pytest.mark.parametrize("task", ["ner", "linking"])
def test_a_model_that_has_seen_a_document_is_refused(tmp_path: Path, known: Knowledge, task: str) -> None:
    folder = written(tmp_path, GOOD)
    asked = Asked(task, "bc5cdr", folder)
    plain = dictionary(known.lexicon)
    report, _ = evaluate(asked, lambda: known, lambda _: Model("mine", plain.tagger, ("PMID:8",)))
    assert (report.model, report.n) == ("mine", 1)
    with pytest.raises(TrainedOnEvaluated, match="PMID:7"):
        evaluate(asked, lambda: known, lambda _: Model("mine", plain.tagger, ("PMID:7", "PMID:8")))


def test_figures_of_both_tasks(tmp_path: Path, known: Knowledge) -> None:
    folder = written(tmp_path, GOOD)
    spans, _ = evaluate(Asked("ner", "bc5cdr", folder), lambda: known)
    assert (spans.figures["disease.span.f1"], spans.figures["chemical.span.recall"]) == (1.0, 0.0)
    ids, _ = evaluate(Asked("linking", "bc5cdr", folder), lambda: known)
    assert (ids.figures["disease.ids.f1"], ids.figures["all.ids.recall"]) == (1.0, 0.5)
    assert ids.model == spans.model == dictionary(known.lexicon).name


def unread() -> Knowledge:
    raise AssertionError("names are not needed")


def test_attributes_are_measured_without_names(tmp_path: Path) -> None:
    folder = labelled(tmp_path, [[1, 3, "symptom", [], ["negated"]], [5, 8, "disease", [], []]])
    report, _ = evaluate(Asked("attributes", "zh-mentions", folder, labels=folder), unread)
    assert (report.corpus, report.n, report.generation) == ("zh-mentions", 1, "")
    assert report.figures["negated.f1"] == 1.0


@pytest.mark.parametrize("task", ["ner", "linking"])
def test_sentences_of_our_own_are_measured_by_their_open_half(tmp_path: Path, known: Knowledge, task: str) -> None:
    report, found = evaluate(Asked(task, "zh-styles", tmp_path, labels=LABELS), lambda: known)
    assert (report.corpus, report.n, report.generation) == ("zh-styles", 55, "build.toml")
    assert found.mistakes or task == "linking"


def test_what_cannot_be_asked(tmp_path: Path) -> None:
    folder = written(tmp_path, GOOD)
    with pytest.raises(UnknownName, match="ner, linking, attributes"):
        evaluate(Asked("relations of the stars", "bc5cdr", folder), unread)
    with pytest.raises(UnknownName, match="zh-mentions"):
        evaluate(Asked("attributes", "bc5cdr", folder, labels=LABELS), unread)


def test_a_part_is_named(tmp_path: Path, known: Knowledge) -> None:
    folder = written(tmp_path, GOOD, "bc5cdr/CDR_TrainingSet.PubTator.txt")
    written(tmp_path, GOOD, pmid="9")
    assert evaluate(Asked("ner", "bc5cdr", folder, "training"), lambda: known)[0].corpus == "bc5cdr:training"
    assert evaluate(Asked("ner", "bc5cdr", folder, "all"), lambda: known)[0].n == 2
