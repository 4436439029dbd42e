"""A linker learns from invented terminologies and an invented corpus which concept a name means that no list has."""

from __future__ import annotations

import json
import pickle
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.evaluation.crosswalk import Crosswalk
from ingest.evaluation.leaks import check_unseen
from ingest.evaluation.tagging import learned
from ingest.labelled import LabelledDocument, LabelledMention
from ingest.text.annotate import Annotator
from ingest.text.linker import Linker
from ingest.text.models import CARD, CONFIG
from ingest.text.rivals import FEATURES, Rivals
from ingest.text.tagger import LearnedTagger
from ingest.training.examples import Part
from ingest.training.linker import Sources, train
from ingest.training.ner import divided
from ingest.training.ner import train as train_tagger
from ingest.training.plan import Plan
from ingest.training.substitution import substitutes
from kg.errors import ConfigError, ModelRefused, TrainedOnEvaluated
from kg.model.document import Passage
from ontology.lexicon import LabelRow, Lexicon
from tests.training.encoder import part, tiny_encoder

_PLACES = ("elbow", "ankle", "thumb", "wrist", "chin", "heel", "knee", "nose", "hip", "toe")
"""Each has a made-up disease; of the first half both names are known, of the others one."""
ROWS = [
    *(
        LabelRow(f"X:{at}", "disease", "en", "preferred", "made-up", f"mock {place}")
        for at, place in enumerate(_PLACES)
    ),
    *(LabelRow(f"X:{at}", "disease", "en", "exact", "made-up", f"sham {p}") for at, p in enumerate(_PLACES[:5])),
    LabelRow("X:50", "disease", "en", "preferred", "made-up", "grueotoxin overdose"),
    LabelRow("X:51", "chemical", "en", "preferred", "made-up", "GX506B"),
]
LEXICON = Lexicon.build(ROWS)
TYPES = ("disease", "chemical")


def document(number: int, surface: str, concept: str, kind: str = "disease") -> LabelledDocument:
    passage = Passage("title", "title", "en", f"A case of {surface} in a book.")
    mention = LabelledMention(passage.key, 10, 10 + len(surface), kind, (concept,))
    return LabelledDocument(f"PMID:{number}", (passage,), (mention,))


def documents() -> list[LabelledDocument]:
    """Names that the lexicon has, names that it has in other words or signs, and names that nothing is like."""
    rows = [(f"sham {place}", f"X:{at}") for at, place in enumerate(_PLACES)]
    rows += [("mockelbow", "X:0"), ("mock an kle", "X:1"), ("mockth umb", "X:2"), ("moc kwrist", "X:3")]
    rows += [("overdose of fish", "X:99"), ("cough", "X:98"), ("fatigue", "X:97"), ("book fever", "X:96")]
    made = [document(number, surface, concept) for number, (surface, concept) in enumerate(rows * 2, 1)]
    signs = ("GX 506-B", "gx-506 b") * 3
    return [*made, *(document(100 + at, surface, "X:51", "chemical") for at, surface in enumerate(signs))]


def sources() -> Sources:
    return Sources(LEXICON, Crosswalk([]), Annotator(LEXICON, with_sentences=False).document)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "small"
    train([Part("invented", TYPES, tuple(documents()))], documents()[:1], TYPES, sources(), folder)
    return folder


def test_words_that_stand_for_each_other_are_learned_from_names_of_one_concept() -> None:
    made = substitutes({"X:1": ["mock injury", "sham injury"], "X:2": ["sham fever", "mock fever"], "X:3": ["one"]})
    assert made["mock"] == {"sham": 0.667}
    assert made["sham"] == {"mock": 0.667}
    assert "injury" not in made
    assert substitutes({}) == {}


def test_a_name_in_other_words_and_one_with_other_signs_are_linked(model: Path) -> None:
    linker = Linker(model, LEXICON)
    for surface, kind, concept, name in (
        ("sham knee", "disease", "X:6", "linked·mock knee"),
        ("Sham  Toe", "disease", "X:9", "linked·mock toe"),
        ("GX-506 B", "chemical", "X:51", "linked·gx506b"),
    ):
        found = linker.meaning(surface, kind)
        assert found is not None
        assert (found.candidates[0].concept, found.candidates[0].reason) == (concept, name)
        scores = [one.score for one in found.candidates]
        assert scores == sorted(scores, reverse=True)
        assert 0 < found.score == scores[0] <= 1
        assert found.category == kind


@pytest.mark.parametrize("surface", ["", " ", "fish and chips", "糖尿病", "\ud800", "overdose of books", "q"])
def test_what_is_like_nothing_means_nothing(model: Path, surface: str) -> None:
    linker = Linker(model, LEXICON)
    assert linker.meaning(surface, "disease") is None
    assert linker.meaning(surface, "gene") is None


