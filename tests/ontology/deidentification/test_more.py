"""Notes of further hands: what was found of them is still found. Floors are figures, not targets."""

from __future__ import annotations

import pytest

from tests.ontology.deidentification.more import more
from tests.ontology.deidentification.others import Language, figures

_FOUND: dict[Language, tuple[int, int]] = {"zh": (117, 111), "en": (121, 109)}
"""Identifiers covered and words of medicine left, by language; whoever covers more raises them."""


@pytest.mark.parametrize("language", _FOUND)
def test_no_fewer_are_found_than_were(language: Language) -> None:
    notes = more(language)
    told = figures(notes, language)
    covered, kept = _FOUND[language]
    assert not any("{{" in note.text or "}}" in note.text for note in notes)
    assert told["recall"][0] >= covered, told
    assert told["keep"][0] >= kept, told
