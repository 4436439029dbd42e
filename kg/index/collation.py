"""Titles and names in the orders that readers of Chinese know, by pinyin and by strokes, as numbers.

The orders are ICU's for Chinese (CLDR), which DuckDB carries with it: digits, Chinese characters, then other scripts
by their alphabets, whatever the case and accents. ICU reads a character in one way wherever it stands, so 重症 stands
beside 重复 under chóng. The order is worked out once, when the index is made: a search compares numbers only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Literal

import duckdb
import numpy as np
import numpy.typing as npt

Way = Literal["pinyin", "stroke"]
WAYS: tuple[Way, Way] = ("pinyin", "stroke")
_LOCALES: dict[Way, str] = {"pinyin": "zh", "stroke": "zh_tw"}
_BETWEEN = "\x1f"
_ASKED = "SELECT icu_sort_key(text, $1) FROM (SELECT unnest(string_split($2, chr(31))) AS text)"
"""Texts come as one: for each text of a list DuckDB would look for libraries of data frames, which costs 40 keys."""
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False, "autoload_known_extensions": False, "threads": 1
}  # fmt: skip
"""Nothing is ever fetched: ICU is linked into the wheel."""
_WIDTH = 96
"""Bytes of a key, some 35 Chinese characters or 90 letters; what differs later only is a tie."""
_LONGEST = 300
_LAST = b"\xff"
"""The key of a text that has no letter: behind all others."""
_SIGNS = re.compile(r"^[\W_]+")
_AT_ONCE = 500
"""Texts whose keys are made together: a call costs as much as forty keys."""


class Collation:
    """Makes keys; one thread at a time."""

    def __init__(self) -> None:
        self._connection = duckdb.connect(config=_CONFIG)

    def keys(self, texts: Sequence[str], way: Way) -> list[bytes]:
        """A key for each text, in the order of the texts; signs at their beginning do not count.

        >>> titles = ["Zinc", "哮喘", "阿司匹林", "“一”例", "asthma"]
        >>> pinyin, stroke = (Collation().keys(titles, way) for way in WAYS)
        >>> [title for _, title in sorted(zip(pinyin, titles))]
        ['阿司匹林', '哮喘', '“一”例', 'asthma', 'Zinc']
        >>> [title for _, title in sorted(zip(stroke, titles))]
        ['“一”例', '阿司匹林', '哮喘', 'asthma', 'Zinc']
        """
        if not texts:
            return []
        plain = _BETWEEN.join(_SIGNS.sub("", text.replace(_BETWEEN, ""))[:_LONGEST] for text in texts)
        found = self._connection.execute(_ASKED, [_LOCALES[way], plain]).fetchall()
        return [_key(sort_key) for (sort_key,) in found]


def _key(sort_key: str) -> bytes:
    """The first level of a sort key (UTS #10), where neither case nor accents count."""
    return bytes.fromhex(sort_key).partition(b"\x01")[0][:_WIDTH] or _LAST


class RankWriter:
    """Ranks of texts among all that come, by both ways; their keys wait in files of ``folder``."""

    def __init__(self, folder: Path, name: str) -> None:
        self._collation = Collation()
        self._paths = {way: folder / f"{name}-{way}.keys" for way in WAYS}
        self._streams: dict[Way, BinaryIO] = {way: path.open("wb") for way, path in self._paths.items()}
        self._waiting: list[str] = []

    def add(self, text: str) -> None:
        """Append the text of the next row."""
        self._waiting.append(text)
        if len(self._waiting) == _AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        for way, stream in self._streams.items():
            stream.writelines(key.ljust(_WIDTH, b"\0") for key in self._collation.keys(self._waiting, way))
        self._waiting.clear()

    def finish(self) -> dict[Way, npt.NDArray[np.uint32]]:
        """The rank of each row, each number once: rows with equal keys stand in their order."""
        self._flush()
        found: dict[Way, npt.NDArray[np.uint32]] = {}
        for way, path in self._paths.items():
            self._streams[way].close()
            order = np.argsort(np.fromfile(path, dtype=f"S{_WIDTH}"), kind="stable")
            found[way] = np.empty(len(order), dtype=np.uint32)
            found[way][order] = np.arange(len(order), dtype=np.uint32)
            path.unlink()
        return found
