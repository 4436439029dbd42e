"""Mentions in the full form of the Web Annotation vocabulary, and back.

The graph keeps a mention as one node with its offsets on it (ADR 2), which is a fifth of the statements.
Others expect a specific resource with selectors (https://www.w3.org/TR/annotation-vocab/, sections 3.2 and
3.3). Each statement is turned by itself, so a dump stays a stream::

    <m> oa:hasTarget <m/target> . <m/target> a oa:SpecificResource ; oa:hasSource <passage> ;
        oa:hasSelector <m/position>, <m/quote> . <m/position> a oa:TextPositionSelector ; oa:start 0 ; oa:end 8 .
    <m/quote> a oa:TextQuoteSelector ; oa:exact "Naloxone" . <m> oa:motivatedBy oa:identifying .

Offsets are code points, start inclusive, end exclusive, as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from kg import vocab
from kg.mapping.base import TYPE, term
from kg.model.terms import XSD, Statement, integer

_TARGET = term(vocab.OA, "hasTarget")
_SOURCE = term(vocab.OA, "hasSource")
_SELECTOR = term(vocab.OA, "hasSelector")
_MOTIVE = term(vocab.OA, "motivatedBy")
_IDENTIFYING = term(vocab.OA, "identifying")
_EXACT = term(vocab.OA, "exact")
_OFFSETS = {
    term(vocab.MEDKG, "start"): term(vocab.OA, "start"),
    term(vocab.MEDKG, "end"): term(vocab.OA, "end"),
}
_MEDKG_OFFSETS = {theirs: ours for ours, theirs in _OFFSETS.items()}
_NATURAL = f"^^<{XSD}nonNegativeInteger>"


class WebAnnotations:
    """The two forms of the mentions of one graph base."""

    def __init__(self, base: str) -> None:
        self._mention = f"<{base}mention/"

    def expand(self, row: Statement) -> Iterator[Statement]:
        """The statements that stand for ``row``; those about anything but a mention as they are."""
        if not row.startswith(self._mention):
            yield row
            return
        node, predicate, value = row.split(" ", 2)
        target, position, quote = (f"{node[:-1]}/{part}>" for part in ("target", "position", "quote"))
        if predicate in _OFFSETS:
            number = value.split('"')[1]
            yield Statement(f'{position} {_OFFSETS[predicate]} "{number}"{_NATURAL}')  # type: ignore[index]
        elif predicate == _EXACT:
            yield Statement(f"{quote} {_EXACT} {value}")
        elif predicate == _TARGET:
            yield Statement(f"{node} {_TARGET} {target}")
            yield Statement(f"{node} {_MOTIVE} {_IDENTIFYING}")
            yield Statement(f"{target} {TYPE} {term(vocab.OA, 'SpecificResource')}")
            yield Statement(f"{target} {_SOURCE} {value}")
            yield Statement(f"{target} {_SELECTOR} {position}")
            yield Statement(f"{target} {_SELECTOR} {quote}")
            yield Statement(f"{position} {TYPE} {term(vocab.OA, 'TextPositionSelector')}")
            yield Statement(f"{quote} {TYPE} {term(vocab.OA, 'TextQuoteSelector')}")
        else:
            yield row

    def contract(self, row: Statement) -> Statement | None:
        """The statement that ``row`` stands for; None for one that only the full form needs."""
        if not row.startswith(self._mention):
            return row
        subject, predicate, value = row.split(" ", 2)
        node, slash, part = subject[len(self._mention) : -1].partition("/")
        whole = f"{self._mention}{node}>"
        if not slash:
            full = predicate == _MOTIVE or (predicate == _TARGET and value == f"{whole[:-1]}/target>")
            return None if full else row
        if part == "position" and predicate in _MEDKG_OFFSETS:
            number = integer(int(value.split('"')[1]))
            return Statement(f"{whole} {_MEDKG_OFFSETS[predicate]} {number}")  # type: ignore[index]
        if part == "quote" and predicate == _EXACT:
            return Statement(f"{whole} {_EXACT} {value}")
        if part == "target" and predicate == _SOURCE:
            return Statement(f"{whole} {_TARGET} {value}")
        return None
