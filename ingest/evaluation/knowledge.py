"""What is measured: the names and cross-references of a published generation, or of terminologies alone.

Of a generation only the lexicon, which terminologies make, and ``skos:exactMatch`` are read: nothing of gold graphs.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from ingest.config import InputSpec, input_files, read_config
from ingest.evaluation.crosswalk import Crosswalk
from ingest.sniffing import sniff
from kg import vocab
from kg.generation.pointer import Shelf
from kg.model.concept import Concept, ConceptMapping
from kg.model.ids import Ids
from kg.store.base import STORES, Snapshot
from ontology.base import TERMINOLOGIES, TerminologyItem
from ontology.lexicon import LabelRow, Lexicon, label_rows
from ontology.reading.raw import describe

_PAIRS = f"SELECT ?one ?other WHERE {{ ?one <{vocab.SKOS}%s> ?other }}"


class Knowledge(ABC):
    """``name``: id of the generation, or the build file that names the terminologies."""

    def __init__(self, name: str, lexicon: Lexicon) -> None:
        self.name = name
        self.lexicon = lexicon

    @cached_property
    def crosswalk(self) -> Crosswalk:
        """Read when first asked for: only linking needs it."""
        return Crosswalk(self.matches())

    @cached_property
    def named_in_chinese(self) -> frozenset[str]:
        """Concepts with any Chinese name."""
        return frozenset(
            sense.concept for senses in self.lexicon.senses for sense in senses if sense.language[:2] == "zh"
        )

    @abstractmethod
    def matches(self) -> Iterator[tuple[str, str]]:
        """Exact matches."""

    def broader(self) -> Iterator[tuple[str, str]]:
        """Concepts with each concept right above; none where only names are known."""
        yield from ()


class Published(Knowledge):
    """A generation of a data folder, the current one by default.

    Raises UnknownGeneration, and IntegrityError where it was published without names.
    """

    def __init__(self, data: Path, as_of: str | None = None) -> None:
        shelf = Shelf(data)
        name = shelf.find(as_of)
        self._folder = shelf.path(name)
        self._manifest = shelf.manifest(name)
        super().__init__(name, Lexicon.load(self._folder / "lexicon"))

    def matches(self) -> Iterator[tuple[str, str]]:
        return self._pairs("exactMatch")

    def broader(self) -> Iterator[tuple[str, str]]:
        return self._pairs("broader")

    def _pairs(self, predicate: str) -> Iterator[tuple[str, str]]:
        ids = Ids(self._manifest.base)
        snapshot = Snapshot(store=self._manifest.store, path=self._folder / "store")
        reader = STORES.load(self._manifest.store).open(snapshot)
        try:
            for row in reader.select(_PAIRS % predicate):
                yield ids.curie(row["one"][1:-1]), ids.curie(row["other"][1:-1])
        finally:
            reader.close()


class Terminologies(Knowledge):
    """The terminologies and mapping sets of a build file, read now; no source is. Raises what their readers raise."""

    def __init__(self, config: Path, variables: Mapping[str, str]) -> None:
        build = read_config(config)
        rows: list[LabelRow] = []
        self._matches: list[tuple[str, str]] = []
        self._broader: list[tuple[str, str]] = []
        for spec in build.input:
            if spec.kind in ("terminology", "mapping"):
                for path in input_files(spec, build.folder, variables):
                    for item in _items(spec, path):
                        self._take(item, spec.name, rows)
        super().__init__(config.name, Lexicon.build(rows))

    def _take(self, item: TerminologyItem, source: str, rows: list[LabelRow]) -> None:
        if isinstance(item, Concept):
            rows += label_rows(item, source)
            self._broader += [(item.id, parent) for parent in item.parents]
            self._matches += [
                (item.id, xref.curie)
                for xref in item.xrefs
                if xref.relation == "exactMatch" and xref.verified is not False
            ]
        elif isinstance(item, ConceptMapping) and item.predicate == "skos:exactMatch" and not item.negative:
            self._matches.append((item.subject, item.object))

    def matches(self) -> Iterator[tuple[str, str]]:
        yield from self._matches

    def broader(self) -> Iterator[tuple[str, str]]:
        yield from self._broader


def _items(spec: InputSpec, path: Path) -> Iterator[TerminologyItem]:
    yield from TERMINOLOGIES.load(spec.format or sniff(path))().parse(describe(path), spec.options)
