"""Makes the code table of a generation: one sealed folder, from concepts and mappings as they come."""

from __future__ import annotations

from array import array
from collections import Counter
from pathlib import Path
from types import TracebackType

import msgspec
import numpy as np
import numpy.typing as npt

from kg.index.rows import RowWriter
from kg.index.sealed import save_array, seal
from kg.terminology.entry import CodeEntry, Edition, MappingEntry, Name
from kg.terminology.maps import MapWriter
from kg.terminology.systems import place, resource_id, written
from kg.terminology.table import DEPRECATED, ILLUSTRATIVE, KIND, CodeRow, CodeSystem
from kg.terminology.words import WordWriter, words, write_blob

CODES_FORMAT = "codes.v1"
"""Another one asks for a new generation."""
_WIDEST = 0xFFFF


class CodeWriter:
    """Collects concepts, then sorts and writes; a context manager that seals when no error left it.

    Rows are in the order of code systems and codes. Parents that are no concept are left out.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._rows = RowWriter(folder, "codes")
        self._maps = MapWriter(folder)
        self._words = WordWriter()
        self._known: dict[str, int] = {}
        self._places: list[tuple[str, str]] = []
        self._parents: list[tuple[int, str]] = []
        self._categories: list[str] = []
        self._groups = array("B")
        self._flags = array("B")
        self._sizes = array("H")
        self._editions: dict[str, Counter[str]] = {}
        self._told: dict[str, Edition] = {}

    def __len__(self) -> int:
        return len(self._known)

    def __enter__(self) -> CodeWriter:
        return self

    def add(self, entry: CodeEntry) -> None:
        """Append one concept; each id once."""
        shown = tuple(label for label in entry.labels if label.kind != "spelling")
        row = CodeRow(
            labels=shown, definitions=entry.definitions, notations=entry.notations, replaced_by=entry.replaced_by
        )
        number = self._rows.add(row)
        self._known[entry.id] = number
        name, local = place(entry.id)
        self._places.append((name, written(name, local)))
        self._parents += ((number, parent) for parent in entry.parents)
        if entry.category not in self._categories:
            self._categories.append(entry.category)
        self._groups.append(self._categories.index(entry.category))
        self._flags.append(DEPRECATED * entry.deprecated | ILLUSTRATIVE * entry.illustrative)
        self._sizes.append(_size(shown))
        found = words(local)
        for label in entry.labels:
            found |= words(label.value)
        self._words.add(number, found)

    def edition(self, edition: Edition) -> None:
        """What is known of a named graph."""
        self._told[edition.graph] = edition

    def stated(self, concept: str, graph: str) -> None:
        """``graph`` is one of those that state ``concept``."""
        self._editions.setdefault(place(concept)[0], Counter())[graph] += 1

    def map(self, graph: str) -> int:
        """The number of the map that a graph is, for the mappings in it."""
        return self._maps.map(graph)

    def add_mapping(self, mapping: MappingEntry) -> None:
        self._maps.add(mapping)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._finish()

    def _finish(self) -> None:
        count = len(self._places)
        order = sorted(range(count), key=self._places.__getitem__)
        entered = np.array(order, dtype=np.uint32)
        rows = np.empty(count, dtype=np.uint32)
        rows[entered] = np.arange(count, dtype=np.uint32)
        self._rows.finish()
        save_array(self._folder / "codes.entered.npy", entered)
        write_blob(self._folder, "keys", [self._places[at][1].encode() for at in order])
        for name, values, kind in (("groups", self._groups, np.uint8), ("flags", self._flags, np.uint8),
                                   ("sizes", self._sizes, np.uint16)):  # fmt: skip
            save_array(self._folder / f"codes.{name}.npy", np.array(values, dtype=kind)[entered])
        self._hierarchy(rows, count)
        self._words.finish(self._folder, rows)
        systems = self._systems([self._places[at][0] for at in order])
        (self._folder / "systems.json").write_bytes(msgspec.json.encode(systems))
        self._maps.finish(self._told)
        seal(self._folder, KIND, {"codes": count, "categories": " ".join(self._categories), "format": CODES_FORMAT})

    def _hierarchy(self, rows: npt.NDArray[np.uint32], count: int) -> None:
        pairs = {
            (int(rows[child]), int(rows[above]))
            for child, parent in self._parents
            if (above := self._known.get(parent)) is not None and above != child
        }
        links = np.array(sorted(pairs), dtype=np.uint32).reshape(-1, 2)
        self._links("parents", links[:, 0], links[:, 1], count)
        turned = links[np.lexsort((links[:, 0], links[:, 1]))]
        self._links("children", turned[:, 1], turned[:, 0], count)

    def _links(self, name: str, sources: npt.NDArray[np.uint32], targets: npt.NDArray[np.uint32], count: int) -> None:
        starts = np.zeros(count + 1, dtype=np.uint32)
        np.cumsum(np.bincount(sources, minlength=count), out=starts[1:])
        save_array(self._folder / f"{name}.starts.npy", starts)
        save_array(self._folder / f"{name}.npy", targets)

    def _systems(self, names: list[str]) -> list[CodeSystem]:
        """One for each run of equal names, and for those that mappings alone name."""
        counts = Counter(names)
        mentioned = {place(curie)[0] for curie in self._maps.ends()}
        found, first = [], 0
        for name in sorted(counts.keys() | mentioned):
            told = self._editions.get(name)
            main = min(told, key=lambda graph: (-told[graph], graph)) if told else ""
            edition = self._told.get(main, Edition(main))
            system = CodeSystem(
                name=name, id=resource_id(name), first=first, count=counts[name],
                version=edition.version, licence=edition.licence, title=edition.title, graph=main,
            )  # fmt: skip
            found.append(system)
            first += counts[name]
        return found


def _size(labels: tuple[Name, ...]) -> int:
    """How long a name is, to order by: of the English one, or thrice the Chinese one's."""
    lengths = {label.language: len(label.value) for label in reversed(labels) if label.kind == "preferred"}
    return min(lengths.get("en") or 3 * lengths.get("zh", 0) or min(lengths.values(), default=_WIDEST), _WIDEST)
