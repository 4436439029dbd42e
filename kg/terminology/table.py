"""The code table of a generation: every code with its names and its place in the hierarchy, mapped from files."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from kg.errors import UnknownCanonical, UnknownCode
from kg.index.analysis import fold
from kg.index.base import Mask
from kg.index.rows import Rows
from kg.index.sealed import map_array, unseal
from kg.index.suggest import Blob
from kg.model.ids import Ids
from kg.terminology.entry import Name
from kg.terminology.maps import MapTable
from kg.terminology.systems import ASSIGNED, joined, local_of, url_of
from kg.terminology.words import WordIndex

KIND = "codes"
DEPRECATED = 1
ILLUSTRATIVE = 2
"""Bits of a row's flags."""


class CodeRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is told of one code; ``replaced_by`` are CURIEs."""

    labels: tuple[Name, ...]
    definitions: tuple[Name, ...]
    notations: tuple[str, ...]
    replaced_by: tuple[str, ...]

    def display(self, languages: Sequence[str]) -> str:
        """The preferred name in the first of ``languages`` that has one; else any name, the English one first."""
        preferred: dict[str, str] = {}
        for label in self.labels:
            if label.kind == "preferred":
                preferred.setdefault(label.language, label.value)
        for language in (*languages, "en", "zh"):
            if language in preferred:
                return preferred[language]
        return next(iter(preferred.values()), "") or next((label.value for label in self.labels), "")

    def definition(self, languages: Sequence[str]) -> str:
        """The definition in the first of ``languages`` that has one, else any; empty where there is none."""
        known = {text.language: text.value for text in reversed(self.definitions)}
        return next((known[language] for language in (*languages, *known) if language in known), "")


class CodeSystem(msgspec.Struct, frozen=True):
    """One code system: rows ``first`` to ``first + count``.

    ``name`` is a CURIE prefix or the beginning of IRIs; ``id`` that of the FHIR resource; ``graph`` the named graph
    that states most of it, of which ``version``, ``licence`` and ``title`` (language -> text) are. Without codes
    (``count`` 0) it is known from mappings alone.
    """

    name: str
    id: str
    first: int
    count: int
    url: str = ""
    version: str = ""
    licence: str = ""
    title: dict[str, str] = {}
    graph: str = ""

    @property
    def stop(self) -> int:
        return self.first + self.count

    @property
    def assigned(self) -> bool:
        """Whether HL7 gave it its URL."""
        return self.name in ASSIGNED


class CodeTable:
    """Codes by row, from a folder that ``CodeWriter`` made; safe to use from several threads.

    Raises IntegrityError when a file is not what its manifest says.
    """

    def __init__(self, folder: Path, ids: Ids | None = None, *, verify: bool = True) -> None:
        facts = unseal(folder, KIND, verify=verify)
        self.categories = tuple(str(facts["categories"]).split())
        self._keys = Blob(folder, "keys")
        self._entered = map_array(folder / "codes.entered.npy").data
        self._rows = Rows(folder, "codes", CodeRow)
        self.groups: npt.NDArray[np.uint8] = np.asarray(map_array(folder / "codes.groups.npy"))
        self.flags: npt.NDArray[np.uint8] = np.asarray(map_array(folder / "codes.flags.npy"))
        self.sizes: npt.NDArray[np.uint16] = np.asarray(map_array(folder / "codes.sizes.npy"))
        self._parents, self._above = _links(folder, "parents")
        self._children, self._below = _links(folder, "children")
        written = msgspec.json.decode((folder / "systems.json").read_bytes(), type=tuple[CodeSystem, ...])
        # Namespaces of our own depend on the base, which is that of the generation.
        known = ids or Ids()
        self.systems = tuple(msgspec.structs.replace(one, url=url_of(one.name, known)) for one in written)
        self._by_url = {system.url: system for system in self.systems}
        self._by_name = {system.name: system for system in self.systems}
        self._firsts = [system.first for system in self.systems if system.count]
        self._filled = [system for system in self.systems if system.count]
        self.maps = MapTable(folder)
        self.words = WordIndex(folder, len(self), self._folded)

    def __len__(self) -> int:
        return len(self._keys)

    def __getitem__(self, row: int) -> CodeRow:
        return self._rows[self._entered[row]]

    def system(self, url: str, version: str = "") -> CodeSystem:
        """The code system with this URL; raises UnknownCanonical, also for another version than the one held."""
        found = self._by_url.get(url)
        if found is None or version not in ("", found.version):
            held = f"{url}|{found.version}" if found else ""
            raise UnknownCanonical(kind="CodeSystem", name=f"{url}|{version}" if version else url, held=held)
        return found

    def find(self, system: CodeSystem, code: str) -> int | None:
        """The row of a code; codes are compared exactly."""
        key = code.encode("utf-8", "replace")
        row = bisect_left(self._keys, key, system.first, system.stop)
        return row if row < system.stop and self._keys[row] == key else None

    def beginning(self, system: CodeSystem, start: str, near: str, most: int) -> list[str]:
        """Codes that begin with ``start``, up to ``most``, from where ``near`` would stand in their order."""
        key, middle = start.encode("utf-8", "replace"), near.encode("utf-8", "replace")
        row = bisect_left(self._keys, middle, system.first, system.stop)
        low, high = max(system.first, row - most), min(system.stop, row + most)
        found = [self._keys[one] for one in range(low, high) if self._keys[one].startswith(key)]
        return [one.decode("utf-8", "replace") for one in found[:most]]

    def row(self, system: CodeSystem, code: str) -> int:
        """The same; raises UnknownCode."""
        found = self.find(system, code)
        if found is None:
            raise UnknownCode(code=code, system=system.url)
        return found

    def place(self, row: int) -> tuple[CodeSystem, str]:
        """Code system and code of a row."""
        return self._filled[bisect_right(self._firsts, row) - 1], self.code(row)

    def code(self, row: int) -> str:
        return self._keys[row].decode()

    def curie(self, system: CodeSystem, code: str) -> str:
        """The CURIE of a code, whether or not the table holds it."""
        local = local_of(system.name, code)
        return joined(system.name, code if local is None else local)

    def named(self, name: str) -> CodeSystem | None:
        """The code system with this CURIE prefix."""
        return self._by_name.get(name)

    def parents(self, row: int) -> list[int]:
        found: list[int] = self._above[self._parents[row] : self._parents[row + 1]].tolist()
        return found

    def children(self, row: int) -> list[int]:
        found: list[int] = self._below[self._children[row] : self._children[row + 1]].tolist()
        return found

    def ancestors(self, row: int) -> set[int]:
        """Everything above a row, without itself; cycles do not loop."""
        found: set[int] = set()
        stack = self.parents(row)
        while stack:
            one = stack.pop()
            if one not in found:
                found.add(one)
                stack += self.parents(one)
        found.discard(row)
        return found

    def descendants(self, rows: Iterable[int]) -> Mask:
        """Everything below these rows, which are not in it unless they stand below one another."""
        found = np.zeros(len(self), dtype=np.bool_)
        wave = [*rows]
        while wave:
            below = [child for row in wave for child in self.children(row)]
            wave = [row for row in dict.fromkeys(below) if not found[row]]
            found[wave] = True
        return found

    def subsumption(self, one: int, other: int) -> str:
        """``equivalent``, ``subsumes`` (``other`` is below ``one``), ``subsumed-by`` or ``not-subsumed``."""
        if one == other:
            return "equivalent"
        if one in self.ancestors(other):
            return "subsumes"
        return "subsumed-by" if other in self.ancestors(one) else "not-subsumed"

    def _folded(self, row: int) -> str:
        return fold("\n".join(label.value for label in self[row].labels))


def _links(folder: Path, name: str) -> tuple[memoryview, npt.NDArray[np.uint32]]:
    starts = map_array(folder / f"{name}.starts.npy").data
    return starts, np.asarray(map_array(folder / f"{name}.npy"))
