"""Collections and runs: a BEIR folder whose figures are known by hand, collections of the test data, bad input."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.reading import AnnotatorReader
from ingest.evaluation.knowledge import Knowledge
from ingest.evaluation.retrieval import beir, pairs
from ingest.evaluation.retrieval.collection import FOLDS, Collection, Question, fold
from ingest.evaluation.retrieval.running import measured, named
from ingest.evaluation.retrieval.searching import Names, SearchedCollection
from ingest.text.annotate import Annotator
from kg.errors import ConfigError, CorpusError, TrainedOnEvaluated, UnknownName
from kg.index.embeddings import CachedEncoder
from kg.search.ranker import Card, Ranker, Seen
from ontology.lexicon import LabelRow, Lexicon
from tests.kg.graph import WordEncoder

BEIR = Path(__file__).with_name("beir")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BEIR, tmp_path / "small"))


def test_a_folder_of_beir() -> None:
    found = beir.read(BEIR)
    assert [one.id for one in found.items] == ["d1", "d2", "d3", "d4", "d5"]
    # q3 has no answer in this split, so it would say nothing.
    assert [one.id for one in found.questions] == ["q1", "q2", "q4"]
    assert found.judged["q1"] == {"d2": 1, "d4": 2, "d1": 0}
    assert (found.name, beir.read(BEIR, "dev").name) == ("beir:test", "beir:dev")


def test_figures_by_hand(tmp_path: Path) -> None:
    """``aspirin fever``: d2 has both words, d4 one of them, so the better answer stands second; 阿司匹林: d3 alone of
    two answers; ``headache``: d4, which is no answer."""
    found = beir.read(BEIR)
    searched = SearchedCollection(tmp_path, found)
    rankings = searched.rankings(100)
    assert list(rankings) == ["text", "characters", "phrase", "search"]
    assert rankings["text"](Question("q1", "aspirin fever")) == ["d2", "d4"]
    figures = named(measured(found, rankings))
    searched.close()
    first = (1 + 2 / 1.58496) / (2 + 1 / 1.58496)
    second = 1 / (1 + 1 / 1.58496)
    for ranking in ("bm25", "text"):
        assert figures[f"{ranking}.ndcg@10"] == pytest.approx((first + second) / 3, abs=1e-4)
        assert figures[f"{ranking}.recall@100"] == pytest.approx((1 + 0.5) / 3, abs=1e-4)
        assert figures[f"{ranking}.mrr@10"] == pytest.approx(2 / 3, abs=1e-4)
    assert (figures["text.ndcg@10_ratio"], figures["text.ndcg@10_p"], figures["text.ndcg@10_worse"]) == (1.0, 1.0, 0.0)
    assert "bm25.ndcg@10_p" not in figures


def test_vectors_are_one_more_signal(tmp_path: Path) -> None:
    found = beir.read(BEIR)
    searched = SearchedCollection(tmp_path, found, encoder=WordEncoder())
    rankings = searched.rankings(100, ablation=True)
    assert list(rankings)[:5] == ["text", "characters", "phrase", "dense", "search"]
    assert list(rankings)[5:] == ["search-text", "search-characters", "search-phrase", "search-dense"]
    fever = Question("q1", "aspirin fever")
    assert rankings["search"](fever)[0] == "d2"
    assert set(rankings["search"](fever)) >= set(rankings["text"](fever))
    assert rankings["search-text"](fever) != []
    searched.close()


def test_vectors_of_texts_are_kept_and_those_of_questions_are_not(tmp_path: Path) -> None:
    found = beir.read(BEIR)
    for again in ("one", "two"):
        searched = SearchedCollection(tmp_path / again, found, encoder=WordEncoder(), cache=tmp_path / "kept")
        searched.rankings(10)["search"](Question("q1", "aspirin fever"))
        searched.close()
    with CachedEncoder(WordEncoder(), tmp_path / "kept") as kept:
        kept.encode(["An invented text on aspirin and fever.", "aspirin fever"])
        assert (kept.reused, kept.encoded) == (1, 1)


def test_a_ranker_that_saw_the_questions_is_refused(tmp_path: Path) -> None:
    found = beir.read(BEIR)
    seen = {fold(one.id) for one in found.questions}
    weights = {"name": {"text": 1.0}, "text-en": {"text": 1.0}, "text-zh": {"text": 1.0}}
    card = Card((Seen("beir:test", tuple(sorted(seen)), 3),))
    searched = SearchedCollection(tmp_path, found, ranker=Ranker(name="nosy", weights=weights, card=card))
    with pytest.raises(TrainedOnEvaluated, match="nosy was trained on 3"):
        measured(found, searched.rankings(100))
    searched.close()


def test_folds_part_the_questions() -> None:
    found = beir.read(BEIR)
    parts = [found.in_fold(number) for number in range(FOLDS)]
    assert sorted(one.id for part in parts for one in part.questions) == [one.id for one in found.questions]
    assert all(fold(one.id) == number for number, part in enumerate(parts) for one in part.questions)
    assert all(part.items == found.items for part in parts)
    assert found.in_fold(None) is found
    with pytest.raises(UnknownName, match="0, 1, 2, 3, 4"):
        found.in_fold(5)
    empty = next(part for part in parts if not part.questions)
    with pytest.raises(CorpusError, match="no question"):
        measured(empty, {})


@pytest.mark.parametrize(
    ("file", "text", "place", "told"),
    [
        ("corpus.jsonl", None, "line 1", "no such file"),
        ("queries.jsonl", None, "line 1", "no such file"),
        ("qrels", None, "line 1", "no such file"),
        ("corpus.jsonl", "", "line 1", "no document"),
        ("corpus.jsonl", '{"_id": "d1"}', "line 1", "BEIR"),
        ("corpus.jsonl", '{"_id": 7, "text": "a"}', "line 1", "BEIR"),
        (
            "corpus.jsonl",
            '{"_id": "d1", "text": "a"}\n\n{"_id": "d1", "text": "b"}',
            "line 3",
            "d1 stands here a second",
        ),
        ("queries.jsonl", '{"_id": "q1", "text": "a"}\n{"_id": "q2", "text": "  "}', "line 2", "q2 is empty"),
        ("queries.jsonl", '{"_id": "q1", "text": "\udc80"}', "line 1", "BEIR"),
        ("qrels/test.tsv", "q1\td2\t1\nq9\td2\t1", "line 2", "q9 is not in queries.jsonl"),
        ("qrels/test.tsv", "q1\td9\t1", "line 1", "d9 is not in corpus.jsonl"),
        ("qrels/test.tsv", "q1\td2\t1\nq1\td2\t0", "line 2", "q1 d2 stands here a second"),
        ("qrels/test.tsv", "q1 0 d2 1", "line 1", "BEIR"),
        ("qrels/test.tsv", "q1\td2\t0.5", "line 1", "BEIR"),
        ("qrels/test.tsv", "q1\td2\t0", "line 1", "no question"),
        ("qrels/test.tsv", "", "line 1", "no question"),
    ],
)
def test_a_damaged_folder_is_told_with_file_and_line(
    folder: Path, file: str, text: str | None, place: str, told: str
) -> None:
    path = folder / file
    if text is None:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    else:
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(CorpusError) as error:
        beir.read(folder)
    assert path.name in str(error.value)
    assert place in str(error.value)
    assert told in str(error.value)
    assert error.value.text("zh") != str(error.value)


def test_an_unknown_split_is_told_with_those_that_are_there() -> None:
    with pytest.raises(UnknownName, match=r"no split named train\. Known: dev, test"):
        beir.read(BEIR, "train")


def test_chinese_questions_and_their_answers(tmp_path: Path) -> None:
    path = tmp_path / "zh-medical-qa" / "part.csv"
    path.parent.mkdir()
    path.write_text(
        "department,title,ask,answer\n"
        "甲,虚构问题一,详情,虚构回答甲\n乙,虚构问题二,详情,虚构回答甲\n丙,虚构问题一,详情,虚构回答乙\n丁,,详情,虚构回答丙\n",
        "utf-8",
    )
    found = pairs.read("zh-qa", tmp_path)
    texts = {one.id: one.text for one in found.items}
    answers = {one.text: sorted(texts[item] for item in found.judged[one.id]) for one in found.questions}
    assert answers == {"虚构问题一": ["虚构回答乙", "虚构回答甲"], "虚构问题二": ["虚构回答甲"]}
    assert sorted(texts.values()) == ["虚构回答乙", "虚构回答甲"]


def test_titles_are_asked_and_not_indexed(tmp_path: Path) -> None:
    path = tmp_path / "bc5cdr" / "CDR_DevelopmentSet.PubTator.txt"
    path.parent.mkdir()
    path.write_text(
        "1|t|Warfarin in fibrillation\n1|a|An invented abstract.\n1\t0\t8\tWarfarin\tChemical\tD014859\n\n"
        "2|t|No abstract\n2|a|\n\n1|t|Again\n1|a|Again.\n",
        "utf-8",
    )
    found = pairs.read("title-abstract", tmp_path)
    assert [(one.id, one.title, one.text) for one in found.items] == [("PMID:1", "", "An invented abstract.")]
    assert [(one.id, one.text) for one in found.questions] == [("1", "Warfarin in fibrillation")]
    assert found.judged == {"1": {"PMID:1": 1}}


def test_collections_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="zh-qa, title-abstract"):
        pairs.read("scifact", tmp_path)
    with pytest.raises(ConfigError, match="no folder"):
        pairs.read("zh-qa", tmp_path / "nowhere")
    with pytest.raises(CorpusError, match="no such file"):
        pairs.read("zh-qa", tmp_path)
    with pytest.raises(CorpusError, match="no question"):
        pairs.read("title-abstract", tmp_path)


@pytest.mark.data
def test_collections_of_the_test_data(data_folder: Path) -> None:
    """Every question has its answer among the texts, and folds are about as large as each other."""
    for name in pairs.BUILT:
        found: Collection = pairs.read(name, data_folder)
        known = {one.id for one in found.items}
        assert all(known.issuperset(found.judged[one.id]) for one in found.questions)
        assert [one.id for one in found.items] == sorted(known)
        sizes = [len(found.in_fold(number).questions) for number in range(FOLDS)]
        assert min(sizes) > 0.15 * len(found.questions)


class _Known(Knowledge):
    """One drug with a name in either language, and a name by which another terminology knows it."""

    def __init__(self) -> None:
        rows = [
            LabelRow("MESH:D001241", "drug", "en", "preferred", "mesh", "aspirin"),
            LabelRow("medkg:aspirin", "drug", "zh", "preferred", "starter", "阿司匹林"),
        ]
        super().__init__("two names", Lexicon.build(rows))

    def matches(self) -> Iterator[tuple[str, str]]:
        yield "medkg:aspirin", "MESH:D001241"
        yield "nowhere.known:1", "MESH:D001241"


def test_concepts_lead_from_one_language_to_the_other(tmp_path: Path) -> None:
    known = _Known()
    annotator = Annotator(known.lexicon, with_sentences=False)
    names = Names(known, annotator, AnnotatorReader(annotator))
    searched = SearchedCollection(tmp_path, beir.read(BEIR), names)
    rankings = searched.rankings(100)
    assert list(rankings) == ["text", "characters", "phrase", "concept", "about", "subtree", "about_subtree", "search"]
    aspirin = Question("q2", "阿司匹林")
    assert rankings["text"](aspirin) == ["d3"]
    for ranking in ("concept", "subtree", "search"):
        assert sorted(rankings[ranking](aspirin)) == ["d2", "d3", "d4"]
    searched.close()
