"""The terminology of one generation: its codes, its maps, and the value sets of every source."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kg.errors import UnknownCanonical
from kg.model.ids import Ids
from kg.terminology.maps import CodeMap
from kg.terminology.selection import Selector
from kg.terminology.table import CodeTable
from kg.terminology.valueset import ImplicitValueSets, ValueSetSource

FOLDER = "terminology"


class Terminology:
    """What terminology operations are asked of; never changes. ``sources``: value sets beside the implicit ones."""

    def __init__(self, table: CodeTable, sources: Sequence[ValueSetSource] = ()) -> None:
        self.table = table
        self.value_sets = Selector(table, (*sources, ImplicitValueSets(table)))

    def map(self, canonical: str, version: str = "") -> int:
        """The number of the map with this URL (the IRI of its graph), which may carry ``|version``; raises
        UnknownCanonical."""
        url, _, told = canonical.partition("|")
        for number, found in enumerate(self.table.maps.maps):
            if found.graph == url and (version or told) in ("", found.version):
                return number
        raise UnknownCanonical(kind="ConceptMap", name=canonical, held="")

    @property
    def maps(self) -> tuple[CodeMap, ...]:
        return self.table.maps.maps


def open_terminology(
    folder: Path, ids: Ids, sources: Sequence[ValueSetSource] = (), *, verify: bool = True
) -> Terminology | None:
    """The terminology of the generation in ``folder``; None for one that was made before there were code tables.

    Raises IntegrityError for damage.
    """
    if not (folder / FOLDER).is_dir():
        return None
    return Terminology(CodeTable(folder / FOLDER, ids, verify=verify), sources)
