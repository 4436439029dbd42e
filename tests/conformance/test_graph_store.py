"""W3C SPARQL 1.1 Graph Store Protocol: the tests of its two manifests, request by request.

The manifests (http://www.w3.org/2009/sparql/docs/tests/data-sparql11/http-rdf-update/manifest) are not in
the data folder, so each test stands here in our own words under its name: same requests in the same order,
same statuses, same graphs. A test whose request carries another example graph differs in that alone.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

from tests.api.roles import Callers
from tests.conformance.conftest import Recorder

SUITE = "graph-store"
PREFIX = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/http-rdf-update/manifest#"
GRAPH = "http://www.example/gsp/person/1.ttl"
FOAF = "@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix v: <http://www.w3.org/2006/vcard/ns#> . "
PERSON = "<http://www.example/gsp/person/1>"
JOHN = f'{FOAF} {PERSON} a foaf:Person ; foaf:businessCard [ a v:VCard ; v:fn "John Doe" ] .'
JANE = JOHN.replace("John", "Jane")
ALICE = f'{FOAF} [] a foaf:Person ; foaf:businessCard [ a v:VCard ; v:given-name "Alice" ] .'
FAMILY = f'{FOAF} {PERSON} foaf:familyName "Doe" .'
GIVEN = f'{FOAF} {PERSON} foaf:givenName "Jane" .'
TURTLE = {"Content-Type": "text/turtle; charset=utf-8"}
BOUNDARY = "a6fe4cd636164618814be9f8d3d1a0de"


class Store:
    """The graph store of an empty workspace; ``at`` says how its graphs are named."""

    def __init__(self, client: TestClient, name: str) -> None:
        self.client = client
        self.path = f"/workspaces/{name}/graphs"

    def indirect(self, graph: str) -> str:
        return f"{self.path}?graph={quote(graph, safe='')}"

    def put(self, path: str, body: str, *statuses: int) -> None:
        answer = self.client.put(path, content=body, headers=TURTLE)
        assert answer.status_code in statuses, answer.text

    def holds(self, path: str, *bodies: str) -> None:
        answer = self.client.get(path, headers={"Accept": "text/turtle"})
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
        assert _graph(answer.text) == _graph(*bodies)

    def is_absent(self, path: str) -> None:
        assert self.client.get(path, headers={"Accept": "text/turtle"}).status_code == 404


def _graph(*bodies: str) -> ox.Dataset:
    store = ox.Store()
    for body in bodies:
        store.load(body, format=ox.RdfFormat.TURTLE)
    found = ox.Dataset(store)
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return found


def _put_get_repeat(store: Store, path: str) -> None:
    store.put(path, JOHN, 201)
    store.holds(path, JOHN)
    store.put(path, JANE, 200, 204)
    store.holds(path, JANE)


def put_get_repeat(store: Store) -> None:
    """Direct and by the address in turn, as the one manifest of 2012 did."""
    direct = f"{store.path}/person/1.ttl"
    indirect = store.indirect(f"http://testserver{direct}")
    store.put(direct, JOHN, 201)
    store.holds(indirect, JOHN)
    store.put(indirect, JANE, 200, 204)
    store.holds(direct, JANE)


def put_get_repeat_direct(store: Store) -> None:
    _put_get_repeat(store, f"{store.path}/person/1.ttl")


def put_get_repeat_indirect(store: Store) -> None:
    _put_get_repeat(store, store.indirect(GRAPH))


def put_get_default(store: Store) -> None:
    store.put(f"{store.path}?default", ALICE, 200, 201, 204)
    store.holds(f"{store.path}?default", ALICE)


def _put_delete_get_delete(store: Store, path: str) -> None:
    store.put(path, ALICE, 200, 201, 204)
    assert store.client.delete(path).status_code in (200, 204)
    store.is_absent(path)
    assert store.client.delete(path).status_code in (200, 204, 404)


def put_delete_get_delete_direct(store: Store) -> None:
    _put_delete_get_delete(store, f"{store.path}/person/2.ttl")


def put_delete_get_delete_indirect(store: Store) -> None:
    _put_delete_get_delete(store, store.indirect(GRAPH.replace("1", "2")))


def _post_get_post_get(store: Store, path: str) -> None:
    answer = store.client.post(path, content=JANE, headers=TURTLE)
    assert answer.status_code in (200, 201, 204), answer.text
    store.holds(path, JANE)
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}.ttl"; filename="{name}.ttl"\r\n'
        f"Content-Type: text/turtle; charset=utf-8\r\n\r\n{body}\r\n\r\n"
        for name, body in (("lastName", FAMILY), ("firstName", GIVEN))
    ]
    form = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    answer = store.client.post(path, content=f"{''.join(parts)}--{BOUNDARY}--\r\n", headers=form)
    assert answer.status_code in (200, 204), answer.text
    store.holds(path, JANE, FAMILY, GIVEN)


def post_get_post_get_direct(store: Store) -> None:
    _post_get_post_get(store, f"{store.path}/person/1.ttl")


def post_get_post_get_indirect(store: Store) -> None:
    _post_get_post_get(store, store.indirect(GRAPH))


def post_get_new_graph(store: Store) -> None:
    answer = store.client.post(store.path, content=ALICE, headers=TURTLE)
    assert answer.status_code == 201, answer.text
    location = answer.headers["location"]
    store.holds(store.indirect(location), ALICE)
    store.holds(location, ALICE)


def _head_existing(store: Store, path: str) -> None:
    store.put(path, JOHN, 200, 201, 204)
    answer = store.client.head(path, headers={"Accept": "text/turtle; charset=utf-8"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
    assert answer.content == b""


def head_existing_direct(store: Store) -> None:
    _head_existing(store, f"{store.path}/person/1.ttl")


def head_existing_indirect(store: Store) -> None:
    _head_existing(store, store.indirect(GRAPH))


def head_non_existing_direct(store: Store) -> None:
    store.put(f"{store.path}?default", "", 204)
    assert store.client.head(f"{store.path}/person/4.ttl").status_code == 404


def head_non_existing_indirect(store: Store) -> None:
    store.put(f"{store.path}?default", "", 204)
    assert store.client.head(store.indirect(GRAPH.replace("1", "4"))).status_code == 404


def put_get_uri_pct_encoded_indirect(store: Store) -> None:
    store.put(store.indirect(GRAPH), JOHN, 201)
    store.holds(f"{store.path}?graph={GRAPH}", JOHN)


def put_get_uri_pct_encoded_twice(store: Store) -> None:
    store.put(f"{store.path}?graph={GRAPH}", JOHN, 201)
    store.holds(f"{store.path}?graph={GRAPH.replace('1', '%31')}", JOHN)
    store.is_absent(f"{store.path}?graph={GRAPH.replace('1', '%2531')}")


TESTS: tuple[Callable[[Store], None], ...] = (
    put_get_repeat, put_get_repeat_direct, put_get_repeat_indirect, put_get_default,
    put_delete_get_delete_direct, put_delete_get_delete_indirect,
    post_get_post_get_direct, post_get_post_get_indirect, post_get_new_graph,
    head_existing_direct, head_existing_indirect, head_non_existing_direct, head_non_existing_indirect,
    put_get_uri_pct_encoded_indirect, put_get_uri_pct_encoded_twice,
)  # fmt: skip


@pytest.fixture(scope="module")
def curator(callers: Callers) -> TestClient:
    return callers.of("curator")


@pytest.mark.parametrize("test", TESTS, ids=lambda test: str(test.__name__))
def test_graph_store(test: Callable[[Store], None], curator: TestClient, record_conformance: Recorder) -> None:
    name = test.__name__.replace("_", "-")
    try:
        test(Store(curator, f"gsp-{name}"))
    except AssertionError as error:
        record_conformance(SUITE, PREFIX + test.__name__, "failed", str(error).splitlines()[0])
        raise
    record_conformance(SUITE, PREFIX + test.__name__, "passed")
