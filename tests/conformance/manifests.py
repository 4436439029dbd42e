"""Reading manifests of W3C suites."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
from rdflib import RDF, RDFS, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")


class State(msgspec.Struct, frozen=True):
    """A dataset: the file of the default graph, if there is one, and files of named graphs."""

    default: Path | None
    named: tuple[tuple[str, Path], ...]


class UpdateTest(msgspec.Struct, frozen=True):
    """``before`` and ``after`` are None for a test of syntax alone. ``valid``: the engine must take the text."""

    iri: str
    text: Path
    valid: bool
    before: State | None
    after: State | None


def included(manifest: Path) -> Iterator[Path]:
    """The manifests that one includes, whether they are there or not."""
    graph = _graph(manifest)
    for heads in graph.objects(None, MF.include):
        for item in Collection(graph, heads):
            yield _file(item)


def update_tests(manifest: Path) -> Iterator[UpdateTest]:
    """The tests of one manifest, in its order."""
    graph = _graph(manifest)
    for heads in graph.objects(None, MF.entries):
        for test in Collection(graph, heads):
            kind = str(graph.value(test, RDF.type))
            action = graph.value(test, MF.action)
            if "EvaluationTest" in kind:
                text, result = graph.value(action, UT.request), graph.value(test, MF.result)
                yield UpdateTest(str(test), _file(text), True, _state(graph, action), _state(graph, result))
            else:
                yield UpdateTest(str(test), _file(action), "Positive" in kind, None, None)


def _graph(manifest: Path) -> Graph:
    return Graph().parse(manifest, format="turtle", publicID=manifest.as_uri())


def _state(graph: Graph, node: Node | None) -> State:
    default = graph.value(node, UT.data)
    named = [
        (str(graph.value(row, RDFS.label)), _file(graph.value(row, UT.graph)))
        for row in graph.objects(node, UT.graphData)
    ]
    return State(_file(default) if default is not None else None, tuple(named))


def _file(node: Node | None) -> Path:
    assert isinstance(node, URIRef)
    return Path(str(node).removeprefix("file://"))
