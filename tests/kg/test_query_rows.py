"""Rows counted on the engine's bytes against rows counted one by one."""

from __future__ import annotations

import csv
import io
import random

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import QueryError, QueryTooLarge
from kg.query.answering import answer
from kg.query.frames import Question
from kg.query.rows import Misfit, counter

FORMATS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
PIECES = [
    "},{", '},{"', '},{"}', '},{",', "{}", "},{}", "[{", "}]}}", '"', '""', "\\", '\\"', "\\\\", ",", "\n", "\r\n",
    "\r", "\t", "<result>", "</result>", "&lt;", "糖尿病", "😀", "a", " ", ' "', "'", "\x85", "\u2028",
]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES) | st.text(st.characters(codec="utf-8"), max_size=3)).map("".join)
literals = (
    texts.map(ox.Literal)
    | texts.map(lambda text: ox.Literal(text, language="zh-hans"))
    | texts.map(lambda text: ox.Literal(text, datatype=ox.NamedNode("http://x/a,b")))
    | st.integers().map(ox.Literal)
)
iris = st.sampled_from(["urn:a", "http://x/a,b", "http://x/a'b", "http://x/?q=%7B%7D,%22"]).map(ox.NamedNode)
triples = st.builds(ox.Triple, iris, iris, literals)
cells = st.none() | literals | iris | triples


def query_of(names: list[str], rows: list[list[object]]) -> str:
    variables = " ".join(f"?{name}" for name in names)
    lines = " ".join(f"({' '.join(notation(cell) for cell in row)})" for row in rows)
    return f"SELECT {variables or '*'} {{ VALUES ({variables}) {{ {lines} }} }}"


def notation(cell: object) -> str:
    if cell is None:
        return "UNDEF"
    return f"<<({cell})>>" if isinstance(cell, ox.Triple) else str(cell)


def written(names: list[str], rows: list[list[object]]) -> ox.QuerySolutions:
    """The rows as the engine gives them for a query."""
    found = ox.Store().query(query_of(names, rows))
    assert isinstance(found, ox.QuerySolutions)
    return found


tables = st.integers(0, 3).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), max_size=12).map(
        lambda rows: ([f"v{number}" for number in range(width)], rows)
    )
)


def count(format_: str, columns: int, data: bytes, cuts: list[int]) -> int:
    found = counter(format_, columns)
    at = 0
    for cut in [*sorted(cut % (len(data) + 1) for cut in cuts), len(data)]:
        found.feed(data[at:cut])
        at = cut
    before = found.least
    found.finish()
    assert before <= found.least, "it was no lower bound"
    return found.least


@pytest.mark.parametrize("format_", list(FORMATS))
@settings(max_examples=300)
@given(table=tables, cuts=st.lists(st.integers(0, 10_000), max_size=20))
def test_counts_are_those_of_the_rows(
    format_: str, table: tuple[list[str], list[list[object]]], cuts: list[int]
) -> None:
    names, rows = table
    data = written(names, rows).serialize(format=FORMATS[format_])
    assert data is not None
    expected = len(list(written(names, rows)))
    try:
        assert count(format_, len(names), data, cuts) == expected
        assert count(format_, len(names), data, list(range(len(data)))) == expected
    except Misfit:
        assert any(isinstance(cell, ox.Triple | ox.NamedNode) for row in rows for cell in row)
    except QueryError:
        assert format_ == "xml"
        assert any(unprintable(cell) for row in rows for cell in row)


def unprintable(cell: object) -> bool:
    """Whether a term holds what XML 1.0 cannot carry."""
    return any(char in "\ufffe\uffff" or (char < " " and char not in "\t\r\n") for char in plain(cell))


