"""Recommendations: what a guideline advises, how strongly, on what certainty, and where it says so."""

from __future__ import annotations

from typing import Literal

import msgspec

Advice = Literal["for", "against", "either"]
Strength = Literal["strong", "moderate", "weak", "unknown"]
Certainty = Literal["high", "moderate", "low", "very-low", "unknown"]
Scheme = Literal["GRADE", "CSCO", "Oxford", ""]


class Recommendation(msgspec.Struct, frozen=True):
    """One piece of advice of a guideline: ``passage.text[start:end] == sentence``.

    ``document`` is a CURIE, ``passage`` the ``Passage.key`` of the wording that the offsets count in.
    ``population`` and ``intervention`` are the words of the sentence, empty where they were not made out.
    ``grade_text`` is the grade as printed, from two places joined by ``; ``; ``strength`` and ``certainty`` follow
    from it by the tables of ``scheme``. A grade of no known scheme leaves them ``unknown``, never guessed.
    ``number`` is the guideline's own (``3.1``, ``R5``), ``page`` that of a paged file, from 1.
    """

    document: str
    passage: str
    start: int
    end: int
    sentence: str
    direction: Advice
    strength: Strength = "unknown"
    certainty: Certainty = "unknown"
    scheme: Scheme = ""
    grade_text: str = ""
    population: str = ""
    intervention: str = ""
    language: str = "und"
    number: str = ""
    page: int | None = None
