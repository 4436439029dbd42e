"""What every grammar of strategies shares: limits, and errors that say where and what was expected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

import lark

from kg.errors import StrategySyntax

MOST_CHARACTERS = 6_000
DEEPEST = 20


def parse_with(grammar: lark.Lark, text: str, narrow: str, names: Mapping[str, str]) -> lark.Tree[lark.Token]:
    """What a grammar makes of ``narrow``, which is ``text`` in other signs, one for one; ``names`` say what a
    terminal is called in ``[expected]`` of ``kg/locale``. Raises StrategySyntax."""
    try:
        return grammar.parse(narrow)
    except lark.exceptions.UnexpectedToken as error:
        at = len(text) if error.token.type == "$END" else error.token.start_pos or 0
        expected = error.expected
    except lark.exceptions.UnexpectedCharacters as error:
        at, expected = error.pos_in_stream, error.allowed or set()
    fail(text, at, "strategy-unexpected", expected=tuple(sorted({names[name] for name in expected})))


def fail(text: str, at: int, why: str, **params: object) -> NoReturn:
    """Raise StrategySyntax for the place ``at``, a code point of ``text``."""
    before = text[:at]
    line, column = before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1
    raise StrategySyntax(why=why, line=line, column=column, **params)


def check(text: str, bare: str, quote: str) -> None:
    """What a grammar cannot tell well: nothing there, too long, too deep, a quote or bracket that stays open.

    ``bare`` is the text with blanks for what stands in quotes. Raises StrategySyntax.
    """
    if not text.strip():
        fail(text, 0, "strategy-empty")
    if len(text) > MOST_CHARACTERS:
        fail(text, MOST_CHARACTERS, "strategy-long", limit=MOST_CHARACTERS)
    if quote in bare:
        fail(text, bare.index(quote), "strategy-quote")
    depth: list[int] = []
    for at, sign in enumerate(bare):
        if sign == "(":
            depth.append(at)
            if len(depth) > DEEPEST:
                fail(text, at, "strategy-deep", limit=DEEPEST)
        elif sign == ")" and depth:
            depth.pop()
    if depth:
        fail(text, depth[-1], "strategy-bracket")
