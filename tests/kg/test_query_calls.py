"""Calls of search inside SPARQL: found among tokens, answered, joined in one query."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import QueryError, QueryRefused, QuerySyntax
from kg.generation.indexes import build_indexes, open_indexes
from kg.model.ids import Ids
from kg.model.terms import decimal, iri, literal
from kg.query.calls import NEAREST, SEARCH, Call, find_calls
from kg.query.inlining import MOST_CALLS, Inlined, Rows, inline
from kg.search.reference import ExactReader
from kg.search.searcher import Searcher
from kg.search.serving import serve
from kg.store.base import Reader
from tests.kg.graph import CONCEPTS, WordEncoder, small_reader

PREFIX = "PREFIX mkg: <https://w3id.org/medkg/vocab#>\n"
CALL = 'SERVICE mkg:search { ?d mkg:query "asthma" ; mkg:limit 5 ; mkg:score ?s }'
ROWS: Rows = [{"": iri("urn:a"), "score": decimal(0.9)}, {"": iri("urn:b"), "score": decimal(0.5)}]


def one(body: str, prologue: str = PREFIX) -> Call:
    (call,) = find_calls(f"{prologue}SELECT * {{ {body} }}")
    return call


def inlined(text: str, rows: Rows = ROWS) -> Inlined:
    found = inline(text, lambda call: rows)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("body", "prologue"),
    [
        (CALL, PREFIX),
        (CALL.replace("SERVICE ", "service silent "), PREFIX),
        (CALL.replace("mkg:", "x:"), "PREFIX x: <https://w3id.org/medkg/vocab\\u0023>\n"),
        (CALL.replace("mkg:", ":"), "prefix : <https://w3id.org/medkg/vocab#> # mkg: <urn:other>\n"),
        (CALL.replace("mkg:search", f"<{SEARCH}>"), PREFIX),
        (CALL.replace("SERVICE ", "SERVICE# a comment with { brackets\n"), PREFIX),
        (CALL.replace('"asthma"', "'''asthma'''@en").replace(" }", " . }"), PREFIX),
        (CALL.replace('"asthma"', '"a\\u0073thma"').replace("?s }", "?s ; }"), PREFIX),
    ],
)
def test_a_call_is_found_however_it_is_written(body: str, prologue: str) -> None:
    call = one(body, prologue)
    assert (call.service, call.subject) == (SEARCH, "d")
    assert call.inputs == {"query": "asthma", "limit": "5"}
    assert call.outputs == (("s", "score"),)


@pytest.mark.parametrize(
    "text",
    [
        f"{PREFIX}SELECT * {{ ?s ?p '{CALL}' }}".replace("\n ", " "),
        f"{PREFIX}SELECT * {{ ?s ?p ?o }} # {CALL}",
        f"{PREFIX}SELECT ?service {{ ?service ?p 'x' }}",
        "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
        "SELECT * { SERVICE ?mkg:search { ?s ?p ?o } }",
        "SELECT * { SERVICE mkg:search { ?d mkg:query 'no prefix' } }",
    ],
)
def test_what_only_looks_like_a_call_is_left_alone(text: str) -> None:
    assert find_calls(text.replace("'SERVICE", "'''SERVICE").replace("}' }", "}''' }")) == ()


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("SERVICE mkg:search { }", "call-shape"),
        ("SERVICE mkg:search { <urn:a> mkg:query 'x' }", "call-shape"),
        ("SERVICE mkg:search { ?d mkg:query 'x' , 'y' }", "call-shape"),
        ("SERVICE mkg:search { ?d mkg:query 'x' . ?d ?p ?o }", "call-shape"),
        ("SERVICE mkg:search { ?d mkg:query ?text }", "call-value"),
        ("SERVICE mkg:search { ?d mkg:query 'x' ; mkg:limit '5' }", "call-value"),
        ("SERVICE mkg:search { ?d mkg:query 'x' ; mkg:kind 'gene' }", "call-value"),
        ("SERVICE mkg:search { ?d mkg:query 'x' ; mkg:limit 1001 }", "call-limit"),
        ("SERVICE mkg:search { ?d mkg:query 'x' ; mkg:limit 0 }", "call-limit"),
        ("SERVICE mkg:search { ?d mkg:score ?s }", "call-needs"),
        ("SERVICE mkg:search { ?d mkg:query 'x' ; mkg:colour ?c }", "call-property"),
        ("SERVICE mkg:search { ?d mkg:query 'x' ; mkg:query 'y' }", "call-property"),
        ("SERVICE mkg:search { ?d mkg:query 'x' ; mkg:score ?d }", "call-twice"),
        ("SERVICE mkg:nearest { ?d mkg:near 'x' }", "call-value"),
        ("SERVICE mkg:nearest { ?d mkg:query 'x' }", "call-property"),
    ],
)
def test_a_call_that_is_written_wrongly_is_explained_with_its_line(body: str, why: str) -> None:
    with pytest.raises(QuerySyntax) as raised:
        find_calls(f"{PREFIX}SELECT * {{\n\n{body} }}")
    assert raised.value.params["why"] == why
    assert raised.value.params["line"] == 4
    for code in ("en", "zh"):
        assert "4" in raised.value.text(code)


def test_rows_stand_first_in_the_group_and_lines_stay() -> None:
    text = f"{PREFIX}SELECT * {{\n ?d a ?t .\n {CALL[:24]}\n{CALL[24:]}\n ?d ?p ?o }}"
    found = inlined(text)
    assert found.calls == ((SEARCH, 4, 2),)
    assert found.text.count("\n") == text.count("\n")
    assert "SERVICE" not in found.text
    assert found.text.index("VALUES (?d ?s)") < found.text.index("?d a ?t")


@pytest.mark.parametrize("word", ["OPTIONAL { ?x ?y ?d }", "MINUS { ?d a ?x }", "BIND(1 AS ?n)"])
def test_rows_stay_in_place_where_their_place_matters(word: str) -> None:
    found = inlined(f"{PREFIX}SELECT * {{ ?x a ?t . {word} {CALL} }}")
    assert found.text.index("VALUES (?d") > found.text.index(word)


def test_order_matters_as_the_standard_says() -> None:
    store = ox.Store()
    store.extend(ox.parse(b"<urn:x> a <urn:T> . <urn:x> <urn:p> <urn:c> .", format=ox.RdfFormat.TURTLE))
    after = inlined(f"{PREFIX}SELECT * {{ ?x a <urn:T> OPTIONAL {{ ?x <urn:p> ?d }} {CALL} }}")
    before = inlined(f"{PREFIX}SELECT * {{ ?x a <urn:T> {CALL} OPTIONAL {{ ?x <urn:p> ?d }} }}")
    assert len(list(store.query(after.text))) == 0  # type: ignore[arg-type]
    assert len(list(store.query(before.text))) == 2  # type: ignore[arg-type]


def test_no_rows_give_no_solutions() -> None:
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:p"), ox.NamedNode("urn:o")))
    assert list(store.query(inlined(f"{PREFIX}SELECT * {{ ?d ?p ?o {CALL} }}", []).text)) == []  # type: ignore[arg-type]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_text_comes_back_from_a_call(text: str) -> None:
    sentence = [{"": iri("urn:a"), "sentence": literal(text)}]
    call = f"SERVICE mkg:search {{ ?d mkg:query {literal(text)} ; mkg:sentence ?why }}"
    asked: list[str] = []

    def answer(call: Call) -> Rows:
        asked.append(call.inputs["query"])
        return sentence

    found = inline(f"{PREFIX}SELECT ?why {{ {call} }}", answer)
    assert found is not None
    assert asked == [text]
    (row,) = ox.Store().query(found.text)  # type: ignore[misc]
    assert row["why"].value == text


def test_other_calls_beside_ours_are_refused() -> None:
    asked: list[Call] = []

    def answer(call: Call) -> Rows:
        asked.append(call)
        return ROWS

    for other in ("SERVICE <http://127.0.0.1/> { ?s ?p ?o }", "SERVICE SILENT ?x { ?s ?p ?o }"):
        with pytest.raises(QueryRefused):
            inline(f"{PREFIX}SELECT * {{ {CALL} {other} }}", answer)
    with pytest.raises(QueryRefused):
        inline(f"{PREFIX}SELECT * {{ {CALL * (MOST_CALLS + 1)} }}", answer)
    with pytest.raises(QueryRefused):
        inline(f"{PREFIX}SELECT * {{ {CALL} }} #{' ' * 20_000}", answer)
    with pytest.raises(QueryRefused):
        inline(f"{PREFIX}INSERT DATA {{ {CALL} }}", answer)
    assert asked == []


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searcher]:
    folder = tmp_path_factory.mktemp("calls")
    reader: Reader = small_reader(folder)
    build_indexes(reader, folder, WordEncoder(), folder / "cache", concept_vectors=False, vector_index="exact")
    concepts = ExactReader((label.value, concept.id) for concept in CONCEPTS for label in concept.labels)
    indexes = open_indexes(folder, WordEncoder())
    yield Searcher(indexes.text, reader, concepts, indexes.passages, WordEncoder())
    reader.close()


@pytest.mark.parametrize("query", ["asthma", "哮喘"])
def test_search_gives_scores_ranks_and_sentences_of_the_text(searcher: Searcher, query: str) -> None:
    call = one(f'SERVICE mkg:search {{ ?d mkg:query "{query}" ; mkg:score ?s ; mkg:rank ?r ; mkg:sentence ?why }}')
    rows = serve(call, searcher, Ids())
    assert len(rows) >= 2
    assert all(row[""].startswith("<") for row in rows)
    assert [row["rank"] for row in rows[:2]] == [
        f'"{place}"^^<http://www.w3.org/2001/XMLSchema#integer>' for place in (1, 2)
    ]
    scores = [float(row["score"].split('"')[1]) for row in rows]
    assert scores == sorted(scores, reverse=True)
    assert "asthma" in rows[0]["sentence"].lower() or "哮喘" in rows[0]["sentence"]


def test_limit_kind_and_years_hold(searcher: Searcher) -> None:
    assert len(serve(one('SERVICE mkg:search { ?d mkg:query "asthma" ; mkg:limit 1 }'), searcher, Ids())) == 1
    (first, *_) = serve(one('SERVICE mkg:search { ?c mkg:query "asthma" ; mkg:kind "concept" }'), searcher, Ids())
    assert first == {"": iri("https://w3id.org/medkg/concept/asthma")}
    assert serve(one('SERVICE mkg:search { ?d mkg:query "asthma" ; mkg:yearTo 1800 }'), searcher, Ids()) == []
    # Hints of a query change nothing where nobody would be told.
    dated = serve(one('SERVICE mkg:search { ?d mkg:query "asthma since 2015" }'), searcher, Ids())
    assert iri(Ids().expand("PMID:900000001")) in {row[""] for row in dated}


def test_neighbours_leave_out_the_thing_itself(searcher: Searcher) -> None:
    node = serve(one('SERVICE mkg:search { ?d mkg:query "asthma" ; mkg:limit 1 }'), searcher, Ids())[0][""]
    near = serve(one(f"SERVICE mkg:nearest {{ ?d mkg:near {node} ; mkg:score ?s }}"), searcher, Ids())
    assert near
    assert node not in {row[""] for row in near}
    concept = one("SERVICE mkg:nearest { ?d mkg:near <https://w3id.org/medkg/concept/asthma> ; mkg:limit 2 }")
    assert concept.service == NEAREST
    assert 1 <= len(serve(concept, searcher, Ids())) <= 2
    with pytest.raises(QueryError, match="urn:nobody"):
        serve(one("SERVICE mkg:nearest { ?d mkg:near <urn:nobody> }"), searcher, Ids())


def test_neighbours_need_vectors(searcher: Searcher, tmp_path: Path) -> None:
    reader = small_reader(tmp_path)
    build_indexes(reader, tmp_path, None, tmp_path / "cache")
    plain = Searcher(open_indexes(tmp_path, None).text, reader, ExactReader(()), None, None)
    with pytest.raises(QueryError) as raised:
        serve(one("SERVICE mkg:nearest { ?d mkg:near <https://w3id.org/medkg/concept/asthma> }"), plain, Ids())
    assert raised.value.params["why"] == "no-vectors"
    reader.close()
