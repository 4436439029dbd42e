"""A spaCy pipeline, trained here on invented names, as tagger; and every folder that must be refused."""

from __future__ import annotations

import json
import pickle
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.training import Example

from ingest.evaluation.tagging import learned
from ingest.text.annotate import Annotator
from ingest.text.spacy_tagger import CONFIG, META, SpacyTagger, stretches
from ingest.text.tagger import LearnedTagger
from ingest.text.taggers import opened
from kg.errors import ModelRefused
from ontology.lexicon import LabelRow, Lexicon

DRUGS, ILLS = ("demonstratin", "illustratin", "samplexate"), ("samplitis", "specimosis", "examplemia")
LEXICON = Lexicon.build(
    [
        LabelRow("medkg:samplitis", "disease", "en", "preferred", "made-up", "samplitis"),
        LabelRow("medkg:exemplar-test", "test", "en", "preferred", "made-up", "exemplar assay"),
    ]
)
TEXT = "Patients with samplitis were given illustratin after an exemplar assay."


def sentence(drug: str, ill: str) -> tuple[str, dict[str, list[tuple[int, int, str]]]]:
    text = f"Patients with {ill} were given {drug} after an exemplar assay."
    spans = [(text.index(ill), text.index(ill) + len(ill), "DISEASE"),
             (text.index(drug), text.index(drug) + len(drug), "CHEMICAL")]  # fmt: skip
    return text, {"entities": spans}


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    nlp = spacy.blank("en", meta={"name": "invented", "version": "1.0"})
    nlp.add_pipe("sentencizer")
    nlp.add_pipe("ner")
    rows = [Example.from_dict(nlp.make_doc(text), marks)
            for text, marks in (sentence(drug, ill) for drug in DRUGS for ill in ILLS)]  # fmt: skip
    spacy.util.fix_random_seed(1)
    dice = random.Random(1)
    optimizer = nlp.initialize(lambda: rows)
    for _ in range(20):
        dice.shuffle(rows)
        nlp.update(rows, sgd=optimizer)
    folder = tmp_path_factory.mktemp("pipelines") / "invented"
    nlp.to_disk(folder)
    return folder


def surfaces(tagger: SpacyTagger, text: str) -> list[tuple[str, str]]:
    [found] = tagger.spans([text], [()])
    return [(text[one.start : one.end], one.category) for one in found]


def test_spans_have_our_types_and_exact_offsets(pipeline: Path) -> None:
    tagger = SpacyTagger(pipeline)
    assert surfaces(tagger, TEXT) == [("samplitis", "disease"), ("illustratin", "chemical")]
    assert tagger.spans([], []) == []
    assert tagger.spans(["", " \n"], [(), ()]) == [[], []]
    assert set(tagger.thresholds) == {"chemical", "disease"}
    assert (tagger.reads("en"), tagger.reads("zh")) == (True, False)


def test_it_is_used_as_a_trained_model_is(pipeline: Path) -> None:
    tagger = opened(pipeline)
    assert isinstance(tagger, SpacyTagger)
    found = {one.surface: one for one in Annotator(LEXICON, tagger=tagger).text(TEXT, "en")}
    assert set(found) == {"samplitis", "illustratin", "exemplar assay"}
    assert found["samplitis"].candidates[0].concept == "medkg:samplitis"
    # What no name is equal to has a place and no concept; what the dictionary alone knows stays.
    assert (found["illustratin"].category, found["illustratin"].candidates) == ("chemical", ())
    assert found["samplitis"].method == found["illustratin"].method == tagger.method
    assert found["exemplar assay"].method == ""
    assert tagger.method.startswith("en_invented-1.0@")
    assert tagger.method in Annotator(LEXICON, tagger=tagger).version
    # A Chinese text keeps what the dictionary says.
    assert [one.method for one in Annotator(LEXICON, tagger=tagger).text("做 exemplar assay 检查。", "zh")] == [""]


def test_another_folder_is_one_of_ours(tmp_path: Path) -> None:
    with pytest.raises(ModelRefused, match=r"config\.json"):
        opened(tmp_path)
    with pytest.raises(ModelRefused, match=r"config\.json"):
        LearnedTagger(tmp_path)


def test_what_nobody_knows_the_training_of_is_not_measured(pipeline: Path) -> None:
    with pytest.raises(ModelRefused, match=r"card\.json"):
        learned(LEXICON, pipeline)


