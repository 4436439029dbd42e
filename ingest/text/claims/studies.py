"""What a document says of the study it reports: design, people and their number, each in its own words.

Publication types come first, because cataloguers read the paper; else the first pattern of ``studies.toml`` that
stands in the title or abstract. What is not said stays empty.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Literal

import msgspec

from kg.model.document import Document, Passage
from kg.model.evidence import Directness, Quote, Study

_READ = ("title", "abstract")
"""Kinds of passages that speak of the document's own study; sections speak of others' too."""


class _Design(msgspec.Struct, frozen=True):
    name: str
    types: tuple[str, ...]
    en: tuple[str, ...]
    zh: tuple[str, ...]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    design: tuple[_Design, ...]
    people: dict[Literal["en", "zh"], tuple[str, ...]]
    animals: dict[Literal["en", "zh"], tuple[str, ...]]
    population: dict[Literal["en", "zh"], tuple[str, ...]]


class _Table(msgspec.Struct, frozen=True):
    types: dict[str, str]
    designs: tuple[tuple[str, re.Pattern[str]], ...]
    people: re.Pattern[str]
    animals: re.Pattern[str]
    population: tuple[re.Pattern[str], ...]


@lru_cache(maxsize=2)
def _table(language: Literal["en", "zh"]) -> _Table:
    file = msgspec.convert(tomllib.loads((files("ingest.text.claims") / "studies.toml").read_text("utf-8")), _File)

    def any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
        return re.compile("|".join(patterns), re.IGNORECASE)

    return _Table(
        {name: row.name for row in file.design for name in row.types},
        tuple((row.name, any_of(getattr(row, language))) for row in file.design),
        any_of(file.people[language]),
        any_of(file.animals[language]),
        tuple(re.compile(one, re.IGNORECASE) for one in file.population[language]),
    )


def study(document: Document) -> Study | None:
    """What the record and its title and abstract say; None where they say nothing.

    >>> from kg.model.document import Passage
    >>> text = "We enrolled 120 patients with asthma in a randomised controlled trial."
    >>> found = study(Document("doc:x", (Passage("abstract.1", "abstract", "en", text),)))
    >>> found.design, found.size, found.population.text
    ('randomised-trial', 120, 'enrolled 120 patients with asthma in a randomised controlled trial')
    """
    passages = [passage for passage in document.passages if passage.kind in _READ]
    design, quote = _typed(document), None
    if not design:
        design, quote = _design(passages)
    population, size = _population(passages)
    return Study(design, quote, population, size) if design or population else None


def publication_types() -> Mapping[str, str]:
    """The design that each publication type of PubMed names, for those that name one."""
    return _table("en").types


def directness(text: str, language: str) -> Directness:
    """``indirect`` where a text speaks of animals or cells and of no people, ``direct`` where of people alone.

    >>> directness("Rats were given haloperidol.", "en"), directness("糖尿病患者服用二甲双胍。", "zh")
    ('indirect', 'direct')
    """
    table = _table(_code(language))
    people, animals = bool(table.people.search(text)), bool(table.animals.search(text))
    return "" if people == animals else "direct" if people else "indirect"


def _code(language: str) -> Literal["en", "zh"]:
    return "zh" if language == "zh" else "en"


def _typed(document: Document) -> str:
    types = _table("en").types
    found = {types[name] for name in document.types if name in types}
    return next((name for name, _ in _table("en").designs if name in found), "")


def _design(passages: list[Passage]) -> tuple[str, Quote | None]:
    at_most = len(_table("en").designs)
    for rank in range(at_most):
        for passage in passages:
            name, pattern = _table(_code(passage.language)).designs[rank]
            if match := pattern.search(passage.text):
                return name, _quote(passage, match)
    return "", None


def _population(passages: list[Passage]) -> tuple[Quote | None, int | None]:
    """The people and their number, where the text gives one number only: of several the whole is not known."""
    for rank in range(max(len(_table(code).population) for code in ("en", "zh"))):
        found = list(_counted(passages, rank))
        sizes = {size for _, size in found}
        if len(sizes) == 1:
            return found[0]
        if sizes:
            return None, None
    return None, None


def _counted(passages: list[Passage], rank: int) -> Iterator[tuple[Quote, int]]:
    for passage in passages:
        expressions = _table(_code(passage.language)).population
        if rank < len(expressions):
            for match in expressions[rank].finditer(passage.text):
                yield _quote(passage, match), int(match["n"].replace(",", ""))


def _quote(passage: Passage, match: re.Match[str]) -> Quote:
    return Quote(passage.key, match.start(), match.end(), match[0])