@settings(max_examples=60)
@given(
    st.text(
        st.one_of(st.characters(exclude_categories=[]), st.sampled_from("sham mock knee overdose -(2)")), max_size=60
    )
)
def test_any_text_has_an_answer_that_does_not_change(model: Path, surface: str) -> None:
    one, again = Linker(model, LEXICON), Linker(model, LEXICON)
    assert one.meaning(surface, "disease") == again.meaning(surface, "disease") == one.meaning(surface, "disease")


def test_the_document_is_a_feature() -> None:
    rivals = Rivals(LEXICON, {})
    alone, told = rivals.of("sham knee", "disease"), rivals.of("sham knee", "disease", frozenset({"X:6"}))
    at = FEATURES.index("context")
    assert {one.concept for one in told if one.features[at]} == {"X:6"}
    assert not any(one.features[at] for one in alone)
    assert [one.concept for one in alone] == [one.concept for one in told]


def test_the_card_names_what_was_seen_and_evaluated_documents_are_taken_out(model: Path) -> None:
    card = json.loads((model / CARD).read_text())
    assert card["removed"] == 1
    assert "PMID:1" not in card["documents"]
    assert len(card["documents"]) == len(documents()) - 1
    assert card["figures"]["disease.all.folds"]["f1"] > card["figures"]["disease.all.without"]["f1"]
    assert set(json.loads((model / CONFIG).read_text())["weights"]) == set(FEATURES)


def test_the_same_input_makes_the_same_model(model: Path, tmp_path: Path) -> None:
    train([Part("invented", TYPES, tuple(documents()))], documents()[:1], TYPES, sources(), tmp_path / "small")
    assert (tmp_path / "small" / CONFIG).read_bytes() == (model / CONFIG).read_bytes()


def test_nothing_is_written_over_and_nothing_is_made_of_nothing(model: Path, tmp_path: Path) -> None:
    for rows, folder in ((documents(), model), ([], tmp_path / "none"), (documents()[:3], tmp_path / "none")):
        with pytest.raises(ConfigError):
            train([Part("invented", TYPES, tuple(rows))], [], TYPES, sources(), folder)
    known = [document(number, "mock elbow", "X:0") for number in range(1, 9)]
    with pytest.raises(ConfigError):
        train([Part("known", TYPES, tuple(known))], [], TYPES, sources(), tmp_path / "none")
    assert not (tmp_path / "none").exists()


def refused(folder: Path) -> str:
    with pytest.raises(ModelRefused) as caught:
        Linker(folder, LEXICON)
    return str(caught.value.params["why"])


@pytest.mark.parametrize("name", ["vectors.pkl", "ranker.joblib", "model.pt", "linker.py"])
def test_folders_with_pickles_or_code_are_refused(model: Path, tmp_path: Path, name: str) -> None:
    folder = shutil.copytree(model, tmp_path / "m")
    (folder / name).write_bytes(pickle.dumps({}))
    assert refused(folder) == "model-code"


def test_folders_of_another_kind_are_refused(model: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(model, tmp_path / "m")
    config = json.loads((folder / CONFIG).read_text())
    for change, why in (
        ({"auto_map": {"x": "y"}}, "model-code"),
        ({"format": "medkg-linker.v0"}, "model-version"),
        ({"format": "medkg-ner.v1"}, "model-version"),
        ({"weights": {"letters": 1.0}}, "model-config"),
        ({"thresholds": [1]}, "model-config"),
        ({"more": 1}, "model-config"),
    ):
        (folder / CONFIG).write_text(json.dumps({**config, **change}))
        assert refused(folder) == why
    (folder / CONFIG).write_text("{")
    assert refused(folder) == "model-config"
    assert refused(tmp_path / "nowhere") == "model-missing"
    with pytest.raises(ModelRefused):
        LearnedTagger(model)


def test_mentions_of_a_network_take_concepts_of_the_linker(model: Path, tmp_path: Path) -> None:
    encoder = tiny_encoder(tmp_path / "encoder")
    parts = divided([part("diseases", ("disease",), 1, 60)], [])
    train_tagger(parts, ("disease",), tmp_path / "tagger", Plan(epochs=8, pieces=256, rate=5e-3), encoder=encoder)
    lexicon = Lexicon.build([*ROWS, LabelRow("X:70", "disease", "en", "preferred", "made-up", "as thma")])
    tagger = LearnedTagger(tmp_path / "tagger")
    annotator = Annotator(lexicon).with_tagger(tagger, Linker(model, lexicon))
    [found] = [one for one in annotator.text("12 patients with gout and asthma.", "en") if one.surface == "asthma"]
    assert found.candidates[0].concept == "X:70"
    assert found.candidates[0].reason == "linked·as thma"
    assert Linker(model, lexicon).method in annotator.version
    measured = learned(lexicon, tmp_path / "tagger", model)
    assert Linker(model, lexicon).method in measured.name
    with pytest.raises(TrainedOnEvaluated):
        check_unseen(measured.name, measured.trained_on, [document(102, "gout", "X:1")])