@pytest.mark.parametrize("text", ["\ud800 samplitis", "samplitis\u202e\x00 and 样例", "🤒 samplitis " * 3])
def test_odd_texts_keep_their_offsets(pipeline: Path, text: str) -> None:
    for surface, _ in surfaces(SpacyTagger(pipeline), text):
        assert surface.strip() == surface != ""


def test_a_text_longer_than_spacy_reads_at_once(pipeline: Path) -> None:
    text = f"{TEXT} " * 3_000
    found = surfaces(SpacyTagger(pipeline), text)
    assert found.count(("illustratin", "chemical")) == 3_000


@given(st.text(alphabet="ab. \n。", max_size=80), st.integers(min_value=1, max_value=20))
def test_stretches_are_apart_and_leave_only_white_space_out(text: str, longest: int) -> None:
    found = list(stretches(text, longest))
    assert all(0 < end - start <= longest for start, end in found)
    ends = [0, *(end for _, end in found)]
    assert all(start >= before for (start, _), before in zip(found, ends, strict=False))
    kept = "".join(text[start:end] for start, end in found)
    assert "".join(kept.split()) == "".join(text.split())


def changed(old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / CONFIG).read_text("utf-8")
        assert old in text
        (folder / CONFIG).write_text(text.replace(old, new), "utf-8")

    return change


def meta(**values: object) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / META).write_text(json.dumps(json.loads((folder / META).read_text("utf-8")) | values), "utf-8")

    return change


def written(name: str, content: bytes) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes(content) and None


REFUSED = {
    "foreign-architecture": (changed("spacy.TransitionBasedParser.v2", "foreign.Parser.v1"), "foreign.Parser.v1"),
    "torch-architecture": (changed("spacy.HashEmbedCNN.v2", "spacy.TorchBiLSTMEncoder.v1"), "TorchBiLSTM"),
    "foreign-tokenizer": (changed("spacy.Tokenizer.v1", "foreign.Tokenizer.v1"), "foreign.Tokenizer.v1"),
    "foreign-scorer": (changed("spacy.ner_scorer.v1", "foreign.scorer.v1"), "foreign.scorer.v1"),
    "hook": (changed("before_creation = null", 'before_creation = {"@callbacks": "foreign.v1"}'), "before_creation"),
    "reader": (changed("width = 96", 'width = {"@readers": "srsly.read_json.v1", "path": "/x"}'), "@readers"),
    "other-language": (changed('lang = "en"', 'lang = "zh"'), "zh"),
    "no-recogniser": (changed('factory = "ner"', 'factory = "parser"'), "config.cfg"),
    "no-config-text": (written(CONFIG, b"\xff\xfe"), "config.cfg"),
    "config-of-something-else": (written(CONFIG, b"[other]\nx = 1\n"), "config.cfg"),
    "no-meta": (lambda folder: (folder / META).unlink(), "config.cfg"),
    "meta-is-a-list": (written(META, b"[]"), "config.cfg"),
    "unknown-labels": (meta(labels={"ner": ["PERSON"]}), "PERSON"),
    "no-labels": (meta(labels={}), "-"),
    "code": (written("__init__.py", b"raise SystemExit"), "__init__.py"),
    "pickle": (written("weights.pkl", pickle.dumps([1])), "weights.pkl"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_folder_that_asks_for_more_is_refused_at_once(pipeline: Path, tmp_path: Path, name: str) -> None:
    change, said = REFUSED[name]
    folder = tmp_path / "copy"
    shutil.copytree(pipeline, folder)
    change(folder)
    with pytest.raises(ModelRefused, match=said):
        SpacyTagger(folder)


@pytest.mark.parametrize(("file", "content"), [("ner/model", b"\x80"), ("ner/moves", b""), ("tokenizer", b"\xc1")])
def test_damage_is_told_when_a_text_comes(pipeline: Path, tmp_path: Path, file: str, content: bytes) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(pipeline, folder)
    (folder / file).write_bytes(content)
    with pytest.raises(ModelRefused):
        SpacyTagger(folder).spans([TEXT], [()])


def test_a_component_of_others_is_left_out_unread(pipeline: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(pipeline, folder)
    changed('factory = "sentencizer"', 'factory = "foreign_component"')(folder)
    assert surfaces(SpacyTagger(folder), TEXT) == [("samplitis", "disease"), ("illustratin", "chemical")]


def test_a_changed_file_is_another_model(pipeline: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(pipeline, folder)
    assert SpacyTagger(folder).method == SpacyTagger(pipeline).method
    meta(description="changed")(folder)
    assert SpacyTagger(folder).method != SpacyTagger(pipeline).method
