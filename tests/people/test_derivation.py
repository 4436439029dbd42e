"""People in the graph: derived beside the sources, with evidence, and gone without a trace when no longer derived."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from ingest.people import stated
from ingest.people.derivation import people
from ingest.works.derivation import works
from kg.generation.derivation import derived
from kg.mapping.base import Context
from kg.mapping.document import document_statements
from kg.mapping.persons import MAYBE_SAME_PERSON, PEOPLE_TERMS, SAME_PERSON
from kg.model.document import Author, Document, Identifier, Text
from kg.model.terms import Statement, lexical, literal
from kg.store.base import STORES, Store
from kg.vocab import DEFAULT_BASE, MEDKG
from tests.contract.store import make_batch

WARD = "Department of Invention, Invented University, Nowhere, https://ror.org/01abcde23"
OTHER = "Department of Invention, The Invented University, Nowhere. a.b@example.org"
TWICE = "An invented study of an invented drug for an invented disease"


def document(number: int, *authors: Author, title: str = "", doi: str = "") -> Document:
    text = title or f"Invented record number {number}"
    return Document(
        id=f"PMID:{number}" if number else f"DOI:{doi}",
        passages=(),
        identifiers=(Identifier("doi", doi),) if doi else (),
        titles=(Text(text, "en"),),
        authors=authors,
        year=2020,
    )


def records() -> list[Document]:
    harriet = Author("Thistlewood", "Harriet", orcid="0000-0001-0000-0001", affiliations=(WARD,))
    return [
        document(1, harriet, Author("张", "伟")),
        document(2, Author("Thistlewood", "Harriet", affiliations=(OTHER,)), Author("Zhang", "Wei")),
        document(3, Author("Kvamme", "J"), Author("Li", "Na"), title=TWICE, doi="10.5555/a"),
        document(0, Author("Kvamme", "Jorunn"), Author("李", "娜"), title=TWICE, doi="10.5555/a"),
        document(4, Author(collective="An Invented Group"), Author("Nobody")),
    ]


def node(number: str, place: int) -> str:
    return f"<{DEFAULT_BASE}document/{number}/author/{place}>"


def rows_of(documents: list[Document]) -> list[str]:
    return list(dict.fromkeys(row for one in documents for row in document_statements(one, Context())))


def all_of(store: Store) -> dict[str, set[str]]:
    return {graph: set(store.statements(graph)) for graph in store.counts()}


@pytest.mark.parametrize("kind", ["oxigraph", "reference"])
def test_people_and_organisations_of_a_graph(tmp_path: Path, kind: str) -> None:
    store = STORES.load(kind).create(tmp_path / "store")
    store.derive(Statement(row) for row in rows_of(records()))
    found = list(people(store, DEFAULT_BASE, list(works(store, DEFAULT_BASE))))
    store.close()
    assert len(found) == len(set(found))
    same = {row for row in found if f" {SAME_PERSON} " in row}
    assert same == {
        f"{node('PMID%3A1', 1)} {SAME_PERSON} {node('PMID%3A2', 1)}",
        f"{node('PMID%3A3', 1)} {SAME_PERSON} {node('DOI%3A10.5555%2Fa', 1)}",
        f"{node('PMID%3A3', 2)} {SAME_PERSON} {node('DOI%3A10.5555%2Fa', 2)}",
    }
    assert {row for row in found if f" {MAYBE_SAME_PERSON} " in row} == {
        f"{node('PMID%3A1', 2)} {MAYBE_SAME_PERSON} {node('PMID%3A2', 2)}"
    }
    reasons = sorted(lexical(row.split(" ", 2)[2]) for row in found if "#personReason>" in row)  # type: ignore[arg-type]
    assert reasons == ["affiliation", "romanised", "work", "work"]
    texts = {row.split(" ", 2)[2] for row in found}
    assert {literal(text) for text in ("reading zhang wei", "affiliation invented university")} <= texts
    assert {literal(text) for text in (WARD, OTHER, "invented university", "ror:01abcde23")} <= texts


def test_taken_back_without_a_trace(tmp_path: Path) -> None:
    store = STORES.load("oxigraph").create(tmp_path / "store")
    graph = f"{DEFAULT_BASE}graph/source/invented/1"
    rows = rows_of(records())
    store.apply_all([make_batch(tmp_path / "batch", (graph, "replace", rows, [], "", "1"))])
    store.derive(derived(store, DEFAULT_BASE, (works,)))
    before = all_of(store)
    store.derive(derived(store, DEFAULT_BASE, (works,), (people,)))
    with_people = all_of(store)
    assert before[""] < with_people[""], "every value of every source is still there"
    assert with_people[graph] == set(rows)
    added = with_people[""] - before[""]
    assert {row.split(" ", 2)[1] for row in added} <= PEOPLE_TERMS, "own terms alone, and no count has changed"
    store.derive(derived(store, DEFAULT_BASE, (works,), (people,)))
    assert all_of(store) == with_people, "deriving again changes nothing"
    store.derive(derived(store, DEFAULT_BASE, (works,)))
    assert all_of(store) == before
    store.close()


def test_authorships_say_what_the_records_say(tmp_path: Path) -> None:
    store = STORES.load("oxigraph").create(tmp_path / "store")
    editor = Author("Boss", "Berta", role="editor", orcid="0000-0001-0000-0009")
    first = records()[0]
    both = msgspec.structs.replace(first, authors=(*first.authors, editor))
    store.derive(Statement(row) for row in rows_of([both]))
    found = {one.place: one for one in stated.authorships(store, stated.records(store), set())}
    store.close()
    assert [found[place].author for place in (1, 2, 3)] == [True, True, False]
    assert found[1].orcid == "0000-0001-0000-0001"
    assert found[1].document == "PMID:1"
    assert found[1].affiliations[0].ids == ("ror:01abcde23",)
    assert found[2].name.han == "张伟"


def test_two_orcids_of_one_authorship_are_none(tmp_path: Path) -> None:
    store = STORES.load("oxigraph").create(tmp_path / "store")
    rows = rows_of([records()[0]])
    rows.append(f"{node('PMID%3A1', 1)} <{MEDKG}orcid> <https://orcid.org/0000-0001-0000-0002>")
    store.derive(Statement(row) for row in rows)
    assert {one.orcid for one in stated.authorships(store, stated.records(store), set())} == {""}
    store.close()
