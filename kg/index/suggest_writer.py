"""Makes the files of ``kg.index.suggest`` from concepts."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import numpy as np
import numpy.typing as npt

from kg.index.base import SuggestEntry
from kg.index.keys import KEY_KINDS, KeyKind, code_keys, label_keys
from kg.index.rows import RowWriter
from kg.index.sealed import save_array, seal
from kg.index.suggest import HEAVY, KEPT, ConceptRow, LabelRow

LABEL_WEIGHT: dict[str, float] = {
    "preferred": 3.0, "exact": 2.5, "abbreviation": 2.4, "brand": 2.4, "clinical": 2.4, "lay": 2.3,
    "old": 1.5, "related": 1.2, "narrow": 1.0, "broad": 1.0, "spelling": 0.8,
}  # fmt: skip
KEY_WEIGHT: dict[KeyKind, float] = {"label": 0.0, "code": 0.0, "pinyin": -0.2, "initials": -0.4, "inner": -1.5}
"""A name that starts with what was typed beats one that holds it, unless it is far more frequent."""
DEPRECATED = -3.0
CODE_WEIGHT = 2.5
_PLACES = {kind: place for place, kind in enumerate(KEY_KINDS)}


class SuggestWriter:
    """Collects concepts, then sorts and writes; a context manager that seals when no error left it.

    Weight of a key: its label's kind, how the key was made, and log10 of the documents that
    mention the concept; ties by shorter name, then in order of entry.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._concepts = RowWriter(folder, "concepts")
        self._labels = RowWriter(folder, "labels")
        self._categories: list[str] = []
        self._groups = array("B")
        self._keys: list[bytes] = []
        self._key_labels = array("I")
        self._key_kinds = array("B")
        self._label_concepts = array("I")
        self._label_weights = array("f")
        self._label_sizes = array("H")

    def __len__(self) -> int:
        """Number of keys so far."""
        return len(self._keys)

    def __enter__(self) -> SuggestWriter:
        return self

    def add(self, entry: SuggestEntry) -> None:
        """Append one concept."""
        names = {label.language: label.value for label in reversed(entry.labels) if label.kind == "preferred"}
        zh, en = names.get("zh", ""), names.get("en", "")
        row = ConceptRow(entry.id, entry.category, zh, en, entry.illustrative, entry.deprecated)
        concept = self._concepts.add(row)
        if entry.category not in self._categories:
            self._categories.append(entry.category)
        self._groups.append(self._categories.index(entry.category))
        base = math.log10(1 + entry.documents) + (DEPRECATED if entry.deprecated else 0.0)
        seen: set[str] = set()
        for label in sorted(entry.labels, key=lambda label: -LABEL_WEIGHT[label.kind]):
            shown = (names.get(label.language) or zh or en) if label.kind == "spelling" else label.value
            named = LabelRow(concept, shown, label.kind, label.language)
            self._add_label(named, base + LABEL_WEIGHT[label.kind], label_keys(label), seen)
        for code in entry.codes:
            # Codes are no names: they show the preferred one.
            self._add_label(LabelRow(concept, zh or en, code=code), base + CODE_WEIGHT, code_keys((code,)), seen)

    def _add_label(self, row: LabelRow, weight: float, keys: Iterator[tuple[str, KeyKind]], seen: set[str]) -> None:
        number = self._labels.add(row)
        self._label_concepts.append(row.concept)
        self._label_weights.append(weight)
        self._label_sizes.append(min(len(row.text), 0xFFFF))
        for key, kind in keys:
            if key not in seen:
                seen.add(key)
                self._keys.append(key.encode())
                self._key_labels.append(number)
                self._key_kinds.append(_PLACES[kind])

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._finish()

    def _finish(self) -> None:
        count = len(self._keys)
        labels = np.frombuffer(self._key_labels, dtype=np.uint32)
        kinds = np.frombuffer(self._key_kinds, dtype=np.uint8)
        shift = np.array([KEY_WEIGHT[kind] for kind in KEY_KINDS], dtype=np.float32)
        weights = np.frombuffer(self._label_weights, dtype=np.float32)[labels] + shift[kinds]
        sizes = np.frombuffer(self._label_sizes, dtype=np.uint16)[labels]
        best_first = np.lexsort((np.arange(count), sizes, -weights))
        # The sort is stable: within one key the better rank stays in front.
        order = np.array(sorted(best_first.tolist(), key=self._keys.__getitem__), dtype=np.int64)
        ranks = np.empty(count, dtype=np.uint32)
        ranks[best_first] = np.arange(count, dtype=np.uint32)
        ranks = ranks[order]
        keys = [self._keys[at] for at in order.tolist()]
        # Cut or filled up with zeros to eight bytes, as numbers.
        heads = np.array(keys, dtype="S8").view(">u8").astype(np.uint64)
        owners = np.frombuffer(self._label_concepts, dtype=np.uint32)[labels[order]]
        columns: dict[str, npt.NDArray[np.generic]] = {
            "keys.ranks": ranks,
            "keys.heads": heads,
            "keys.concepts": owners,
            "keys.labels": labels[order],
            "keys.kinds": kinds[order],
            "concepts.categories": np.frombuffer(self._groups, dtype=np.uint8),
        }
        for name, values in columns.items():
            save_array(self._folder / f"{name}.npy", values)
        self._write_blob("keys", keys)
        best = {prefix: _best(low, high, ranks, owners) for prefix, low, high in heavy_prefixes(heads)}
        self._write_blob("heavy", list(best))
        table = np.full((len(best), KEPT), -1, dtype=np.int32)
        for at, found in enumerate(best.values()):
            table[at, : len(found)] = found
        save_array(self._folder / "heavy.best.npy", table)
        self._concepts.finish()
        self._labels.finish()
        seal(self._folder, "suggest", {"categories": " ".join(self._categories), "keys": count})

    def _write_blob(self, name: str, rows: list[bytes]) -> None:
        (self._folder / f"{name}.bin").write_bytes(b"".join(rows))
        offsets = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum([len(row) for row in rows], out=offsets[1:])
        save_array(self._folder / f"{name}.offsets.npy", offsets)


def heavy_prefixes(heads: npt.NDArray[np.uint64]) -> list[tuple[bytes, int, int]]:
    """(prefix, first key, end) of every prefix of more than HEAVY keys, up to eight bytes, sorted.

    ``heads`` are the first eight bytes of the sorted keys as numbers; a longer prefix is rarely heavy.
    """
    found: list[tuple[bytes, int, int]] = []
    for length in range(1, 9):
        starts, first, counts = np.unique(heads >> np.uint64(64 - 8 * length), return_index=True, return_counts=True)
        for at in np.flatnonzero(counts > HEAVY):
            prefix = int(starts[at]).to_bytes(length, "big")
            if b"\0" not in prefix and _whole(prefix):
                found.append((prefix, int(first[at]), int(first[at] + counts[at])))
    return sorted(found)


def _whole(prefix: bytes) -> bool:
    """Whether the bytes end with a character, as everything typed does."""
    try:
        prefix.decode()
    except UnicodeDecodeError:
        return False
    return True


def _best(low: int, high: int, ranks: npt.NDArray[np.uint32], owners: npt.NDArray[np.uint32]) -> list[int]:
    """The best keys of KEPT different concepts."""
    concepts: dict[int, int] = {}
    for key in (low + np.argsort(ranks[low:high])).tolist():
        concepts.setdefault(int(owners[key]), key)
        if len(concepts) == KEPT:
            break
    return list(concepts.values())
