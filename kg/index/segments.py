"""The vector index of the service: segments that never change, and what was added or taken away since.

Adding writes a new segment and leaves the old ones as they are: their files are linked, not copied. A vector that is
taken away is marked, and left out of every answer. A segment is joined with the next larger one when it has more than a
fourth of its vectors, and written anew when a fourth of it is gone: so there are few, and each vector is moved seldom.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar, Protocol, Self

import numpy as np

from kg.index.base import Mask, RowIds, Vectors
from kg.index.exact import PLACES, check_count, check_dimension, check_encoder
from kg.index.fresh import Fresh
from kg.index.sealed import map_array, save_array, save_rows, seal, unseal
from kg.index.segment import Facts, Segment, Sizes, finish_segment

_JOINED = 4
"""A segment with so many times the vectors of the next one is left alone."""
_WASTED = 0.25
"""Share of a segment that may be gone."""


class Held(Protocol):
    """What never changes any more, in ``folder``; or, without one, what is ``Fresh``."""

    @property
    def ids(self) -> RowIds: ...

    def __len__(self) -> int: ...

    def search(self, queries: Vectors, k: int, allowed: Mask | None = None) -> tuple[RowIds, Vectors]: ...

    def rows(self, positions: RowIds) -> Vectors: ...

    def blocks(self) -> Iterator[tuple[int, Vectors]]: ...


class Sealed(Held, Protocol):
    folder: Path
    facts: Facts


class _Part:
    """A segment, or what is fresh, with the mask of what is left of it: None while that is all."""

    def __init__(self, held: Sealed | Fresh, left: Mask | None = None) -> None:
        self.held = held
        self.left = left

    def __len__(self) -> int:
        return len(self.held) if self.left is None else int(np.count_nonzero(self.left))

    @property
    def ids(self) -> RowIds:
        return self.held.ids if self.left is None else self.held.ids[self.left]

    def remove(self, ids: RowIds) -> None:
        hit = np.isin(self.held.ids, ids)
        if hit.any():
            self.left = ~hit if self.left is None else self.left & ~hit

    def among(self, allowed: Mask | None) -> Mask | None:
        """``allowed`` is over what is left; the answer over all that is held."""
        if allowed is None or self.left is None:
            return self.left if allowed is None else allowed
        mask: Mask = np.zeros(len(self.held), dtype=np.bool_)
        mask[self.left] = allowed
        return mask

    def blocks(self) -> Iterator[Vectors]:
        for start, rows in self.held.blocks():
            yield rows if self.left is None else rows[self.left[start : start + len(rows)]]

    @property
    def wasted(self) -> bool:
        return len(self.held) - len(self) > _WASTED * len(self.held)


class Segments:
    """``sizes``: from how many vectors on they are no longer all compared."""

    name: ClassVar[str] = "faiss"
    sealed: ClassVar[str] = "vectors/faiss.v2"
    """Kind of its seal."""

    def __init__(self, dimension: int, encoder: str, *, sizes: Sizes | None = None) -> None:
        self.dimension = dimension
        self.encoder = encoder
        self._sizes = sizes or Sizes()
        self._parts: list[_Part] = []
        self._fresh: _Part | None = None

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    @property
    def ids(self) -> RowIds:
        return np.concatenate([np.empty(0, dtype=np.int64), *(part.ids for part in self._parts)])

    def add(self, ids: RowIds, vectors: Vectors) -> None:
        check_dimension(self.name, self.dimension, vectors)
        if self._fresh is None:
            self._fresh = _Part(Fresh(self.dimension))
            self._parts.append(self._fresh)
        assert isinstance(self._fresh.held, Fresh)
        self._fresh.held.add(np.asarray(ids, dtype=np.int64), vectors)
        if self._fresh.left is not None:
            self._fresh.left = np.concatenate([self._fresh.left, np.ones(len(ids), dtype=np.bool_)])

    def remove(self, ids: RowIds) -> None:
        for part in self._parts:
            part.remove(ids)

    def search(self, vectors: Vectors, k: int, allowed: Mask | None = None) -> tuple[RowIds, Vectors]:
        check_dimension(self.name, self.dimension, vectors)
        check_count(k)
        ids = [np.full((len(vectors), k), -1, dtype=np.int64)]
        scores = [np.full((len(vectors), k), -np.inf, dtype=np.float32)]
        start = 0
        for part in self._parts:
            own = None if allowed is None else allowed[start : start + len(part)]
            start += len(part)
            if len(part) and (own is None or own.any()):
                found = part.held.search(vectors, k, part.among(own))
                ids.append(found[0])
                scores.append(found[1])
        all_ids, all_scores = np.concatenate(ids, axis=1), np.concatenate(scores, axis=1)
        order = np.lexsort((all_ids, -np.round(all_scores, PLACES)), axis=1)[:, :k]
        return np.take_along_axis(all_ids, order, 1), np.take_along_axis(all_scores, order, 1)

    def vectors(self, ids: RowIds) -> Vectors:
        made: Vectors = np.empty((len(ids), self.dimension), dtype=np.float32)
        for part in self._parts:
            hit = np.isin(part.held.ids, ids)
            places = np.flatnonzero(hit if part.left is None else hit & part.left)
            for place, row in zip(places, part.held.rows(places) if len(places) else (), strict=True):
                made[ids == part.held.ids[place]] = row
        return made

    def facts(self) -> dict[str, str]:
        held = [(part, part.held.facts) for part in self._parts if not isinstance(part.held, Fresh) and len(part)]
        total = sum(len(part) for part, _ in held)
        recall = sum(len(part) * facts.recall for part, facts in held) / total if total else 1.0
        kinds = ", ".join(f"{facts.kind} {len(part)}" for part, facts in held)
        return {"vector_index": self.name, "vector_segments": kinds, "vector_recall": f"{recall:.4f}"}

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        groups = self._groups()
        for number, group in enumerate(groups):
            target = folder / f"{number:02}"
            if len(group) == 1 and not isinstance(group[0].held, Fresh) and not group[0].wasted:
                _link(group[0].held.folder, target)
                if group[0].left is not None:
                    save_array(folder / f"{number:02}.left.npy", group[0].left)
            else:
                self._write(target, group)
        facts: dict[str, str | int] = {"encoder": self.encoder, "dimension": self.dimension, "segments": len(groups)}
        seal(folder, self.sealed, facts)

    def _groups(self) -> list[Sequence[_Part]]:
        """What is to be one segment each, largest first."""
        groups: list[list[_Part]] = []
        for part in sorted((part for part in self._parts if len(part)), key=len, reverse=True):
            groups.append([part])
        while len(groups) > 1 and _JOINED * sum(map(len, groups[-1])) > sum(map(len, groups[-2])):
            smaller = groups.pop()
            groups[-1] += smaller
        return list(groups)

    def _write(self, target: Path, group: Sequence[_Part]) -> None:
        target.mkdir()
        save_array(target / "ids.npy", np.concatenate([part.ids for part in group]))
        shape = sum(map(len, group)), self.dimension
        save_rows(target / "vectors.npy", shape, np.float32, (rows for part in group for rows in part.blocks()))
        self._finish(target)

    def _finish(self, folder: Path) -> None:
        """Add to ids and vectors in ``folder`` what a segment is searched by."""
        finish_segment(folder, self._sizes)

    def _opened(self, folder: Path) -> Sealed:
        return Segment(folder)

    @classmethod
    def opened(cls, folder: Path, encoder: str, *, verify: bool = True, sizes: Sizes | None = None) -> Self:
        """A saved index; see ``VectorIndexKind.open``."""
        facts = unseal(folder, cls.sealed, verify=verify)
        check_encoder(folder, facts, encoder)
        made = cls(int(facts["dimension"]), encoder, sizes=sizes)
        for number in range(int(facts["segments"])):
            left = folder / f"{number:02}.left.npy"
            made._parts.append(
                _Part(made._opened(folder / f"{number:02}"), np.array(map_array(left)) if left.is_file() else None)
            )
        return made


class FaissKind:
    """Makes and opens indexes of segments."""

    name: ClassVar[str] = Segments.name

    @staticmethod
    def create(dimension: int, encoder: str) -> Segments:
        return Segments(dimension, encoder)

    @staticmethod
    def held(folder: Path) -> bool:
        return True

    @staticmethod
    def sweep(kept: Iterable[Path]) -> int:
        return 0

    @staticmethod
    def open(folder: Path, encoder: str, *, verify: bool = True) -> Segments:
        return Segments.opened(folder, encoder, verify=verify)


def _link(source: Path, target: Path) -> None:
    """The files of a segment a second time, without their content where the device allows it."""
    target.mkdir()
    for file in sorted(source.iterdir()):
        try:
            os.link(file, target / file.name)
        except OSError:
            shutil.copy2(file, target / file.name)
