"""Relations of documents: a classifier that is trained, read back, refused and measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest.evaluation.corpora import read
from ingest.evaluation.hierarchy import TREE, mesh_tree
from ingest.evaluation.knowledge import Knowledge, Terminologies
from ingest.evaluation.relations import cued, labelled_pairs, related, told
from ingest.evaluation.scoring import score
from ingest.evaluation.tasks import Asked, evaluate
from ingest.text.claims.classifier import RelationModel
from ingest.text.claims.ledger import METHOD, Ledger
from ingest.text.models import CONFIG, ModelCard
from ingest.training.relations import train
from kg.errors import ConfigError, ModelRefused, TrainedOnEvaluated, UnknownName
from kg.model.document import Document, Passage
from kg.model.evidence import Candidate, Mention

STARTER = Path(__file__).resolve().parents[3] / "api" / "starter.toml"
FLOOR = 0.55
"""Gold mentions, of issue 5."""


def block(pmid: int, *, causes: bool) -> str:
    """An invented abstract about one chemical and one disease, related or not."""
    how = "induced severe" if causes else "was measured in patients who had"
    title, abstract = "Demonstratin and sample fever.", f"Demonstratin {how} sample fever."
    ends = [(0, 12, "Chemical", "D999001"), (17, 29, "Disease", "D999002")]
    start = len(title) + 1
    ends += [(start, start + 12, "Chemical", "D999001")]
    at = start + abstract.index("sample fever")
    ends += [(at, at + 12, "Disease", "D999002")]
    text = f"{title} {abstract}"
    rows = [f"{pmid}\t{a}\t{b}\t{text[a:b]}\t{kind}\t{id_}" for a, b, kind, id_ in ends]
    rows += [f"{pmid}\tCID\tD999001\tD999002"] if causes else []
    return "\n".join([f"{pmid}|t|{title}", f"{pmid}|a|{abstract}", *rows, ""])


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """20 documents to train on, of which two stand among the 10 that are measured on."""
    folder = tmp_path_factory.mktemp("corpora")
    (folder / "bc5cdr").mkdir()
    for name, first, count in (("Training", 100, 20), ("Development", 118, 10)):
        text = "\n".join(block(number, causes=number % 2 == 0) for number in range(first, first + count))
        (folder / "bc5cdr" / f"CDR_{name}Set.PubTator.txt").write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def folder(corpora: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("models") / "tiny"
    trained(corpora, made)
    return made


def trained(corpora: Path, made: Path) -> ModelCard:
    return train(read("bc5cdr", corpora, "training"), read("bc5cdr", corpora), made, corpora, ())


def known() -> Knowledge:
    return Terminologies(STARTER, {})


def test_a_model_names_what_it_saw_and_tells_what_it_learned(corpora: Path, tmp_path: Path) -> None:
    card = trained(corpora, tmp_path / "model")
    assert card.removed == 2
    assert len(card.documents) == 18
    assert not {one.id for one in read("bc5cdr", corpora)} & set(card.documents)
    model = RelationModel(tmp_path / "model")
    assert model.seen == card.documents
    for one in read("bc5cdr", corpora):
        assert told(labelled_pairs(one, mesh_tree(corpora)), model) == related(one)


def test_the_same_documents_and_seed_make_the_same_weights(corpora: Path, folder: Path, tmp_path: Path) -> None:
    trained(corpora, tmp_path / "tiny")
    assert (tmp_path / "tiny" / CONFIG).read_bytes() == (folder / CONFIG).read_bytes()


def test_both_kinds_of_mentions_are_measured(corpora: Path, folder: Path) -> None:
    report, found = evaluate(Asked("relations", "bc5cdr", corpora, relations=folder), known)
    assert report.n == 10
    assert report.model.startswith(f"{METHOD} tiny@")
    assert report.figures["gold-mentions.model.f1"] == 1.0
    assert set(found.scores) == {
        f"{source}-mentions.{name}" for source in ("gold", "own") for name in ("cues", "model")
    }
    # The names are invented, so no dictionary finds them.
    assert report.figures["own-mentions.model.recall"] == 0.0


def test_cues_alone_need_no_model(corpora: Path) -> None:
    [one, other] = read("bc5cdr", corpora)[:2]
    assert cued(labelled_pairs(one, mesh_tree(corpora))) == related(one) != set()
    assert cued(labelled_pairs(other, mesh_tree(corpora))) == related(other) == set()


def test_no_model_is_measured_on_what_it_saw(corpora: Path, folder: Path) -> None:
    with pytest.raises(TrainedOnEvaluated):
        evaluate(Asked("relations", "bc5cdr", corpora, part="training", relations=folder), known)


def test_a_corpus_without_relations_is_named(corpora: Path, tmp_path: Path) -> None:
    path = tmp_path / "bc5cdr" / "CDR_DevelopmentSet.PubTator.txt"
    path.parent.mkdir()
    path.write_text(block(1, causes=False), "utf-8")
    with pytest.raises(UnknownName):
        evaluate(Asked("relations", "bc5cdr", tmp_path), known)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"format": "medkg-relations.v0"}, "medkg-relations.v0"),
        ({"features": "pairs.v0"}, "pairs.v0"),
        ({"weights": "x"}, "config"),
        ({"unknown": 1}, "config"),
    ],
)
def test_a_model_of_another_kind_is_refused(folder: Path, tmp_path: Path, change: dict[str, object], why: str) -> None:
    tree = json.loads((folder / CONFIG).read_text("utf-8")) | change
    (tmp_path / CONFIG).write_text(json.dumps(tree), "utf-8")
    with pytest.raises(ModelRefused, match=why):
        RelationModel(tmp_path)


def test_nothing_to_train_on_is_told(corpora: Path, folder: Path, tmp_path: Path) -> None:
    seen = read("bc5cdr", corpora)
    with pytest.raises(ConfigError):
        train(seen, seen, tmp_path / "model", corpora, ())
    with pytest.raises(ConfigError):
        trained(corpora, folder)


def test_the_tree_tells_which_is_a_kind_of_which(tmp_path: Path) -> None:
    assert not mesh_tree(tmp_path)("MESH:D1", "MESH:D2")
    (tmp_path / TREE).parent.mkdir()
    rows = ("mesh_id\tmesh_name\tmesh_tree_number", "D1\ta\tC01", "D2\tb\tC01.5", "D3\tc\tC010")
    (tmp_path / TREE).write_text("\n".join(rows), "utf-8")
    broader = mesh_tree(tmp_path)
    assert broader("MESH:D1", "MESH:D2")
    assert not broader("MESH:D2", "MESH:D1")
    assert not broader("MESH:D1", "MESH:D3")


def test_a_model_scores_the_claims_it_was_trained_for(folder: Path) -> None:
    text = "Demonstratin induced severe sample fever."
    passage = Passage("abstract.1", "abstract", "en", text)
    mentions = [
        Mention("doc:x", passage.key, start, end, text[start:end], kind, (Candidate(concept, 0.9),), (0, len(text)))
        for start, end, kind, concept in ((0, 12, "drug", "medkg:a"), (28, 40, "disease", "medkg:b"))
    ]
    document = Document("doc:x", (passage,))
    [plain] = Ledger().document(document, mentions)
    model = RelationModel(folder)
    [scored] = Ledger(model).document(document, mentions)
    assert (plain.score, plain.method) == (0.881, METHOD)
    assert dict(scored.qualifiers) == {"calibrated": "yes"}
    assert scored.method == f"{METHOD}+{model.name}"
    assert scored.score is not None
    assert 0.5 < scored.score < 1


@pytest.mark.slow
@pytest.mark.data
def test_the_floor_with_gold_mentions_is_reached(data_folder: Path, tmp_path: Path) -> None:
    development = read("bc5cdr", data_folder)
    trained(data_folder, tmp_path / "model")
    model = RelationModel(tmp_path / "model")
    broader = mesh_tree(data_folder)
    found = [told(labelled_pairs(one, broader), model) for one in development]
    assert score([related(one) for one in development], found).f1 >= FLOOR
