"""Weights of signals are fitted on judged questions: the telling signal wins, folds are kept apart, the same again."""

from __future__ import annotations

import numpy as np
import pytest

from ingest.evaluation.retrieval.collection import FOLDS, Collection, Item, Question, fold
from ingest.training.ascent import OFTEN, Example, Table, fitted, vector
from ingest.training.ranker import ACROSS, SAID, Found, balanced, examples, train
from kg.errors import ConfigError
from kg.search.base import SIGNALS

START = {"name": {"text": 0.5, "dense": 0.5}, "text-en": {"text": 1.0}, "text-zh": {"text": 1.0}}


def collection(number: int = 40, name: str = "made-up", family: str = "") -> Collection:
    items = tuple(Item(f"d{at:03}", "", "") for at in range(number))
    questions = tuple(Question(f"q{at}", f"question {at}") for at in range(number))
    return Collection(name, items, questions, {f"q{at}": {f"d{at:03}": 1} for at in range(number)}, {}, family)


def found(right: str, wrong: str, kind: str = "name") -> Found:
    """One signal knows the answer, another finds it last of eleven."""

    def asked(question: Question) -> tuple[str, dict[str, dict[str, float]]]:
        answer = f"d{int(question.id[1:]):03}"
        noise = {f"x{at:02}": 1.0 - at / 100 for at in range(11)}
        return kind, {right: {answer: 1.0, "x00": 0.5}, wrong: noise | {answer: 0.1}}

    return asked


def test_the_telling_signal_wins() -> None:
    rows = list(examples(collection(), found("concept", "text")))
    weights = fitted(rows, START["name"])
    assert sum(weights.values()) == pytest.approx(1)
    assert weights["concept"] > weights.get("text", 0.0)
    assert weights["dense"] == 0.5, "what finds nothing here keeps its share"
    assert "dense" not in fitted(rows, {"text": 1.0})
    assert fitted(rows, START["name"]) == weights
    assert fitted([], START["name"]) == START["name"]


def test_examples_keep_what_was_judged() -> None:
    (row, *_) = examples(
        Collection(
            "pooled",
            (),
            (Question("q1", "asked", "pool"),),
            {"q1": {"d001": 2, "far": 1}},
            {"pool": frozenset(["d001", "x03"])},
        ),
        found("text", "phrase"),
    )
    assert row.scores.shape == (2, len(SIGNALS)), "the answer, and one text of the pool"
    assert row.gains.tolist() == [2.0, 0.0]
    assert row.ideal == pytest.approx(2 + 1 / 1.58496, abs=1e-4)


def test_weights_of_a_fold_have_not_seen_it() -> None:
    """In one fold another signal tells; only weights that have seen that fold could know."""

    def asked(question: Question) -> tuple[str, dict[str, dict[str, float]]]:
        odd = fold(question.id) == 0
        return found("phrase" if odd else "concept", "concept" if odd else "phrase")(question)

    made = train([(collection(200), asked)], "made", START)
    assert len(made.without) == FOLDS
    assert made.card.collections[0].folds == (0, 1, 2, 3, 4)
    assert made.without[0]["name"].get("phrase", 0.0) == 0.0
    assert made.card.figures["name.unseen"] <= made.card.figures["name.fitted"]
    assert made.weights["text-zh"] == START["text-zh"], "nothing of this type was asked"
    part = train([(collection(200), asked)], "made", START, without=0)
    assert part.weights["name"] == made.without[0]["name"]
    assert (part.without, part.card.collections[0].folds) == ((), (1, 2, 3, 4))


def test_collections_of_a_family_are_one_on_the_card() -> None:
    pair = [(collection(10, name, "kin"), found("text", "dense")) for name in ("one", "two")]
    card = train(pair, "made", START).card
    assert [(one.name, one.questions) for one in card.collections] == [("kin", 20)]


def test_fused_is_no_worse_than_its_best_part_on_what_it_was_fitted_on() -> None:
    card = train([(collection(), found("subtree", "dense", "text-en"))], "made", START).card
    assert card.figures["text-en.fitted"] >= max(card.figures[f"text-en.{name}"] for name in ("subtree", "dense"))


def test_nothing_to_fit_on_is_an_error() -> None:
    with pytest.raises(ConfigError) as error:
        train([], "made", START)
    assert "no question" in error.value.text("en")
    assert error.value.text("zh") != error.value.text("en")


def test_a_vector_has_the_order_of_the_signals() -> None:
    assert vector({"dense": 1.0, "text": 0.5}).tolist() == [0.5, *[0.0] * (len(SIGNALS) - 2), 1.0]


