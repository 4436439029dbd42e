"""From proposals to a generation and back: what a release states, withholds and links anew."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from api import wiring
from api.releasing import Releasing, looking, opened
from api.settings import Settings
from ingest.config import read_config
from ingest.pipeline import Listener
from kg.errors import ConfigError, EditRefused, NothingToRelease, OwnProposal
from kg.model.concept import Concept, ConceptMapping, Label
from kg.model.correction import Correction
from kg.model.document import Passage
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
    Reinstate,
    RemoveLabel,
    RemoveParent,
)
from kg.store.base import STORES, Snapshot
from kg.workflow.proposals import Content, Person, Proposal
from kg.workflow.queue import Wanted
from ontology.curation.conflicts import states
from ontology.curation.inverse import inverse
from ontology.curation.shelf import ReleaseFiles
from ontology.curation.tasks import Task, enter, tasks
from tests.curation.conftest import settings_of

AUTHOR, REVIEWER = Person("Li", "curator"), Person("Wang", "reviewer")
FEVER, NEPHRO, DISEASE = "DOID:9000002", "DOID:9000003", "DOID:9000001"


def accepted(settings: Settings, *edits: Edit, title: str = "t") -> int:
    """A proposal that was submitted by one person and accepted by another; its number."""
    proposals = wiring.proposals(settings)
    with looking(settings) as (look, generation):
        content = Content(edits, states(edits, look), generation)
    made = proposals.add(Proposal(name="", author=AUTHOR.name, title=title, reason="illustrative"), AUTHOR, content)
    proposals.move("submit", made.id, AUTHOR)
    proposals.move("accept", made.id, REVIEWER)
    return made.id


def concept(settings: Settings, curie: str) -> Concept | None:
    with looking(settings) as (look, _):
        return look(curie)


def names(settings: Settings, curie: str) -> set[tuple[str, str, str]]:
    found = concept(settings, curie)
    assert found is not None
    return {(one.value, one.language, one.kind) for one in found.labels}


def quads(settings: Settings) -> set[str]:
    """The default graph without edit nodes and what describes the dataset."""
    shelf = wiring.shelf(settings)
    folder = shelf.path(shelf.find())
    reader = STORES.load("oxigraph").open(Snapshot(store="oxigraph", path=folder / "store"))
    try:
        rows = reader.select("SELECT ?s ?p ?o { ?s ?p ?o }")
        found = {(row["s"], row["p"], row["o"]) for row in rows}
    finally:
        reader.close()
    own = ("/edit/", "/dataset", "/graph/", "/provenance", "/pipeline", "/method", "/activity")
    return {" ".join(row) for row in found if not any(mark in row[0] for mark in own)}


def mentions(settings: Settings, curie: str) -> int:
    """How many places of texts mean a concept."""
    with looking(settings):
        shelf = wiring.shelf(settings)
        reader = STORES.load("oxigraph").open(Snapshot(store="oxigraph", path=shelf.path(shelf.find()) / "store"))
    try:
        node = f"http://purl.obolibrary.org/obo/{curie.replace(':', '_')}"
        return len(reader.select(f"SELECT ?m {{ ?m <http://www.w3.org/ns/oa#hasBody> <{node}> }}"))
    finally:
        reader.close()


def test_every_kind_of_edit_is_stated_or_withheld(fresh: Callable[[], Settings]) -> None:
    settings = fresh()
    accepted(
        settings,
        AddLabel(FEVER, Label("示例热", "zh")),
        AddLabel(FEVER, Label("illustrative pyrexia", "en")),
        RemoveLabel(FEVER, Label("SF", "en", "abbreviation")),
        AddDefinition(FEVER, Label("A fever that illustrates.", "en")),
        RemoveParent(NEPHRO, FEVER),
        AddParent(NEPHRO, DISEASE),
        AddMapping(ConceptMapping(FEVER, "skos:exactMatch", "MESH:D999001", "semapv:ManualMappingCuration", 1.0)),
        NewConcept(Concept("medkg:new-thing", "disease", (Label("new thing", "en"),), parents=(DISEASE,))),
    )
    made = Releasing(settings).run("2026.11", Person("Chen", "admin"), "first")
    assert (made.state, made.edits) == ("released", 8)
    assert made.generation == wiring.shelf(settings).find()
    assert names(settings, FEVER) == {
        ("示例热", "zh", "preferred"), ("illustrative pyrexia", "en", "preferred"), ("sample fever", "en", "exact")
    }  # fmt: skip
    fever, nephro = concept(settings, FEVER), concept(settings, NEPHRO)
    assert fever is not None
    assert nephro is not None
    assert [one.value for one in fever.definitions] == ["A fever that illustrates."]
    assert [one.curie for one in fever.xrefs] == ["MESH:D999001"]
    assert nephro.parents == (DISEASE,)
    assert concept(settings, "medkg:new-thing") is not None
    assert [one.state for one in wiring.queue(settings).list(Wanted())] == ["released"]
    assert [line.number for line in ReleaseFiles(settings.folder).edits("2026.11")] == list(range(1, 9))


def test_a_merge_moves_names_texts_and_the_old_id(fresh: Callable[[], Settings]) -> None:
    settings = fresh()
    assert mentions(settings, FEVER) > 0
    before = mentions(settings, NEPHRO)
    accepted(settings, Merge(FEVER, NEPHRO))
    Releasing(settings).run("1", REVIEWER)
    fever = concept(settings, FEVER)
    assert fever is not None
    assert (fever.deprecated, fever.replaced_by) == (True, (NEPHRO,))
    assert ("sample fever", "en", "exact") in names(settings, NEPHRO)
    assert mentions(settings, FEVER) == 0
    assert mentions(settings, NEPHRO) > before


def test_an_undo_leaves_the_graph_as_it_was(fresh: Callable[[], Settings]) -> None:
    settings = fresh()
    before = quads(settings)
    number = accepted(
        settings, AddLabel(FEVER, Label("sf", "en", "lay")), RemoveLabel(FEVER, Label("SF", "en", "abbreviation")),
        RemoveParent(NEPHRO, FEVER), AddParent(NEPHRO, DISEASE), Deprecate(FEVER),
    )  # fmt: skip
    Releasing(settings).run("1", REVIEWER)
    assert quads(settings) != before
    files = ReleaseFiles(settings.folder)
    undone = [line for line in files.edits("1") if line.proposal == number]
    accepted(settings, *inverse(undone))
    Releasing(settings).run("2", REVIEWER)
    assert quads(settings) == before
    assert [head.before for head in files.heads()] == ["", "1"]


def test_releases_one_by_one_give_what_a_clean_build_gives(
    fresh: Callable[[], Settings], library: Path, tmp_path: Path
) -> None:
    settings = fresh()
    steps: list[tuple[Edit, ...]] = [
        (Merge(FEVER, NEPHRO),),
        (AddLabel(DISEASE, Label("nobody says this", "en", "exact")),),
        (RemoveLabel(NEPHRO, Label("sample fever", "en", "exact")), AddLabel(DISEASE, Label("示例记录", "zh", "lay"))),
        (Reinstate(FEVER), AddParent(NEPHRO, DISEASE)),
    ]
    for version, edits in enumerate(steps, 1):
        accepted(settings, *edits)
        Releasing(settings).run(str(version), REVIEWER)
        assert (mentions(settings, FEVER) > 0) is (version == 4), version
    clean = settings_of(tmp_path / "clean")
    shutil.copytree(settings.folder / "curation" / "releases", clean.folder / "curation" / "releases")
    config = read_config(library / "in" / "build.toml")
    wiring.Building(clean).run(config, {}, Listener(), lambda *_: None)
    assert quads(clean) == quads(settings)


def test_only_inputs_with_touched_concepts_are_read_again(fresh: Callable[[], Settings]) -> None:
    settings = fresh()
    accepted(settings, AddLabel(FEVER, Label("示例热", "zh", "lay")))
    Releasing(settings).run("1", REVIEWER)
    result = wiring.jobs(settings).list(1)[0].result
    rows = {row["name"]: row["batch"] for row in result["inputs"]}  # type: ignore[attr-defined, index]
    assert rows["terms"] is None, "nothing of the terms is withheld"
    assert rows["curation"]
    accepted(settings, RemoveLabel(FEVER, Label("SF", "en", "abbreviation")))
    Releasing(settings).run("2", REVIEWER)
    rows = {row["name"]: row["batch"] for row in wiring.jobs(settings).list(1)[0].result["inputs"]}  # type: ignore[attr-defined, index]
    assert rows["terms"]


def test_a_new_release_of_the_source_brings_nothing_back(fresh: Callable[[], Settings], library: Path) -> None:
    settings = fresh()
    accepted(settings, RemoveLabel(FEVER, Label("SF", "en", "abbreviation")), RemoveParent(NEPHRO, FEVER))
    Releasing(settings).run("1", REVIEWER)
    source = settings.folder.parent / "in"
    source.mkdir()
    for file in (library / "in").iterdir():
        (source / file.name).write_bytes(file.read_bytes())
    text = (source / "terms.obo").read_text("utf-8") + "\n[Term]\nid: DOID:9000077\nname: later term\n"
    (source / "terms.obo").write_text(text, "utf-8")
    config = source / "build.toml"
    config.write_text(config.read_text("utf-8").replace('version = "2026-01-01"', 'version = "2026-02-01"'), "utf-8")
    wiring.Building(settings).run(read_config(config), {}, Listener(), lambda *_: None)
    assert concept(settings, "DOID:9000077") is not None
    assert names(settings, FEVER) == {("sample fever", "en", "preferred")}
    nephro = concept(settings, NEPHRO)
    assert nephro is not None
    assert nephro.parents == ()


def test_an_edit_that_does_not_fit_any_more_stops_the_release(fresh: Callable[[], Settings]) -> None:
    settings = fresh()
    accepted(settings, RemoveLabel(FEVER, Label("SF", "en", "abbreviation")))
    late = accepted(settings, RemoveLabel(FEVER, Label("SF", "en", "abbreviation")))
    with pytest.raises(EditRefused, match=f"{late}:1"):
        Releasing(settings).run("1", REVIEWER)
    assert wiring.releases(settings).pending() is None
    assert ReleaseFiles(settings.folder).heads() == []
    assert wiring.proposals(settings).get(late).state == "accepted"
    wiring.proposals(settings).move("reopen", late, REVIEWER)
    assert Releasing(settings).run("1", REVIEWER).state == "released"
    with pytest.raises(NothingToRelease):
        Releasing(settings).run("2", REVIEWER)


def test_nothing_is_withheld_from_what_cannot_be_read_again(fresh: Callable[[], Settings]) -> None:
    settings = fresh()
    (settings.folder / "inputs.json").unlink()
    number = accepted(settings, RemoveLabel(FEVER, Label("SF", "en", "abbreviation")))
    with pytest.raises(ConfigError, match="terms"):
        Releasing(settings).run("1", REVIEWER)
    assert wiring.proposals(settings).get(number).state == "accepted"
    assert ReleaseFiles(settings.folder).heads() == []


def test_authors_do_not_approve(fresh: Callable[[], Settings]) -> None:
    settings = fresh()
    proposals = wiring.proposals(settings)
    made = proposals.add(Proposal(name="", author="Li"), AUTHOR, Content((Deprecate(FEVER),)))
    proposals.move("submit", made.id, AUTHOR)
    with pytest.raises(OwnProposal):
        proposals.move("accept", made.id, Person("ｌｉ", "admin"))
    assert proposals.get(made.id).state == "submitted"


def test_what_a_generation_shows_to_be_done_is_entered_once(fresh: Callable[[], Settings]) -> None:
    settings = fresh()
    proposals, queue = wiring.proposals(settings), wiring.queue(settings)
    # Two concepts with one preferred name, which the gate would have refused.
    accepted(settings, AddLabel(NEPHRO, Label("sample fever", "en")))
    Releasing(settings).run("1", REVIEWER)
    with opened(settings) as (reader, _, manifest):
        found = list(tasks(reader, manifest.base))
    assert {task.kind for task in found} == {"label-conflict", "unlinked-term"}
    # A keyword that no name says; those that are names are none.
    assert [task for task in found if task.kind == "unlinked-term"] == [
        Task("unlinked-term", "illustration", "illustration", 4)
    ]
    assert enter(found, proposals, queue) == len(found) > 0
    row = queue.list(Wanted(kind="task"))[0]
    assert (row.state, row.form, row.author) == ("submitted", "label-conflict", "medkg")
    proposals.move("reject", row.id, REVIEWER)
    assert enter(found, proposals, queue) == 0
    weak = Task("unlinked-term", "例词", "例词", 2), Task("unlinked-term", "例词二", "例词二", 7)
    assert enter(weak, proposals, queue) == 1


def test_a_correction_of_a_text_is_proposed_released_and_taken_back(fresh: Callable[[], Settings]) -> None:
    settings = fresh()
    before = (mentions(settings, FEVER), mentions(settings, NEPHRO))
    text = "An illustrative record about sample fever, number 2"
    start = text.index("sample fever")
    correction = Correction(
        document="doc:T00002", passage=Passage("title", "title", "en", text).key, start=start, end=start + 12,
        surface="sample fever", verdict="wrong-entity", by=AUTHOR.name, category="disease", concept=NEPHRO,
    )  # fmt: skip
    accepted(settings, Correct(correction))
    Releasing(settings).run("1", REVIEWER)
    assert (mentions(settings, FEVER), mentions(settings, NEPHRO)) == (before[0] - 1, before[1] + 1)
    accepted(settings, *inverse(ReleaseFiles(settings.folder).edits("1")))
    Releasing(settings).run("2", REVIEWER)
    assert (mentions(settings, FEVER), mentions(settings, NEPHRO)) == before
