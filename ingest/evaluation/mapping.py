"""What mapping candidates are measured on: DOID and MeSH without a word of what ties them, and Chinese names of HPO.

Everything that names both sides is left out before anything is compared, and counted: cross-references of DOID to MeSH
in any file, and every row of a mapping set that names DOID at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from pathlib import Path

import msgspec

from ingest.config import InputSpec, input_files, read_config
from kg.model.concept import Concept, ConceptMapping
from kg.model.ids import digest
from ontology.base import TERMINOLOGIES
from ontology.mapping.borrowing import Links, borrowed
from ontology.mapping.comparison import Comparison
from ontology.mapping.evidence import Evidence, Figures
from ontology.mapping.translation import parts_of, readings
from ontology.mapping.vocabulary import Vocabulary, joined
from ontology.reading.raw import describe

MESH, DOID = "MESH", "DOID"
_DOID_INPUTS = ("doid-2016", "doid", "doid-slims")
_MESH_INPUTS = ("mesh", "mesh-check-tags", "mesh-records")
_OTHERS = ("hpo-zh", "hpo-lay")
_SETS = ("biomappings", "mesh-mappings")
SAMPLE = 5
"""Of so many Chinese names of HPO one is asked."""


class Task(msgspec.Struct, frozen=True):
    """Two sides to be compared. ``gold``: concept -> ids that its source gives. ``dropped``: what was taken out."""

    source: Vocabulary
    target: Vocabulary
    shared: Mapping[str, Mapping[str, Set[str]]]
    gold: Mapping[str, frozenset[str]]
    dropped: Mapping[str, int]


class Inputs:
    """The inputs of a build file by name, read when asked for."""

    def __init__(self, config: Path, variables: Mapping[str, str]) -> None:
        self._build = read_config(config)
        self._variables = variables
        self._specs = {spec.name: spec for spec in self._build.input}

    def items(self, name: str, **options: object) -> Iterator[object]:
        """Records of an input, with some of its options set otherwise (None: left out)."""
        spec = self._specs[name]
        told = {key: value for key, value in {**spec.options, **options}.items() if value is not None}
        for path in input_files(spec, self._build.folder, self._variables):
            yield from TERMINOLOGIES.load(_format(spec))().parse(describe(path), told)

    def concepts(self, name: str, **options: object) -> list[Concept]:
        return [item for item in self.items(name, **options) if isinstance(item, Concept)]

    def mappings(self, name: str) -> list[ConceptMapping]:
        return [item for item in self.items(name) if isinstance(item, ConceptMapping)]


def _format(spec: InputSpec) -> str:
    assert spec.format, f"{spec.name} names no format"
    return spec.format


def development(concept: str) -> bool:
    """Whether a concept is in the half that choices are made on; the other half is measured once."""
    return int(digest("mappings", concept), 16) % 2 == 0


def doid_to_mesh(inputs: Inputs, *, current: bool = True, lent: bool = True) -> Task:
    """DOID's 2016 file against MeSH 2015. ``current``: names of the same concepts in DOID's current release count, too;
    ``lent``: so does what third vocabularies bring."""
    first = inputs.concepts("doid-2016", hierarchy=True, names=None)
    later = [one for name in _DOID_INPUTS[1:] for one in inputs.concepts(name)] if current else []
    mesh = [one for name in _MESH_INPUTS for one in inputs.concepts(name)]
    named = {one.id for one in mesh if any(label.kind == "preferred" for label in one.labels)}
    gold = {
        one.id: wanted
        for one in first
        if not one.deprecated and (wanted := frozenset(x.curie for x in one.xrefs if x.curie in named))
    }
    ids = {one.id for one in first if not one.deprecated}
    sides = [msgspec.structs.replace(one, parents=()) for one in later if one.id in ids and not one.deprecated]
    cleaned = [_without(one, MESH) for one in [*first, *sides]]
    rows = [row for name in _SETS for row in inputs.mappings(name)]
    free = [row for row in rows if DOID not in (_prefix(row.subject), _prefix(row.object))]
    others = [one for name in _OTHERS for one in inputs.concepts(name)] if lent else []
    mesh = [_without(one, DOID) for one in mesh]
    links = Links(free, [*cleaned, *mesh]) if lent else Links()
    dropped = {
        "cross_references_doid_to_mesh": sum(_prefix(x.curie) == MESH for one in [*first, *later] for x in one.xrefs),
        "mapping_rows_that_name_doid": len(rows) - len(free),
    }
    source = Vocabulary(one for one in cleaned if not one.deprecated)
    target = Vocabulary(mesh, borrowed(mesh, links, others, without=frozenset({DOID})))
    return Task(source, target, links.shared(source.place, MESH), gold, dropped)


def chinese_to_hpo(inputs: Inputs, *, starter: bool = True, glossary: bool = True) -> Task:
    """Chinese names of HPO against HPO's English ones: what leads from one to the other are other sources alone.

    One in ``SAMPLE`` names, by a digest of the id. ``starter``: also by the starter pack, some of whose names were
    attested by this very list. ``glossary``: also by English words for parts of Chinese names.
    """
    every = inputs.concepts("hpo-zh")
    english = [_spoken(one, "en") for one in every]
    lending = [*inputs.concepts("mesh"), *inputs.concepts("mesh-zh"), *inputs.concepts("doid-2016", names=None)]
    lending += inputs.concepts("starter") if starter else []
    lay = [_spoken(one, "en") for one in inputs.concepts("hpo-lay")]
    links = Links((row for name in _SETS for row in inputs.mappings(name)), [*lending, *english])
    lent = joined([one for one in lending if not one.deprecated])
    target = Vocabulary([*english, *lay], borrowed(english, links, lent))
    by_name: defaultdict[str, set[str]] = defaultdict(set)
    for one in every:
        if name := one.label("zh"):
            by_name[name].add(one.id)
    asked = [_spoken(one, "zh") for one in every if one.label("zh") and int(digest("hpo", one.id), 16) % SAMPLE == 0]
    gold = {one.id: frozenset(by_name[one.label("zh") or ""]) for one in asked}
    dropped = {"chinese_labels_of_hpo": sum(len(names) for names in by_name.values())}
    bare = [msgspec.structs.replace(one, xrefs=()) for one in asked]
    read = readings(bare, parts_of(lent)) if glossary else {}
    return Task(Vocabulary(bare, read), target, {}, gold, dropped)


def _spoken(concept: Concept, language: str) -> Concept:
    """A concept with its names in one language."""
    kept = tuple(label for label in concept.labels if label.language == language)
    return msgspec.structs.replace(concept, labels=kept)


def _without(concept: Concept, prefix: str) -> Concept:
    """A concept without its cross-references to one terminology."""
    return msgspec.structs.replace(concept, xrefs=tuple(x for x in concept.xrefs if _prefix(x.curie) != prefix))


def _prefix(curie: str) -> str:
    return curie.partition(":")[0]


class Group(msgspec.Struct, frozen=True):
    """One concept of the gold with its candidates: ids, figures, and which are right."""

    concept: str
    ids: tuple[str, ...]
    figures: tuple[Figures, ...]
    right: tuple[bool, ...]
    wanted: int


def groups(task: Task, comparison: Comparison, concepts: Iterable[str]) -> Iterator[Group]:
    """What the scorer has to rank, by concept; one that has no candidate is a group without any."""
    evidence = Evidence(comparison)
    for concept in concepts:
        # As candidates are proposed: without those whose category cannot be.
        rows = {at: row for at, row in evidence.of(task.source.place[concept]).items() if not row["clash"]}
        ids = sorted((task.target.concepts[at].id, at) for at in rows)
        wanted = task.gold[concept]
        yield Group(
            concept, tuple(name for name, _ in ids), tuple(rows[at] for _, at in ids),
            tuple(name in wanted for name, _ in ids), len(wanted),
        )  # fmt: skip


def top(ranked: Sequence[Sequence[bool]], depth: int) -> float:
    """Share of concepts with a right candidate among the first ``depth``."""
    return sum(any(row[:depth]) for row in ranked) / max(1, len(ranked))
