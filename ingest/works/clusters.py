"""Records of one work brought together: union-find that never joins what must stay apart.

Every two members of a cluster may be one work by ``comparison.apart``, not only those that were compared, so a
cluster never holds two PMIDs, PMC numbers or DOIs; only a curator may say otherwise. Pairs are joined from the
strongest reason to the weakest and then by id, so the order in which records come does not matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations, product

import msgspec

from ingest.works.citation import Citation
from ingest.works.comparison import Verdict, apart, compare
from ingest.works.decisions import Decisions
from ingest.works.keys import keys
from kg.errors import IdentifierError
from kg.model.ids import canonical

LARGEST = 40
"""Records that may share a blocking key; more share a column's name, not a work."""
_STRENGTH = ("curator", "identifier", "title", "place", "translation")
_NONE = Decisions()


class Join(msgspec.Struct, frozen=True):
    """Two records and why they are one work; ``a`` before ``b``."""

    a: str
    b: str
    verdict: Verdict


class Cluster(msgspec.Struct, frozen=True):
    """``id``: the canonical record. ``members``: all, canonical first. ``joins``: the evidence, a spanning tree."""

    id: str
    members: tuple[str, ...]
    joins: tuple[Join, ...]


def clusters(records: Iterable[Citation], decided: Decisions = _NONE) -> tuple[Cluster, ...]:
    """Works with more than one record, by canonical id. Ids must be distinct: raises IdentifierError."""
    known: dict[str, Citation] = {}
    for record in records:
        if record.id in known:
            raise IdentifierError(value=record.id, reason="two records have it")
        known[record.id] = record
    joins = sorted(_joins(known, decided), key=lambda join: (_STRENGTH.index(join.verdict.reason), _pair_key(join)))
    members = {identifier: [identifier] for identifier in known}
    used: dict[str, list[Join]] = defaultdict(list)
    root = {identifier: identifier for identifier in known}
    for join in joins:
        one, other = root[join.a], root[join.b]
        forced = join.verdict.reason == "curator"
        if one == other or any(
            decided.part(a, b) or (not forced and apart(known[a], known[b]))
            for a, b in product(members[one], members[other])
        ):
            continue
        kept, moved = sorted((one, other), key=canonical)
        for identifier in members[moved]:
            root[identifier] = kept
        members[kept] += members.pop(moved)
        used[kept] += [*used.pop(moved, ()), join]
    return tuple(
        Cluster(id=kept, members=tuple(sorted(members[kept], key=canonical)), joins=tuple(found))
        for kept, found in sorted(used.items(), key=lambda item: canonical(item[0]))
    )


def _pair_key(join: Join) -> tuple[tuple[int, int, str], tuple[int, int, str]]:
    return canonical(join.a), canonical(join.b)


def _joins(known: dict[str, Citation], decided: Decisions) -> Iterator[Join]:
    seen: set[tuple[str, str]] = set()
    for pair, reasons in decided.same.items():
        a, b = sorted(pair, key=canonical)
        seen.add((a, b))
        yield Join(a, b, Verdict(True, "curator", reasons))
    for block in _blocks(known):
        for a, b in combinations(sorted(block, key=canonical), 2):
            if (a, b) not in seen:
                seen.add((a, b))
                verdict = compare(known[a], known[b])
                if verdict.same:
                    yield Join(a, b, verdict)


def _blocks(known: dict[str, Citation]) -> Iterator[list[str]]:
    blocks: dict[str, list[str]] = defaultdict(list)
    for identifier, record in known.items():
        for key in set(keys(record)):
            blocks[key].append(identifier)
    return (block for block in blocks.values() if 1 < len(block) <= LARGEST)
