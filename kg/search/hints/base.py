"""What every hint of a query says, and which kinds of hints there are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, get_args

import msgspec

from kg.errors import QueryError

HintKind = Literal["date", "design", "exclusion", "spelling", "likeness"]
HINTS: tuple[HintKind, ...] = get_args(HintKind)
NONE = "none"
"""What asks for no hint at all."""
Why = Literal["", "unsure", "off", "given", "no-date", "no-types", "no-concept", "no-fields"]
"""Why a hint does not act: it may mean something else; the caller switched it off; the caller's own filter counts; the
date of the generation is not known; no publication type tells this design; no concept was read in what is to be left
out; the index has no fields. Empty where it acts."""
Role = Literal["asked", "added", "removed", "negated", "excluded"]
"""What becomes of a concept of a query: it is looked for, as read or as the caller added it (``negated``: behind
*without* or 无, which changes nothing); the caller removed it; what mentions it is left out."""
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
"""Full-width signs, letters and digits -> ASCII."""
_EDGE = " \t\r\n\u3000,.;:?!，。；：？！、|/()（）"
_BREAKS = re.compile(r"[,.;:?!，。；：？！、|\s\u3000]")


class Hint(msgspec.Struct, frozen=True):
    """A stretch of the query that says more than its subject: ``query[start:end] == surface``.

    ``value``: ``2021-2026`` (open on one side: ``2021-``, ``-2010``) for a date, the name of a study design, with
    ``not `` before it where such studies are left out, the name that was meant for a spelling. ``concepts``: those that
    an exclusion leaves out, or that a spelling was read as. A hint that acts (``applied``) is a filter, or, for a
    spelling, a correction; another one is only told, and ``why`` says why.
    """

    kind: HintKind
    start: int
    end: int
    surface: str
    value: str = ""
    concepts: tuple[str, ...] = ()
    applied: bool = False
    why: Why = ""


class Corrections(msgspec.Struct, frozen=True):
    """What the caller changes in how a query is read: concepts (by CURIE) that are not looked for, and such as are
    looked for besides, which together replace one; and the kinds of hints that may act."""

    without: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    hints: tuple[HintKind, ...] = HINTS


class Comparison(msgspec.Struct, frozen=True):
    """Two sides that a query compares, as the concepts read on either side of its words; ``surface`` are these."""

    start: int
    end: int
    surface: str
    left: tuple[str, ...]
    right: tuple[str, ...]


def parsed(text: str | None) -> tuple[HintKind, ...]:
    """Kinds of hints written with commas; all for None, none for ``none``. Raises QueryError as ``chosen`` does.

    >>> parsed("design, date"), parsed("none"), parsed(None) == HINTS
    (('date', 'design'), (), True)
    """
    if text is None:
        return HINTS
    names = [one.strip() for one in text.split(",") if one.strip()]
    return () if names == [NONE] else chosen(names)


def chosen(names: Sequence[str]) -> tuple[HintKind, ...]:
    """Kinds by name, each once. Raises QueryError for an unknown one, with those that are known."""
    for name in names:
        if name not in HINTS:
            raise QueryError(why="unknown-hint", name=name[:80], known=", ".join((*HINTS, NONE)))
    return tuple(name for name in HINTS if name in names)


def narrow(query: str) -> str:
    """``query`` in lower case and ASCII signs, each character for one, so that offsets stay."""
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in query.translate(_WIDE))


def ends(text: str, end: int) -> bool:
    """Whether nothing but signs stands from ``end`` on."""
    return not text[end:].strip(_EDGE)


def begins(text: str, start: int) -> bool:
    """Whether nothing but signs stands before ``start``."""
    return not text[:start].strip(_EDGE)


def breaks(text: str, at: int) -> bool:
    """Whether a blank or a sign stands at ``at``, or the text ends there."""
    return not 0 <= at < len(text) or _BREAKS.match(text[at]) is not None
