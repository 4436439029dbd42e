"""Self-alignment of names word by word: which words terminologies use for each other.

SapBERT (Liu et al. 2021, "Self-Alignment Pretraining for Biomedical Entity Representations") pulls the names of one
concept together in a large network. Here they are laid beside each other: where two names of a concept share all but
one or two words, those stand for each other (*renal injury*, *kidney injury*). The result is a table to be read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import permutations

from ingest.text.wording import words

_NAMES = 20
"""Names of a concept that are compared, the shortest first."""
_APART = 2
"""Words by which two names may differ, on either side."""
_DOUBT = 1.0
"""Concepts that say nothing, added to those that a word is replaced in: what is rare is not trusted."""
_LEAST = 0.05
_MOST = 8


def substitutes(concepts: Mapping[str, Iterable[str]]) -> dict[str, dict[str, float]]:
    """From the normalised names of each concept, for each word the shares of its substitutes; each concept counts once.

    >>> made = substitutes({"X:1": ["mock injury", "sham injury"], "X:2": ["mock fever", "sham fever"]})
    >>> made["mock"]
    {'sham': 0.667}
    """
    counts: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for _, names in sorted(concepts.items()):
        for (word, other), share in _pairs(names).items():
            counts[word][other] += share
    made: dict[str, dict[str, float]] = {}
    for word, others in sorted(counts.items()):
        whole = sum(others.values()) + _DOUBT
        ranked = sorted(
            ((round(times / whole, 3), other) for other, times in others.items()), key=lambda row: (-row[0], row[1])
        )
        if kept := {other: share for share, other in ranked[:_MOST] if share >= _LEAST}:
            made[word] = kept
    return made


def _pairs(names: Iterable[str]) -> dict[tuple[str, str], float]:
    """(word, substitute) of one concept; the substitutes of a word share a count of one."""
    rows = [frozenset(words(name)) for name in sorted(set(names), key=lambda name: (len(name), name))[:_NAMES]]
    found: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for one, other in permutations(dict.fromkeys(rows), 2):
        ours, theirs = one - other, other - one
        if 0 < len(ours) <= _APART and 0 < len(theirs) <= _APART and len(one) + len(other) < 16:
            for word in sorted(ours):  # sums in one order
                for substitute in sorted(theirs):
                    found[word][substitute] += 1 / (len(ours) * len(theirs))
    return {
        (word, substitute): times / sum(others.values())
        for word, others in found.items()
        for substitute, times in others.items()
    }
