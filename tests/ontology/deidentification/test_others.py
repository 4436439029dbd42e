"""Notes that somebody else wrote: what was found of them is still found. The floors are figures, not targets."""

from __future__ import annotations

import pytest

from tests.ontology.deidentification.others import Language, Mark, figures, marked, others

_FOUND: dict[Language, tuple[int, int]] = {"zh": (535, 532), "en": (566, 508)}
"""Identifiers covered and words of medicine left; whoever covers more raises them."""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_fewer_are_found_than_were(language: Language) -> None:
    told = figures(others(language), language)
    covered, kept = _FOUND[language]
    assert told["recall"][0] >= covered, told
    assert told["keep"][0] >= kept, told


def test_marks_are_places_of_the_bare_note() -> None:
    note = marked("Dr {{name|Okonkwo}}: {{keep|Parkinson disease}}")
    assert note.text == "Dr Okonkwo: Parkinson disease"
    assert note.marks == (Mark(3, 10, "name"), Mark(12, 29, "keep"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_both_parts_hold_notes(language: Language) -> None:
    notes = others(language)
    assert 0.5 < sum(note.read for note in notes) / len(notes) < 0.8
    assert not any("{{" in note.text or "}}" in note.text for note in notes)
