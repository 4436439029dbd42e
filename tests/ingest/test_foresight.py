"""What a preview says will be linked again is what a build links again after the release, and nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from ingest.foresight import Relinked
from ingest.journal import Journal
from ingest.keeping import Keeper
from ingest.renaming import Renaming, as_released
from kg.generation.manifest import read_manifest
from kg.generation.pointer import Shelf
from kg.generation.publish import Plan, publish
from kg.impact.base import World, dependents
from kg.impact.changed import changed
from kg.impact.preview import Impact, impact
from kg.index.text import TextIndex
from kg.model.concept import Concept, ConceptMapping, Label
from kg.model.correction import Correction
from kg.model.edit import (
    AddDefinition,
    AddLabel,
    AddMapping,
    AddParent,
    Correct,
    Deprecate,
    Edit,
    Merge,
    NewConcept,
    ReleaseHead,
    RemoveLabel,
)
from kg.model.ids import Ids
from kg.query.naming import Naming
from kg.store.base import STORES, Snapshot
from kg.vocab import DEFAULT_BASE
from ontology.curation.graph import GraphConcepts
from ontology.curation.released import read_edits
from ontology.curation.shelf import ReleaseFiles
from ontology.lexicon import Lexicon
from tests.ingest.corrections.tables import build, passage, quads, record, write_inputs

FALL = "In the fall nothing of note was seen, and sample fever rose."
PLAIN = "Nothing but example nephropathy is told here."
SPLIT = "A sample of blood; later a fever, and acute and chronic example colitis."
ZH, ZH_SPLIT, ZH_OTHER = "患者有示例热，考虑示例肾病。", "急、慢性示例肠炎，BRCA1/2突变。", "一切如常。"
TEXTS = [
    (FALL, ""), (FALL, ZH), (PLAIN, ""), (PLAIN, ZH), (SPLIT, ""), (SPLIT, ZH_SPLIT), ("", ZH_OTHER), ("", ZH_SPLIT),
    ("Autumn malaise and nothing else.", ""), ("Naught.", ""),
]  # fmt: skip
TERMS = {"9000010": "fall", "9000011": "示例热", "9000012": "示例肾病", "9000013": "chronic example colitis",
         "9000014": "慢性示例肠炎", "9000015": "autumn malaise"}  # fmt: skip


def label(value: str, language: str = "en", kind: str = "exact") -> Label:
    return Label(value, language, kind)  # type: ignore[arg-type]


CASES: dict[str, Sequence[Edit]] = {
    "a name that texts have": [AddLabel("DOID:9000015", label("nothing of note"))],
    "a name that no text has": [AddLabel("DOID:9000015", label("weather ache"))],
    "a preferred name": [AddLabel("DOID:9000010", label("seasonal change", kind="preferred"))],
    "a name less": [RemoveLabel("DOID:9000010", label("fall", kind="preferred"))],
    "a Chinese name in two parts": [AddLabel("DOID:9000015", label("急性示例肠炎", "zh"))],
    "a word in two parts": [AddLabel("DOID:9000015", label("BRCA2突变", "zh"))],
    "a shared name": [AddLabel("DOID:9000015", label("fall"))],
    "a definition": [AddDefinition("DOID:9000010", label("An invented state.", "en", "preferred"))],
    "a parent": [AddParent("DOID:9000010", "DOID:9000015")],
    "a mapping": [AddMapping(ConceptMapping("DOID:9000010", "skos:closeMatch", "MESH:D900001"))],
    "a deprecation": [Deprecate("DOID:9000010", ("DOID:9000015",))],
    "a merge": [Merge("DOID:9000013", "DOID:9000014")],
    "a new concept": [NewConcept(Concept("medkg:naught", "disease", (label("naught", kind="preferred"),)))],
    "a split": [
        NewConcept(Concept("medkg:rise", "symptom", (label("fever rose", kind="preferred"),))),
        Deprecate("DOID:9000011", ("medkg:rise",)),
    ],
    "a name with a class of its own": [AddLabel("DOID:9000015", label("抗示例药", "zh"))],
    "a correction": [
        Correct(
            Correction(
                document="doc:T9", passage=passage("Naught."), start=0, end=6, surface="Naught", verdict="missing",
                by="Curator A", category="disease", concept="DOID:9000015",
            )
        )
    ],
}  # fmt: skip


def published(data: Path, lexicon: Path | None) -> Path:
    journal = Journal(data / "journal.sqlite")
    try:
        batches = tuple(journal.batches())
    finally:
        journal.close()
    publish(
        Plan(data=data, base=DEFAULT_BASE, batches=batches, published="2026-11-22T00:00:00Z", lexicon=lexicon), None
    )
    return Shelf(data).path(Shelf(data).find())


def opened(folder: Path) -> World:
    reader = STORES.load("oxigraph").open(Snapshot("oxigraph", folder / "store"))
    texts = TextIndex(folder / "text")
    return World(reader, Naming(Ids(read_manifest(folder).base), texts), texts)


def look(world: World) -> GraphConcepts:
    return GraphConcepts(world.reader, world.texts, world.naming.ids)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """(data folder with a generation, build file)"""
    root = tmp_path_factory.mktemp("foresight")
    rows = [record(at, en, zh) for at, (en, zh) in enumerate(TEXTS)]
    config = write_inputs(root / "in", [rows[:5], rows[5:]], TERMS, claims=True)
    build(root / "data", config)
    lexicon = next(one for one in (root / "data" / "lexicon").iterdir() if one.is_file())
    published(root / "data", lexicon)
    return root / "data", config


def preview(folder: Path, world: World, edits: Sequence[Edit], data: Path) -> Impact:
    renaming = Renaming(Lexicon.load(folder / "lexicon"), read_edits(ReleaseFiles(data).current))
    own = Relinked(renaming, lambda one: look(one).concept)
    return impact(changed(edits), [*dependents(), own], world, samples=100)


def release(data: Path, edits: Sequence[Edit], world: World, number: int = 1) -> None:
    head = ReleaseHead(release=f"r{number}", sequence=number, date="2026-11-22", by="Reviewer B")
    lines = as_released(edits, look(world).concept)
    people = {"author": "Curator A", "approver": "Reviewer B", "date": "2026-11-22"}
    ReleaseFiles(data).write(head, [replace(one, release=head.release, **people) for one in lines])


@pytest.mark.parametrize("name", CASES)
def test_a_release_links_again_what_the_preview_named(
    library: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    first, config = library
    data = tmp_path / "data"
    shutil.copytree(first, data)
    folder = Shelf(data).path(Shelf(data).find())
    world = opened(folder)
    told = preview(folder, world, CASES[name], data).of("relinked")
    assert told.exactness == "exact"
    release(data, CASES[name], world)
    again: set[str] = set()
    compare = Keeper.compare

    def noted(self: Keeper, document: str, after: bytes) -> None:
        again.add(document)
        compare(self, document, after)

    monkeypatch.setattr(Keeper, "compare", noted)
    build(data, config)
    assert {one.id for one in told.samples} == again
    assert told.count == len(again)
    if name in ("a merge", "a word in two parts"):
        clean = tmp_path / "clean"
        shutil.copytree(data / "curation", clean / "curation")
        build(clean, config)
        assert quads(data, tmp_path / "s1") == quads(clean, tmp_path / "s2")


def test_names_say_why(library: tuple[Path, Path]) -> None:
    data, _ = library
    folder = Shelf(data).path(Shelf(data).find())
    world = opened(folder)
    shared = preview(folder, world, CASES["a shared name"], data).of("relinked")
    reason = next(one for one in shared.reasons if one.name == "fall")
    assert (reason.code, reason.concept, reason.others) == ("name-shared", "DOID:9000015", ("DOID:9000010",))
    assert "歧义" in reason.message["zh"]
    passing = preview(folder, world, CASES["a merge"], data).of("relinked")
    assert ("name-passes", "chronic example colitis", "DOID:9000013", ("DOID:9000014",)) in [
        (one.code, one.name, one.concept, one.others) for one in passing.reasons
    ]
    assert all(one.reasons for one in passing.samples)
    gone = preview(folder, world, CASES["a name less"], data).of("relinked")
    assert {one.code for one in gone.reasons} == {"name-goes"}


def test_of_many_documents_the_index_alone_tells(library: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    data, _ = library
    folder = Shelf(data).path(Shelf(data).find())
    world = opened(folder)
    exact = preview(folder, world, CASES["a name less"], data).of("relinked")
    monkeypatch.setattr("ingest.foresight.ASKED", 1)
    about = preview(folder, world, CASES["a name less"], data).of("relinked")
    assert (about.exactness, about.count, about.samples) == ("about", exact.count, exact.samples)


def test_too_many_names_link_everything_again(library: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    data, _ = library
    folder = Shelf(data).path(Shelf(data).find())
    world = opened(folder)
    monkeypatch.setattr("ingest.foresight.MOST", 0)
    told = preview(folder, world, CASES["a name less"], data).of("relinked")
    assert (told.exactness, told.count, told.reasons[0].code) == ("about", len(TEXTS), "all-again")


def test_edits_that_do_not_fit_are_told(library: tuple[Path, Path]) -> None:
    data, _ = library
    folder = Shelf(data).path(Shelf(data).find())
    told = preview(folder, opened(folder), [AddLabel("DOID:404", label("x y"))], data).of("relinked")
    assert [one.code for one in told.reasons] == ["refused"]
    assert told.count == 0
