"""Notes of a third hand: what was found of the half that is read is still found. Floors are figures, not targets."""

from __future__ import annotations

import pytest

from tests.ontology.deidentification.fresh import fresh
from tests.ontology.deidentification.others import Language, figures

_FOUND: dict[Language, tuple[int, int]] = {"zh": (137, 220), "en": (174, 250)}
"""Identifiers covered and words of medicine left; whoever covers more raises them."""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_fewer_are_found_than_were(language: Language) -> None:
    told = figures(fresh(language, read=True), language)
    covered, kept = _FOUND[language]
    assert told["recall"][0] >= covered, told
    assert told["keep"][0] >= kept, told


@pytest.mark.parametrize("language", ["zh", "en"])
def test_halves_hold_notes_that_are_apart(language: Language) -> None:
    read, unread = (fresh(language, read=half) for half in (True, False))
    assert min(len(read), len(unread)) > 20
    assert not {note.text for note in read} & {note.text for note in unread}
    assert not any("{{" in note.text or "}}" in note.text for note in (*read, *unread))
