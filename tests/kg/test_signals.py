"""Signals one by one: switched off, alone, joined by weights; hits that explain themselves; damaged rankers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import ModelRefused, QueryError, TrainedOnEvaluated
from kg.generation.indexes import build_indexes, open_indexes
from kg.index.base import Kind
from kg.search import ranker
from kg.search.base import SIGNALS, Parts, Query
from kg.search.contrast import contrasted
from kg.search.fusion import fuse, shares
from kg.search.ranker import Card, Ranker, Seen
from kg.search.reference import ExactReader
from kg.search.searcher import Searcher
from kg.search.signals import chosen, parsed, phrases
from tests.kg.graph import CONCEPTS, WordEncoder, small_reader

QUERIES = ExactReader((label.value, concept.id) for concept in CONCEPTS for label in concept.labels)
TEXTS = (
    "asthma",
    "哮喘",
    "脑卒中的风险",
    "metformin and the outcome of stroke",
    "inhaled steroids",
    "呼吸系统疾病",
    "narrow airways",
)


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    folder = tmp_path_factory.mktemp("signals")
    reader = small_reader(folder)
    build_indexes(reader, folder, WordEncoder(), folder / "cache", concept_vectors=True, vector_index="exact")
    indexes = open_indexes(folder, WordEncoder())
    yield Searcher(indexes.text, reader, QUERIES, indexes.passages, WordEncoder())
    reader.close()


@pytest.mark.parametrize("kind", ["document", "concept", None])
@pytest.mark.parametrize("text", TEXTS)
def test_a_signal_alone_ranks_as_its_scores_do(searcher: Searcher, text: str, kind: Kind | None) -> None:
    for name in SIGNALS:
        hits = searcher.search(Query(text, kind=kind, limit=100, signals=(name,))).items
        for hit in hits:
            parts = msgspec.structs.asdict(hit.parts)
            assert parts.pop(name) == hit.score
            assert not any(parts.values())
        if kind == "document":
            _, found = searcher.found(text)
            scores = {one: round(score, 6) for one, score in found.get(name, {}).items()}
            if name != "dense":  # What only vectors find must be nearer where nothing else is asked.
                assert {hit.id: hit.score for hit in hits} == scores
            assert all(scores[hit.id] >= 0 for hit in hits)


def test_what_is_mentioned_twice_or_in_the_title_is_what_a_text_is_about(searcher: Searcher) -> None:
    """Narrower concepts count below, not beside: of the broad disease no document says the name."""
    own = searcher.search(Query("asthma", limit=100, signals=("about",))).items
    assert own
    assert {hit.id for hit in own} == {hit.id for hit in searcher.search(Query("asthma", signals=("concept",))).items}
    assert all(hit.score == hit.parts.about in (0.25, 1.0) for hit in own)
    assert searcher.search(Query("呼吸系统疾病", signals=("about",))).items == ()
    below = searcher.search(Query("呼吸系统疾病", signals=("about_subtree",))).items
    assert below
    assert all(0 < hit.parts.about_subtree <= 1 for hit in below)
    assert searcher.search(Query("a garden", signals=("about", "about_subtree"))).items == ()


def test_who_says_whether_narrower_concepts_are_asked_for_is_ranked_by_other_weights(tmp_path: Path) -> None:
    reader = small_reader(tmp_path)
    build_indexes(reader, tmp_path, WordEncoder(), tmp_path / "cache", concept_vectors=True, vector_index="exact")
    text = open_indexes(tmp_path, WordEncoder()).text
    weights = {kind: {"text": 1.0} for kind in ranker.TYPES}
    own = weights | {ranker.EXACT: {"concept": 1.0}, ranker.NARROWER: {"subtree": 1.0}}
    told = {}
    for name, some in (("own", own), ("plain", weights)):
        made = Searcher(text, reader, QUERIES, weights=some)
        for narrower in (None, False, True):
            hits = made.search(Query("asthma", narrower=narrower)).items
            told[name, narrower] = {part for hit in hits for part, value in msgspec.structs.asdict(hit.parts).items()
                                    if value}  # fmt: skip
        sentence = made.search(Query("metformin and the outcome of stroke", narrower=True)).items
        assert all(hit.score == hit.parts.text for hit in sentence), "only names are so short that nobody can tell"
    assert told["own", None] == told["plain", True] == told["plain", False] == {"text"}
    assert (told["own", False], told["own", True]) == ({"concept"}, {"subtree"})
    first = made.search(Query("asthma", limit=1, narrower=True))
    assert first.next
    with pytest.raises(QueryError):
        made.search(Query("asthma", limit=1, cursor=first.next))
    reader.close()


@pytest.mark.parametrize("text", TEXTS)
def test_a_signal_that_is_off_adds_nothing(searcher: Searcher, text: str) -> None:
    for off in SIGNALS:
        on = tuple(name for name in SIGNALS if name != off)
        for hit in searcher.search(Query(text, limit=100, signals=on)).items:
            assert msgspec.structs.asdict(hit.parts)[off] == 0
            assert hit.score == pytest.approx(sum(msgspec.structs.astuple(hit.parts)))


def test_the_order_in_which_signals_are_named_says_nothing(searcher: Searcher) -> None:
    for pair in combinations(SIGNALS, 2):
        both = [searcher.search(Query("asthma", signals=names)).items for names in (pair, pair[::-1])]
        assert both[0] == both[1]
    assert searcher.search(Query("asthma")) == searcher.search(Query("asthma"))


def test_vectors_are_not_asked_when_they_are_off(searcher: Searcher) -> None:
    assert searcher.search(Query("asthma", signals=("text",))).interpretation.encoded == ""
    assert searcher.search(Query("asthma")).interpretation.encoded == "asthma"


def test_the_type_of_a_query_is_told(searcher: Searcher) -> None:
    told = {
        text: searcher.search(Query(text)).interpretation.type for text in ("哮喘", "stroke", "寒冷的早晨", "a garden")
    }
    assert told == {"哮喘": "name", "stroke": "name", "寒冷的早晨": "text-zh", "a garden": "text-en"}


def test_a_cursor_belongs_to_its_signals(searcher: Searcher) -> None:
    first = searcher.search(Query("Beispiel", limit=1, signals=("text",)))
    assert first.next
    with pytest.raises(QueryError):
        searcher.search(Query("Beispiel", limit=1, cursor=first.next))


@pytest.mark.parametrize("names", [("bm25",), ("text", "Text"), ()])
def test_unknown_signals_are_told_with_the_known(searcher: Searcher, names: tuple[str, ...]) -> None:
    for asked in (lambda: searcher.search(Query("asthma", signals=names)), lambda: parsed(",".join(names))):
        with pytest.raises(QueryError) as error:
            asked()
        assert ", ".join(SIGNALS) in error.value.text("en")
        assert ", ".join(SIGNALS) in error.value.text("zh")
    assert chosen(("dense", "text", "dense")) == ("text", "dense")


def test_hits_say_by_which_concept_they_fit(searcher: Searcher) -> None:
    hits = {hit.id.rpartition("0")[2]: hit for hit in searcher.search(Query("呼吸系统疾病")).items}
    (way,) = hits["1"].matched
    assert (way.concept, way.relation) == ("medkg:respiratory", "narrower")
    assert [step.id for step in way.path] == ["medkg:respiratory", "medkg:asthma"]
    assert [step.label.zh for step in way.path] == ["呼吸系统疾病", "哮喘"]
    assert hits["1"].concepts == ()
    assert hits["1"].excerpt
    assert hits["1"].excerpt.text == "We treated asthma with inhaled steroids."
    assert hits["1"].excerpt.marks, "what is narrower is marked, too"
    (same,) = {hit.id: hit for hit in searcher.search(Query("asthma")).items}["PMID:900000001"].matched
    assert (same.relation, [step.id for step in same.path]) == ("same", ["medkg:asthma"])


@pytest.mark.parametrize("text", TEXTS)
def test_every_hit_by_concepts_says_how(searcher: Searcher, text: str) -> None:
    results = searcher.search(Query(text, limit=100))
    read = {concept.id for concept in results.interpretation.concepts}
    for hit in results.items:
        assert hit.matched or not (hit.parts.concept or hit.parts.subtree)
        assert {one.concept for one in hit.matched} <= read
        assert set(hit.concepts) == {one.concept for one in hit.matched if one.relation != "narrower"}
        assert all(one.path[0].id == one.concept for one in hit.matched)


def test_phrases_are_neighbours_that_say_something() -> None:
    assert phrases("of the and") == []
    assert phrases("IL-6 in asthma") == [("il", "6"), ("6", "il6")]
    assert phrases("哮喘 asthma") == []
    assert len(phrases(" ".join(f"w{at}" for at in range(500)))) == 40


@given(
    st.dictionaries(st.sampled_from(SIGNALS), st.floats(0, 5), min_size=1),
    st.dictionaries(st.sampled_from(SIGNALS), st.dictionaries(st.integers(0, 20), st.floats(0, 1))),
)
def test_shares_sum_to_one_and_scores_stay_below_it(
    weights: dict[str, float], found: dict[str, dict[int, float]]
) -> None:
    given_ = shares(weights, found)
    assert bool(given_) == any(found.values())
    assert not given_ or sum(given_.values()) == pytest.approx(1)
    ranked = fuse(found, weights)
    assert [score for _, score, _ in ranked] == sorted((score for _, score, _ in ranked), reverse=True)
    assert all(0 <= score <= 1.00001 for _, score, _ in ranked)
    assert all(isinstance(parts, Parts) for _, _, parts in ranked)


@given(
    st.sampled_from(ranker.KINDS),
    st.dictionaries(
        st.sampled_from(SIGNALS), st.dictionaries(st.integers(0, 20), st.sampled_from([at / 20 for at in range(21)])),
        min_size=1,
    ),
)  # fmt: skip
def test_contrast_changes_no_order(kind: str, found: dict[str, dict[int, float]]) -> None:
    made = contrasted(kind, found)
    assert {name: set(scores) for name, scores in made.items()} == {name: set(one) for name, one in found.items()}
    for name, scores in found.items():
        assert all(0 <= score <= 1 for score in made[name].values())
        for one, other in combinations(scores, 2):
            assert (scores[one] > scores[other]) == (made[name][one] > made[name][other])
            assert (scores[one] < scores[other]) == (made[name][one] < made[name][other])


@pytest.mark.parametrize(
    ("kind", "text"),
    [("asked", "Does metformin change the outcome of stroke?"), ("text-en", "metformin and the outcome of stroke")],
)
def test_a_question_is_joined_by_places_and_a_sentence_by_cubes(searcher: Searcher, kind: str, text: str) -> None:
    told, found = searcher.found(text)
    assert told == kind
    weights = ranker.packaged().weights[kind]
    weighty = {name: scores for name, scores in found.items() if weights.get(name)}
    expected = contrasted(kind, weighty)
    assert expected["text"] != weighty["text"]
    share = weights["text"] / sum(weights[name] for name in weighty)
    hits = searcher.search(Query(text, kind="document", limit=100)).items
    assert len(hits) > 1
    for hit in hits:
        assert hit.parts.text == pytest.approx(share * expected["text"].get(hit.id, 0.0), abs=1e-5)


def test_a_ranker_is_asked_for_weights_that_have_not_seen_a_fold() -> None:
    whole = Ranker(
        name="a", weights={"name": {"text": 1.0}}, without=tuple({"name": {"text": float(at)}} for at in range(5)),
        card=Card((Seen("zh-qa", (0, 1, 2, 3, 4), 10),)),
    )  # fmt: skip
    assert whole.unseen("zh-qa", 3, "q") == {"name": {"text": 3.0}}
    assert whole.unseen("scifact", 3, "q") == whole.weights
    part = Ranker(name="b", weights={}, card=Card((Seen("zh-qa", (1, 2, 3, 4), 8),)))
    assert part.unseen("zh-qa", 0, "q") == {}
    with pytest.raises(TrainedOnEvaluated, match=r"b was trained on 8 .*\(q is one\)"):
        part.unseen("zh-qa", 1, "q")


def test_the_packaged_ranker_has_weights_for_every_type() -> None:
    found = ranker.packaged()
    assert set(found.weights) == set(ranker.KINDS)
    assert all(set(weights) <= set(SIGNALS) for weights in found.weights.values())


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"format": "medkg-ranker.v0"}, "medkg-ranker.v1"),
        ({"weights": {}}, "name"),
        ({"weights": {"name": {"bm25": 1.0}}}, "name"),
        ({"weights": {"name": {"text": -1.0, "dense": 2.0}}}, "name"),
        ({"weights": {"name": {"text": 0.0}}}, "name"),
        ({"weights": {"name": {"text": "much"}}}, "float"),
        ({"without": [{}]}, "without"),
        ({"auto_map": "x"}, "auto_map"),
        ({"card": None}, "card"),
    ],
)
def test_what_is_no_ranker_is_refused(tmp_path: Path, change: dict[str, object], told: str) -> None:
    known = msgspec.to_builtins(ranker.packaged())
    path = tmp_path / ranker.FILE
    path.write_text(json.dumps(known | change), "utf-8")
    with pytest.raises(ModelRefused, match=told):
        ranker.read(tmp_path)
    path.write_bytes(b"\x80\x04")
    with pytest.raises(ModelRefused):
        ranker.read(path)
    path.unlink()
    with pytest.raises(ModelRefused, match="no ranker"):
        ranker.read(tmp_path)


def test_a_ranker_is_read_as_it_was_written(tmp_path: Path) -> None:
    ranker.write(tmp_path / "new", ranker.packaged())
    assert ranker.read(tmp_path / "new") == ranker.packaged()
