"""Names of concepts and the abstracts that people labelled with them; names that a dictionary is not to know."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from api.reading import AnnotatorReader
from ingest.evaluation.knowledge import Knowledge
from ingest.evaluation.retrieval import concepts
from ingest.evaluation.retrieval.collection import Collection, Item, Question
from ingest.evaluation.retrieval.running import depth_of, measured, named
from ingest.evaluation.retrieval.searching import Names, SearchedCollection
from ingest.evaluation.retrieval.unseen import without_names
from ingest.text.annotate import Annotator
from kg.errors import ConfigError, CorpusError
from kg.search.ranker import Card, Ranker
from ontology.lexicon import LabelRow, Lexicon

_ABSTRACTS = (
    # Of a disease in the title; of the same twice; of it once; of a narrower one; of a chemical alone.
    ("1", "Mock fever in fish", "It is short.", [(0, 10, "Mock fever", "Disease", "D900001")]),
    ("2", "On heat", "Mock fever is mock fever.",
     [(8, 18, "Mock fever", "Disease", "D900001"), (22, 32, "mock fever", "Disease", "D900001")]),
    ("3", "On cold", "No mock fever here.", [(11, 21, "mock fever", "Disease", "D900001")]),
    ("4", "Sham fever in birds", "It is long.", [(0, 10, "Sham fever", "Disease", "D900002")]),
    ("5", "Fever by mockamine", "Mock fever.",
     [(0, 5, "Fever", "Disease", "D900001"), (9, 18, "mockamine", "Chemical", "D900003")]),
)  # fmt: skip
_TREE = (
    "mesh_id\tmesh_name\tmesh_tree_number\n"
    "D900001\tMock Fever\tC01.1\nD900002\tSham Fever\tC01.1.2\nD900003\tMockamine\tD01.1\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bc5cdr").mkdir()
    for name in ("CDR_TrainingSet", "CDR_DevelopmentSet"):
        rows = _ABSTRACTS[:2] if name == "CDR_TrainingSet" else _ABSTRACTS[2:]
        (tmp_path / "bc5cdr" / f"{name}.PubTator.txt").write_text("\n".join(map(_block, rows)), "utf-8")
    (tmp_path / "mesh").mkdir()
    (tmp_path / "mesh" / "tree-numbers.tsv").write_text(_TREE, "utf-8")
    return tmp_path


def _block(row: tuple[str, str, str, list[tuple[int, int, str, str, str]]]) -> str:
    number, title, abstract, mentions = row
    told = "".join(f"{number}\t{a}\t{b}\t{surface}\t{kind}\t{one}\n" for a, b, surface, kind, one in mentions)
    return f"{number}|t|{title}\n{number}|a|{abstract}\n{told}"


class _Known(Knowledge):
    def __init__(self) -> None:
        rows = [
            LabelRow("MESH:D900001", "disease", "en", "preferred", "mesh", "mock fever"),
            LabelRow("MESH:D900002", "disease", "en", "preferred", "mesh", "sham fever"),
            LabelRow("MESH:D900003", "chemical", "en", "preferred", "mesh", "mockamine"),
            LabelRow("medkg:mock", "disease", "zh", "preferred", "starter", "虚构热"),
        ]
        super().__init__("invented names", Lexicon.build(rows))

    def matches(self) -> Iterator[tuple[str, str]]:
        yield "medkg:mock", "MESH:D900001"

    def broader(self) -> Iterator[tuple[str, str]]:
        yield "MESH:D900002", "MESH:D900001"


def names(collection: concepts.Collection, known: Knowledge) -> Names:
    annotator = Annotator(known.lexicon, with_sentences=False)
    hidden = {one for question in collection.questions for one in question.hidden}
    reader = Annotator(without_names(known.lexicon, hidden, "zh"), with_sentences=False) if hidden else annotator
    return Names(known, annotator, AnnotatorReader(reader))


def test_what_is_labelled_in_the_title_or_twice_is_an_answer(folder: Path) -> None:
    found = concepts.exact(folder, _Known())
    assert [(one.id, one.text, one.group) for one in found.questions] == [("MESH:D900001", "mock fever", "disease")]
    assert found.judged == {"MESH:D900001": {"PMID:1": 1, "PMID:2": 1, "PMID:5": 1}}
    assert len(found.items) == 5
    assert found.groups["chemical"] == found.groups["disease"] == {one.id for one in found.items}
    assert (found.name, found.family) == ("concepts", "concepts")
    assert [one.narrower for one in found.questions] == [False]


def test_narrower_concepts_are_answers_of_their_own_set(folder: Path) -> None:
    found = concepts.with_narrower(folder, _Known())
    assert set(found.judged["MESH:D900001"]) == {"PMID:1", "PMID:2", "PMID:4", "PMID:5"}
    assert found.family == "concepts"
    assert [one.narrower for one in found.questions] == [True]


def test_what_a_question_says_of_narrower_concepts_chooses_the_weights(folder: Path, tmp_path: Path) -> None:
    """``open`` is what the same words find where nothing is said."""
    known = _Known()
    found = concepts.with_narrower(folder, known)
    weights = {"name": {"concept": 1.0}, "name-narrower": {"about_subtree": 1.0}, "text-en": {"text": 1.0}}
    ranker = Ranker(name="made", weights=weights, card=Card(()))
    searched = SearchedCollection(tmp_path / "index", found, names(found, known), ranker=ranker)
    (question,) = found.questions
    rankings = searched.rankings(100)
    assert "PMID:4" in rankings["search"](question)
    assert "PMID:4" not in rankings["open"](question)
    assert searched.found(question)[0] == "name-narrower"
    assert "open" not in SearchedCollection(tmp_path / "other", _plain(found)).rankings(100)
    searched.close()


def _plain(found: Collection) -> Collection:
    questions = tuple(msgspec.structs.replace(one, narrower=None) for one in found.questions)
    return msgspec.structs.replace(found, questions=questions)


def test_chinese_names_reach_english_abstracts_through_concepts(folder: Path, tmp_path: Path) -> None:
    known = _Known()
    found = concepts.chinese(folder, known)
    assert [(one.text, one.other, one.hidden) for one in found.questions] == [("虚构热", "mock fever", ())]
    searched = SearchedCollection(tmp_path / "index", found, names(found, known))
    figures = named(measured(found, searched.rankings(depth_of(found, 10))))
    searched.close()
    assert figures["search.ndcg@10"] == pytest.approx(figures["english.ndcg@10"], abs=0.2)
    assert figures["search.ndcg@10_english_ratio"] > 0.8
    assert figures["bm25.ndcg@10"] == 0


def test_where_no_text_is_chinese_a_chinese_question_is_one_in_english_words(folder: Path, tmp_path: Path) -> None:
    """Without an alignment, too: what was fitted on Chinese texts says nothing here."""
    known = _Known()
    found = concepts.chinese(folder, known)
    searched = SearchedCollection(tmp_path / "index", found, names(found, known))
    assert searched.found(Question("q", "为何会有虚构热"))[0] == "crossed"
    assert searched.found(Question("q", "虚构热"))[0] == "name"
    searched.close()
    mixed = msgspec.structs.replace(found, items=(*found.items, Item("PMID:6", "", "为什么")))
    searched = SearchedCollection(tmp_path / "mixed", mixed, names(found, known))
    assert searched.found(Question("q", "为何会有虚构热"))[0] == "text-zh"
    searched.close()


def test_an_unseen_name_is_unknown_to_the_reader_alone(folder: Path, tmp_path: Path) -> None:
    known = _Known()
    found = concepts.chinese_unseen(folder, known)
    (question,) = found.questions
    assert question.hidden == ("MESH:D900001", "medkg:mock")
    reading = names(found, known)
    assert reading.reader.read("虚构热") == ()
    assert [one.concept for one in reading.reader.read("mock fever")] == ["MESH:D900001"]
    assert len(known.lexicon) == len(without_names(known.lexicon, question.hidden, "zh")) + 1
    searched = SearchedCollection(tmp_path / "index", found, reading)
    assert searched.rankings(100)["search"](question) == []
    searched.close()


def test_ancestors_are_found_by_the_subtree(folder: Path, tmp_path: Path) -> None:
    known = _Known()
    found = concepts.with_narrower(folder, known)
    searched = SearchedCollection(tmp_path / "index", found, names(found, known))
    rankings = searched.rankings(100)
    (question,) = found.questions
    assert "PMID:4" in rankings["subtree"](question)
    assert "PMID:4" not in rankings["concept"](question)
    searched.close()


def test_what_was_not_judged_is_taken_out(folder: Path) -> None:
    found = concepts.exact(folder, _Known())
    (question,) = found.questions
    assert found.judged_for(question, ["PMID:9", "PMID:1"]) == ["PMID:1"]


def test_what_is_missing_is_told(tmp_path: Path, folder: Path) -> None:
    (folder / "mesh" / "tree-numbers.tsv").unlink()
    with pytest.raises(CorpusError, match="no such file"):
        concepts.with_narrower(folder, _Known())
    with pytest.raises(CorpusError, match="no document"):
        concepts.exact(tmp_path / "mesh", _Known())
    with pytest.raises(ConfigError):
        concepts.exact(tmp_path / "nowhere", _Known())


@pytest.mark.data
def test_concepts_of_the_test_data(data_folder: Path) -> None:
    found = concepts.gold(data_folder)
    assert len(found.items) > 1_500
    assert all(about <= {one.id for one in found.items} for about in found.about.values())