def test_collections_count_alike_whatever_their_size() -> None:
    """A few questions of one collection and many of another tell opposite things; tiny ones keep their share."""
    many, few = (list(examples(collection(number), found(*told))) for number, told in
                 ((160, ("text", "concept")), (40, ("concept", "text"))))  # fmt: skip
    rows = balanced([many, few])
    assert sum(one.weight for one in rows) == pytest.approx(200)
    assert sum(one.weight for one in rows[160:]) == pytest.approx(100)
    tiny = few[: int(160 * OFTEN) - 1]
    assert [one.weight for one in balanced([many, tiny])] == [1.0] * (160 + len(tiny))
    assert balanced([]) == []
    mixed = [*many[:90], *few]
    plain, alike = fitted(mixed, {"text": 1.0}), fitted(balanced([many[:90], few, few[:0]]), {"text": 1.0})
    assert alike.get("concept", 0.0) >= plain.get("concept", 0.0)


def test_crossed_questions_have_weights_of_their_own_and_other_types_stay() -> None:
    before = train([(collection(name="old"), found("text", "dense"))], "before", START)
    assert "crossed" not in before.weights, "none was asked"
    made = train([(collection(name="new"), found("dense", "text", "crossed"))], "made", before.weights, kept=before)
    assert made.weights["name"] == before.weights["name"]
    assert [one["name"] for one in made.without] == [one["name"] for one in before.without]
    assert made.weights["crossed"]["dense"] > made.weights["crossed"].get("text", 0.0)
    assert [one.name for one in made.card.collections] == ["new", "old"]
    assert {"name.unseen", "crossed.unseen"} <= set(made.card.figures)


def test_names_that_say_more_teach_names_of_which_nothing_is_said() -> None:
    """One kind is told by concepts, the other by subtrees; who says nothing is ranked by what serves both."""
    pair = [(collection(name="one", family="kin"), found("concept", "text", "name-exact")),
            (collection(name="two", family="kin"), found("subtree", "text", "name-narrower"))]  # fmt: skip
    made = train(pair, "made", START)
    assert made.weights["name-exact"]["concept"] > made.weights["name-exact"].get("subtree", 0.0)
    assert made.weights["name-narrower"]["subtree"] > made.weights["name-narrower"].get("concept", 0.0)
    assert min(made.weights["name"][name] for name in ("concept", "subtree")) > 0
    assert made.card.figures["name.questions"] == 80
    assert made.card.collections[0].questions == 80, "each question counts once on the card"


def test_a_type_of_a_few_questions_among_many_stays() -> None:
    before = train([(collection(name="old"), found("text", "dense", "text-en"))], "before", START)
    few = found("dense", "text", "text-en")
    many = found("concept", "text")
    last = collection(100, "new")
    made = train(
        [(last, lambda question: (few if question.id == "q7" else many)(question))], "made", before.weights, kept=before
    )
    assert made.weights["text-en"] == before.weights["text-en"]
    assert made.card.figures["text-en.questions"] == 40
    assert made.weights["name"] != before.weights["name"]


def test_a_careful_fit_loses_less_against_the_best_signal() -> None:
    """A loss counts twice, so of two rankings of one mean that which never falls below the best signal is higher."""
    scores = np.zeros((2, len(SIGNALS)), dtype=np.float32)
    scores[:, 0] = [1.0, 0.5]
    row = Example("crossed", 0, scores, np.array([1.0, 0.0], dtype=np.float32), 1.0)
    plain, careful = Table([row]), Table([row], careful=True)
    right, wrong = (np.array([[*told, *[0.0] * 8]], dtype=np.float32) for told in ((1.0, 0.5), (0.5, 1.0)))
    assert careful.height(right) == plain.height(right)
    lost = plain.height(right) - plain.height(wrong)
    assert careful.height(right) - careful.height(wrong) == pytest.approx(2 * lost)


def test_what_is_asked_teaches_what_is_said_too() -> None:
    """Each question stands twice, once as an English text, where all of them count a tenth; the card tells it once."""
    asked = list(examples(collection(20), found("dense", "text", "asked")))
    titles = list(examples(collection(180), found("text", "dense", "text-en")))
    assert [(one.type, one.said) for one in asked[:2]] == [("asked", False), ("text-en", True)]
    rows = balanced([asked, titles])
    said = sum(one.weight for one in rows if one.said)
    assert said == pytest.approx(SAID * sum(one.weight for one in rows if one.type == "text-en"))
    assert not any(one.said for one in balanced([asked])), "nothing is said that it could be a share of"
    pair = [(collection(20, "one"), found("dense", "text", "asked")),
            (collection(60, "two"), found("text", "dense", "text-en"))]  # fmt: skip
    card = train(pair, "made", START).card
    assert [(one.name, one.questions) for one in card.collections] == [("one", 20), ("two", 60)]
    assert (card.figures["asked.questions"], card.figures["text-en.questions"]) == (20, 80)


def test_questions_are_few_and_fit_words_and_vectors_alone() -> None:
    """The signal that tells is none of these; concepts have a small share whatever is fitted, and what finds nothing
    half at most, though nothing else finds an answer."""
    made = train([(collection(), found("subtree", "dense", "asked"))], "made", START).weights["asked"]
    assert made == {"text": 0.49, "dense": 0.49, "concept": ACROSS["asked"]}
    assert fitted(list(examples(collection(), found("subtree", "dense"))), {"text": 1.0}, only=("text",)) == {"text": 1}
