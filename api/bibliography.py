"""Whole results as references: every hit of a strategy in its order, or an error that says what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from kg.errors import ResultTooLarge
from kg.query.documents import Documents
from kg.query.records import DocumentRecord
from kg.references.fields import is_chinese
from kg.references.formats import FORMATS
from kg.search.base import MOST_HITS
from kg.search.strategy.searching import Strategy, StrategyResults, StrategySearcher

MOST = 5_000
"""Hits of a strategy that one answer over HTTP holds."""
WRITTEN = 100_000
"""Hits of a strategy that the command line writes: they are in memory together."""
AT_ONCE = 2
"""Long lists that one service writes at a time."""
LONG = 200
"""Documents of a list that one request can name, and that needs no turn."""
_BLOCK = 50


Work = tuple[str, ...]
"""CURIEs of records of one work; the first stands for it."""


def hits(strategies: StrategySearcher, asked: Strategy, most: int) -> list[Work]:
    """All hits in their order; ``limit`` and ``cursor`` of ``asked`` do not matter.

    Raises ResultTooLarge beyond ``most``, and what ``StrategySearcher.search`` does.
    """
    asked = msgspec.structs.replace(asked, limit=MOST_HITS, facets=False, cursor=None)
    page = strategies.search(asked)
    if page.interpretation.found > most:
        raise ResultTooLarge(found=page.interpretation.found, limit=most)
    found = _works(page)
    while page.next is not None:
        page = strategies.search(msgspec.structs.replace(asked, cursor=page.next))
        found += _works(page)
    return found


def _works(page: StrategyResults) -> list[Work]:
    return [(card.id, *others) for card, others in zip(page.items, page.records, strict=True)]


def blocks(works: Sequence[Work]) -> Iterator[Sequence[Work]]:
    """``works`` in parts, each short enough for one turn of a thread that others wait for."""
    return (works[at : at + _BLOCK] for at in range(0, len(works), _BLOCK))


def read(documents: Documents, works: Sequence[Work], form: str) -> list[DocumentRecord]:
    """A record of each work with what references say of it: without full text, mentions and what it cites, which is
    most of one. Registrations of trials are whole, for they are their texts.

    ``form`` is a name of ``FORMATS``. Raises NotFound, IdentifierError.
    """
    return [_brief(_suited(documents, work, form)) for work in works]


def _suited(documents: Documents, work: Work, form: str) -> DocumentRecord:
    """The record that stands for the work, unless another one has what the list wants: what the format needs, such
    as PubMed's number, and then of a Chinese work the names of its authors in Chinese."""
    first = documents.record(work[0], mentions=False)
    fits = FORMATS[form].fits
    if len(work) == 1 or (fits(first) and _is_native(first)):
        return first
    suited = [one for one in (first, *(documents.record(curie, mentions=False) for curie in work[1:])) if fits(one)]
    return next(filter(_is_native, suited), next(iter(suited), first))


def _is_native(record: DocumentRecord) -> bool:
    return "zh" not in record.languages or any(is_chinese(author.family) for author in record.authors)


def _brief(record: DocumentRecord) -> DocumentRecord:
    if record.kind == "trial":
        return record
    abstract = tuple(passage for passage in record.passages if passage.kind == "abstract")
    return msgspec.structs.replace(record, passages=abstract, references=())
