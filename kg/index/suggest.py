"""Autocomplete: one sorted blob of keys, mapped into memory, searched by bisection.

Look-up is two bisections and the best ranks of a slice; the best of every prefix with many keys
are worked out when the index is made. Measured against five other designs in the prototypes (a
million labels: p99 0.65 ms, marisa-trie 14.7 ms, SQLite 7.3 ms).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import cast

import msgspec
import numpy as np
import numpy.typing as npt

from kg.index.analysis import has_han
from kg.index.base import MatchKind, Suggestion
from kg.index.edits import Edits
from kg.index.keys import KEY_KINDS, fold_key
from kg.index.pinyin import syllables
from kg.index.rows import Rows
from kg.index.sealed import map_array, map_bytes, unseal
from kg.index.slips import one_away, sound_alike

LIMIT = 50
"""Most suggestions of one answer."""
HEAVY = 2_000
"""Prefixes with more keys have their best ``KEPT`` concepts stored."""
KEPT = 60
_TYPED = 64
_PINYIN = KEY_KINDS.index("pinyin")
_TYPO_SHORTEST = 3
_TYPO_LONGEST = 32


class ConceptRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a suggestion shows of its concept."""

    id: str
    category: str
    zh: str = ""
    en: str = ""
    illustrative: bool = False
    deprecated: bool = False


class LabelRow(msgspec.Struct, frozen=True, array_like=True):
    """The name that a key belongs to, as shown."""

    concept: int
    text: str
    kind: str = ""
    language: str = ""
    code: str = ""


class Blob:
    """Sorted byte strings in one block with offsets, as a sequence for ``bisect``."""

    def __init__(self, folder: Path, name: str) -> None:
        self._data = map_bytes(folder / f"{name}.bin")
        # A memoryview gives plain integers, three times faster than an array element.
        self._offsets = map_array(folder / f"{name}.offsets.npy").data

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, at: int) -> bytes:
        return self._data[self._offsets[at] : self._offsets[at + 1]]

    def span(self, prefix: bytes, low: int = 0, high: int | None = None) -> tuple[int, int]:
        """Where the strings that start with ``prefix`` begin and end."""
        high = len(self) if high is None else high
        first = bisect_left(self, prefix, low, high)
        # 0xFF never occurs in UTF-8, so it ends every prefix.
        return first, bisect_left(self, prefix + b"\xff", first, high)


