"""The query log: what it says, and what it never says."""

from __future__ import annotations

import logging
import random
import re

import pytest

from kg.errors import QuerySyntax, QueryTimeout
from kg.query.gate import check_query
from kg.query.log import QueryLog
from kg.vocab import NAMESPACES

TERMS = {f"{NAMESPACES['skos']}prefLabel": "skos:prefLabel", f"{NAMESPACES['rdf']}type": "rdf:type"}
CANARY = "Zhang4711San"
PLACES = [
    'SELECT * {{ ?s ?p "{c}" }}',
    "SELECT * {{ ?s ?p '{c}' }}",
    'SELECT * {{ ?s ?p """a "{c}" b""" }}',
    "SELECT * {{ ?s ?p '''{c}''' }}",
    'SELECT * {{ ?s ?p "x"@{c} }}',
    'SELECT * {{ ?s ?p "x"^^<urn:{c}> }}',
    "SELECT * {{ <http://www.w3.org/2004/02/skos/core#{c}> ?p ?o }}",
    "SELECT * {{ ?s <http://{c}.example/p> ?o }}",
    "SELECT * {{ ?s a <urn:{c}> }}",
    "PREFIX {c}: <urn:x> SELECT * {{ ?s {c}:a ?o }}",
    "PREFIX e: <urn:{c}> SELECT * {{ ?s e:a ?o }}",
    "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT * {{ ?s skos:{c} ?o }}",
    "PREFIX e: <urn:x> SELECT * {{ ?s e:{c} ?o }}",
    "BASE <http://{c}/> SELECT * {{ ?s <a> ?o }}",
    "SELECT ?{c} {{ ?s ?p ?{c} }}",
    "SELECT ${c} {{ ?s ?p ${c} }}",
    "SELECT * {{ _:{c} ?p ?o }}",
    "SELECT * {{ ?s ?p ?o }} # {c}",
    "#{c}\nSELECT * {{ ?s ?p ?o }}",
    "SELECT * FROM <urn:{c}> {{ ?s ?p ?o }}",
    "SELECT * {{ GRAPH <urn:{c}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ VALUES ?x {{ \"{c}\" <urn:{c}> }} }}",
    "SELECT * {{ ?s ?p ?o FILTER(CONTAINS(?o, '{c}')) }}",
    "{c} {{ ?s ?p ?o }}",
    'SELECT * {{ ?s ?p "{c}',
    "SELECT * {{ ?s ?p <urn:{c}",
    'SELECT * {{ ?s ?p "x\\" {c} SELECT" }}',
]  # fmt: skip


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, logger="medkg.query")
    return caplog


@pytest.mark.parametrize("place", PLACES)
def test_canaries_stay_out(lines: pytest.LogCaptureFixture, place: str) -> None:
    text = place.format(c=CANARY)
    log = QueryLog(TERMS).of("g1")
    log.note(text, "203.0.113.77", 0.1, 3, None)
    log.note(text + " " * 5_000 + CANARY, "203.0.113.77", 0.1, None, QueryTimeout(seconds=10))
    log.note(text, "203.0.113.77", 0.1, None, QuerySyntax(reason=CANARY))
    log.note(text, CANARY, 0.1, None, RuntimeError(CANARY))
    assert len(lines.messages) == 4
    for message in lines.messages:
        assert CANARY.lower() not in message.lower()
        assert "4711" not in message
        assert "203.0.113.77" not in message


def test_numbers_and_texts_cut_anywhere_stay_out() -> None:
    """Whatever piece of a query a text ends in, only words of the closed lists come out."""
    log = QueryLog(TERMS)
    draw = random.Random(3)
    known = re.compile(r"(?:[A-Z_]+|skos:prefLabel|rdf:type|\.\.\.)\Z").match
    for place in PLACES:
        text = place.format(c=f"{CANARY} LIMIT 19470815")
        for _ in range(30):
            shape = log.shape(text[: draw.randrange(len(text) + 1)])
            assert all(known(word) for word in shape.split()), shape
            assert not any(character.isdigit() for character in shape)


def test_a_line_says_what_an_operator_needs(lines: pytest.LogCaptureFixture) -> None:
    log = QueryLog(TERMS, key=b"k" * 16).of("g00007")
    text = (
        "PREFIX s: <http://www.w3.org/2004/02/skos/core#> "
        'SELECT ?x { ?x a s:Concept ; s:prefLabel ?l FILTER(LANG(?l) = "zh") } ORDER BY ?l LIMIT 10'
    )
    check_query(text)
    log.note(text, "one", 0.0123, 10, None)
    log.note(text, "two", 0.0123, None, QueryTimeout(seconds=10))
    first, second = lines.messages
    assert 'shape="SELECT rdf:type skos:prefLabel FILTER LANG ORDER BY LIMIT"' in first
    assert "ms=12.3 rows=10 outcome=ok generation=g00007" in first
    assert "rows=- outcome=query-timeout generation=g00007" in second
    digest = re.compile(r"query=([0-9a-f]{16}) .* client=([0-9a-f]{16}) ")
    one, two = digest.search(first), digest.search(second)
    assert one
    assert two
    assert one[1] == two[1]
    assert one[2] != two[2]


def test_digests_cannot_be_tried_out(lines: pytest.LogCaptureFixture) -> None:
    """Another process has another key: a list of addresses against a log gives nothing."""
    for _ in range(2):
        QueryLog(TERMS).note("ASK {}", "203.0.113.77", 0, 1, None)
    assert lines.messages[0] != lines.messages[1]


def test_without_a_reader_nothing_is_done(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, logger="medkg.query")
    QueryLog(TERMS).note("ASK {}", "a", 0, 1, None)
    assert caplog.messages == []
