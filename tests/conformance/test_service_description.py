"""W3C SPARQL 1.1 Service Description: its three tests, on the endpoint of a generation and on one of a workspace.

The manifest is not in the data folder; the tests are prose, and stand here under their names.
"""

from __future__ import annotations

from pathlib import Path

import pyshacl
import pytest
from rdflib import RDF, Graph, Namespace, URIRef
from starlette.testclient import TestClient

from tests.api.roles import Callers
from tests.conformance.conftest import Recorder

SUITE = "service-description"
PREFIX = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/service-description/manifest#"
SHAPES = Path(__file__).parent / "service-description.ttl"
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
DOORS = ("/sparql", "/workspaces/w3c-description/sparql")
ACCEPT = {"text/turtle": "turtle", "application/n-triples": "nt", "application/ld+json": "json-ld",
          "application/rdf+xml": "xml"}  # fmt: skip


@pytest.fixture(scope="module")
def curator(callers: Callers) -> TestClient:
    client = callers.of("curator")
    answer = client.post(
        DOORS[1],
        content="INSERT DATA { <s> <p> 1 . GRAPH <g> { <s> <p> 1, 2 } }",
        headers={"Content-Type": "application/sparql-update"},
    )
    assert answer.status_code == 204, answer.text
    return client


def _description(client: TestClient, door: str, accept: str = "") -> Graph:
    answer = client.get(door, headers={"Accept": accept} if accept else {})
    assert answer.status_code == 200, answer.text
    kind = answer.headers["content-type"].partition(";")[0]
    assert kind == (accept or "text/turtle")
    return Graph().parse(data=answer.content, format=ACCEPT[kind])


def returns_rdf(client: TestClient, door: str) -> None:
    sizes = {len(_description(client, door, accept)) for accept in ("", *ACCEPT)}
    assert len(sizes) == 1
    assert sizes.pop() > 10


def has_endpoint_triple(client: TestClient, door: str) -> None:
    endpoints = list(_description(client, door).objects(None, SD.endpoint))
    assert endpoints == [URIRef(f"http://testserver{door}")]


def conforms_to_schema(client: TestClient, door: str) -> None:
    found = _description(client, door)
    conforms, _, report = pyshacl.validate(found, shacl_graph=Graph().parse(SHAPES), advanced=False)
    assert conforms, report
    assert len(list(found.subjects(RDF.type, SD.Service))) == 1


@pytest.mark.parametrize("test", [returns_rdf, has_endpoint_triple, conforms_to_schema], ids=lambda test: test.__name__)
def test_service_description(test: object, curator: TestClient, record_conformance: Recorder) -> None:
    iri = PREFIX + test.__name__.replace("_", "-")  # type: ignore[attr-defined]
    try:
        for door in DOORS:
            test(curator, door)  # type: ignore[operator]
    except AssertionError as error:
        record_conformance(SUITE, iri, "failed", str(error).splitlines()[0])
        raise
    record_conformance(SUITE, iri, "passed")


def test_the_shapes_find_faults(curator: TestClient) -> None:
    """The control: a description without its endpoint, or with a graph of no name, does not conform."""
    shapes = Graph().parse(SHAPES)
    for gone in (SD.endpoint, SD.name, SD.supportedLanguage):
        found = _description(curator, DOORS[1])
        found.remove((None, gone, None))
        assert not pyshacl.validate(found, shacl_graph=shapes, advanced=False)[0], gone


def test_what_a_workspace_says_of_its_graphs(curator: TestClient) -> None:
    found = _description(curator, DOORS[1])
    assert (None, SD.supportedLanguage, SD.SPARQL11Update) in found
    names = {str(name) for name in found.objects(None, SD.name)}
    assert {name.rpartition("/workspace/")[2] for name in names} == {"w3c-description/g"}


def test_a_published_endpoint_takes_no_updates(curator: TestClient) -> None:
    found = _description(curator, DOORS[0])
    assert (None, SD.supportedLanguage, SD.SPARQL11Update) not in found
    assert len(list(found.objects(None, SD.name))) >= 4
