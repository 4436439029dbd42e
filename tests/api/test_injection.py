"""SPARQL injection through every parameter of every read route: what is sent is a literal, never code."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from starlette.testclient import TestClient

PAYLOADS = (
    '"', "'", "'''", '"""', "\\", ">", "}", "{", "\n", "\r\n#", "#", "\\u0022", "\\u003E", "<", "> } ; DROP ALL #",
    '" } ; DROP ALL #', "' } UNION { ?s ?p ?o } #", '"@en . ?s ?p ?o . FILTER("" = "', "> ?p ?o . ?x ?y <urn:z",
    "SERVICE <http://127.0.0.1/> { ?s ?p ?o }", "*/", "%22%20%7D", "\u2028", "\ufeff", "\x7f", "？；｝", "＂ ｝",
    "糖尿病\" } #", "); DROP TABLE job; --", "' OR '1'='1",
)  # fmt: skip
BASELINE = {
    "curie": "DOID:9000001", "q": "sample fever", "lang": "en", "kind": "document", "limit": "5", "keyword": "drug",
    "path": "DOID:9000001", "id": "PMID:900000001",
}  # fmt: skip
ONE_READER = ("as_of", "cursor")
"""Parameters that one function reads for all routes (``api.answers.knowledge``)."""
NOT_HERE = ("/sparql", "/workspaces", "/graphs", "/openapi.json")
"""Routes whose parameters are queries or graphs by right; they have suites of their own."""


def places(client: TestClient) -> Iterator[tuple[str, str, str, list[dict[str, Any]]]]:
    """(path template, name, ``path`` or ``query``, all parameters) of every string parameter of a read route."""
    schema = client.get("/openapi.json").json()
    for path, operations in schema["paths"].items():
        if "get" not in operations or path.startswith(NOT_HERE):
            continue
        parameters = operations["get"].get("parameters", [])
        for parameter in parameters:
            kinds = [parameter["schema"], *parameter["schema"].get("anyOf", [])]
            if parameter["in"] in ("path", "query") and any(kind.get("type") == "string" for kind in kinds):
                yield path, parameter["name"], parameter["in"], parameters


def ask(client: TestClient, path: str, name: str, parameters: list[dict[str, Any]], payload: str) -> Any:
    values = {
        parameter["name"]: BASELINE.get(parameter["name"], "1")
        for parameter in parameters
        if parameter.get("required") or parameter["in"] == "path"
    } | {name: payload}
    target = path
    for parameter in parameters:
        if parameter["in"] == "path":
            value = quote(values.pop(parameter["name"]), safe="")
            target = target.replace(f"{{{parameter['name']}}}", value).replace(f"{{{parameter['name']}:path}}", value)
    return client.get(target, params=values, follow_redirects=False)


def seeds(number: int) -> list[str]:
    """Payloads alone, and put together in ways that stay the same from run to run."""
    chance = random.Random(20261121)
    joined = (f"{BASELINE['curie']}{a}{b}" for a, b in itertools.product(PAYLOADS, PAYLOADS))
    found = [*PAYLOADS, *joined]
    while len(found) < number:
        found.append("".join(chance.choice(PAYLOADS) for _ in range(chance.randint(2, 5))))
    return (
        found[:number]
        if number <= len(PAYLOADS)
        else [*PAYLOADS, *chance.sample(found[len(PAYLOADS) :], number - len(PAYLOADS))]
    )


def dealt(client: TestClient, number: int) -> Iterator[tuple[str, str, list[dict[str, Any]], list[str]]]:
    """Path, name and parameters of a place, and what is sent there: the payloads alone, then all seeds, or its share
    of them where one function reads the parameter for all routes."""
    found = list(places(client))
    alone, more = seeds(number)[: len(PAYLOADS)], seeds(number)[len(PAYLOADS) :]
    alike = {name: [path for path, other, _, _ in found if other == name] for name in ONE_READER}
    for path, name, _, parameters in found:
        routes = alike.get(name, [path])
        yield path, name, parameters, alone + more[routes.index(path) :: len(routes)]


def check(client: TestClient, number: int) -> int:
    before = client.get("/ready").json()
    asked = 0
    for path, name, parameters, payloads in dealt(client, number):
        for payload in payloads:
            answer = ask(client, path, name, parameters, payload)
            asked += 1
            where = (path, name, payload, answer.status_code, answer.text[:300])
            assert answer.status_code < 500, where
            if answer.status_code >= 400 and answer.headers["content-type"].startswith("application/problem+json"):
                assert answer.json()["type"].rpartition("/")[2] not in ("query-syntax", "query-refused", "internal"), (
                    where
                )
    assert client.get("/ready").json()["generation"] == before["generation"]
    assert client.get("/ready").json()["statements"] == before["statements"]
    return asked


def test_what_is_dealt_out_is_sent_whole(client: TestClient) -> None:
    rows = list(dealt(client, 1_000))
    for name in {name for _, name, _, _ in rows}:
        routes = [set(payloads) for _, other, _, payloads in rows if other == name]
        assert set().union(*routes) == set(seeds(1_000)), name
        assert all(payloads >= set(PAYLOADS) for payloads in routes), name


@pytest.mark.slow
def test_no_parameter_is_read_as_code(client: TestClient) -> None:
    assert check(client, len(PAYLOADS)) > 300


@pytest.mark.slow
def test_a_thousand_seeds_are_not_read_as_code(client: TestClient) -> None:
    assert check(client, 1_000) > 10_000


def test_a_payload_finds_what_it_says_and_nothing_else(client: TestClient) -> None:
    """The words of the payload are searched; a broken-out pattern would find every document."""
    everything = client.get("/api/v1/search", params={"q": "sample", "limit": 100}).json()["items"]
    assert everything
    for payload in PAYLOADS:
        found = client.get("/api/v1/search", params={"q": f"zzqx{payload}", "limit": 100}).json()
        assert len(found["items"]) <= len(everything)
        suggested = client.get("/api/v1/autocomplete", params={"q": f"zzqx{payload}"})
        assert suggested.json()["items"] == [], payload


def test_the_payloads_do_work_on_text_put_together_by_hand() -> None:
    """Positive control: the same payload in a concatenated update empties a bare store."""
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal("o")))
    payload = '" } ; DROP ALL #'
    store.update(f'INSERT DATA {{ <urn:x> <urn:p> "{payload}" }}')
    assert len(store) == 0