@settings(max_examples=300)
@given(table=tables)
def test_csv_reads_back(table: tuple[list[str], list[list[object]]]) -> None:
    """Whatever the terms are, a reader of RFC 4180 finds as many cells as there are columns, and the values."""
    names, rows = table
    store, blocks = ox.Store(), list[bytes]()
    answer(store, Question(query_of(names, rows), results="csv"), lambda _: None, blocks.append)
    data = b"".join(blocks).decode()
    if len(names) < 2:
        return  # an empty line is no record to the reader
    found = list(csv.reader(io.StringIO(data, newline="")))
    assert found[0] == names
    values = [[plain(cell) for cell in row] for row in written(names, rows)]
    assert found[1:] == values


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("<http://x/a,b>", '"http://x/a,b"'),
        ('"x,y"', '"x,y"'),
        ("<<(<urn:a> <urn:b> 'x,y')>>", '"urn:a urn:b x,y"'),
        ("<<(<urn:a> <urn:b> 'x\"y')>>", '"urn:a urn:b x""y"'),
        ("<<(<urn:a> <urn:b> 'xy')>>", "urn:a urn:b xy"),
        ("UNDEF", ""),
    ],
)
def test_csv_of_terms_that_the_engine_does_not_quote(value: str, cell: str) -> None:
    blocks: list[bytes] = []
    text = f"SELECT ?a ?b {{ VALUES (?a ?b) {{ ({value} 1) (2 {value}) }} }}"
    assert answer(ox.Store(), Question(text, results="csv"), lambda _: None, blocks.append) == 2
    assert b"".join(blocks).decode() == f"a,b\r\n{cell},1\r\n2,{cell}\r\n"


def plain(term: object) -> str:
    if term is None:
        return ""
    if isinstance(term, ox.Triple):
        return " ".join(plain(part) for part in (term.subject, term.predicate, term.object))
    assert isinstance(term, ox.NamedNode | ox.Literal)
    return term.value


@pytest.mark.parametrize("format_", list(FORMATS))
@pytest.mark.parametrize(
    "query", ["SELECT ?x { VALUES ?y { %s } }", "SELECT ?y { VALUES ?y { %s } }", "SELECT * { %s }"]
)
def test_limits_are_exact_also_for_rows_without_any_binding(format_: str, query: str) -> None:
    rows = 1 if query.endswith("{ %s }") and "VALUES" not in query else 500
    text = query % ("" if rows == 1 else " ".join('"},{}"' for _ in range(rows)))
    question = Question(text, results=format_, rows=rows)
    assert answer(ox.Store(), question, lambda _: None, lambda _: None) == rows
    with pytest.raises(QueryTooLarge):
        answer(ox.Store(), Question(text, results=format_, rows=rows - 1), lambda _: None, lambda _: None)


@pytest.mark.parametrize("format_", list(FORMATS))
def test_a_flood_ends_at_the_limit(format_: str) -> None:
    """Rows are counted on their way: a result without end costs no more than its first rows."""
    store = ox.Store()
    draw = random.Random(1)
    store.extend(
        ox.Quad(ox.NamedNode(f"urn:{number}"), ox.NamedNode("urn:p"), ox.Literal("x" * draw.randrange(20)))
        for number in range(1_000)
    )
    for variables in ("*", "?nothing"):
        text = f"SELECT {variables} {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }}"
        with pytest.raises(QueryTooLarge):
            answer(store, Question(text, results=format_, rows=1_000), lambda _: None, lambda _: None)


def test_json_borders_in_random_bytes_of_strings() -> None:
    """Blocks cut at every place, over long strings of nothing but treacherous pieces."""
    draw = random.Random(5)
    for _ in range(200):
        rows = [[ox.Literal("".join(draw.choices(PIECES, k=draw.randrange(12))))] for _ in range(draw.randrange(8))]
        data = written(["v"], rows).serialize(format=ox.QueryResultsFormat.JSON)
        assert data is not None
        cuts = [draw.randrange(len(data)) for _ in range(draw.randrange(30))]
        assert count("json", 1, data, cuts) == len(rows)
