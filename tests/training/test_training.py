"""Training in seconds: partial labels, no evaluated document, folders that are read or refused, union in annotation."""

from __future__ import annotations

import json
import pickle
import shutil
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.evaluation.leaks import check_unseen
from ingest.evaluation.tagging import learned
from ingest.labelled import LabelledDocument, LabelledMention
from ingest.text.annotate import Annotator
from ingest.text.bio import UNKNOWN
from ingest.text.models import CARD, CONFIG, FORMAT, Thresholds, digest
from ingest.text.pieces import Pieces
from ingest.text.tagger import LearnedTagger, TaggedSpan
from ingest.text.union import sure, union
from ingest.training.calibration import Held, calibrated
from ingest.training.examples import examples
from ingest.training.ner import Parts, divided, train
from ingest.training.plan import Plan
from kg.errors import ConfigError, ModelRefused, TrainedOnEvaluated
from kg.messages import Catalogue
from kg.model.document import Passage
from kg.model.evidence import Candidate
from ontology.lexicon import LabelRow, Lexicon
from ontology.scoring import Meaning
from tests.training.encoder import part, tiny_encoder

TYPES = ("disease", "chemical")
PLAN = Plan(epochs=8, pieces=256, rate=5e-3)
LEXICON = Lexicon.build(
    LabelRow(concept, category, "en", "preferred", "made-up", name)
    for concept, category, name in (("DOID:13189", "disease", "gout"), ("MESH:D013812", "procedure", "treated with"))
)


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_encoder(tmp_path_factory.mktemp("encoder") / "tiny")


def parts() -> Parts:
    """Two corpora, each with one type."""
    both = [part("diseases", ("disease",), 1, 60), part("chemicals", ("chemical",), 61, 60)]
    return divided(both, part("evaluated", TYPES, 59, 4).documents)


