"""Counts of citations: by works, under all identifiers of the cited one."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from kg.generation.citations import citations
from kg.mapping.base import Context
from kg.mapping.works import same_work
from kg.model.terms import Statement, iri, lexical
from kg.query.named import named
from kg.store.base import STORES
from kg.vocab import BIBO, OWL

CONTEXT = Context()
PLACES = range(8)


def node(number: int) -> str:
    return iri(CONTEXT.ids.expand(f"PMID:{90_000_000 + number}"))


def other(number: int) -> str:
    return iri(CONTEXT.ids.expand(f"DOI:10.5555/{number}"))


def counts(folder: Path, rows: list[str], same: list[tuple[int, int]]) -> dict[str, int]:
    store = STORES.load("oxigraph").create(folder / "store")
    store.derive([Statement(row) for row in rows])
    answers = {name: store.select(named(f"derive/{name}")) for name in ("cited", "cited-same")}
    works = [same_work(f"PMID:{90_000_000 + a}", f"PMID:{90_000_000 + b}", CONTEXT) for a, b in same]
    found = {}
    for row in citations(store, answers, works):
        subject, _, value = row.split(" ", 2)
        assert subject not in found, "each node has one count"
        found[subject] = int(lexical(value))  # type: ignore[arg-type]
    store.close()
    return found


def cites(a: str, b: str) -> str:
    return f"{a} <{BIBO}cites> {b}"


def same_as(a: str, b: str) -> str:
    return f"{a} <{OWL}sameAs> {b}"


def test_two_identifiers_in_one_reference_are_one_citation(tmp_path: Path) -> None:
    rows = [same_as(node(1), other(1)), cites(node(2), node(1)), cites(node(2), other(1)), cites(node(3), other(1))]
    assert counts(tmp_path, rows, []) == {node(1): 2, other(1): 2}


def test_two_records_of_one_work_cite_once_and_are_cited_together(tmp_path: Path) -> None:
    rows = [cites(node(2), node(1)), cites(node(3), node(1)), cites(node(4), node(5))]
    assert counts(tmp_path, rows, [(2, 3), (1, 5)]) == {node(1): 2, node(5): 2}


@given(
    st.sets(st.tuples(st.sampled_from(PLACES), st.sampled_from(PLACES)), max_size=20),
    st.sets(st.sampled_from(PLACES)),
    st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(PLACES)), max_size=3),
)
@settings(max_examples=60)
def test_counts_are_those_of_going_through_all(
    tmp_path_factory: object, edges: set[tuple[int, int]], twice: set[int], same: list[tuple[int, int]]
) -> None:
    rows = [cites(node(a), node(b)) for a, b in sorted(edges) if a != b]
    rows += [cites(node(a), other(b)) for a, b in sorted(edges) if b in twice and a != b]
    rows += [same_as(node(number), other(number)) for number in sorted(twice)]
    work = {number: number for number in PLACES}
    for a, b in same:
        low, high = sorted((work[a], work[b]))
        work = {number: low if found == high else found for number, found in work.items()}
    expected: dict[int, set[int]] = {}
    for a, b in edges:
        if a != b:
            expected.setdefault(work[b], set())
            if work[a] != work[b]:
                expected[work[b]].add(work[a])
    found = counts(tmp_path_factory.mktemp("cited"), rows, [pair for pair in same if pair[0] != pair[1]])  # type: ignore[attr-defined]
    told = {number: found[node(number)] for number in PLACES if node(number) in found}
    assert told == {number: len(expected[work[number]]) for number in PLACES if number in told}
    assert {work[number] for number in told} == set(expected)
