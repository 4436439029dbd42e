"""What publishing says of standing: the strongest that any source states of a work, and flags on what rests on it.

A notice names a work by one of its identifiers, in one of its records; it holds for all of them: those with the
same identifiers (``owl:sameAs``) and those that were found to describe the same work (``mkg:sameWork``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg import vocab
from kg.generation.pages import about, paged
from kg.mapping.base import term
from kg.model.terms import Statement, Term, literal
from kg.store.base import Reader

STRENGTH = ("superseded", "preprint", "concern", "retracted")
"""Standings other than published, weakest first."""
_OF_THE_WORK = frozenset({STRENGTH.index("concern"), STRENGTH.index("retracted")})
"""What holds for every record of a work; that one record is an older version does not."""
STANDING = term(vocab.MEDKG, "currentStanding")
FLAG = term(vocab.MEDKG, "flag")
_LATER = term(vocab.MEDKG, "laterVersion")
_SAME_WORK = term(vocab.MEDKG, "sameWork")
STANDING_TERMS = frozenset({STANDING, FLAG, _LATER})
_AT_ONCE = 400

Rows = dict[str, list[dict[str, Term]]]


def standings(reader: Reader, rows: Rows, works: Iterable[Statement]) -> Iterator[Statement]:
    """Current standings, flags and later versions, from the answers of ``derive/standing``, ``same``, ``described``,
    ``rests`` and ``versions``.

    ``works``: statements among which those with ``mkg:sameWork`` tell records of one work.
    """
    strongest: dict[Term, int] = {}
    for answer in (rows["standing"], rows["same"]):
        for row in answer:
            name = row["standing"].strip('"')
            if name in STRENGTH:
                _raise(strongest, row["document"], STRENGTH.index(name))
    records = _records(works)
    spread = [
        (record, rank)
        for group in records
        if (rank := max((strongest.get(record, -1) for record in group), default=-1)) in _OF_THE_WORK
        for record in group
        if strongest.get(record, -1) < rank
    ]
    strongest |= dict(spread)
    for document, rank in strongest.items():
        yield Statement(f"{document} {STANDING} {literal(STRENGTH[rank])}")
    flags = {row["document"]: strongest[row["document"]] for row in rows["described"] if row["document"] in strongest}
    flags |= dict(spread)
    for row in (*rows["rests"], *_resting(reader, [record for record, _ in spread])):
        if row["document"] in strongest:
            _raise(flags, row["claim"], strongest[row["document"]])
    for node, rank in flags.items():
        yield Statement(f"{node} {FLAG} {literal(STRENGTH[rank])}")
    for row in rows["versions"]:
        yield Statement(f"{row['older']} {_LATER} {row['newer']}")


def _raise(ranks: dict[Term, int], node: Term, rank: int) -> None:
    ranks[node] = max(ranks.get(node, -1), rank)


def _records(works: Iterable[Statement]) -> list[set[Term]]:
    groups: dict[str, set[Term]] = {}
    for statement in works:
        work, predicate, record = statement.split(" ", 2)
        if predicate == _SAME_WORK:
            groups.setdefault(work, {Term(work)}).add(Term(record))
    return list(groups.values())


def _resting(reader: Reader, documents: list[Term]) -> Iterator[dict[str, Term]]:
    """What rests on documents of which no notice speaks itself."""
    for page in paged(sorted(documents), _AT_ONCE):
        yield from about(reader, "derive/rests-on", page)
