"""Prescription review: the 28 items of the national norm, the rules that answer each, and why others have none.

Items and sources stand in ``review.toml``; a paraphrase of 医院处方点评管理规范（试行）(2010).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from kg.model.rule import Bilingual, Rule

EVENT = "prescription-review"
Coverage = Literal["rules", "in part", "none"]


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One item. ``rules``: beginnings of ids; ``families``: those of any pack; ``because``: what cannot be judged."""

    code: str
    zh: str
    en: str
    rules: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    because: Bilingual | None = None

    def answered_by(self, rule: Rule) -> bool:
        return EVENT in rule.events and (rule.family in self.families or rule.id.startswith(self.rules or ("\0",)))


class Covered(msgspec.Struct, frozen=True):
    """An item and the rules that answer it, in a set of rules."""

    item: Item
    rules: tuple[str, ...]

    @property
    def coverage(self) -> Coverage:
        if not self.rules:
            return "none"
        return "in part" if self.item.because else "rules"


class Answer(msgspec.Struct, frozen=True):
    """What one prescription comes to under an item: rules that fired, and rules that lack data."""

    code: str
    fired: tuple[str, ...] = ()
    insufficient: tuple[str, ...] = ()


@cache
def items() -> tuple[Item, ...]:
    """The items, in the order of the norm."""
    table = tomllib.loads(files("kg.rules").joinpath("review.toml").read_text("utf-8"))
    return tuple(msgspec.convert(row, Item) for row in table["item"])


def coverage(rules: Iterable[Rule]) -> list[Covered]:
    """Every item with the rules that answer it. An item without rules has to say why (``because``)."""
    known = sorted(rules, key=lambda rule: rule.id)
    return [Covered(item, tuple(rule.id for rule in known if item.answered_by(rule))) for item in items()]


def answers(rules: Iterable[Rule], fired: Iterable[str], insufficient: Iterable[str]) -> list[Answer]:
    """By item code, what fired and what could not be judged; items of which neither is so are left out.

    A rule answers each item that claims it, so one card may stand under two codes.
    """
    hit, open_ = frozenset(fired), frozenset(insufficient)
    found = []
    for row in coverage(rules):
        answer = Answer(
            row.item.code,
            tuple(name for name in row.rules if name in hit),
            tuple(name for name in row.rules if name in open_),
        )
        if answer.fired or answer.insufficient:
            found.append(answer)
    return found
