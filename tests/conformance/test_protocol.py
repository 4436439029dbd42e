"""W3C SPARQL 1.1 Protocol: the requests of the manifest, sent to a workspace as they stand there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pyoxigraph as ox
import pytest
from rdflib import Graph, Literal, Namespace
from rdflib.collection import Collection
from rdflib.term import Node
from starlette.testclient import TestClient

from tests.api.roles import Callers
from tests.conformance.conftest import Recorder
from tests.conformance.manifests import MF, UT
from tests.conformance.queries import folder

SUITE = "protocol"
PREFIX = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/protocol/manifest#"
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
LABEL = Namespace("http://www.w3.org/2000/01/rdf-schema#").label
DOOR = "/workspaces/w3c-protocol/sparql"
TABLES = {
    "application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values",
}  # fmt: skip
GRAPHS = {"text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"}


class Sent(msgspec.Struct, frozen=True):
    """One request, and what its answer must be: statuses as regular expressions, ``""`` and None for anything."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    statuses: tuple[str, ...]
    format: str
    boolean: bool | None


class ProtocolTest(msgspec.Struct, frozen=True):
    iri: str
    graphs: tuple[tuple[str, str], ...]
    requests: tuple[Sent, ...]


def _tests() -> Iterator[ProtocolTest]:
    manifest = folder() / "protocol" / "manifest.ttl"
    if not manifest.is_file():
        return
    graph = Graph().parse(manifest, format="turtle", publicID=manifest.as_uri())
    for heads in graph.objects(None, MF.entries):
        for test in Collection(graph, heads):
            graphs = tuple(
                (str(graph.value(row, LABEL)), str(graph.value(row, UT.graph)).removeprefix("file://"))
                for row in graph.objects(test, UT.graphData)
            )
            lists = graph.objects(graph.value(test, MF.action), HT.requests)
            requests = tuple(_sent(graph, row) for items in lists for row in Collection(graph, items))
            yield ProtocolTest(str(test), graphs, requests)


def _sent(graph: Graph, row: Node) -> Sent:
    headers = {}
    for items in graph.objects(row, HT.headers):
        for header in Collection(graph, items):
            headers[str(graph.value(header, HT.fieldName))] = str(graph.value(header, HT.fieldValue))
    body = graph.value(row, HT.body)
    response = graph.value(row, HT.resp)
    text = "" if body is None else str(graph.value(body, CNT.chars))
    encoding = "utf-8" if body is None else str(graph.value(body, CNT.characterEncoding))
    boolean = graph.value(response, MF.expectedBoolean)
    return Sent(
        str(graph.value(row, HT.methodName)),
        str(graph.value(row, HT.absolutePath)),
        headers,
        text.encode(encoding),
        tuple(str(node).rpartition("StatusCode")[2] for node in graph.objects(response, MF.expectedStatus)),
        str(graph.value(response, MF.expectedFormat) or ""),
        boolean.toPython() if isinstance(boolean, Literal) else None,
    )


@pytest.fixture(scope="module")
def curator(callers: Callers) -> TestClient:
    return callers.of("curator")


def test_the_suite_is_there(data_folder: object) -> None:
    tests = list(_tests())
    assert len(tests) == 34
    assert all(test.requests and all(sent.statuses for sent in test.requests) for test in tests)


@pytest.mark.parametrize("test", list(_tests()), ids=lambda test: str(test.iri.removeprefix(PREFIX)))
def test_protocol(test: ProtocolTest, curator: TestClient, record_conformance: Recorder) -> None:
    _load(curator, test.graphs)
    failed = next(filter(None, (_fault(curator, sent) for sent in test.requests)), "")
    record_conformance(SUITE, test.iri, "failed" if failed else "passed", failed)
    assert not failed


def _load(client: TestClient, graphs: tuple[tuple[str, str], ...]) -> None:
    data = "".join(f"GRAPH <{name}> {{ {Path(path).read_text('utf-8')} }}\n" for name, path in graphs)
    text = f"DROP ALL ; INSERT DATA {{ {data} }}"
    answer = client.post(DOOR, content=text, headers={"Content-Type": "application/sparql-update"})
    assert answer.status_code == 204, answer.text


def _fault(client: TestClient, sent: Sent) -> str:
    """What is wrong with the answer, empty for nothing."""
    query = sent.path.removeprefix("/sparql/")
    # Without a type where the test gives none: the client would add one.
    request = client.build_request(sent.method, DOOR + query, content=sent.body, headers=sent.headers)
    answer = client.send(request)
    status = str(answer.status_code)
    if not any(re.fullmatch(wanted.replace("x", r"\d"), status) for wanted in sent.statuses):
        return f"status {status}: {answer.text}"
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if sent.format and kind not in (GRAPHS if sent.format == "RDF" else TABLES):
        return f"{kind} for {sent.format}"
    if sent.format == "RDF":
        list(ox.parse(answer.content, format=ox.RdfFormat.from_media_type(kind)))
    if sent.boolean is not None and json.loads(answer.content)["boolean"] is not sent.boolean:
        return f"answered {answer.text}"
    return ""


def test_faults_are_found(curator: TestClient) -> None:
    """The control: other statuses, formats and answers than expected are faults."""
    _load(curator, ())
    sent = Sent("GET", "/sparql/?query=ASK%20%7B%7D", {}, b"", ("2xx",), "boolean", True)
    assert _fault(curator, sent) == ""
    for wrong in ({"statuses": ("4xx",)}, {"format": "RDF"}, {"boolean": False}):
        assert _fault(curator, msgspec.structs.replace(sent, **wrong))
