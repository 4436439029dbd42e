"""Chinese that no label covers: an alignment of invented pairs, trained, applied, and refused when it is damaged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load, save

from ingest.training.align import train
from ingest.training.bilingual import pairs
from ingest.training.wording import table
from kg.errors import ConfigError, ModelRefused, TrainedOnEvaluated
from kg.generation.indexes import build_indexes, open_indexes
from kg.index.base import Vectors
from kg.search import alignment, bridging
from kg.search.alignment import Alignment, Card, Described
from kg.search.base import Query
from kg.search.bridging import LIKENESS
from kg.search.glossary import Glossary
from kg.search.hints.base import Corrections
from kg.search.layer import Layer
from kg.search.reference import ExactReader
from kg.search.searcher import Searcher
from ontology.lexicon import LabelRow, Lexicon
from tests.kg.graph import WordEncoder as NarrowEncoder
from tests.kg.graph import small_reader


class WordEncoder(NarrowEncoder):
    """No two words of these tests share a direction."""

    dimension = 509


PLACES = {"肝脏": "liver", "肾脏": "kidney", "心脏": "heart", "皮肤": "skin", "胃部": "stomach", "眼部": "eye"}
STATES = {"肿瘤": "tumour", "炎症": "inflammation", "损伤": "injury", "哮喘": "asthma", "出血": "bleeding"}
"""Put together they are names for tests and nothing clinical."""


def rows() -> list[LabelRow]:
    made = []
    for number, ((zh, en), (state_zh, state_en)) in enumerate(product(PLACES.items(), STATES.items())):
        for language, name in (("zh", zh + state_zh), ("en", f"{en} {state_en}")):
            made.append(LabelRow(f"T:{number}", "disease", language, "preferred", "test", name))
    return made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("align") / "tiny"
    train(pairs(Lexicon.build(rows()), [("T:0", "X:1")]), WordEncoder(), path, names="test")
    return path


@pytest.fixture
def copied(folder: Path, tmp_path: Path) -> Path:
    for file in folder.rglob("*"):
        if file.is_file():
            place = tmp_path / "copy" / file.relative_to(folder)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(file.read_bytes())
    return tmp_path / "copy"


def test_what_belongs_together_is_in_one_fold() -> None:
    named = [
        LabelRow("A:1", "disease", "zh", "preferred", "test", "肝脏肿瘤"),
        LabelRow("A:1", "disease", "en", "preferred", "test", "liver tumour"),
        LabelRow("B:2", "disease", "zh", "exact", "test", "肝脏肿瘤"),
        LabelRow("C:3", "disease", "zh", "preferred", "test", "肝瘤"),
        LabelRow("C:3", "disease", "en", "preferred", "test", "liver tumour"),
        LabelRow("E:5", "disease", "en", "preferred", "test", "tumour of the liver"),
        LabelRow("F:6", "disease", "en", "preferred", "test", "gout"),
    ]
    made, folds = pairs(Lexicon.build(named), [("C:3", "D:4"), ("D:4", "E:5")])
    assert set(folds) == {"A:1", "B:2", "C:3", "D:4", "E:5"}
    assert len(set(folds.values())) == 1
    assert {(pair.zh, pair.en, pair.concept) for pair in made} == {
        ("肝脏肿瘤", "liver tumour", "A:1"), ("肝瘤", "liver tumour", "C:3")
    }  # fmt: skip


def test_pieces_stand_for_the_words_that_go_with_them() -> None:
    found = table(pairs(Lexicon.build(rows()), ())[0])
    for zh, en in (PLACES | STATES).items():
        assert found[zh][0] == (en, 1.0)
    assert "脏肿" not in found or found["脏肿"][0][1] < 1.0
    book = Glossary(found, 0.5)
    assert [piece.words[0][0] for piece in book.read("患者皮肤的出血")] == ["skin", "bleeding"]


@given(st.text(alphabet="肝脏肾皮肤的出血肿瘤 aβ1？", max_size=40))
def test_pieces_follow_each_other_inside_of_the_text(text: str) -> None:
    end = 0
    for piece in Glossary(table(pairs(Lexicon.build(rows()), ())[0])).read(text):
        assert end <= piece.start < piece.end <= len(text)
        end = piece.end


def test_vectors_lie_near_the_english_name(folder: Path) -> None:
    made = alignment.read(folder, WordEncoder().id)
    assert made.told.card.pairs == 30
    assert {"found@1", "found@10", "labels", "words", "taken"} <= set(made.told.card.figures)
    assert 0.5 <= made.told.near < 1
    assert 0 <= made.all.alone < 1
    names = ["肝脏哮喘", "胃部出血"]
    cosines = np.sum(made.all.vectors(names) * WordEncoder().encode(["liver asthma", "stomach bleeding"]), axis=1)
    assert (cosines > 0.8).all()


@given(st.lists(st.text(max_size=30), max_size=4))
def test_a_vector_has_unit_length_or_none(texts: list[str]) -> None:
    weights = np.ones((64, 3), dtype=np.float16)
    found: Vectors = Layer(weights, np.ones(64, dtype=np.float32), Glossary({})).vectors(texts)
    lengths = np.linalg.norm(found, axis=1)
    assert found.shape == (len(texts), 3)
    for length, text in zip(lengths, texts, strict=True):
        assert length == (pytest.approx(1, abs=1e-5) if text else 0)


def test_a_layer_that_has_not_seen_a_family_measures_it(folder: Path) -> None:
    made = alignment.read(folder)
    assert made.families["X:1"] == made.families["T:0"]
    assert made.unseen("X:1") is made.unseen("T:0")
    assert made.unseen("T:0") is not made.all
    assert made.unseen("Y:9") is made.all


def test_the_same_labels_make_the_same_model(folder: Path, tmp_path: Path) -> None:
    train(pairs(Lexicon.build(rows()[::-1]), [("T:0", "X:1")]), WordEncoder(), tmp_path / "tiny", names="test")
    one, other = (json.loads((path / alignment.FILE).read_bytes()) for path in (folder, tmp_path / "tiny"))
    assert one["files"] == other["files"]
    assert (one["near"], one["share"]) == (other["near"], other["share"])


def test_what_saw_a_fold_is_not_measured_on_it(tmp_path: Path) -> None:
    given_ = pairs(Lexicon.build(rows()), ())
    left_out = given_[0][0].fold
    train(given_, WordEncoder(), tmp_path / "part", without=left_out)
    made = alignment.read(tmp_path / "part")
    seen, unseen = (next(p.concept for p in given_[0] if (p.fold == left_out) is there) for there in (False, True))
    assert made.unseen(unseen) is made.all
    with pytest.raises(TrainedOnEvaluated):
        made.unseen(seen)


def test_without_bilingual_labels_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as error:
        train(pairs(Lexicon.build(rows()[1::2]), ()), WordEncoder(), tmp_path / "none")
    assert "bilingual" in error.value.text("en")
    assert "双语" in error.value.text("zh")
    assert not (tmp_path / "none").exists()


def test_an_alignment_for_another_encoder_is_refused(folder: Path) -> None:
    alignment.read(folder, "words:1:bfloat16")
    with pytest.raises(ModelRefused) as error:
        alignment.read(folder, "other:2:float32")
    for language in ("en", "zh"):
        assert "words:1:float32" in error.value.text(language)
        assert "other:2:float32" in error.value.text(language)


@pytest.mark.parametrize(
    "name", ["all/map.safetensors", "all/glossary.json", "all/guess.json", "all/pieces.safetensors", "all/pieces.json"]
)
@pytest.mark.parametrize("damage", ["gone", "changed"])
def test_damaged_files_are_refused(copied: Path, name: str, damage: str) -> None:
    path = copied / name
    if damage == "gone":
        path.unlink()
    else:
        data = bytearray(path.read_bytes())
        data[-3] ^= 1
        path.write_bytes(data)
    with pytest.raises(ModelRefused, match=name):
        alignment.read(copied)


def test_damage_of_what_only_measures_is_found_when_measuring(copied: Path) -> None:
    (copied / alignment.FAMILIES).write_text("{}")
    with pytest.raises(ModelRefused, match=alignment.FAMILIES):
        alignment.read(copied).unseen("T:0")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "medkg-align.v2"}', '{"format": "medkg-align.v3"}'])
def test_what_is_no_alignment_is_refused(copied: Path, text: str) -> None:
    (copied / alignment.FILE).write_text(text)
    with pytest.raises(ModelRefused):
        alignment.read(copied)
    with pytest.raises(ModelRefused, match="no alignment"):
        alignment.read(copied / "nowhere")


@pytest.mark.parametrize(
    ("name", "array", "wrong"),
    [(alignment.MAP, "weights", np.nan), (alignment.PIECES, "shares", np.nan), (alignment.PIECES, "places", 10**6)],
)
def test_arrays_that_make_no_sense_are_refused(copied: Path, name: str, array: str, wrong: float) -> None:
    arrays = {key: value.copy() for key, value in load((copied / "all" / name).read_bytes()).items()}
    arrays[array].flat[3] = wrong
    data = save(arrays)
    (copied / "all" / name).write_bytes(data)
    described = json.loads((copied / alignment.FILE).read_bytes())
    described["files"][f"all/{name}"] = hashlib.sha256(data).hexdigest()
    (copied / alignment.FILE).write_text(json.dumps(described))
    with pytest.raises(ModelRefused, match="no alignment"):
        alignment.read(copied)


@pytest.fixture(scope="module")
def searcher(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    place = tmp_path_factory.mktemp("aligned")
    reader = small_reader(place)
    build_indexes(reader, place, WordEncoder(), place / "cache", concept_vectors=True, vector_index="exact")
    indexes = open_indexes(place, WordEncoder())
    layer = alignment.read(folder, WordEncoder().id).all
    layer.near = layer.alone = 0.5
    yield Searcher(indexes.text, reader, ExactReader(()), indexes.passages, WordEncoder(), layer=layer)
    reader.close()


@pytest.mark.parametrize("text", ["哮喘", "哪些人有哮喘？"])
def test_a_name_without_label_finds_what_is_about_the_nearest_concept(searcher: Searcher, text: str) -> None:
    found = searcher.search(Query(text))
    told = found.interpretation
    assert [one.id for one in told.concepts] == ["medkg:asthma"]
    [concept] = told.concepts
    assert (text[concept.start : concept.end], concept.reason) == (concept.surface, LIKENESS)
    assert 0.5 <= concept.score <= 1
    assert {hit.id for hit in found.items} == {"PMID:900000001", "PMID:900000003"}
    hints = [hint for hint in told.hints if hint.kind == LIKENESS]
    assert hints
    assert all(text[hint.start : hint.end] == hint.surface for hint in hints)
    assert any(hint.concepts == ("medkg:asthma",) for hint in hints)


@pytest.mark.parametrize("text", ["哮喘b", "2哮喘", " 哮喘 "])
def test_a_name_that_is_not_of_chinese_characters_alone_is_one_name(searcher: Searcher, text: str) -> None:
    told = searcher.search(Query(text)).interpretation
    assert [(one.id, one.surface) for one in told.concepts] == [("medkg:asthma", text.strip())]


def named(folder: Path, place: Path, text: str, *labels: tuple[str, str]) -> list[str]:
    """Concepts of a query that a dictionary with these labels reads, too."""
    reader = small_reader(place)
    build_indexes(reader, place, WordEncoder(), place / "cache", concept_vectors=True, vector_index="exact")
    indexes = open_indexes(place, WordEncoder())
    layer = alignment.read(folder, WordEncoder().id).all
    layer.near = layer.alone = 0.5
    found = Searcher(indexes.text, reader, ExactReader(labels), indexes.passages, WordEncoder(), layer=layer)
    concepts = [one.id for one in found.search(Query(text)).interpretation.concepts]
    reader.close()
    return concepts


def test_a_name_of_a_part_gives_way_to_what_the_whole_is_sure_to_mean(folder: Path, tmp_path: Path) -> None:
    assert named(folder, tmp_path, "哮喘", ("喘", "medkg:other")) == ["medkg:asthma"]


def test_names_side_by_side_are_no_single_name(folder: Path, tmp_path: Path) -> None:
    assert named(folder, tmp_path, "哮喘 喘", ("哮喘", "medkg:asthma"), ("喘", "medkg:other")) == [
        "medkg:asthma", "medkg:other"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "brief", "asks"),
    [("吗啡", False, False), ("能用吗啡吗", False, True), ("氢化可的松", True, False), ("哮喘的治疗", False, True)],
)
def test_what_binds_phrases_may_be_a_sound(text: str, *, brief: bool, asks: bool) -> None:
    assert bridging._asks(text, brief=brief) is asks


def test_likeness_is_switched_off_for_one_request(searcher: Searcher) -> None:
    off = searcher.search(Query("哮喘", corrections=Corrections(hints=())))
    assert (off.items, off.interpretation.concepts, off.interpretation.hints) == ((), (), ())
    removed = searcher.search(Query("哮喘", corrections=Corrections(without=("medkg:asthma",)), signals=("concept",)))
    assert removed.items == ()


def test_english_is_read_as_before(searcher: Searcher) -> None:
    told = searcher.search(Query("asthma")).interpretation
    assert not [hint for hint in told.hints if hint.kind == LIKENESS]
    assert told.type == "text-en"


def test_a_described_alignment_is_read_as_it_was_written(tmp_path: Path) -> None:
    layer = Layer(np.ones((8, 2), dtype=np.float16), np.ones(8, dtype=np.float32), Glossary({"肝": (("liver", 0.5),)}))
    described = Described(
        name="own", encoder="words:1:float32", dimension=2, near=0.8, share=0.2, files={},
        card=Card(pairs=1, concepts=1, folds=(0,)),
    )  # fmt: skip
    alignment.write(tmp_path / "own", described, {"all": (layer, {"肝": (("liver", 0.5),)})}, {"T:1": 0})
    made: Alignment = alignment.read(tmp_path / "own")
    assert msgspec.structs.replace(made.told, files={}) == described
    assert made.all.glossary.read("肝")[0].words == (("liver", 0.5),)
