"""Writing of text indexes: entries come sorted by id, and the folder is sealed at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import numpy as np
import tantivy

from kg.device import device_error
from kg.index.analysis import tokens
from kg.index.base import KINDS, Kind, TextEntry
from kg.index.fields import DATE_FIELDS, FACET_FIELDS, FIELDS_FORMAT, KEY_FIELDS, PHRASE_FIELDS, key, places
from kg.index.ordering import RANKED, cited, dated
from kg.index.rescoring import COUNTS_FORMAT, RescoringWriter
from kg.index.rows import Rows, RowWriter
from kg.index.sealed import save_array, seal
from kg.index.textschema import COARSE, ILLUSTRATIVE, NO_YEAR, TEXT_FIELDS, register, schema

if TYPE_CHECKING:
    from kg.index.collation import RankWriter

_HEAP = 128_000_000
_WAITING = "waiting"


class TextWriter:
    """Builds the indexes of these kinds in bounded memory; entries of a kind come sorted by id. Those of documents
    wait in a file until the order of their titles and authors is known.

    Use it as a context manager: the folder is sealed when the block ends without an error.
    """

    def __init__(self, folder: Path, kinds: Iterable[Kind] = KINDS) -> None:
        self._kinds = {kind: _KindWriter(folder / f"{kind}s") for kind in kinds}

    def __enter__(self) -> TextWriter:
        return self

    def add(self, entry: TextEntry) -> int:
        """Append an entry; its row number among those of its kind."""
        return self._kinds[entry.card.kind].add(entry)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            for writer in self._kinds.values():
                writer.finish()


class _KindWriter:
    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        segments = folder / "segments"
        segments.mkdir()
        with _writing(folder):
            index = tantivy.Index(schema(), path=str(segments))
            register(index)
            # One thread: entries keep their order, and the same entries give the same ranking.
            self._writer = index.writer(heap_size=_HEAP, num_threads=1)
        self._cards = RowWriter(folder, "cards")
        self._years: list[int] = []
        self._flags = bytearray()
        self._languages: dict[str, list[int]] = {}
        self._last = ""
        self._ranks: dict[str, RankWriter] = {}
        if folder.name == "documents":
            # Imported where indexes are made: who only searches needs none of it.
            from kg.index.collation import RankWriter

            self._ranks = {name: RankWriter(folder, name) for name in RANKED}
            self._waiting = RowWriter(folder, _WAITING)
            self._counts = RescoringWriter(folder)

    def add(self, entry: TextEntry) -> int:
        card = entry.card
        if card.id <= self._last:
            raise ValueError(f"{card.id} comes after {self._last}: entries must be sorted by id, each once")
        self._last = card.id
        row = self._cards.add(card)
        self._years.append(NO_YEAR if card.year is None else card.year)
        self._flags.append(ILLUSTRATIVE if card.illustrative else 0)
        for code in card.languages:
            self._languages.setdefault(code, []).append(row)
        if self._ranks:
            # The rank of an entry is known when all have come.
            for name, ranks in self._ranks.items():
                ranks.add(RANKED[name](entry))
            self._waiting.add(entry)
        else:
            self._write(row, entry, {})
        return row

    def _write(self, row: int, entry: TextEntry, columns: dict[str, int]) -> None:
        card, document = entry.card, tantivy.Document()
        document.add_unsigned("row", row)
        found = {name: tokens(text) for name in TEXT_FIELDS if (text := getattr(entry, name))}
        for name, words in found.items():
            document.add_text(name, " ".join(words))
        if self._ranks:
            self._counts.add(entry, found)
        for name, counted in (("concept", entry.concepts), ("subtree", entry.subtree)):
            if counted:
                each = ((curie, max(1, times // COARSE[name])) for curie, times in counted)
                document.add_text(name, " ".join(curie for curie, times in each for _ in range(times)))
        if card.year is not None:
            document.add_integer("year", card.year)
        for code in card.languages:
            document.add_text("language", code)
        for name, values in entry.fields.items():
            _add(document, name, values)
        for name, number in columns.items():
            document.add_unsigned(name, number)
        document.add_boolean("illustrative", card.illustrative)
        with _writing(self._folder):
            self._writer.add_document(document)

    def _write_ranked(self) -> None:
        ranks = {(name, way): found for name, one in self._ranks.items() for way, found in one.finish().items()}
        self._waiting.finish()
        entries = Rows(self._folder, _WAITING, TextEntry)
        for row in range(len(entries)):
            entry = entries[row]
            columns = {f"{name}_{way}": int(found[row]) for (name, way), found in ranks.items()}
            self._write(row, entry, columns | {"dated": dated(entry, row), "cited": cited(entry, row)})
        for path in self._folder.glob(f"{_WAITING}.*"):
            path.unlink()
        self._counts.finish()

    def finish(self) -> None:
        if self._ranks:
            self._write_ranked()
        with _writing(self._folder):
            self._writer.commit()
            self._writer.wait_merging_threads()
        self._cards.finish()
        save_array(self._folder / "years.npy", np.array(self._years, dtype=np.int16))
        save_array(self._folder / "flags.npy", np.frombuffer(bytes(self._flags), dtype=np.uint8))
        codes = sorted(self._languages)
        pairs = [(place, row) for place, code in enumerate(codes) for row in self._languages[code]]
        save_array(self._folder / "languages.npy", np.array(pairs, dtype=np.uint32).reshape(-1, 2))
        facts: dict[str, str | int] = {"rows": len(self._cards), "languages": " ".join(codes), "fields": FIELDS_FORMAT}
        seal(self._folder, "text", facts | ({"counts": COUNTS_FORMAT} if self._ranks else {}))


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """tantivy's errors while it writes come as ValueError; raises OSError."""
    try:
        yield
    except ValueError as error:
        raise device_error(error, folder) from error


def build(folder: Path, entries: Iterable[TextEntry]) -> None:
    """Write the text index of ``entries``, sorted by id within each kind, to ``folder``."""
    with TextWriter(folder) as writer:
        for entry in entries:
            writer.add(entry)


def _add(document: tantivy.Document, name: str, values: Sequence[str]) -> None:
    """The values of one field of search strategies."""
    if name in PHRASE_FIELDS:
        for value in values:
            document.add_text(name, " ".join(places(value)))
    elif name in KEY_FIELDS:
        # Keys of headings come made: there are many, for all that a heading stands below.
        for value in dict.fromkeys(values if name in ("mh", "of") else [key(name, value) for value in values]):
            if value:
                document.add_text(name, value)
    elif name in FACET_FIELDS:
        for value in values:
            document.add_text(name, value)
    if name in DATE_FIELDS:
        for number in sorted({int(value) for value in values}):
            document.add_integer(DATE_FIELDS[name], number)
