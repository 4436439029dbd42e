"""The planted notes are what they say, and the scorer counts what it says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import pytest

from benchmarks.deidentification import covered, missed, scored
from benchmarks.planted.identifiers import KINDS, checksum
from benchmarks.planted.notes import PLANTED, WRITTEN, Note, Place, Planted, notes, shapes


@pytest.fixture(scope="module")
def planted() -> list[Note]:
    return notes()


def test_as_many_as_asked_for_in_sentences_that_were_written_by_hand(planted: list[Note]) -> None:
    assert sum(len(note.spans) for note in planted) == PLANTED == 500
    assert sum(len(note.spans) for note in planted if note.written) == WRITTEN >= 200
    assert len({shape.text for shape in shapes()}) >= 60
    # Every shape is in the set: a note of its origin with as many identifiers and its first words.
    made = {(note.origin, len(note.spans)) for note in planted}
    assert {(shape.origin, shape.slots) for shape in shapes()} <= made


def test_the_same_seed_makes_the_same_notes_and_another_seed_others(planted: list[Note]) -> None:
    assert notes() == planted
    assert {note.text for note in notes(42) if note.spans}.isdisjoint(note.text for note in planted if note.spans)


def test_offsets_are_exact_and_spans_do_not_touch(planted: list[Note]) -> None:
    for note in planted:
        places = sorted((one.start, one.end) for part in (note.spans, note.medical) for one in part)
        assert all(0 <= start < end <= len(note.text) for start, end in places)
        assert all(end <= start for (_, end), (start, _) in pairwise(places))
        assert not re.search(r"[\[\]{}]", note.text)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_kind_is_planted_in_both_languages(planted: list[Note], language: str) -> None:
    kinds = {span.kind for note in planted if note.language == language for span in note.spans}
    expected = set(KINDS) - ({"identity-number"} if language == "en" else set())
    assert kinds == expected
    assert sum(len(note.text) for note in planted if note.language == language and not note.spans) > 5_000


def test_identity_numbers_have_their_checksum_and_a_district_nobody_has(planted: list[Note]) -> None:
    found = [note.text[span.start : span.end] for note in planted for span in note.spans
             if span.kind == "identity-number"]  # fmt: skip
    assert len(found) >= 10
    full = str.maketrans("０１２３４５６７８９Ｘ", "0123456789X")
    for number in (text.translate(full).replace(" ", "").upper() for text in found):
        assert re.fullmatch(r"\d{2}99\d{13}[\dX]", number)
        assert checksum(number[:17]) == number[17]
    # The example that GB 11643 prints.
    assert checksum("11010519491231002") == "X"


def test_as_much_text_without_identifiers(planted: list[Note]) -> None:
    for language in ("zh", "en"):
        rows = [note for note in planted if note.language == language]
        without = [note for note in rows if not note.spans]
        assert sum(len(note.text) for note in without) >= sum(len(note.text) for note in rows if note.spans)
        assert sum(len(note.medical) for note in without) >= 500


NOTE = Note("李雷服药，血钾 2.8", "zh", "ward note", (Planted("name", 0, 2),), (Place(5, 7), Place(8, 11)))


def score(*taken: Place) -> tuple[object, object]:
    def recogniser(text: str, language: str) -> Sequence[Place]:
        return taken

    found = scored([NOTE], recogniser)["zh"]
    assert isinstance(found, dict)
    return found["recall"]["share"], found["untouched"]["share"]


def test_the_scorer_asks_for_the_whole_identifier_and_for_whole_words() -> None:
    assert score() == (0.0, 1.0)
    assert score(Place(0, 2)) == (1.0, 1.0)
    assert score(Place(0, 1), Place(1, 2)) == (1.0, 1.0)
    assert score(Place(0, 1)) == (0.0, 1.0)
    assert score(Place(0, 6)) == (1.0, 0.5)
    assert score(Place(0, 11)) == (1.0, 0.0)
    assert list(missed([NOTE], lambda text, language: (Place(0, 1), Place(9, 10)))) == [
        "left name '李雷' in '李雷服药，血钾 2.8'",
        "touched '2.8' in '李雷服药，血钾 2.8'",
    ]


@pytest.mark.parametrize("place", [Place(-1, 2), Place(3, 3), Place(10, 12)])
def test_a_span_outside_of_the_text_is_refused(place: Place) -> None:
    with pytest.raises(ValueError, match="span"):
        covered(NOTE.text, [place])
