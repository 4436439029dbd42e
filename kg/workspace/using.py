"""The dataset of the SPARQL protocol for updates (https://www.w3.org/TR/sparql11-protocol/#update-dataset).

The engine's update takes no dataset from outside, so it is written into each operation as USING.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from kg.errors import QueryRefused
from kg.sparql import Token, tokens

_TREACHEROUS = frozenset('<>"{}|^`\\ \t\r\n')


def with_dataset(text: str, default: Sequence[str], named: Sequence[str]) -> str:
    """``text`` whose WHERE patterns see these graphs and no others; itself where none is given.

    Raises QueryRefused for an update that names its dataset itself (section 2.2.3), and for what is no IRI.

    >>> with_dataset("INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }", ["x:g"], [])
    'INSERT { ?s ?p 1 } USING <x:g> WHERE { ?s ?p ?o }'
    >>> with_dataset("DELETE WHERE { ?s ?p 1 }", ["x:g"], [])
    'DELETE { ?s ?p 1 } USING <x:g> WHERE { ?s ?p 1 }'
    """
    if not default and not named:
        return text
    for name in (*default, *named):
        if ":" not in name or not _TREACHEROUS.isdisjoint(name) or any(char < " " for char in name):
            raise QueryRefused(why="graph-name")
    clause = " ".join([*(f"USING <{name}>" for name in default), *(f"USING NAMED <{name}>" for name in named)])
    edits = [(at, made) for at, made in _edits(text, clause)]
    for at, made in reversed(edits):
        text = text[:at] + made + text[at:]
    return text


def _edits(text: str, clause: str) -> Iterator[tuple[int, str]]:
    outside = list(_outside(text))
    for before, token in pairwise([Token("", "", 0, 0), *outside]):
        word = token.value.lower() if token.kind == "word" else ""
        # The parser has no word boundaries: ``DELETEWHERE`` is two words to it, ``USING:g`` a word and a name.
        named = token.kind == "name" and before.value.lower() != "prefix"
        text_of = word or (token.value.partition(":")[0].lower() if named else "")
        if "using" in text_of or "with" in text_of or ("where" in text_of and text_of != "where"):
            raise QueryRefused(why="dataset")
        if word == "where":
            if before.kind == "word" and before.value.lower() == "delete":
                yield token.start, f"{_block(text, token.end)} {clause} "
            else:
                yield token.start, f"{clause} "


def _outside(text: str) -> Iterator[Token]:
    """Tokens outside of all brackets, and the brackets that close to there."""
    depth = 0
    for token in tokens(text):
        if token.kind == "open":
            depth += 1
        elif token.kind == "close":
            depth -= 1
            if depth == 0:
                yield token
        elif depth == 0:
            yield token


def _block(text: str, start: int) -> str:
    """The first block in curly brackets from ``start`` on."""
    depth, begin = 0, start
    for token in tokens(text[start:]):
        if token.kind == "open":
            if depth == 0:
                begin = start + token.start
            depth += 1
        elif token.kind == "close":
            depth -= 1
            if depth == 0:
                return text[begin : start + token.end]
    raise QueryRefused(why="dataset")
