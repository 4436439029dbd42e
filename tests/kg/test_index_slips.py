"""Slips in Chinese names against a look through all keys, and what a suggestion says of the name that matched."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from kg.index import slips
from kg.index.base import SuggestEntry, SuggestLabel
from kg.index.keys import fold_key, label_keys
from kg.index.slips import one_away
from kg.index.suggest import SuggestIndex
from kg.index.suggest_writer import SuggestWriter
from kg.model.concept import LabelKind


def concept(name: str, *labels: tuple[str, str, LabelKind], codes: tuple[str, ...] = ()) -> SuggestEntry:
    made = tuple(SuggestLabel(*label) for label in labels)
    return SuggestEntry(f"medkg:{name}", "disease", made, (f"medkg:{name}", *codes))


ENTRIES = (
    concept("mi", ("心肌梗死", "zh", "preferred"), ("心梗", "zh", "abbreviation"), ("MI", "en", "abbreviation")),
    concept("dm", ("糖尿病", "zh", "preferred"), ("消渴", "zh", "old"), codes=("E14.x00",)),
    concept("ra", ("类风湿关节炎", "zh", "preferred"), ("類風濕性關節炎", "zh", "exact")),
    concept("hepatitis", ("肝炎", "zh", "preferred"), ("干眼", "zh", "related")),
    concept("xinjiang", ("新疆出血热", "zh", "preferred"), ("Crimean fever", "en", "preferred")),
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
    ("typed", "wanted", "text"),
    [
        ("心机梗死", "medkg:mi", "心肌梗死"),  # the same sound
        ("心肌更死", "medkg:mi", "心肌梗死"),
        ("心肌便死", "medkg:mi", "心肌梗死"),  # another character
        ("心肌死", "medkg:mi", "心肌梗死"),  # one is missing
        ("心肌的梗死", "medkg:mi", "心肌梗死"),  # one too many
        ("心梗肌死", "medkg:mi", "心肌梗死"),  # changed places
        ("糖尿冰", "medkg:dm", "糖尿病"),
        ("類風濕關節鹽", "medkg:ra", "类风湿关节炎"),  # traditional and wrong
    ],
)
def test_a_slip_leads_to_the_name(index: SuggestIndex, typed: str, wanted: str, text: str) -> None:
    (hit, *_) = index.suggest(typed)
    assert (hit.id, hit.match, hit.text) == (wanted, "typo", text)


def test_a_name_that_exists_is_not_taken_for_a_slip_of_another(index: SuggestIndex) -> None:
    assert [hit.id for hit in index.suggest("心肌")] == ["medkg:mi"]
    assert [hit.id for hit in index.suggest("肝炎")] == ["medkg:hepatitis"]
    # 心机 sounds like the beginning of 新疆 only where syllables are not told apart.
    assert [hit.id for hit in index.suggest("心机")] == ["medkg:mi"]


@pytest.mark.parametrize("typed", ["胃炎", "石", "心", "甲" * 21, "梗"])
def test_too_little_or_too_much_to_tell_a_slip(index: SuggestIndex, typed: str) -> None:
    assert [hit for hit in index.suggest(typed) if hit.match == "typo"] == []


@pytest.mark.parametrize(
    ("typed", "kind", "language", "code"),
    [
        ("心肌梗", "preferred", "zh", ""),
        ("心梗", "abbreviation", "zh", ""),
        ("mi", "abbreviation", "en", ""),
        ("消渴", "old", "zh", ""),
        ("xiaok", "old", "zh", ""),
        ("類風濕性", "exact", "zh", ""),
        ("e14.x0", "", "", "E14.x00"),
        ("medkg:dm", "", "", "medkg:dm"),
        ("crimean", "preferred", "en", ""),
    ],
)
def test_the_kind_of_the_name_and_the_code_are_told(
    index: SuggestIndex, typed: str, kind: str, language: str, code: str
) -> None:
    hit = index.suggest(typed)[0]
    assert (hit.kind, hit.language, hit.code) == (kind, language, code)


def test_a_category_holds_for_slips(index: SuggestIndex) -> None:
    assert index.suggest("心机梗死", category="disease")
    assert index.suggest("心机梗死", category="drug") == []


@pytest.mark.parametrize("many", [0, 1_000])
def test_every_slip_agrees_with_a_look_through_all_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(slips, "MANY", many)
    dice = random.Random(9)
    names = sorted({"".join(dice.choices("糖尿病心肌炎2b", k=dice.randint(3, 7))) for _ in range(300)})
    index = write(tmp_path / "a", [concept(f"n{at}", (name, "zh", "preferred")) for at, name in enumerate(names)])
    keys = [key for name in names for key, _ in label_keys(SuggestLabel(name, "zh"))]
    for name in dice.sample(names, 15):
        typed = fold_key(name)
        at = dice.randrange(1, len(typed))
        before, after = typed[:at], typed[at + 1 :]
        for wrong in (f"{before}腺{after}", before + after, f"{before}腺{typed[at:]}"):
            expected = {key for key in keys if _one_away(wrong, key)}
            found = {key_of(index, row) for row in one_away(wrong, index).tolist()}
            assert found == expected, wrong


def key_of(index: SuggestIndex, row: int) -> str:
    return bytes(index.letters[index.offsets[row] : index.offsets[row + 1]]).decode()


def _one_away(typed: str, key: str) -> bool:
    """By the definition; shorter than three characters nothing is."""
    if len(typed) < slips.SHORTEST:
        return False
    shorter = (typed[:at] + typed[at + 1 :] for at in range(1, len(typed)))
    swapped = (typed[:at] + typed[at + 1] + typed[at] + typed[at + 2 :] for at in range(1, len(typed) - 1))
    if any(key.startswith(word) for word in (*shorter, *swapped)):
        return True
    return any(
        key.startswith(typed[:at]) and len(key) > at and (key[at + 1 :].startswith(typed[at:])
        or key[at + 1 :].startswith(typed[at + 1 :]))
        for at in range(1, len(typed))
    )  # fmt: skip
