"""The dataset of a query: FROM clauses and the protocol's graphs, merged where they overlap."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import MedkgError, QueryRefused, QuerySyntax
from kg.query.answering import answer
from kg.query.columns import in_order
from kg.query.dataset import Dataset, clauses
from kg.query.frames import Question

G = "http://example.org/g/"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ox.Store:
    """Two graphs that state one triple both, one that is apart, and a default graph with another."""
    folder = str(tmp_path_factory.mktemp("dataset"))
    made = ox.Store(folder)
    rows = [("a", "1"), ("a", "2"), ("b", "2"), ("b", "3"), ("c", "4"), ("c", "5")]
    lines = [f"<urn:s> <urn:p> <urn:{value}> <{G}{graph}> .\n" for graph, value in rows]
    made.load("".join([*lines, "<urn:s> <urn:p> <urn:0> .\n"]).encode(), format=ox.RdfFormat.N_QUADS)
    made.flush()
    return made


def asked(store: ox.Store, text: str, **more: object) -> list[dict[str, str]]:
    blocks: list[bytes] = []
    answer(store, Question(text, **more), lambda name: None, blocks.append)  # type: ignore[arg-type]
    found = json.loads(b"".join(blocks))
    return [{name: cell["value"] for name, cell in row.items()} for row in found["results"]["bindings"]]


def count(store: ox.Store, text: str = COUNT, **more: object) -> int:
    return int(asked(store, text, **more)[0]["n"])


def graphs(*names: str) -> tuple[str, ...]:
    return tuple(G + name for name in names)


def test_the_bare_engine_counts_twice(store: ox.Store) -> None:
    """The control: without a merge the common triple has two solutions."""
    (row,) = store.query(COUNT, default_graph=[ox.NamedNode(name) for name in graphs("a", "b")])
    assert row["n"].value == "4"


def test_the_default_graph_is_a_merge(store: ox.Store) -> None:
    assert count(store, default_graphs=graphs("a", "b")) == 3
    assert count(store, default_graphs=graphs("a", "b", "a")) == 3
    assert count(store, default_graphs=graphs("a", "c")) == 4
    assert count(store, default_graphs=graphs("a", "b", "c", *(f"none-{n}" for n in range(20)))) == 5


def test_clauses_in_the_text_are_the_same(store: ox.Store) -> None:
    text = f"PREFIX g: <{G}> SELECT (COUNT(*) AS ?n) FROM g:a FROM <b> # FROM g:c\n {{ ?s ?p ?o }}"
    assert count(store, text, base=G) == 3


def test_the_protocol_comes_first(store: ox.Store) -> None:
    text = f"SELECT (COUNT(*) AS ?n) FROM <{G}c> {{ ?s ?p ?o }}"
    assert count(store, text) == 2
    assert count(store, text, default_graphs=graphs("a", "b")) == 3
    assert count(store, text, named_graphs=graphs("a")) == 0


def test_named_graphs_are_those_that_are_named(store: ox.Store) -> None:
    named = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
    assert {row["g"] for row in asked(store, named)} == set(graphs("a", "b", "c"))
    assert asked(store, named, default_graphs=graphs("a")) == []
    assert [row["g"] for row in asked(store, named, named_graphs=graphs("a", "none"))] == [f"{G}a"]
    both = {"default_graphs": graphs("a", "b"), "named_graphs": graphs("c")}
    assert [row["g"] for row in asked(store, named, **both)] == [f"{G}c"]
    assert count(store, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o GRAPH ?g { ?s ?p ?x } }", **both) == 6


def test_without_a_dataset_the_store_has_its_own(store: ox.Store) -> None:
    assert count(store) == 1


def test_unknown_graphs_are_empty(store: ox.Store) -> None:
    assert count(store, default_graphs=graphs("none")) == 0
    assert count(store, default_graphs=graphs("none", "a")) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT * { ?s ?p 'FROM <x:a>' }", None),
        ("SELECT * FROM <x:a> FROM NAMED <x:b> FROM <x:c> { ?s ?p ?o }", Dataset(("x:a", "x:c"), ("x:b",))),
        ("BASE <http://e.org/a/b> ASK FROM <c> {}", Dataset(("http://e.org/a/c",))),
        ("PREFIX from: <x:> ASK FROM from:from {}", Dataset(("x:from",))),
        ("CONSTRUCT { ?s ?p ?o } FROM <x:a> WHERE { ?s ?p ?o }", Dataset(("x:a",))),
        ("DESCRIBE <x:s> FROM NAMED <x:\\u0061>", Dataset((), ("x:a",))),
        ("SELECT (1 AS ?from) { ?from ?p ?o } ORDER BY ?from", None),
    ],
)
def test_clauses(text: str, expected: Dataset | None) -> None:
    assert clauses(text) == expected
    if expected is not None:
        # The engine reads the same graphs: what it is asked without them finds nothing else.
        store = ox.Store()
        store.query(text)


@pytest.mark.parametrize("text", ["ASKFROM<x:a>{}", "PREFIX : <x:> ASK FROM:a {}", "SELECT*FROMNAMED<x:a>{}",
                                  "PREFIX : <x:> ASK FROM NAMED:a {}"])  # fmt: skip
def test_words_that_only_the_engine_takes_apart(text: str) -> None:
    ox.Store().query(text)
    with pytest.raises(QueryRefused):
        clauses(text)


@pytest.mark.parametrize("text", ["ASK FROM", "ASK FROM NAMED", "ASK FROM ?g {}", "ASK FROM x:a {}", "ASK FROM <a> {}"])
def test_clauses_that_cannot_be_read(store: ox.Store, text: str) -> None:
    with pytest.raises(QuerySyntax):
        answer(store, Question(text), lambda name: None, lambda block: None)


@given(st.sets(st.tuples(st.sampled_from("abc"), st.integers(0, 3))))
def test_any_graphs_are_merged(rows: set[tuple[str, int]]) -> None:
    store = ox.Store()
    store.extend(
        ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal(value), ox.NamedNode(G + graph))
        for graph, value in rows
    )
    assert count(store, default_graphs=graphs("a", "b", "c")) == len({value for _, value in rows})


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("SELECT * { ?z ?b ?a }", ["z", "b", "a"]),
        ("SELECT DISTINCT * { ?z ?b [] OPTIONAL { ?a ?z ?c } }", ["z", "b", "a", "c"]),
        ("SELECT * { { SELECT ?y { ?z ?b ?y } } ?y ?x ?w }", ["y", "x", "w"]),
        ("SELECT ?b ?a { ?a ?b ?c }", ["b", "a"]),
        ("SELECT (COUNT(*) AS ?n) { ?z ?a ?b }", ["n"]),
        ("SELECT * {}", []),
        ("PREFIX x: <x:> # *\nSELECT * { ?s x:p* ?o }", ["s", "o"]),
    ],
)
def test_columns_stand_as_they_are_named(text: str, columns: list[str]) -> None:
    solutions = ox.Store().query(in_order(text))
    assert [variable.value for variable in solutions.variables] == columns


def test_rdf_xml_that_would_be_none(store: ox.Store) -> None:
    text = "CONSTRUCT { <urn:s> <http://example.org/1> ?o } { ?s ?p ?o }"
    broken = ox.serialize(
        ox.Store().query("CONSTRUCT { <urn:s> <http://example.org/1> 1 } {}"), format=ox.RdfFormat.RDF_XML
    )
    assert b"<oxprefix: " in (broken or b"")  # the control: no XML parser takes this
    with pytest.raises(MedkgError):
        answer(store, Question(text, graph="rdfxml"), lambda name: None, lambda block: None)
    blocks: list[bytes] = []
    answer(store, Question(text.replace("/1>", "/a1>"), graph="rdfxml"), lambda name: None, blocks.append)
    assert len(list(ox.parse(b"".join(blocks), format=ox.RdfFormat.RDF_XML))) == 1
