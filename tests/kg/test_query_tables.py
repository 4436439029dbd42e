"""Tables that are written from terms: an independent reader finds the same terms in them."""

from __future__ import annotations

import csv
import io

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from kg.model.terms import Term, decimal, integer, iri, lexical, literal
from kg.query.tables import written
from kg.store.base import Row

NAMES = ("a", "b")
TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="￾￿"), max_size=12)
PRINTABLE = TEXTS.map(lambda text: "".join(char for char in text if char >= " " or char in "\t\n\r"))
FORMATS = {
    "json": ox.QueryResultsFormat.JSON,
    "tsv": ox.QueryResultsFormat.TSV,
}


def terms(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Term]:
    return st.one_of(
        texts.map(literal),
        texts.map(lambda text: literal(text, "zh")),
        texts.map(lambda text: iri(f"https://example.org/{text}")),
        st.integers().map(integer),
        st.sampled_from([decimal(0.25), Term('"2015"^^<http://www.w3.org/2001/XMLSchema#gYear>')]),
    )


def rows(texts: st.SearchStrategy[str]) -> st.SearchStrategy[list[Row]]:
    return st.lists(st.dictionaries(st.sampled_from(NAMES), terms(texts)), max_size=5)


def read(data: bytes, format_: str) -> list[Row]:
    found = ox.parse_query_results(data, format=FORMATS[format_])
    assert isinstance(found, ox.QuerySolutions)
    assert [variable.value for variable in found.variables] == list(NAMES)
    return [{name: Term(str(row[name])) for name in NAMES if row[name] is not None} for row in found]


@given(rows(TEXTS))
def test_json_and_tsv_hold_the_same_terms(table: list[Row]) -> None:
    for format_ in ("json", "tsv"):
        assert read(written(NAMES, table, format_), format_) == plain(table)


def read_xml(data: bytes) -> list[Row]:
    """By an XML parser, which keeps blanks: the reader of the engine takes them off both ends of a text."""
    space = "{http://www.w3.org/2005/sparql-results#}"
    return [
        {str(one.get("name")): told(one[0]) for one in row} for row in etree.fromstring(data).iter(f"{space}result")
    ]


def told(node: etree._Element) -> Term:
    text = node.text or ""
    if node.tag.endswith("}uri"):
        return iri(text)
    language = node.get("{http://www.w3.org/XML/1998/namespace}lang")
    kind = node.get("datatype")
    return Term(f"{literal(text)}^^<{kind}>") if kind else literal(text, language)


@given(rows(PRINTABLE))
@example([{"a": literal("\n"), "b": literal(" x\r\n", "zh")}])
def test_xml_holds_the_same_terms(table: list[Row]) -> None:
    assert read_xml(written(NAMES, table, "xml")) == plain(table)


@given(rows(TEXTS))
def test_csv_holds_the_same_texts(table: list[Row]) -> None:
    found = list(csv.reader(io.StringIO(written(NAMES, table, "csv").decode(), newline="")))
    assert found == [list(NAMES), *([lexical(row[name]) if name in row else "" for name in NAMES] for row in table)]


def test_xml_refuses_what_it_cannot_carry() -> None:
    with pytest.raises(ValueError, match="control"):
        written(NAMES, [{"a": literal("\x01")}], "xml")


def plain(table: list[Row]) -> list[Row]:
    """The terms as the reader spells them."""
    return [{name: Term(str(parsed(term))) for name, term in row.items()} for row in table]


def parsed(term: Term) -> ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple:
    return next(iter(ox.parse(f"<x:s> <x:p> {term} .".encode(), format=ox.RdfFormat.N_TRIPLES))).object
