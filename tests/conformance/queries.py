"""Reading manifests of query tests, and comparing what they expect with what was answered, by value."""

from __future__ import annotations

import csv
import io
import os
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import msgspec
import pyoxigraph as ox
from rdflib import RDF, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from rdflib.term import Node

from tests.conformance.manifests import MF
from tests.conftest import ROOT

QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
RS = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
XSD = "http://www.w3.org/2001/XMLSchema#"
_INTEGERS = frozenset({
    "integer", "nonPositiveInteger", "negativeInteger", "long", "int", "short", "byte", "nonNegativeInteger",
    "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte", "positiveInteger",
})  # fmt: skip
_RESULTS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "tsv": ox.QueryResultsFormat.TSV,
}


class QueryTest(msgspec.Struct, frozen=True):
    """``valid``: the text is SPARQL. ``result`` is None for a test of syntax alone."""

    iri: str
    text: Path
    valid: bool
    default: tuple[Path, ...] = ()
    named: tuple[Path, ...] = ()
    result: Path | None = None


def folder() -> Path:
    """Where the suites of SPARQL 1.1 are."""
    data = Path(os.environ.get("MEDKG_TEST_DATA") or ROOT.parent / "shared" / "data")
    return data / "rdf-tests" / "sparql" / "sparql11"


def manifests(main: str) -> list[Path]:
    """The manifests that ``main`` includes. One that the data folder does not hold is looked for in MEDKG_RDF_TESTS."""
    path = folder() / main
    if not path.is_file():
        return []
    graph = _graph(path)
    found = [_file(item) for heads in graph.objects(None, MF.include) for item in Collection(graph, heads)]
    other = os.environ.get("MEDKG_RDF_TESTS")
    return [one if one.is_file() or not other else Path(other, one.parent.name, one.name) for one in found]


def query_tests(main: str) -> list[QueryTest]:
    """Every test below ``main`` that is there."""
    return [test for path in manifests(main) if path.is_file() for test in _tests(path)]


def _tests(manifest: Path) -> Iterator[QueryTest]:
    graph = _graph(manifest)
    for heads in graph.objects(None, MF.entries):
        for test in Collection(graph, heads):
            kind = str(graph.value(test, RDF.type))
            action = graph.value(test, MF.action)
            if "Syntax" in kind:
                yield QueryTest(str(test), _file(action), "Positive" in kind)
            else:
                yield QueryTest(
                    str(test),
                    _file(graph.value(action, QT.query)),
                    True,
                    tuple(_file(node) for node in graph.objects(action, QT.data)),
                    tuple(_file(node) for node in graph.objects(action, QT.graphData)),
                    _file(graph.value(test, MF.result)),
                )


def _graph(manifest: Path) -> Graph:
    return Graph().parse(manifest, format="turtle", publicID=manifest.as_uri())


def _file(node: Node | None) -> Path:
    assert isinstance(node, URIRef)
    return Path(str(node).removeprefix("file://"))


def same_graph(one: bytes, other: bytes) -> bool:
    """Whether two graphs in N-Triples are isomorphic, literals compared by value."""
    return isomorphic(_triples(one), _triples(other))


def _triples(data: bytes) -> Graph:
    found = Graph()
    for row in ox.parse(data, format=ox.RdfFormat.N_TRIPLES):
        found.add((_node(row.subject), _node(row.predicate), _node(row.object)))
    return found


class Table(msgspec.Struct, frozen=True):
    """Solutions: names of the variables, in order, and rows."""

    names: tuple[str, ...]
    rows: list[dict[str, Node]]


Result = Table | bool


def read(data: bytes, format_: str) -> Result:
    """An answer in ``json``, ``xml``, ``csv`` or ``tsv``."""
    if format_ == "csv":
        names, *rows = csv.reader(io.StringIO(data.decode(), newline=""))
        return Table(
            tuple(names),
            [{name: _csv_term(cell) for name, cell in zip(names, row, strict=True) if cell} for row in rows],
        )
    found = ox.parse_query_results(data, format=_RESULTS[format_])
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    columns = tuple(variable.value for variable in found.variables)
    return Table(columns, [{name: _node(row[name]) for name in columns if row[name] is not None} for row in found])


def read_result_set(ntriples: bytes) -> Table | None:
    """Solutions written as RDF (the result vocabulary of the Data Access Working Group); None for any other graph."""
    graph = _triples(ntriples)
    if (None, RDF.type, RS.ResultSet) not in graph:
        return None
    rows = [
        {str(graph.value(cell, RS.variable)): graph.value(cell, RS.value) for cell in graph.objects(row, RS.binding)}
        for row in graph.objects(None, RS.solution)
    ]
    return Table(tuple(sorted(str(name) for name in graph.objects(None, RS.resultVariable))), rows)


def same(expected: Result, found: Result, *, ordered: bool = False) -> bool:
    """Whether two answers say the same: variables, rows as a bag, blank nodes by where they stand.

    ``ordered``: the columns must be in the same order, too.
    """
    if isinstance(expected, bool) or isinstance(found, bool):
        return expected is found
    if (expected.names if ordered else sorted(expected.names)) != (found.names if ordered else sorted(found.names)):
        return False
    one, other = (_bag(table.rows) for table in (expected, found))
    if one is None or other is None:
        return isomorphic(_as_graph(expected.rows), _as_graph(found.rows))
    return one == other


def _bag(rows: list[dict[str, Node]]) -> Counter[frozenset[tuple[str, str]]] | None:
    """The rows as a bag; None where there are blank nodes."""
    if any(isinstance(term, BNode) for row in rows for term in row.values()):
        return None
    return Counter(frozenset((name, term.n3()) for name, term in row.items()) for row in rows)


def _as_graph(rows: list[dict[str, Node]]) -> Graph:
    """A node for each row, so that blank nodes are matched over all of them."""
    found = Graph()
    for row in rows:
        node = BNode()
        found.add((node, RDF.type, URIRef("urn:row")))
        for name, term in row.items():
            found.add((node, URIRef(f"urn:variable:{name}"), term))
    return found


def _csv_term(cell: str) -> Node:
    if cell.startswith("_:"):
        return BNode(cell[2:])
    try:
        return Literal(str(Decimal(cell).normalize()))
    except ArithmeticError:
        return Literal(cell)


def _node(term: object) -> Node:
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    assert isinstance(term, ox.Literal)
    if term.language:
        return Literal(term.value, lang=term.language.lower())
    datatype = term.datatype.value
    if datatype == f"{XSD}string":
        return Literal(term.value)
    return _valued(term.value, datatype)


def _valued(text: str, datatype: str) -> Literal:
    """One literal for one value (XML Schema 1.1, part 2); what is no value of its type stays as it is.

    Types derived from xsd:integer have the values of xsd:integer, and the engine keeps them as that.
    """
    kind = datatype.removeprefix(XSD)
    try:
        if kind in _INTEGERS:
            text, datatype = str(int(text)), f"{XSD}integer"
        elif kind == "decimal":
            text = f"{Decimal(text).normalize():f}"
        elif kind in {"double", "float"}:
            text = repr(float(text))
        elif kind == "boolean":
            text = {"1": "true", "0": "false"}.get(text, text)
    except (ValueError, ArithmeticError):
        pass
    return Literal(text, datatype=URIRef(datatype), normalize=False)
