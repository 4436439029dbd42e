"""Autocomplete against an exact look through all keys."""

from __future__ import annotations

import random
import string
from pathlib import Path

import pytest

from kg.errors import IntegrityError
from kg.index import suggest_writer
from kg.index.base import SuggestEntry, SuggestLabel
from kg.index.edits import Edits
from kg.index.keys import code_keys, fold_key, label_keys
from kg.index.pinyin import syllables
from kg.index.suggest import SuggestIndex
from kg.index.suggest_writer import SuggestWriter


def concept(name: str, *labels: tuple[str, str, str], documents: int = 0, **more: object) -> SuggestEntry:
    made = tuple(SuggestLabel(value, language, kind) for value, language, kind in labels)  # type: ignore[arg-type]
    return SuggestEntry(f"medkg:{name}", "disease", made, (f"medkg:{name}",), documents, **more)  # type: ignore[arg-type]


ENTRIES = (
    concept("asthma", ("asthma", "en", "preferred"), ("哮喘", "zh", "preferred"), documents=50),
    concept("oldasthma", ("asthma", "en", "preferred"), deprecated=True),
    concept("asthenia", ("asthenia", "en", "preferred"), documents=2),
    concept("stroke", ("stroke", "en", "preferred"), ("脑卒中", "zh", "preferred"), ("apoplexy", "en", "old")),
    concept("t2d", ("type 2 diabetes mellitus", "en", "preferred"), ("2型糖尿病", "zh", "preferred"), documents=9),
    concept("dm", ("diabetes mellitus", "en", "preferred"), ("糖尿病", "zh", "preferred"), documents=3),
    concept("dcm", ("diabetic cardiomyopathy", "en", "preferred"), ("diabetic kardiomyopathy", "en", "spelling")),
    SuggestEntry("DOID:9352", "drug", (SuggestLabel("glucoform", "en"),), ("DOID:9352", "E11.9"), illustrative=True),
)


def write(folder: Path, entries: tuple[SuggestEntry, ...] | list[SuggestEntry]) -> SuggestIndex:
    with SuggestWriter(folder) as writer:
        for entry in entries:
            writer.add(entry)
    return SuggestIndex(folder)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> SuggestIndex:
    return write(tmp_path_factory.mktemp("suggest") / "suggest", ENTRIES)


@pytest.mark.parametrize(
    ("typed", "first", "match", "text"),
    [
        ("asth", "medkg:asthma", "label", "asthma"),
        ("ASTHMA", "medkg:asthma", "label", "asthma"),
        ("diab", "medkg:dm", "label", "diabetes mellitus"),
        ("melli", "medkg:t2d", "inner", "type 2 diabetes mellitus"),
        ("哮", "medkg:asthma", "label", "哮喘"),
        ("糖尿", "medkg:dm", "label", "糖尿病"),
        ("腦卒中", "medkg:stroke", "label", "脑卒中"),
        ("naocuzhong", "medkg:stroke", "pinyin", "脑卒中"),
        ("nao cu", "medkg:stroke", "pinyin", "脑卒中"),
        ("ncz", "medkg:stroke", "initials", "脑卒中"),
        ("卒中", "medkg:stroke", "inner", "脑卒中"),
        ("9352", "DOID:9352", "code", "glucoform"),
        ("doid:93", "DOID:9352", "code", "glucoform"),
        ("e11.9", "DOID:9352", "code", "glucoform"),
        ("diabetic kard", "medkg:dcm", "label", "diabetic cardiomyopathy"),
        ("sroke", "medkg:stroke", "typo", "stroke"),
        ("storke", "medkg:stroke", "typo", "stroke"),
        ("strokes", "medkg:stroke", "typo", "stroke"),
        ("glocoform", "DOID:9352", "typo", "glucoform"),
    ],
)
def test_what_is_typed_leads_to_the_concept(index: SuggestIndex, typed: str, first: str, match: str, text: str) -> None:
    found = index.suggest(typed)
    assert (found[0].id, found[0].match, found[0].text) == (first, match, text)
    assert len({hit.id for hit in found}) == len(found)


def test_suggestions_carry_both_languages_and_their_marks(index: SuggestIndex) -> None:
    stroke = index.suggest("stroke")[0]
    assert (stroke.zh, stroke.en, stroke.category) == ("脑卒中", "stroke", "disease")
    assert index.suggest("gluco")[0].illustrative
    assert [hit.deprecated for hit in index.suggest("asthma")] == [False, True]