@pytest.fixture(scope="module")
def model(encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    train(parts(), TYPES, folder, PLAN, encoder=encoder)
    return folder


def test_documents_that_are_evaluated_are_in_no_part() -> None:
    found = parts()
    ids = {one.id for group in (*found.training, *found.held) for one in group.documents}
    assert found.removed == 4
    assert ids.isdisjoint({"PMID:59", "PMID:60", "PMID:61", "PMID:62"})
    assert len(ids) == 116
    assert all(group.documents for group in (*found.training, *found.held))


def test_what_a_corpus_does_not_label_is_unknown(encoder: Path) -> None:
    [one] = examples(part("diseases", ("disease",), 2, 1), TYPES, Pieces(encoder / "tokenizer.json", 64), None)
    assert one.labels[:, 0].tolist() == [0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]
    assert set(one.labels[:, 1].tolist()) == {UNKNOWN}


def test_types_of_different_corpora_are_learned_at_once(model: Path) -> None:
    tagger = LearnedTagger(model)
    text = "86 patients with gout and gout were treated with heparin."
    [found] = tagger.spans([text], [()])
    assert [(text[one.start : one.end], one.category) for one in found] == [
        ("gout", "disease"),
        ("gout", "disease"),
        ("heparin", "chemical"),
    ]
    assert all(0.5 < one.score <= 1 for one in found)
    card = json.loads((model / CARD).read_text())
    assert len(card["documents"]) + len(card["held_out"]) == 116
    assert card["figures"]["disease.network.held-out"]["f1"] > 0.9
    assert card["options"]["seed"] == 1


def test_the_same_seed_makes_the_same_model_and_another_another(encoder: Path, tmp_path: Path) -> None:
    plan = msgspec.structs.replace(PLAN, epochs=1)
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        train(parts(), TYPES, tmp_path / name, msgspec.structs.replace(plan, seed=seed), encoder=encoder)
    one, again, other = (digest(tmp_path / name / "model.safetensors") for name in ("one", "again", "other"))
    assert one == again != other


def test_frozen_layers_do_not_learn(encoder: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    train(parts(), TYPES, tmp_path / "m", msgspec.structs.replace(PLAN, epochs=1, frozen=1), encoder=encoder)
    before, after = load_file(encoder / "model.safetensors"), load_file(tmp_path / "m" / "model.safetensors")
    names = [f"encoder.layer.{number}.intermediate.dense.weight" for number in (0, 1)]
    same = [(before[name] == after[f"layers.{at}.linear1.weight"]).all() for at, name in enumerate(names)]
    assert same == [True, False]
    with pytest.raises(ConfigError):
        train(parts(), TYPES, tmp_path / "n", msgspec.structs.replace(PLAN, frozen=2), encoder=encoder)


def test_a_network_of_fewer_layers_has_the_lowest_and_reads(encoder: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    plan = msgspec.structs.replace(PLAN, layers=1)
    card = train(parts(), TYPES, tmp_path / "m", plan, encoder=encoder)
    tagger = LearnedTagger(tmp_path / "m")
    assert (tagger.config.shape.layers, card.options["layers"]) == (1, 1)
    weights = load_file(tmp_path / "m" / "model.safetensors")
    assert {name.split(".")[1] for name in weights if name.startswith("layers.")} == {"0"}
    text = "86 patients with gout and gout were treated with heparin."
    [found] = tagger.spans([text], [()])
    assert {text[one.start : one.end] for one in found} == {"gout", "heparin"}
    with pytest.raises(ConfigError) as caught:
        train(parts(), TYPES, tmp_path / "n", msgspec.structs.replace(PLAN, layers=3), encoder=encoder)
    assert caught.value.params["why"] == "too-many-layers"


def test_a_trained_network_is_learned_on_and_its_documents_are_not_forgotten(model: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    more = divided([part("more", TYPES, 300, 20)], ())
    plan = msgspec.structs.replace(PLAN, epochs=1, layers=1, rate=1e-6)
    card = train(more, TYPES, tmp_path / "m", plan, encoder=model)
    before = json.loads((model / CARD).read_text())
    assert {*before["documents"], "PMID:301"} <= {*card.documents, *card.held_out}
    assert set(before["held_out"]) <= set(card.held_out)
    old, new = load_file(model / "model.safetensors"), load_file(tmp_path / "m" / "model.safetensors")
    assert abs(old["head.weight"] - new["head.weight"]).max() < 1e-3
    train(more, ("chemical", "disease"), tmp_path / "other", plan, encoder=model)
    other = load_file(tmp_path / "other" / "model.safetensors")
    assert abs(old["head.weight"] - other["head.weight"]).max() > 1e-2
    (shutil.copytree(model, tmp_path / "broken") / CARD).unlink()
    with pytest.raises(ModelRefused):
        train(more, TYPES, tmp_path / "n", plan, encoder=tmp_path / "broken")


def test_nothing_is_written_over_and_nothing_is_made_of_nothing(encoder: Path, model: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        train(parts(), TYPES, model, PLAN, encoder=encoder)
    with pytest.raises(ConfigError):
        train(Parts((), (), 0), TYPES, tmp_path / "none", PLAN, encoder=encoder)
    assert not (tmp_path / "none").exists()


def test_the_network_is_the_encoder_of_its_checkpoint(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import save_file
    from transformers import BertConfig, BertModel

    from ingest.text.models import bert_shape
    from ingest.text.network import from_encoder

    torch.manual_seed(1)
    config = BertConfig(vocab_size=50, hidden_size=16, num_hidden_layers=2, num_attention_heads=4,
                        intermediate_size=24, max_position_embeddings=20)  # fmt: skip
    theirs = BertModel(config, add_pooling_layer=False).eval()
    config.save_pretrained(tmp_path)
    save_file(theirs.state_dict(), str(tmp_path / "model.safetensors"))
    ours = from_encoder(tmp_path / "model.safetensors", bert_shape(tmp_path, 3, 1, 1)).eval()
    ids = torch.randint(0, 50, (3, 9))
    padding = torch.zeros(3, 9, dtype=torch.bool)
    padding[1, 5:] = True
    with torch.no_grad():
        made = ours.layers[1](ours.lower(ids, padding), src_key_padding_mask=padding)
        wanted = theirs(input_ids=ids, attention_mask=(~padding).long()).last_hidden_state
    assert torch.allclose(made[~padding], wanted[~padding], atol=1e-5)


def refused(folder: Path) -> str:
    with pytest.raises(ModelRefused) as caught:
        LearnedTagger(folder)
    told = {caught.value.text(language) for language in ("en", "zh")}
    assert len(told) == 2
    return str(caught.value.params["why"])


@pytest.mark.parametrize("name", ["pytorch_model.bin", "tagger.pkl", "deep/model.joblib", "model.pt", "modeling.py"])
def test_folders_with_pickles_or_code_are_refused(model: Path, tmp_path: Path, name: str) -> None:
    folder = shutil.copytree(model, tmp_path / "m")
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(pickle.dumps({}))
    assert refused(folder) == "model-code"


def test_folders_that_are_changed_or_of_another_kind_are_refused(model: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(model, tmp_path / "m")
    config = json.loads((folder / CONFIG).read_text())

    def written(**changes: object) -> Path:
        (folder / CONFIG).write_text(json.dumps({**config, **changes}))
        return folder

    assert refused(written(auto_map={"AutoModel": "m.Model"})) == "model-code"
    assert refused(written(format="medkg-ner.v0")) == "model-version"
    assert refused(written(types="disease")) == "model-config"
    assert refused(written(types=["disease"])) == "model-config"
    assert refused(written(weights="0" * 64)) == "model-changed"
    (folder / CONFIG).write_text("[]")
    assert refused(folder) == "model-config"
    (folder / CONFIG).unlink()
    assert refused(folder) == "model-missing"
    assert refused(tmp_path / "nowhere") == "model-missing"
    assert FORMAT != "medkg-ner.v0"


def test_weights_that_are_not_safetensors_of_the_shape_are_refused(model: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(model, tmp_path / "m")
    config = json.loads((folder / CONFIG).read_text())
    (folder / "model.safetensors").write_bytes(pickle.dumps({"head.weight": 1}))
    config["weights"] = digest(folder / "model.safetensors")
    (folder / CONFIG).write_text(json.dumps(config))
    with pytest.raises(ModelRefused) as caught:
        LearnedTagger(folder).spans(["gout"], [()])
    assert caught.value.params["why"] == "weights"


def test_reasons_are_told_in_both_languages() -> None:
    catalogue = Catalogue("kg")
    reasons = "weights model-card model-taken nothing-to-train frozen-layers too-many-layers model-changed"
    for why in reasons.split():
        params = {"file": "f", "frozen": 1, "layers": 2, "asked": 3}
        assert catalogue.text(f"reason.{why}", "zh", **params) != catalogue.text(f"reason.{why}", "en", **params)


def test_mentions_name_the_model_and_the_dictionary_gives_ids(model: Path) -> None:
    tagger = LearnedTagger(model)
    annotator = Annotator(LEXICON, tagger=tagger)
    text = "86 patients with gout and gout were treated with heparin."
    by_surface = {one.surface: one for one in annotator.text(text, "en")}
    assert by_surface["gout"].candidates[0].concept == "DOID:13189"
    assert by_surface["gout"].method == by_surface["heparin"].method == tagger.method
    assert tagger.method.startswith("tiny@")
    assert by_surface["heparin"].candidates == ()
    assert (by_surface["treated with"].category, by_surface["treated with"].method) == ("procedure", "")
    assert annotator.version == f"{Annotator(LEXICON).version}.similar1.{tagger.method}"


def test_a_language_that_it_was_not_trained_on_is_left_to_the_dictionary(model: Path) -> None:
    annotator = Annotator(LEXICON, tagger=LearnedTagger(model))
    assert [(one.surface, one.method) for one in annotator.text("gout 患者", "zh")] == [("gout", "")]


def test_a_model_is_not_measured_on_what_it_has_seen(model: Path) -> None:
    found = learned(LEXICON, model)
    check_unseen(found.name, found.trained_on, part("unseen", TYPES, 200, 3).documents)
    with pytest.raises(TrainedOnEvaluated):
        check_unseen(found.name, found.trained_on, part("seen", TYPES, 3, 3).documents)


@settings(max_examples=60)
@given(text=st.text(st.one_of(st.characters(exclude_categories=[]), st.sampled_from("gout asthma. 糖\u0301\ud800"))))
def test_offsets_are_exact_in_any_text(model: Path, text: str) -> None:
    annotator = Annotator(LEXICON, tagger=LearnedTagger(model))
    end = 0
    for mention in annotator.text(text, "en"):
        assert mention.surface == text[mention.start : mention.end] != ""
        assert mention.start >= end
        end = mention.end


def test_the_union_keeps_the_networks_spans_and_adds_the_dictionarys() -> None:
    text = "lung cancer, gout and a fall"
    cancer, gout, fall = (
        Meaning("disease", (Candidate("C", 0.9),), 0.9),
        Meaning("disease", (), 0.7),
        Meaning("test", (), 0.4),
    )
    named = [(5, 11, "cancer", cancer), (13, 17, "gout", gout), (24, 28, "fall", fall)]
    learned_spans = [TaggedSpan(0, 11, "disease", 0.8), TaggedSpan(18, 21, "disease", 0.3)]

    def kept(limit: float) -> list[str]:
        limits = {"disease": Thresholds(0.5, limit)}
        rows, places = union(text, sure(learned_spans, limits), named, limits, lambda _: None, lambda *_: None)
        assert places == {(0, 11)}
        return [surface for _, _, surface, _ in rows]

    assert kept(0.6) == ["lung cancer", "gout", "fall"]
    assert kept(2.0) == ["lung cancer", "fall"]


def test_thresholds_are_chosen_where_the_type_is_labelled() -> None:
    passage = Passage("title", "title", "en", "2 patients with gout and asthma.")
    mentions = (LabelledMention(passage.key, 16, 20, "disease"), LabelledMention(passage.key, 25, 31, "disease"))
    documents = [LabelledDocument(f"PMID:{number}", (passage,), mentions) for number in range(4)]
    held = [
        Held(
            one,
            ("disease",),
            {place.key: [TaggedSpan(mention.start, mention.end, "disease", 0.6) for mention in one.mentions[:1]]
             + [TaggedSpan(0, 1, "disease", 0.4)] for place in one.passages},
            {place.key: [(mention.start, mention.end, "", Meaning("disease", (), 0.85)) for mention in one.mentions]
             for place in one.passages},
        )
        for one in documents
    ]  # fmt: skip
    chosen, alone, both = calibrated(held, "disease")
    assert (chosen.learned, chosen.dictionary) == (0.45, 0.8)
    assert (both.right, both.wrong, both.missed) == (8, 0, 0)
    assert (alone.right, alone.wrong, alone.missed) == (4, 4, 4)
    assert calibrated(held, "gene")[0] == Thresholds()
