"""Parts of search that remember the last things they were asked: several rankings ask the same question in turn."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from kg.index.base import Encoder, Filters, Kind, Vectors
from kg.index.text import Adjacent, TextIndex, Wanted
from kg.search.base import ConceptMatch, QueryReader

_LAST = 16
"""What one question asks in all, in both of its languages."""
T = TypeVar("T")


class _Last:
    """The last answers by what was asked."""

    def __init__(self) -> None:
        self._known: OrderedDict[Hashable, object] = OrderedDict()

    def get(self, asked: Hashable, answer: Callable[[], T]) -> T:
        if asked not in self._known:
            self._known[asked] = answer()
            if len(self._known) > _LAST:
                self._known.popitem(last=False)
        return self._known[asked]  # type: ignore[return-value]


class RememberedText(TextIndex):
    """A text index, not verified: it was just made."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, verify=False)
        self._last = _Last()

    def search(
        self, kind: Kind, wanted: Sequence[Wanted | Adjacent], limit: int, filters: Filters | None = None
    ) -> list[tuple[int, float]]:
        search = super().search
        return self._last.get((kind, tuple(wanted), limit, filters), lambda: search(kind, wanted, limit, filters))


class RememberedReader:
    """See ``kg.search.base.QueryReader``."""

    def __init__(self, reader: QueryReader) -> None:
        self._reader = reader
        self._last = _Last()

    def read(self, text: str) -> tuple[ConceptMatch, ...]:
        return self._last.get(text, lambda: self._reader.read(text))


class RememberedEncoder:
    """See ``kg.index.base.Encoder``; for texts one by one."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._last = _Last()
        self.id, self.dimension = encoder.id, encoder.dimension

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = [self._last.get(text, partial(self._encoder.encode, [text])) for text in texts]
        return np.concatenate([np.zeros((0, self.dimension), dtype=np.float32), *rows])