class SuggestIndex:
    """Suggestions from a folder that ``SuggestWriter`` made; safe to use from several threads.

    Raises IntegrityError when a file is not what its manifest says.
    """

    def __init__(self, folder: Path, *, verify: bool = True) -> None:
        facts = unseal(folder, "suggest", verify=verify)
        self._categories = str(facts["categories"]).split()
        self._keys = Blob(folder, "keys")
        self._letters = np.frombuffer(map_bytes(folder / "keys.bin"), dtype=np.uint8)
        self._begins = np.asarray(map_array(folder / "keys.offsets.npy"))
        self._heads = map_array(folder / "keys.heads.npy")
        self._ranks = map_array(folder / "keys.ranks.npy")
        self._labels = map_array(folder / "keys.labels.npy")
        self._kinds = map_array(folder / "keys.kinds.npy")
        self._owners = map_array(folder / "keys.concepts.npy")
        self._groups = map_array(folder / "concepts.categories.npy")
        self._heavy = Blob(folder, "heavy")
        self._best = map_array(folder / "heavy.best.npy")
        self._names = Rows(folder, "labels", LabelRow)
        self._concepts = Rows(folder, "concepts", ConceptRow)

    def __len__(self) -> int:
        """Number of keys."""
        return len(self._keys)

    def suggest(self, typed: str, limit: int = 10, category: str | None = None) -> list[Suggestion]:
        """The best concepts whose name, code or pinyin starts with ``typed``, each once.

        Exact keys come first, then by rank. Where the prefix gives fewer than ``limit``, it is
        tried without blanks (``tang niao``), then with one edit anywhere but in the first letter.
        Chinese names are short, and what is one character away from one is most often another: only
        where nothing starts with them are those looked for that sound alike, then those one slip away.
        """
        prefix = fold_key(typed[:_TYPED])
        limit = min(limit, LIMIT)
        if not prefix or limit < 1:
            return []
        group = None if category is None else self._group(category)
        found: dict[int, tuple[int, bool]] = {}
        self._collect(prefix, limit, group, found)
        if len(found) < limit and prefix.isascii():
            if " " in prefix:
                self._collect(prefix.replace(" ", ""), limit, group, found)
            if len(found) < limit and _TYPO_SHORTEST <= len(prefix) <= _TYPO_LONGEST:
                self._collect_typos(prefix, limit, group, found)
        elif not found and has_han(prefix):
            self._collect_slips(prefix, limit, group, found)
        return [self._suggestion(key, typo) for key, typo in found.values()]

    def _group(self, category: str) -> int:
        return self._categories.index(category) if category in self._categories else len(self._categories)

    def _collect(self, prefix: str, limit: int, group: int | None, found: dict[int, tuple[int, bool]]) -> None:
        """Add concept -> key until there are ``limit``."""
        data = prefix.encode()
        low, high = self._span(data)
        exact = bisect_left(self._keys, data + b"\0", low, high)
        self._take(self._ordered(low, exact, limit, group), limit, found, typo=False)
        if len(found) < limit and exact < high:
            keys = self._stored(data) if group is None else None
            self._take(keys or self._ordered(low, high, limit, group), limit, found, typo=False)

    def _span(self, data: bytes) -> tuple[int, int]:
        """The keys that start with ``data``: by their first eight bytes, then by bisection."""
        head = data[:8]
        low, high = np.searchsorted(self._heads, [_head(head, b"\0"), _head(head, b"\xff") + np.uint64(1)])
        return (int(low), int(high)) if len(data) <= 8 else self._keys.span(data, int(low), int(high))

    def _stored(self, data: bytes) -> list[int] | None:
        at = bisect_left(self._heavy, data)
        if at == len(self._heavy) or self._heavy[at] != data:
            return None
        return [key for key in self._best[at].tolist() if key >= 0]

    def _ordered(self, low: int, high: int, limit: int, group: int | None) -> Iterator[int]:
        """Keys of a slice by rank: the likely few first, all of them only when asked on."""
        return self._by_rank(self._of_group(np.arange(low, high), group), limit)

    def _by_rank(self, keys: npt.NDArray[np.int64], limit: int) -> Iterator[int]:
        ranks = self._ranks[keys]
        few = 6 * limit
        if len(keys) > few:
            best = np.argpartition(ranks, few)[:few]
            yield from keys[best[np.argsort(ranks[best])]].tolist()
        yield from keys[np.argsort(ranks)].tolist()

    def _take(self, keys: Iterable[int], limit: int, found: dict[int, tuple[int, bool]], *, typo: bool) -> None:
        for key in keys:
            found.setdefault(int(self._owners[key]), (key, typo))
            if len(found) >= limit:
                return

    def _collect_typos(self, prefix: str, limit: int, group: int | None, found: dict[int, tuple[int, bool]]) -> None:
        edits = Edits(prefix.encode())
        lowest, highest = edits.heads()
        lows, highs = np.searchsorted(self._heads, lowest), np.searchsorted(self._heads, highest, "right")
        slices = {}
        for at in np.flatnonzero(highs > lows).tolist():
            word, low, high = edits.word(at), int(lows[at]), int(highs[at])
            if len(word) > 8:
                low = bisect_left(self._keys, word, low, high)
                if low == high or not self._keys[low].startswith(word):
                    continue
                high = bisect_left(self._keys, word + b"\xff", low, high)
            slices[low, high] = np.arange(low, high)
        if slices:
            keys = np.concatenate(list(slices.values()))
            self._take(self._by_rank(self._of_group(keys, group), limit), limit, found, typo=True)

    def _collect_slips(self, prefix: str, limit: int, group: int | None, found: dict[int, tuple[int, bool]]) -> None:
        if len(prefix) > 1:
            low, high = self._span("".join(syllables(prefix)).encode())
            keys = np.arange(low, high)[self._kinds[low:high] == _PINYIN]
            alike = (key for key in self._by_rank(self._of_group(keys, group), limit) if self._sounds(key, prefix))
            self._take(islice(alike, limit), limit, found, typo=True)
        if len(found) < limit:
            keys = one_away(prefix, self)
            self._take(self._by_rank(self._of_group(keys, group), limit), limit, found, typo=True)

    def _of_group(self, keys: npt.NDArray[np.int64], group: int | None) -> npt.NDArray[np.int64]:
        return keys if group is None else keys[self._groups[self._owners[keys]] == group]

    def _sounds(self, key: int, prefix: str) -> bool:
        return sound_alike(prefix, fold_key(self._names[int(self._labels[key])].text))

    @property
    def heads(self) -> npt.NDArray[np.uint64]:
        """The first eight bytes of each key as numbers."""
        return self._heads

    @property
    def letters(self) -> npt.NDArray[np.uint8]:
        """All keys in one block."""
        return self._letters

    @property
    def offsets(self) -> npt.NDArray[np.int64]:
        """Where each key begins in the block, and where the last one ends."""
        return self._begins

    def span(self, prefix: bytes) -> tuple[int, int]:
        """Where the keys that start with ``prefix`` begin and end."""
        return self._span(prefix)

    def _suggestion(self, key: int, typo: bool) -> Suggestion:
        concept = self._concepts[int(self._owners[key])]
        name = self._names[int(self._labels[key])]
        return Suggestion(
            id=concept.id,
            text=name.text,
            match="typo" if typo else cast(MatchKind, KEY_KINDS[self._kinds[key]]),
            category=concept.category,
            zh=concept.zh,
            en=concept.en,
            illustrative=concept.illustrative,
            deprecated=concept.deprecated,
            kind=name.kind,
            language=name.language,
            code=name.code,
        )


def _head(data: bytes, fill: bytes) -> np.uint64:
    """The first eight bytes as a number that sorts like the bytes."""
    return np.uint64(int.from_bytes(data.ljust(8, fill), "big"))
