"""Plain edges: what curated claims come to, for whoever asks the graph without asking for the claims.

An edge says no more than its claims, so it goes with them: where each rests on nothing but retracted documents there
is none. The claims stay, with their flags.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from kg.generation.pages import about, paged
from kg.generation.standings import FLAG, STANDING
from kg.model.terms import Statement, Term, literal
from kg.store.base import Reader

_RETRACTED = literal("retracted")
_AT_ONCE = 400

_Triple = tuple[Term, Term, Term]


def edges(reader: Reader, claims: Iterable[dict[str, Term]], stood: Iterable[Statement]) -> Iterator[Statement]:
    """The triples of ``claims`` (answers of ``derive/claims``) that something other than a retracted document supports.

    ``stood``: current standings and flags, as ``standings`` tells them.
    """
    withheld = _withheld(reader, stood)
    for row in claims:
        triple = row["subject"], row["predicate"], row["object"]
        if triple not in withheld:
            yield Statement(" ".join(triple))


def _withheld(reader: Reader, stood: Iterable[Statement]) -> set[_Triple]:
    retracted: dict[str, set[Term]] = {STANDING: set(), FLAG: set()}
    for statement in stood:
        node, predicate, value = statement.split(" ", 2)
        if value == _RETRACTED and predicate in retracted:
            retracted[predicate].add(Term(node))
    grounds: dict[_Triple, dict[Term, set[Term]]] = defaultdict(lambda: defaultdict(set))
    for page in paged(sorted(retracted[FLAG]), _AT_ONCE):
        for row in about(reader, "derive/claims-resting", page):
            documents = grounds[row["subject"], row["predicate"], row["object"]][row["other"]]
            if "document" in row:
                documents.add(row["document"])
    return {
        triple
        for triple, claims in grounds.items()
        if all(documents and documents <= retracted[STANDING] for documents in claims.values())
    }
