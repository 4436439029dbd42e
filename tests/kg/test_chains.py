"""Property chains and explanations, over a small store."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from kg.errors import NotStated
from kg.generation.chains import CHAIN_TERMS, chains, path, steps_of, table
from kg.generation.derivation import derived
from kg.generation.explanation import Explainer, StatementGrounds
from kg.mapping.base import Context
from kg.mapping.statements import statements
from kg.model.concept import Concept, Label
from kg.model.evidence import Claim
from kg.model.ids import Ids
from kg.model.inference import Inference
from kg.model.record import Record
from kg.model.terms import Term, lexical
from kg.query.quads import read_iri
from kg.store.base import STORES, Store
from kg.store.state import DERIVED_GRAPH
from kg.vocab import DEFAULT_BASE
from tests.contract.store import make_batch


def concept(curie: str, *parents: str) -> Concept:
    return Concept(curie, "anatomy", (Label(curie, "en"),), parents=parents)


def claim(subject: str, predicate: str, obj: str, method: str = "obo.v1") -> Claim:
    return Claim(subject, predicate, obj, "curated", method)


RECORDS: list[Record] = [
    concept("UBERON:1"), concept("UBERON:2", "UBERON:1"), concept("UBERON:3"), concept("UBERON:4", "UBERON:3"),
    concept("DOID:1"), concept("DOID:2", "DOID:1"), concept("DOID:3", "DOID:2"), concept("HP:1"),
    concept("HP:2", "HP:1"), concept("MESH:D1"), concept("MESH:D2", "MESH:D1"),
    # A cycle in a source ends.
    concept("UBERON:5", "UBERON:6"), concept("UBERON:6", "UBERON:5"),
    claim("UBERON:4", "biolink:part_of", "UBERON:2"),
    claim("UBERON:6", "biolink:part_of", "UBERON:5"),
    claim("DOID:2", "biolink:located_in", "UBERON:4"),
    claim("DOID:2", "biolink:has_phenotype", "HP:2"),
    claim("MESH:D2", "biolink:part_of", "UBERON:2"),
    claim("UBERON:1", "biolink:part_of", "UBERON:3", method="drugcentral.v1"),
]  # fmt: skip
TERMS, FOUND = f"{DEFAULT_BASE}graph/terminology/demo/1", f"{DEFAULT_BASE}graph/terminology/inferred/1"
INFERRED = Inference("DOID:3", "skos:broader", "DOID:1", "demo 1", ("SubClassOf(DOID:3 DOID:1)", "B"))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("chains")
    context = Context()
    rows = [row for record in RECORDS for row in statements(record, context)]
    opened = STORES.load("oxigraph").create(folder / "store")
    opened.apply_all(
        [
            make_batch(folder / "a", (TERMS, "replace", list(dict.fromkeys(rows)), [], "", "1")),
            make_batch(folder / "b", (FOUND, "replace", list(statements(INFERRED, context)), [], "", "1")),
        ]
    )
    opened.derive(derived(opened, DEFAULT_BASE, (chains,)))
    yield opened
    opened.close()


IDS = Ids()


def given(store: Store, name: str) -> set[tuple[str, str]]:
    pattern = f"?s <https://w3id.org/medkg/vocab#{name}> ?o"
    rows = store.select(f"SELECT ?s ?o WHERE {{ GRAPH <{DERIVED_GRAPH}> {{ {pattern} }} }}")
    return {(IDS.curie(lexical(row["s"])), IDS.curie(lexical(row["o"]))) for row in rows}


def explained(store: Store, subject: str, predicate: str, obj: str) -> StatementGrounds:
    return Explainer(store, IDS).explain(*(read_iri(text, IDS) for text in (subject, predicate, obj)))


def test_what_the_chains_give_and_what_they_do_not(store: Store) -> None:
    assert given(store, "partOfTransitive") == {
        ("UBERON:4", "UBERON:2"), ("UBERON:4", "UBERON:1"), ("UBERON:6", "UBERON:5"), ("UBERON:5", "UBERON:6"),
        # The hierarchy of MeSH is no is-a: what it says of D2 goes no further down or up, the claim itself counts.
        ("MESH:D2", "UBERON:2"), ("MESH:D2", "UBERON:1"),
    }  # fmt: skip
    # From a kind of the disease to where the place is part of; never from a database's claim.
    assert given(store, "locatedInTransitive") == {
        (one, other) for one in ("DOID:2", "DOID:3") for other in ("UBERON:4", "UBERON:3", "UBERON:2", "UBERON:1")
    }
    # Up the phenotypes, not down the diseases.
    assert given(store, "phenotypeTransitive") == {("DOID:2", "HP:2"), ("DOID:2", "HP:1")}


def test_every_result_has_a_path_of_asserted_steps(store: Store) -> None:
    forward = steps_of(store, IDS)
    for chain in table().chain:
        for subject, obj in given(store, chain.result):
            steps = path(chain, read_iri(subject, IDS), read_iri(obj, IDS), forward)
            assert steps
            assert (steps[0].subject, steps[-1].object) == (read_iri(subject, IDS), read_iri(obj, IDS))
            assert all(one.object == other.subject for one, other in pairwise(steps))
            assert sum(step.predicate.endswith(f"/{chain.core}>") for step in steps) >= 1


def test_a_chain_is_explained_down_to_claims_and_axioms(store: Store) -> None:
    found = explained(store, "DOID:3", "mkg:locatedInTransitive", "UBERON:1")
    assert (found.how, found.method, found.graphs) == ("chain", "chains/1", ())
    assert found.source.endswith("RO_0001025")
    assert [(step.subject, step.predicate, step.object, step.how) for step in found.because] == [
        ("DOID:3", "skos:broader", "DOID:2", "asserted"),
        ("DOID:2", "biolink:located_in", "UBERON:4", "claims"),
        ("UBERON:4", "biolink:part_of", "UBERON:2", "claims"),
        ("UBERON:2", "skos:broader", "UBERON:1", "asserted"),
    ]
    assert found.because[1].because[0].graphs == (TERMS,)
    assert not found.more


def test_the_closure_is_explained_by_the_shortest_path(store: Store) -> None:
    found = explained(store, "DOID:3", "mkg:broaderTransitive", "DOID:1")
    (step,) = found.because
    assert (found.how, step.how, step.method) == ("closure", "reasoner", "demo 1")
    assert step.inferred[0].axioms == ("B", "SubClassOf(DOID:3 DOID:1)")
    assert step.graphs == (FOUND,)
    plain = explained(store, "DOID:2", "skos:broader", "DOID:1")
    assert (plain.how, plain.because, plain.inferred) == ("asserted", (), ())


def test_edges_and_counts_are_explained_and_nothing_is_made_up(store: Store) -> None:
    edge = explained(store, "DOID:2", "biolink:located_in", "UBERON:4")
    assert (edge.how, edge.because[0].predicate) == ("claims", "biolink:located_in")
    assert edge.because[0].subject.startswith("claim:")
    with pytest.raises(NotStated):
        explained(store, "DOID:1", "mkg:locatedInTransitive", "UBERON:1")
    with pytest.raises(NotStated):
        explained(store, "DOID:1", "skos:broader", "DOID:3")


def test_the_table_of_chains_is_declared_in_the_vocabulary() -> None:
    assert all(Term(name).startswith("<https://w3id.org/medkg/vocab#") for name in CHAIN_TERMS)
    assert all(chain.source.startswith("http") for chain in table().chain)
