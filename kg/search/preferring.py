"""What a profile does to a ranking and to the names in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from kg.generation.pages import about
from kg.index.base import Filters, Kind
from kg.index.boolean import Any, Boolean, Keys
from kg.index.text import TextIndex
from kg.model.ids import Ids
from kg.model.terms import iri, language, lexical
from kg.search.base import Hit, Interpretation, Matched, Names, Parts
from kg.search.profiles import Preference, Profile
from kg.search.works import Ranked
from kg.store.base import Reader


class Preferring:
    """Applies profiles in one generation."""

    def __init__(self, reader: Reader, text: TextIndex, ids: Ids) -> None:
        self._reader = reader
        self._text = text
        self._ids = ids

    def filters(self, filters: Filters, profile: Profile) -> Filters:
        """With what the profile leaves out. An index without fields holds no kinds, so nothing is left out of it."""
        if not profile.without or not self._text.has_fields("document"):
            return filters
        mine = Keys("pt", tuple(sorted(profile.without)))
        drop: Boolean = mine if filters.drop is None else Any((filters.drop, mine))
        return replace(filters, drop=drop)

    def ranked(self, hits: Sequence[Ranked], profile: Profile) -> list[Ranked]:
        """``hits`` of one kind anew: what is preferred gains its share, and all other parts count so much less, so that
        scores stay between 0 and 1 and parts sum to them."""
        if not hits or not profile.prefer:
            return list(hits)
        kind = hits[0][0]
        rows = np.array([row for _, row, _, _ in hits], dtype=np.int64)
        most = max(one.share for one in profile.prefer)
        gains = np.zeros(len(rows))
        for one in reversed(profile.prefer):
            gains[self._preferred(kind, rows, one)] = one.share
        return [_gained(hit, gain, most) for hit, gain in zip(hits, gains.tolist(), strict=True)]

    def _preferred(self, kind: Kind, rows: npt.NDArray[np.int64], one: Preference) -> npt.NDArray[np.bool_]:
        nobody: npt.NDArray[np.bool_] = np.zeros(len(rows), dtype=np.bool_)
        if kind == "concept":
            return np.array([self._text.card("concept", row).category in one.categories for row in rows.tolist()])
        if not one.types or not self._text.has_fields("document"):
            return nobody
        others = self._text.allowed("document", Filters(drop=Keys("pt", one.types)))
        return nobody if others is None else ~others[rows]

    def lay(self, hits: Sequence[Hit], reading: Interpretation) -> tuple[tuple[Hit, ...], Interpretation]:
        """Concepts by their lay terms where a terminology marks one, in each language that has one."""
        curies = {one.id for one in reading.concepts} | {hit.id for hit in hits if hit.kind == "concept"}
        curies |= {step.id for hit in hits for one in hit.matched for step in one.path}
        names = dict(self._lay(sorted(curies)))
        concepts = tuple(replace(one, label=_first(names.get(one.id), one.label)) for one in reading.concepts)
        told = tuple(
            replace(
                hit,
                label=_first(names.get(hit.id), hit.label) if hit.kind == "concept" else hit.label,
                matched=tuple(_named(one, names) for one in hit.matched),
            )
            for hit in hits
        )
        return told, replace(reading, concepts=concepts)

    def _lay(self, curies: Sequence[str]) -> Iterator[tuple[str, Names]]:
        """CURIE -> the lay term of each language: its own before those of exact matches, the shortest of these, then
        the first by spelling; empty where there is none."""
        nodes = {iri(self._ids.expand(curie)): curie for curie in curies}
        found: dict[str, dict[str, list[tuple[bool, int, str]]]] = defaultdict(lambda: defaultdict(list))
        for row in about(self._reader, "concept/lay", nodes) if nodes else ():
            label = lexical(row["label"])
            found[nodes[row["concept"]]][language(row["label"])].append(("same" in row, len(label), label))
        for curie, by_language in found.items():
            best = {code: min(labels)[2] for code, labels in by_language.items()}
            yield curie, Names(zh=best.get("zh", ""), en=best.get("en", ""))


def _gained(hit: Ranked, gain: float, most: float) -> Ranked:
    kind, row, _, parts = hit
    less = {name: round(value * (1 - most), 6) for name, value in _values(parts).items()}
    told = Parts(**(less | {"profile": round(gain, 6)}))
    return kind, row, round(sum(_values(told).values()), 6), told


def _values(parts: Parts) -> dict[str, float]:
    return {name: getattr(parts, name) for name in Parts.__struct_fields__}


def _first(lay: Names | None, known: Names) -> Names:
    return known if lay is None else Names(zh=lay.zh or known.zh, en=lay.en or known.en)


def _named(one: Matched, names: dict[str, Names]) -> Matched:
    return replace(one, path=tuple(replace(step, label=_first(names.get(step.id), step.label)) for step in one.path))
