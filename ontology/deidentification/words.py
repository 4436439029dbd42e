"""Lists that the patterns need: surnames, titles, what looks like a name and is none. All are general knowledge."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

import msgspec


class Words(msgspec.Struct, frozen=True):
    """The lists of ``words.toml``, each explained there."""

    surnames: frozenset[str]
    compound: frozenset[str]
    rare: frozenset[str]
    before: tuple[str, ...]
    weakly_before: tuple[str, ...]
    titles: tuple[str, ...]
    not_names: tuple[str, ...]
    function: frozenset[str]
    cities: tuple[str, ...]
    not_cities: tuple[str, ...]
    not_streets: tuple[str, ...]
    vague: frozenset[str]
    before_names: tuple[str, ...]
    any_hospital: tuple[str, ...]
    given: frozenset[str]
    families: frozenset[str]
    terms: frozenset[str]
    idle: frozenset[str]
    general: frozenset[str]
    not_places: frozenset[str]
    not_people: frozenset[str]
    common: frozenset[str]
    both: frozenset[str]
    jobs: frozenset[str]
    telling: frozenset[str]
    fitting: frozenset[str]
    eponyms: frozenset[str]


@cache
def words() -> Words:
    """The lists, read once. In each, entries are parted by white space."""
    raw = tomllib.loads((files("ontology.deidentification") / "words.toml").read_text("utf-8"))
    return msgspec.convert({name: text.split() for name, text in raw.items()}, Words)
