"""Which sentence of a document is cited, and whether any is: how candidates are weighed, by type of question."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import msgspec

from kg.search.passages import PassageText

STRETCH = 0.5
"""What the cosine of its stretch counts for a sentence against the share of the question that it covers."""


class Weighing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a type of question weighs sentences: shares of what a sentence covers (``content``), of the cosine of its
    stretch (``near``) and of the rank of its document (``rank``), and the ``least`` that is cited."""

    content: float
    near: float
    rank: float
    least: float


class Candidate(msgspec.Struct, frozen=True):
    """A sentence and what speaks for it, each between 0 and 1: ``covers`` the question, ``near`` it, ``rank`` of its
    document against the first one."""

    document: str
    passage: PassageText
    start: int
    end: int
    covers: float
    near: float
    rank: float

    def score(self, by: Weighing) -> float:
        return by.content * self.covers + by.near * self.near + by.rank * self.rank


def best(candidates: Sequence[Candidate], by: Weighing) -> list[Candidate]:
    """One sentence of each document, the documents best first.

    Within a document that counts which covers most, with a bonus for the nearest stretch, then the text before the
    title, then what comes first: weighings are chosen by which document is right, and say nothing of sentences.
    """
    found: dict[str, Candidate] = {}
    for one in candidates:
        known = found.get(one.document)
        if known is None or _within(one) < _within(known):
            found[one.document] = one
    return sorted(found.values(), key=lambda one: (-one.score(by), one.document))


def _within(one: Candidate) -> tuple[float, bool, str, int]:
    return -one.covers - STRETCH * one.near, one.passage.kind == "title", one.passage.key, one.start


@cache
def packaged() -> dict[str, Weighing]:
    """How sentences are weighed, by type of question: ``answering.toml``, which ``benchmarks/answers.py`` chose."""
    data = tomllib.loads(files("kg.search").joinpath("answering.toml").read_text("utf-8"))
    return msgspec.convert(data["weighing"], dict[str, Weighing])
