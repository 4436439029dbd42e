"""Chinese names in English words, part by part: enough to find an English name, never to be shown as one.

Longest parts first, from ``glossary.tsv`` and from names that vocabularies have in both languages. What no part covers
is left out; a name of which less than ``LEAST`` is covered is not put into English at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import islice, product

from kg.index.analysis import has_han
from kg.model.concept import Concept, Label
from ontology.normalize import normalize

LEAST = 0.75
MOST = 4
"""Readings of one name."""
GLOSSARY = "glossary"
_LONGEST = 12
_MEANT = frozenset({"preferred", "exact", "clinical", "lay", "old"})
Parts = Mapping[str, Sequence[str]]


@lru_cache(maxsize=1)
def packaged() -> dict[str, tuple[str, ...]]:
    """The glossary that is installed with medkg."""
    rows = files("ontology.mapping").joinpath("glossary.tsv").read_text("utf-8").splitlines()
    pairs = (row.split("\t") for row in rows if row and not row.startswith("#"))
    return {normalize(zh).text: tuple(en.split("|")) for zh, en in pairs}


def parts_of(concepts: Iterable[Concept]) -> dict[str, tuple[str, ...]]:
    """The glossary with whole names of concepts that have names in both languages; these come first."""
    found = dict(packaged())
    for concept in concepts:
        english = concept.label("en")
        if english:
            for label in concept.labels:
                name = normalize(label.value).text.replace(" ", "")
                if label.kind in _MEANT and 2 <= len(name) <= _LONGEST and has_han(name):
                    found[name] = (english, *(one for one in found.get(name, ()) if one != english))[:2]
    return found


def english(name: str, parts: Parts) -> list[str]:
    """Readings of a Chinese name in English words, in the order of the parts.

    >>> english("双侧肾结石", packaged())
    ['bilateral kidney calculi']
    >>> english("未知之物", packaged())
    []
    """
    text = normalize(name).text.replace(" ", "")
    words: list[Sequence[str]] = []
    covered = at = 0
    while at < len(text):
        for end in range(min(len(text), at + _LONGEST), at, -1):
            if text[at:end] in parts:
                words.append(parts[text[at:end]])
                covered += end - at
                at = end
                break
        else:
            at += 1
    if not text or covered / len(text) < LEAST:
        return []
    made = (" ".join(word for word in one if word) for one in islice(product(*words), MOST))
    return [one for one in dict.fromkeys(made) if one]


def readings(concepts: Iterable[Concept], parts: Parts) -> dict[str, list[tuple[Label, str]]]:
    """For concepts without an English name: their Chinese ones in English words, compared as ``related`` names."""
    found: dict[str, list[tuple[Label, str]]] = {}
    for concept in concepts:
        if any(label.language[:2] == "en" for label in concept.labels):
            continue
        rows = [
            (Label(one, "en", "related"), GLOSSARY)
            for label in concept.labels if label.language[:2] == "zh"
            for one in english(label.value, parts)
        ]  # fmt: skip
        if rows:
            found[concept.id] = rows
    return found
