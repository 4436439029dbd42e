"""Lists of the Chinese half that go with its dictionary, and patterns made of them once."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

import msgspec

from ontology.deidentification.words import words


class ChineseLists(msgspec.Struct, frozen=True):
    """The lists of ``chinese.toml``, each explained there."""

    seldom: frozenset[str]
    doubled: frozenset[str]
    japanese: frozenset[str]
    parts: frozenset[str]
    whole: frozenset[str]
    not_pets: frozenset[str]
    people: frozenset[str]
    kin: frozenset[str]
    patients: frozenset[str]
    titles: tuple[str, ...]
    offices: frozenset[str]
    nobody: tuple[str, ...]


@cache
def chinese_lists() -> ChineseLists:
    """The lists, read once."""
    raw: dict[str, str] = tomllib.loads((files("ontology.deidentification") / "chinese.toml").read_text("utf-8"))
    return msgspec.convert({name: text.split() for name, text in raw.items()}, ChineseLists)


def either(entries: frozenset[str] | tuple[str, ...]) -> str:
    """A pattern of any of the words, longer ones first.

    >>> either(("医师", "主任医师"))
    '主任医师|医师'
    """
    return "|".join(sorted(map(re.escape, entries), key=lambda one: (-len(one), one)))


@cache
def surnames() -> frozenset[str]:
    """Surnames of one character that may begin a name where a role says so, frequent and seldom."""
    return words().surnames | words().rare | chinese_lists().seldom


@cache
def doubled() -> frozenset[str]:
    """Surnames of two characters."""
    return words().compound | chinese_lists().doubled