def test_category_and_limit(index: SuggestIndex) -> None:
    assert {hit.id for hit in index.suggest("d", category="drug")} == {"DOID:9352"}
    assert index.suggest("d", category="none such") == []
    assert len(index.suggest("a", limit=1)) == 1
    assert index.suggest("", limit=5) == index.suggest("  ()", limit=5) == index.suggest("a", limit=0) == []
    assert index.suggest("x" * 10_000) == []


def test_same_concepts_give_the_same_bytes(tmp_path: Path) -> None:
    write(tmp_path / "a", ENTRIES)
    write(tmp_path / "b", ENTRIES)
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert all((tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes() for name in names)


def test_damage_is_found(tmp_path: Path) -> None:
    write(tmp_path / "a", ENTRIES)
    path = tmp_path / "a" / "keys.ranks.npy"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(IntegrityError):
        SuggestIndex(tmp_path / "a")


def test_an_empty_index_answers(tmp_path: Path) -> None:
    assert write(tmp_path / "a", []).suggest("asthma") == []


def test_every_prefix_agrees_with_a_look_through_all_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stored best lists, slices and bisection beyond eight bytes, against brute force."""
    monkeypatch.setattr(suggest_writer, "HEAVY", 40)
    dice = random.Random(5)
    syllable = ["al", "be", "ga", "de", "ep", "糖", "尿", "病", "心", " "]
    labels = sorted({"".join(dice.choices(syllable, k=dice.randint(2, 7))).strip() for _ in range(900)} - {""})
    entries = [
        concept(f"n{at:04d}", (name, "en", "preferred"), documents=dice.randrange(50)) for at, name in enumerate(labels)
    ]
    index = write(tmp_path / "a", entries)
    assert len(index._heavy) > 10
    keys = [
        (key, entry.id)
        for entry in entries
        for key in dict.fromkeys(
            [*(k for label in entry.labels for k, _ in label_keys(label)), *(k for k, _ in code_keys(entry.codes))]
        )
    ]
    prefixes = {fold_key(name[:size]) for name in labels[::9] for size in range(1, 12)} - {""}
    for prefix in sorted(prefixes):
        holders = {owner for key, owner in keys if key.startswith(prefix)}
        exact = {owner for key, owner in keys if key == prefix}
        found = [hit.id for hit in index.suggest(prefix, limit=50) if hit.match != "typo"]
        if prefix.isascii():
            holders |= {owner for key, owner in keys if key.startswith(prefix.replace(" ", ""))}
        assert set(found) <= holders, prefix
        assert len(found) == min(50, len(holders)), prefix
        assert set(found[: min(50, len(exact))]) <= exact or len(exact) > 50, prefix


@pytest.mark.parametrize("word", ["abc", "ab", "a", "abcdefgh", "abcdefghij klm"])
def test_edits_are_all_single_edits_behind_the_first_letter(word: str) -> None:
    letters = string.ascii_lowercase + string.digits
    expected = {word[:at] + word[at + 1 :] for at in range(1, len(word))}
    expected |= {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(1, len(word) - 1)}
    expected |= {word[:at] + letter + word[at + 1 :] for at in range(1, len(word)) for letter in letters}
    expected |= {word[:at] + letter + word[at:] for at in range(1, len(word) + 1) for letter in letters}
    found = Edits(word.encode())
    assert {found.word(row).decode() for row in range(len(found))} == expected
    for row, (low, high) in enumerate(zip(*found.heads(), strict=True)):
        assert int(low).to_bytes(8, "big") == found.word(row)[:8].ljust(8, b"\0")
        assert int(high).to_bytes(8, "big") == found.word(row)[:8].ljust(8, b"\xff")


@pytest.mark.parametrize(
    ("text", "spelled"),
    [("脑卒中", "nao cu zhong"), ("出血", "chu xue"), ("便秘", "bian mi"), ("重症肌无力", "zhong zheng ji wu li"),
     ("粘连", "nian lian"), ("玄参", "xuan shen"), ("疟疾", "nve ji"), ("着床", "zhuo chuang")],
)  # fmt: skip
def test_medical_readings(text: str, spelled: str) -> None:
    assert " ".join(syllables(text)) == spelled
