"""Chinese notes in odd shapes, written before the mending: what was found of them is still found."""

from __future__ import annotations

from pathlib import Path

from tests.ontology.deidentification.others import figures, read_notes

_FOUND = 137
"""Identifiers of 192 that are covered; 37 were before the mending, 110 at the first sight behind it."""


def test_no_fewer_are_found_than_were() -> None:
    told = figures(read_notes(Path(__file__).parent / "own.zh.toml"), "zh")
    assert told["recall"][0] >= _FOUND, told
    assert told["keep"] == (48, 48), told
