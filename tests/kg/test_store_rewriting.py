"""Queries for one generation among several: the same answers as over a store of its own."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.errors import QueryRefused, QuerySyntax
from kg.model.terms import Term, literal
from kg.store.oxigraph import parse_term
from kg.store.rewriting import PLACED, rewrite, written

PREFIX = "urn:x-test:1:"
G, H = "https://e.org/g", "https://e.org/h"
DATA = f"""
<https://e.org/s> <https://e.org/p> "one" <{G}> .
<https://e.org/s> <https://e.org/p> "two"@en <{H}> .
<{G}> <https://e.org/of> <https://e.org/s> <{H}> .
"""
NAMED = [ox.NamedNode(f"{PREFIX}{name}") for name in (G, H)]

QUERIES = [
    "SELECT ?g ?o { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * { GRAPH ?g { ?s ?p ?o } }",
    "SELECT ?g ?x { GRAPH ?g { <https://e.org/s> ?p ?o } GRAPH ?h { ?g <https://e.org/of> ?x } }",
    "SELECT ?s ?g { { SELECT DISTINCT ?g ?s { GRAPH ?g { ?s ?p ?o } } } }",
    f"SELECT ?o {{ GRAPH <{G}> {{ ?s ?p ?o }} }}",
    "PREFIX e: <https://e.org/> SELECT ?o { GRAPH e:h { ?s e:p ?o } }",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } # a } comment { GRAPH ?x {\n } GROUP BY ?g",
    'SELECT ?g { GRAPH ?g { ?s ?p ?o } FILTER(STR(?g) != "GRAPH ?g {") }',
    "SELECT ?s ?o { ?s ?p ?o }",
    "SELECT ?o ?n { ?s ?p ?o { SELECT (COUNT(*) AS ?n) { ?s ?q ?o } } }",
    "SELECT ?o ?n { ?s ?p ?o { SELECT ?o (COUNT(?s) AS ?n) { ?s ?q ?o } GROUP BY ?o } }",
    "SELECT ?g ?o { OPTIONAL { GRAPH ?g { ?s <https://e.org/of> ?o } } }",
]


BINDINGS: list[dict[str, Term]] = [
    {},
    {"o": literal("one")},
    {"g": Term(f"<{G}>")},
    {"s": Term("<https://e.org/s>"), "o": literal("two", "en")},
]


def store(prefix: str) -> ox.Store:
    made = ox.Store()
    for quad in ox.parse(DATA, format=ox.RdfFormat.N_QUADS):
        name = ox.NamedNode(prefix + quad.graph_name.value)  # type: ignore[union-attr]
        made.add(ox.Quad(quad.subject, quad.predicate, quad.object, name))
        default = ox.NamedNode(f"{prefix}default") if prefix else ox.DefaultGraph()
        made.add(ox.Quad(quad.subject, quad.predicate, quad.object, default))
    made.add(ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.NamedNode("urn:c"), ox.NamedNode("urn:another")))
    return made


def rows(solutions: object) -> list[dict[str, str]]:
    assert isinstance(solutions, ox.QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    found = [{name: str(row[name]) for name in names if row[name] is not None} for row in solutions]
    kept = [{name: value for name, value in row.items() if not name.endswith(PLACED)} for row in found]
    return sorted(kept, key=str)


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("bindings", BINDINGS)
def test_the_answer_is_that_of_a_store_of_its_own(query: str, bindings: dict[str, Term]) -> None:
    whole, head = store(""), query.partition("{")[0]
    bindings = {name: term for name, term in bindings.items() if f"?{name} " in head or "SELECT *" in head}
    names = [ox.NamedNode(name) for name in (G, H)]
    known = {ox.Variable(name): parse_term(term) for name, term in bindings.items()}
    expected = rows(whole.query(query, named_graphs=names, substitutions=known))
    text = rewrite(query, PREFIX, bindings)
    default = ox.NamedNode(f"{PREFIX}default")
    assert rows(store(PREFIX).query(text, default_graph=default, named_graphs=NAMED)) == expected
    assert text.named == ("GRAPH" in query)


def test_a_construct_and_an_ask_are_bound_in_their_pattern() -> None:
    node = Term("<https://e.org/s>")
    made = rewrite("CONSTRUCT { ?s <e:p> ?o } WHERE { ?s ?p ?o }", PREFIX, {"s": node})
    assert made == "CONSTRUCT { ?s <e:p> ?o } WHERE { VALUES ?s { <https://e.org/s> } ?s ?p ?o }"
    assert rewrite("ASK { ?s ?p ?o }", PREFIX, {"s": node}) == "ASK { VALUES ?s { <https://e.org/s> } ?s ?p ?o }"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM <urn:other> { ?s ?p ?o }",
        "SELECT * { SERVICE <http://e.org/> { ?s ?p ?o } }",
        "SELECT * { GRAPH ?g { ?g ?p ?o } }",
    ],
)
def test_what_would_leave_the_generation_is_refused(query: str) -> None:
    with pytest.raises(QueryRefused):
        rewrite(query, PREFIX)


@pytest.mark.parametrize(
    "query", ["SELECT {", "SELECT * }", "SELECT * { GRAPH <g> { } }", "SELECT * { GRAPH a:g { } }"]
)
def test_broken_text_is_a_syntax_error(query: str) -> None:
    with pytest.raises(QuerySyntax):
        rewrite(query, PREFIX)


@pytest.mark.parametrize(
    "term", ["<a:b> } DROP ALL {", '"a" "b"', "?x", '"a"^^', "", '"a"@en . <x:y>', "1 + 1", '"\n"']
)
def test_a_binding_that_is_no_term_is_refused(term: str) -> None:
    with pytest.raises(ValueError):
        written(Term(term))
