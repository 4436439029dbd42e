"""Linked data: IRIs lead to pages and to RDF, and every term in use is explained."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, urlencode

from rdflib import Graph, URIRef
from starlette.testclient import TestClient

from api.settings import Settings
from kg.generation.pointer import Shelf
from kg.store.base import STORES, Snapshot
from kg.vocab import MEDKG
from ontology.vocabulary import vocabulary
from tests.api.conftest import problem

ROOT = Path(__file__).resolve().parents[2]
DISEASE = "http://purl.obolibrary.org/obo/DOID_9000004"
PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
TURTLE = {"Accept": "text/turtle"}


def redirect(client: TestClient, path: str, accept: dict[str, str]) -> str:
    answer = client.get(path, headers=accept, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    assert "Accept" in answer.headers["vary"]
    return str(answer.headers["location"])


def passage(client: TestClient) -> str:
    """The IRI of some passage: one of ours, with percent signs in it."""
    query = "SELECT ?x { ?d <https://w3id.org/medkg/vocab#passage> ?x } ORDER BY ?x LIMIT 1"
    rows = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    return str(rows[0]["x"]["value"])


def test_a_concept_leads_to_its_page_and_to_data(client: TestClient) -> None:
    assert redirect(client, "/id/DOID:9000004", PAGE) == "/concept/DOID:9000004"
    assert redirect(client, f"/id?{urlencode({'iri': DISEASE})}", PAGE) == "/concept/DOID:9000004"
    for accept in (TURTLE, {"Accept": "*/*"}, {}):
        target = redirect(client, "/id/DOID:9000004", accept)
        answer = client.get(target, headers=accept)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/turtle")
        graph = Graph().parse(data=answer.content, format="turtle")
        assert (URIRef(DISEASE), None, None) in graph
        assert set(graph.subjects()) == {URIRef(DISEASE)}


def test_language_and_generation_stay_on_the_way(client: TestClient, generations: list[str]) -> None:
    found = redirect(client, f"/id/DOID:9000002?lang=zh&as_of={generations[0]}", PAGE)
    assert found == f"/concept/DOID:9000002?lang=zh&as_of={generations[0]}"
    problem(client.get(f"/id/DOID:9000004?as_of={generations[0]}x", headers=TURTLE), 404, "unknown-generation")


def test_own_iris_are_found_with_their_percent_signs(client: TestClient) -> None:
    name = passage(client)
    path = "/id/" + name.removeprefix("https://w3id.org/medkg/")
    assert "%3A" in path
    page = redirect(client, path, PAGE)
    assert page == path.replace("/id/", "/resource/")
    for language in ("en", "zh"):
        answer = client.get(page, params={"lang": language})
        assert answer.status_code == 200
        assert vocabulary()[f"{MEDKG}passageName"].label[language] in answer.text
    data = client.get(
        redirect(client, path, {"Accept": "application/ld+json"}), headers={"Accept": "application/ld+json"}
    )
    assert data.headers["content-type"] == "application/ld+json"
    assert (URIRef(name), None, None) in Graph().parse(data=data.content, format="json-ld")


def test_all_formats_say_the_same(client: TestClient) -> None:
    graphs = [
        set(Graph().parse(data=client.get("/data/DOID:9000004", params={"format": short}).content, format=long))
        for short, long in (("ttl", "turtle"), ("nt", "nt"), ("jsonld", "json-ld"))
    ]
    assert graphs[0] == graphs[1] == graphs[2]
    assert len(graphs[0]) > 3


def test_bad_names_are_problems(client: TestClient) -> None:
    for path in ("/id/DOID:404404", "/id/document/none", "/id", "/data/..%2F..%2Fetc%2Fpasswd", "/id/%00", "/data/%ff"):
        answer = client.get(path, headers=TURTLE, follow_redirects=False)
        assert 400 <= answer.status_code < 500, path
    problem(client.get("/id/DOID:404404", headers=TURTLE), 404, "not-found")
    problem(client.get("/data/DOID:9000004", headers={"Accept": "image/png"}), 406, "not-acceptable")
    answer = client.get("/resource", params={"iri": "javascript:alert(1)//<script>"})
    assert answer.status_code == 404
    assert "<script>" not in answer.text


def test_values_are_escaped_on_pages(client: TestClient) -> None:
    assert client.get("/resource", params={"iri": f'{DISEASE}"><script>'}).status_code == 404
    text = client.get("/resource/" + quote("DOID:9000004", safe=":")).text
    assert "DOID" in text


def test_the_vocabulary_is_a_page_and_a_graph(client: TestClient) -> None:
    for language, word in (("en", "Vocabulary"), ("zh", "词汇表")):
        answer = client.get("/vocab", params={"lang": language}, headers=PAGE)
        assert answer.status_code == 200
        assert word in answer.text
        for term in vocabulary().values():
            assert f'id="{term.name}"' in answer.text
    graph = Graph().parse(data=client.get("/vocab", headers=TURTLE).content, format="turtle")
    assert (URIRef(f"{MEDKG}Claim"), None, None) in graph
    assert redirect(client, "/id/vocab", PAGE) == "/vocab"


def explained(used: set[str]) -> None:
    known = vocabulary()
    assert len(used) > 20
    assert used - set(known) == set()
    for iri in used:
        assert set(known[iri].label) == set(known[iri].comment) == {"en", "zh"}


def test_every_predicate_in_use_is_explained_in_both_languages(settings: Settings) -> None:
    shelf = Shelf(settings.folder)
    reader = STORES.load("oxigraph").open(Snapshot("oxigraph", shelf.path(shelf.find()) / "store"))
    rows = reader.select("SELECT DISTINCT ?p { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }")
    explained({row["p"][1:-1] for row in rows})


def test_every_predicate_that_a_source_can_give_is_explained() -> None:
    files = (ROOT / "tests" / "golden").rglob("*.nq")
    explained({line.split(" ", 2)[1][1:-1] for file in files for line in file.read_text("utf-8").splitlines()})


def test_examples_are_served_as_json_rdf_and_page(client: TestClient) -> None:
    items = client.get("/api/v1/examples").json()["items"]
    assert len(items) >= 40
    assert {"id", "title", "keywords", "query"} <= set(items[0])
    some = client.get("/api/v1/examples", params={"keyword": "retraction"}).json()["items"]
    assert 0 < len(some) < len(items)
    graph = Graph().parse(data=client.get("/api/v1/examples", headers=TURTLE).content, format="turtle")
    select = URIRef("http://www.w3.org/ns/shacl#select")
    assert len(set(graph.subjects(select))) == len(items)
    for language in ("en", "zh"):
        page = client.get("/examples", params={"lang": language}).text
        assert all(item["title"][language].replace("'", "&#39;") in page for item in items)


def test_every_example_is_answered(client: TestClient) -> None:
    for item in client.get("/api/v1/examples").json()["items"]:
        if "SERVICE mkg:nearest" in item["query"]:
            continue
        answer = client.get("/sparql", params={"query": item["query"]})
        assert answer.status_code == 200, (item["id"], answer.text)
