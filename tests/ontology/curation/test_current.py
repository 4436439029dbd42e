"""A generation answers the questions of the gate as the concepts themselves do, before and after edits."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from kg.model.concept import Concept, ConceptMapping, Label
from kg.model.edit import (
    AddDefinition,
    AddLabel,
    AddMapping,
    AddParent,
    Deprecate,
    Edit,
    Merge,
    NewConcept,
    Reinstate,
    RemoveDefinition,
    RemoveLabel,
    RemoveMapping,
    RemoveParent,
)
from ontology.curation.current import Current, HeldConcepts, spelling
from ontology.curation.edited import Edited
from ontology.curation.graph import GraphConcepts, every_concept
from tests.ontology.curation.graphs import ALL, CHILL, FEVER, RASH, concept, graph

HELD = HeldConcepts(ALL)
NEW = concept(9000009, "sample cough", "示例咳嗽", parents=("DOID:9000000",))
EDITS: tuple[Edit, ...] = (
    NewConcept(NEW),
    AddLabel("DOID:9000001", Label("sample pyrexia", "en")),
    RemoveLabel("DOID:9000003", Label("示例疹", "zh")),
    AddDefinition("DOID:9000002", Label("编造的定义。", "zh")),
    RemoveDefinition("DOID:9000001", Label("An invented state, number 9000001.", "en")),
    AddParent("DOID:9000002", "DOID:9000003"),
    RemoveParent("DOID:9000001", "DOID:9000000"),
    AddMapping(ConceptMapping("DOID:9000002", "skos:closeMatch", "MESH:D900009")),
    RemoveMapping(ConceptMapping("DOID:9000001", "skos:exactMatch", "MESH:D900001")),
    Deprecate("DOID:9000000", ("DOID:9000003",)),
    Merge("DOID:9000002", "DOID:9000003"),
)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> GraphConcepts:
    return graph(tmp_path_factory.mktemp("graph"), ALL)[2]


def sorted_labels(one: Concept | None) -> object:
    """Labels in one order: a store has none."""
    return one and (one.id, sorted((it.value, it.language, it.kind) for it in one.labels), one.definitions, one.parents,
                    one.xrefs, one.notations, one.deprecated, one.replaced_by)  # fmt: skip


def answers(view: Current) -> object:
    """Everything that can be asked, of everything that is anywhere."""
    ids = [
        *(one.id for one in ALL),
        NEW.id,
        "MESH:D900001",
        "MESH:D900009",
        "DOID:404",
        "nonsense",
        "https://example.org/x",
    ]
    names = sorted(
        {label.value for one in (*ALL, NEW) for label in one.labels} | {"sample pyrexia", "S1", "no such name"}
    )
    texts = sorted(
        {(it.value, it.language) for one in (*ALL, NEW) for it in one.definitions} | {("编造的定义。", "zh")}
    )
    return (
        [sorted_labels(view.concept(one)) for one in ids],
        [list(view.children(one)) for one in ids],
        [list(view.matching(one)) for one in ids],
        [list(view.named(spelling(one))) for one in names],
        [list(view.defined(*one)) for one in texts],
        [list(view.noted(code)) for code in ("S1", "S2", "S3")],
        [(view.holds(one), view.hierarchical(one)) for one in ("DOID", "NCBIGENE", "HP", "https://example.org")],
    )


def test_a_store_answers_as_the_concepts_do(stored: GraphConcepts) -> None:
    assert answers(stored) == answers(HELD)


@pytest.mark.parametrize("count", range(1, len(EDITS) + 1))
def test_after_edits_too(stored: GraphConcepts, count: int) -> None:
    assert answers(Edited(stored, EDITS[:count])) == answers(Edited(HELD, EDITS[:count]))


def test_what_is_held_after_edits_is_what_the_concepts_are_then() -> None:
    there = Edited(HELD, EDITS)
    again = HeldConcepts([one for curie in [*(one.id for one in ALL), NEW.id] if (one := there.concept(curie))])
    assert answers(there) == answers(again)


def test_all_concepts_are_read_at_once(tmp_path: Path) -> None:
    reader, _, stored = graph(tmp_path, ALL)
    found = {one.id: one for one in every_concept(reader, stored._ids)}
    assert {curie: sorted_labels(one) for curie, one in found.items()} == {one.id: sorted_labels(one) for one in ALL}


def test_a_preferred_name_takes_the_place_of_the_one_before() -> None:
    there = Edited(HELD, [AddLabel("DOID:9000001", Label("sample pyrexia", "en"))]).concept("DOID:9000001")
    assert there is not None
    assert there.label("en") == "sample pyrexia"
    assert Label("sample fever", "en", "exact") in there.labels
    assert there.label("zh") == "示例热"


def test_a_merged_concept_leaves_its_names_to_the_other() -> None:
    there = Edited(HELD, [Merge("DOID:9000002", "DOID:9000003")])
    gone, left = there.concept("DOID:9000002"), there.concept("DOID:9000003")
    assert gone is not None
    assert left is not None
    assert (gone.deprecated, gone.replaced_by, gone.labels) == (True, ("DOID:9000003",), CHILL.labels)
    assert left.labels == (*RASH.labels, Label("sample chill", "en", "exact"), Label("示例寒战", "zh", "exact"))


def test_edits_that_change_nothing_leave_nothing_changed() -> None:
    same: list[Edit] = [AddLabel("DOID:9000001", FEVER.labels[0]), AddParent("DOID:9000001", "DOID:9000000")]
    assert not Edited(HELD, same).changed


VALUES = ("sample fever", "sample pyrexia", "示例热", "Sample Fever", "made-up ague")
IDS = [one.id for one in ALL] + [NEW.id, "DOID:404"]


def drawn(chance: random.Random) -> Edit:
    """Any edit, fitting or not."""
    one, other = chance.choice(IDS), chance.choice(IDS)
    kind = chance.choice(("preferred", "exact", "abbreviation"))
    label = Label(chance.choice(VALUES), chance.choice(("en", "zh")), kind)  # type: ignore[arg-type]
    mapping = ConceptMapping(
        one, f"skos:{chance.choice(('exact', 'close'))}Match", chance.choice([*IDS, "MESH:D900001"])
    )
    makes = (
        NewConcept(NEW), AddLabel(one, label), RemoveLabel(one, label), AddDefinition(one, label),
        AddParent(one, other), RemoveParent(one, other), AddMapping(mapping), RemoveMapping(mapping),
        Deprecate(one, (other,)), Merge(one, other), Reinstate(one),
    )  # fmt: skip
    return chance.choice(makes)


@pytest.mark.parametrize("seed", range(60))
def test_any_edits_leave_what_the_concepts_are_then(seed: int) -> None:
    chance = random.Random(seed)
    there = Edited(HELD, [drawn(chance) for _ in range(chance.randrange(1, 12))])
    assert answers(there) == answers(HeldConcepts([one for curie in IDS if (one := there.concept(curie))]))
