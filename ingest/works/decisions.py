"""What curators decided about pairs of records: it comes before every rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import product

import msgspec

from ingest.works.citation import Citation
from kg.mapping.decision import SAME
from kg.model.ids import Ids
from kg.model.terms import lexical
from kg.query.named import named
from kg.store.base import Reader


class Decisions(msgspec.Struct, frozen=True):
    """Pairs of ids, each in the order of the alphabet. ``same``: with the reasons given. A pair that is decided both
    ways, by two tables, is different: apart is what can be mended."""

    same: dict[tuple[str, str], tuple[str, ...]] = {}
    different: frozenset[tuple[str, str]] = frozenset()

    def part(self, a: str, b: str) -> bool:
        """Whether the two may not be one work."""
        return bool(self.different) and _pair(a, b) in self.different


def decisions(reader: Reader, records: Iterable[Citation], ids: Ids) -> Decisions:
    """The decisions of the default graph about ``records``; what they say of records that are not there is left."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in reader.select(named("derive/work-decisions")):
        found[row["node"]]["record"].add(lexical(row["record"]))
        found[row["node"]]["decision"].add(lexical(row["decision"]))
        found[row["node"]]["reason"].update([lexical(row["reason"])] if "reason" in row else [])
    if not found:
        return Decisions()
    wanted = {record for values in found.values() for record in values["record"]}
    known = _known(records, wanted, ids)
    same: dict[tuple[str, str], set[str]] = defaultdict(set)
    different: set[tuple[str, str]] = set()
    for values in found.values():
        for pair in _pairs(sorted(values["record"]), known):
            if values["decision"] == {SAME}:
                same[pair] |= values["reason"]
            else:
                different.add(pair)
    return Decisions(
        {pair: tuple(sorted(reasons)) for pair, reasons in sorted(same.items()) if pair not in different},
        frozenset(different),
    )


def _known(records: Iterable[Citation], wanted: set[str], ids: Ids) -> dict[str, list[str]]:
    """IRI -> ids of the records that have it as one of their names."""
    found: dict[str, list[str]] = defaultdict(list)
    for record in records:
        numbers = (("PMID", record.pmids), ("PMC", record.pmcs), ("DOI", record.dois))
        names = [record.id, *(f"{prefix}:{number}" for prefix, values in numbers for number in values)]
        for name in {ids.expand(name) for name in names} & wanted:
            found[name].append(record.id)
    return found


def _pairs(named: Sequence[str], known: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    if len(named) == 2:
        for a, b in product(*(known.get(name, ()) for name in named)):
            if a != b:
                yield _pair(a, b)


def _pair(a: str, b: str) -> tuple[str, str]:
    return (a, b) if a < b else (b, a)
