"""The signals of search: their names, and what each asks of the text index.

``text`` are words and pairs of Chinese characters, ``characters`` single ones, ``phrase`` what stands side by side
in the query, ``concept`` the concepts that the query names and those that mean the same elsewhere, ``subtree`` what is
narrower than these (nearer ones count more), ``dense`` vectors, which are asked of another index. These but the last
are BM25, so what is rarer says more. ``about`` and ``about_subtree`` ask whether what ``concept`` and ``subtree`` find
is mentioned twice or in the title, however rare it is and however long the text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from kg.errors import QueryError
from kg.index.analysis import STOP_WORDS, fold, has_han, is_gram
from kg.index.base import Kind
from kg.index.fields import places
from kg.index.rescoring import Mentions
from kg.index.text import Adjacent, Wanted
from kg.search.base import SIGNALS
from kg.search.reading import Reading

FIELDS: dict[Kind, dict[str, float]] = {
    "document": {"title": 1.0, "body": 1.0, "names": 1.0},
    "concept": {"label": 2.0, "synonyms": 1.5, "body": 0.3, "names": 1.0},
}
"""Boosts of the text fields."""
CHARACTER_FIELDS: dict[Kind, dict[str, float]] = {
    "document": {"title": 1.0, "body": 1.0},
    "concept": {"label": 2.0, "synonyms": 1.5},
}
PHRASE_FIELDS: dict[Kind, dict[str, float]] = {"document": {"ti": 1.0, "ab": 1.0}, "concept": {}}
ABOUT: Mapping[str, Mentions] = {"about": "concept", "about_subtree": "subtree"}
"""Signals of mentions, and what finds the documents that they look at."""
_NOTHING: Mapping[str, float] = {}
MOST_PHRASES = 40
"""Of one query; those of a longer one are taken from its beginning."""


def parsed(text: str | None) -> tuple[str, ...]:
    """Signals written with commas, all of them for None. Raises QueryError as ``chosen`` does.

    >>> parsed("dense, text")
    ('text', 'dense')
    """
    return SIGNALS if text is None else chosen([one.strip() for one in text.split(",") if one.strip()])


def chosen(names: Sequence[str]) -> tuple[str, ...]:
    """Signals by name, each once, in the order of ``SIGNALS``. Raises QueryError for none and for an unknown one."""
    for name in names:
        if name not in SIGNALS:
            raise QueryError(why="unknown-signal", name=name, known=", ".join(SIGNALS))
    if not names:
        raise QueryError(why="no-signal", known=", ".join(SIGNALS))
    return tuple(name for name in SIGNALS if name in names)


def parts(reading: Reading) -> list[dict[str, float]]:
    """What a document may be about: of each stretch of the query that names a concept, or several that it may mean, the
    CURIEs to look for and how sure each is."""
    stretches = {one.id: (one.start, one.end) if one.end else one.id for one in reading.interpretation.concepts}
    found: dict[object, dict[str, float]] = {}
    for curie, (concept, score) in reading.wanted.items():
        if score > 0:
            found.setdefault(stretches.get(concept, concept), {})[curie] = score
    return list(found.values())


def asked(
    kind: Kind, query: str, tokens: Sequence[str], wanted: Mapping[str, float], english: Mapping[str, float] = _NOTHING
) -> dict[str, list[Wanted | Adjacent]]:
    """What each signal but ``dense`` looks for; ``wanted``: CURIE of a concept -> how sure it is; ``english``: words
    that a Chinese query asks for beside its own, with what each counts."""
    words = {**english, **dict.fromkeys(tokens, 1.0)}
    return {
        "text": [
            Wanted(field, token, boost * share)
            for token, share in words.items()
            for field, boost in FIELDS[kind].items()
        ],
        "characters": [
            Wanted(field, character, boost)
            for character in characters(query)
            for field, boost in CHARACTER_FIELDS[kind].items()
        ],
        "phrase": [
            Adjacent(field, words, boost) for words in phrases(query) for field, boost in PHRASE_FIELDS[kind].items()
        ],
        "concept": [Wanted("concept", curie, score) for curie, score in wanted.items()],
        "subtree": [Wanted("subtree", curie, score) for curie, score in wanted.items()],
    }


def characters(query: str) -> list[str]:
    """The different Chinese characters of a query.

    >>> characters("哮喘与喘息 IL6")
    ['哮', '喘', '与', '息']
    """
    return list(dict.fromkeys(one for one in fold(query) if has_han(one)))


def phrases(query: str) -> list[tuple[str, str]]:
    """Pairs of neighbours, as phrase fields spell them: two words, or three Chinese characters.

    >>> phrases("treatment of severe asthma"), phrases("糖尿病治疗")
    ([('severe', 'asthma')], [('糖尿', '尿病'), ('尿病', '病治'), ('病治', '治疗')])
    """
    found = []
    for one, other in dict.fromkeys(pairwise(places(query))):
        grams = is_gram(one), is_gram(other)
        three = all(grams) and len(one) == len(other) == 2
        if three or (not any(grams) and one not in STOP_WORDS and other not in STOP_WORDS):
            found.append((one, other))
    return found[:MOST_PHRASES]
