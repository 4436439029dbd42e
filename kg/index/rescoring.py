"""BM25 as we want it over what tantivy found: title and text as one, names, concepts and subtrees by themselves.

tantivy's constants are fixed, and it adds the scores of title and text, so that a word that stands in both counts twice
as if it were two words. Here a word of the title counts as two of the text (``TITLE``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from math import log
from pathlib import Path
from typing import Literal

import numpy as np

from kg.index.base import TextEntry
from kg.index.counts import MOST, Constants, Counts, CountWriter, Rows, Values

COUNTS_FORMAT = 1
"""Rises when counts of an older version can no longer be read."""
RESCORED = 1_000
"""Entries that are put in order; whoever wants fewer gets the first of these."""
TITLE = 2
"""How often a word of the title counts."""
MENTION = 8
"""How often one mention of a concept counts in ``subtree``, so that those of narrower ones can count less."""
AMOUNTS = (0, 1, 4, 6, 7)
"""How much a document is about what counts so often in it, and more often as the last: a single mention says little,
a second one most."""
CONSTANTS: Mapping[str, Constants] = {
    "words": Constants(0.9, 0.4),
    "names": Constants(0.9, 0.4),
    "concept": Constants(3.0, 0.4),
    "subtree": Constants(6.0 * MENTION, 0.4),
}
"""Of each table of counts; those of concepts for ``amount``."""
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "words": ("title", "body"), "names": ("names",), "concept": ("concept",), "subtree": ("subtree",),
}  # fmt: skip
"""Table -> the fields of the text index that it stands for."""

Mentions = Literal["concept", "subtree"]
"""Of a concept itself, or of it and whatever is narrower."""
_TWICE: Mapping[Mentions, int] = {"concept": AMOUNTS[2], "subtree": MENTION * AMOUNTS[2]}
"""What a document counts that mentions a concept twice, or in its title: it is about it."""
_PLACES = 6
"""Scores that agree so far are equal: the last bits of a sum depend on what is summed beside it."""

Asked = Mapping[str, Mapping[str, float]]
"""Field -> token -> boost."""


class RescoringWriter:
    """Writes the tables of counts of an index; rows come in their order."""

    def __init__(self, folder: Path) -> None:
        self._tables = {name: CountWriter(folder, name) for name in CONSTANTS}

    def add(self, entry: TextEntry, found: Mapping[str, Sequence[str]]) -> None:
        """``found``: the tokens of its fields."""
        title, body, names = (found.get(name, ()) for name in ("title", "body", "names"))
        self._tables["words"].add(chain(title, body), bytes([TITLE]) * len(title) + b"\1" * len(body))
        self._tables["names"].add(names, b"\1" * len(names))
        concepts = [(curie, amount(times)) for curie, times in entry.concepts]
        for name, counted in (("concept", concepts), ("subtree", entry.subtree)):
            times = bytes([min(times, MOST) for _, times in counted])
            self._tables[name].add((curie for curie, _ in counted), times)

    def finish(self) -> None:
        for table in self._tables.values():
            table.finish()


class Rescoring:
    """The tables below ``folder``, of so many ``rows``; ``holders`` says how many rows hold a token in a field."""

    def __init__(self, folder: Path, rows: int, holders: Callable[[str, str], int]) -> None:
        self._tables = {name: Counts(folder, name) for name in CONSTANTS}
        self._rows = rows
        self._holders = holders

    def rescored(self, rows: Rows, scores: Values, asked: Asked) -> Values:
        """Of rows with their scores, best first: scores of our own for the first of them; who comes after these is
        scored below. As they were where these tables cannot say."""
        first = rows[:RESCORED]
        own = self.scores(first, asked) if len(first) else None
        if own is None:
            return scores
        least = own.min() / (scores[len(first) - 1] or 1.0)
        return np.concatenate([own, scores[len(first) :] * least])

    def scores(self, rows: Rows, asked: Asked) -> Values | None:
        """The score of each row; None where what is asked is not what the tables hold (titles alone, say)."""
        scores = np.zeros(len(rows))
        left = {field: dict(boosts) for field, boosts in asked.items() if boosts}
        for name, fields in _FIELDS.items():
            boosts = [left.pop(field, {}) for field in fields]
            if any(one != boosts[0] for one in boosts):
                return None
            if boosts[0]:
                weights = [boost * self._rarity(fields, token) for token, boost in boosts[0].items()]
                scores += self._tables[name].scores(rows, list(boosts[0]), weights, CONSTANTS[name])
        return None if left else np.round(scores, _PLACES)

    def about(self, rows: Rows, mentions: Mentions, asked: Sequence[Mapping[str, float]]) -> Values:
        """How much each row is about what is ``asked``, 0 to 1, however long it is and however rare that is: the mean
        over the parts, of each the CURIE that fits best; two mentions, or one in the title, are all.

        Each part holds CURIEs that may stand for it, and how sure each is, above 0; none of them is empty.
        """
        curies = [curie for part in asked for curie in part]
        shares = [share / max(part.values()) for part in asked for share in part.values()]
        starts = np.cumsum([0, *(len(part) for part in asked[:-1])])
        held = np.minimum(self._tables[mentions].times(rows, curies) / _TWICE[mentions], 1.0) * np.array(shares)
        found: Values = np.round(np.maximum.reduceat(held, starts, axis=1).mean(axis=1), _PLACES)
        return found

    def _rarity(self, fields: Sequence[str], token: str) -> float:
        """What stands in the title of a paper is in its abstract, too, so the larger number is that of both."""
        number = max(self._holders(field, token) for field in fields)
        return log(1 + (self._rows - number + 0.5) / (number + 0.5))


def amount(times: int) -> int:
    """
    >>> [amount(times) for times in (1, 2, 3, 4, 12)]
    [1, 4, 6, 7, 7]
    """
    return AMOUNTS[min(times, len(AMOUNTS) - 1)]


def asked_of(wanted: Sequence[tuple[str, str, float]]) -> Asked:
    """(field, token, boost) of each, by field; a token that is wanted twice counts twice."""
    found: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for field, token, boost in wanted:
        found[field][token] += boost
    return found
