"""Concept sets as value sets: the same members, by URL and version."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kg.errors import ConceptSetRefused
from kg.mapping.base import Context
from kg.mapping.statements import statements
from kg.model.concept import Concept, ConceptMapping, Label, Xref
from kg.model.conceptset import ConceptSet, SetPart
from kg.model.ids import Ids
from kg.model.record import Record
from kg.sets.catalogue import ConceptSets
from kg.sets.valuesets import ConceptValueSets
from kg.store.base import STORES, Store
from kg.vocab import DEFAULT_BASE
from tests.contract.store import make_batch

TITLES = (Label("甲", "zh"), Label("a", "en"))


def concept(curie: str, *parents: str, xrefs: tuple[Xref, ...] = (), deprecated: bool = False) -> Concept:
    return Concept(curie, "disease", (Label(curie, "en"),), parents=parents, xrefs=xrefs, deprecated=deprecated)


RECORDS: list[Record] = [
    concept("DOID:1", xrefs=(Xref("MESH:D1"), Xref("ICD10CM:Z1", relation="closeMatch"))),
    concept("DOID:2", "DOID:1"), concept("DOID:3", "DOID:2"), concept("DOID:4", "DOID:1", deprecated=True),
    concept("MESH:D1"), concept("MESH:D2", xrefs=(Xref("DOID:2"),)), concept("HP:1", xrefs=(Xref("DOID:3"),)),
    concept("HP:2", xrefs=(Xref("DOID:3", relation="broadMatch"),)),
    # Somebody found one of the cross-references wrong.
    ConceptMapping("HP:1", "skos:exactMatch", "DOID:3", "semapv:ManualMappingCuration", negative=True),
    ConceptSet("demo", "1", TITLES, (SetPart("DOID:1", descendants=True, mapped=("closeMatch", "exactMatch")),)),
    ConceptSet("demo", "2", TITLES, (SetPart("DOID:3", mapped=("narrowMatch",)),), (SetPart("DOID:9"),), "draft"),
    ConceptSet("round", "1", TITLES, (SetPart(set="round"),)),
]  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    from kg.generation.derivation import derived

    folder = tmp_path_factory.mktemp("sets")
    rows = [row for record in RECORDS for row in statements(record, Context())]
    opened = STORES.load("oxigraph").create(folder / "store")
    graph = f"{DEFAULT_BASE}graph/curated/sets/1"
    opened.apply_all([make_batch(folder / "a", (graph, "replace", list(dict.fromkeys(rows)), [], "", "1"))])
    opened.derive(derived(opened, DEFAULT_BASE))
    yield opened
    opened.close()


def test_definitions_come_back_from_the_graph_as_they_were(store: Store) -> None:
    sets = ConceptSets(store, Ids())
    assert sets.all() == [record for record in RECORDS if isinstance(record, ConceptSet)]
    assert sets.find("demo").version == "1"


def test_members_over_a_store(store: Store) -> None:
    found = ConceptSets(store, Ids()).compiled("demo")
    assert [one.id for one in found.members] == ["DOID:1", "DOID:2", "DOID:3", "ICD10CM:Z1", "MESH:D1", "MESH:D2"]
    assert [one.id for one in found.members if not one.known] == ["ICD10CM:Z1"]
    assert [(one.id, one.state) for one in found.became] == [("DOID:4", "deprecated")]
    narrow = ConceptSets(store, Ids()).compiled("demo", "2")
    assert [one.id for one in narrow.members] == ["DOID:3", "HP:2"]
    assert [(one.id, one.side, one.state) for one in narrow.became] == [("DOID:9", "exclude", "unknown")]


def test_value_sets_hold_the_members_that_are_described(store: Store) -> None:
    source = ConceptValueSets(ConceptSets(store, Ids()), Ids())
    found = source.find("https://w3id.org/medkg/conceptset/demo")
    assert found is not None
    assert found.version == "1"
    assert [(one.system, [choice.code for choice in one.codes]) for one in found.include] == [
        ("http://purl.obolibrary.org/obo/DOID_", ["1", "2", "3"]),
        ("http://terminology.hl7.org/CodeSystem/MSH", ["D1", "D2"]),
    ]
    second = source.find("https://w3id.org/medkg/conceptset/demo", "2")
    assert second is not None
    assert second.status == "draft"
    assert source.find("https://w3id.org/medkg/conceptset/demo", "3") is None
    assert source.find("https://w3id.org/medkg/conceptset/none") is None
    assert [one.name for one in source.all()] == ["demo"]
    with pytest.raises(ConceptSetRefused):
        source.find("https://w3id.org/medkg/conceptset/round")
