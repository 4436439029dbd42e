"""Concepts, documents, lists: the shape of records, offsets, marks, generations."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from kg.search.base import SIGNALS
from tests.api.conftest import problem

FEVER = "DOID:9000002"
DRUG = "medkg:drug-demonstratin"
LATER = "doc:T00900"


def test_a_concept(client: TestClient) -> None:
    answer = client.get(f"/api/v1/concepts/{FEVER}")
    assert answer.status_code == 200
    record = answer.json()
    assert record["id"] == FEVER
    assert record["label"] == {"zh": None, "en": "sample fever"}
    assert record["category"] == "disease"
    assert {"value": "SF", "language": "en", "kind": "abbreviation", "attested": None} in record["names"]
    assert [parent["id"] for parent in record["parents"]] == ["DOID:9000001"]
    assert record["parents"][0]["label"]["en"] == "illustrative disease"
    assert record["documents"] == 31


def test_labels_of_both_languages_with_their_checks(client: TestClient) -> None:
    record = client.get(f"/api/v1/concepts/{DRUG}").json()
    assert record["label"] == {"zh": "示例素", "en": "demonstratin"}
    names = {row["value"]: (row["kind"], row["attested"]) for row in record["names"]}
    assert names["示例素"] == ("preferred", True)
    assert names["示例药"] == ("lay", False)
    assert names["演示霉素"][0] == "brand"
    assert record["mappings"] == [{"id": "MESH:D999002", "relation": "exactMatch"}]
    assert record["unverified"] == ["ATC:Z99ZZ99"]


@pytest.mark.parametrize(
    "written",
    ["doid:9000002", "Doid%3A9000002", "DOID%3a9000002", "http%3A%2F%2Fpurl.obolibrary.org%2Fobo%2FDOID_9000002"],
)
def test_the_prefix_may_be_in_any_case_and_encoded(client: TestClient, written: str) -> None:
    assert client.get(f"/api/v1/concepts/{written}").json()["id"] == FEVER


def test_neighbours_come_from_claims_in_both_directions(client: TestClient) -> None:
    (out,) = client.get("/api/v1/concepts/DOID:9000004/neighbours").json()["items"]
    assert (out["id"], out["predicate"], out["direction"]) == (FEVER, "biolink:has_phenotype", "out")
    assert (out["supports"], out["refutes"], out["evidence"]) == (1, 0, ["curated"])
    (back,) = client.get(f"/api/v1/concepts/{FEVER}/neighbours").json()["items"]
    assert (back["id"], back["direction"]) == ("DOID:9000004", "in")


def test_the_tree_has_ancestors_self_and_children(client: TestClient) -> None:
    page = client.get(f"/api/v1/concepts/{FEVER}/tree").json()
    assert [(node["id"], node["relation"]) for node in page["items"]] == [
        ("DOID:9000001", "ancestor"), (FEVER, "self"), ("DOID:9000003", "child"),
    ]  # fmt: skip
    assert page["items"][1]["parents"] == ["DOID:9000001"]


def test_lists_are_paged_without_gap_or_repetition(client: TestClient) -> None:
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(20):
        params = {"limit": "100"} | ({"cursor": cursor} if cursor else {})
        page = client.get("/api/v1/concepts/DOID:9000001/tree", params=params).json()
        assert set(page) == {"items", "next", "generation", "interpretation"}
        seen += [node["id"] for node in page["items"] if node["relation"] == "child"]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 301


def test_documents_of_a_concept_carry_their_mark(client: TestClient) -> None:
    page = client.get(f"/api/v1/concepts/{FEVER}/documents", params={"limit": 20}).json()
    assert len(page["items"]) == 20
    assert all(item["illustrative"] for item in page["items"])
    rest = client.get(f"/api/v1/concepts/{FEVER}/documents", params={"limit": 20, "cursor": page["next"]}).json()
    assert len({item["id"] for item in page["items"] + rest["items"]}) == 31
    assert rest["next"] is None
    above = client.get("/api/v1/concepts/DOID:9000001/documents", params={"limit": 1}).json()
    assert above["items"] == []
    below = client.get("/api/v1/concepts/DOID:9000001/documents", params={"limit": 1, "subtree": "true"}).json()
    assert len(below["items"]) == 1


def test_a_document_with_offsets(client: TestClient) -> None:
    record = client.get(f"/api/v1/documents/{LATER}").json()
    assert record["illustrative"] is True
    assert record["label"]["zh"] == "示例记录 900"
    mentions = 0
    for passage in record["passages"]:
        for mention in passage["mentions"]:
            assert passage["text"][mention["start"] : mention["end"]] == mention["surface"]
            mentions += 1
    assert mentions >= 4
    found = {mention["id"] for passage in record["passages"] for mention in passage["mentions"]}
    assert {FEVER, DRUG} <= found
    assert record["authors"][0]["family"] == "Sample"
    assert record["journal"]["title"] == "Illustrative Medical Journal"


def test_as_of_answers_from_the_older_generation(client: TestClient, generations: list[str]) -> None:
    older, newer = generations
    assert client.get(f"/api/v1/documents/{LATER}").headers["medkg-generation"] == newer
    problem(client.get(f"/api/v1/documents/{LATER}", params={"as_of": older}), 404, "not-found")
    answer = client.get(f"/api/v1/concepts/{FEVER}", params={"as_of": older})
    assert answer.headers["medkg-generation"] == older
    assert answer.json()["documents"] == 30
    query = "SELECT (COUNT(*) AS ?n) { ?d <https://w3id.org/medkg/vocab#passage> ?p }"
    counts = [
        int(
            client.get("/sparql", params={"query": query, "as_of": name}).json()["results"]["bindings"][0]["n"]["value"]
        )
        for name in generations
    ]
    assert counts[0] < counts[1]


LISTS = ["search?q=fever", "autocomplete?q=s", f"concepts/{FEVER}/tree", f"concepts/{FEVER}/documents?limit=2"]


@pytest.mark.parametrize("path", [*LISTS, f"concepts/{FEVER}", f"documents/{LATER}", f"concepts/{FEVER}/neighbours"])
def test_an_unknown_generation_is_named_with_those_that_are_kept(
    client: TestClient, generations: list[str], path: str
) -> None:
    mark = "&" if "?" in path else "?"
    document = problem(client.get(f"/api/v1/{path}{mark}as_of=g99999-none"), 404, "unknown-generation")
    assert all(name in str(document["known"]) for name in generations)


@pytest.mark.parametrize("path", LISTS)
def test_lists_name_their_generation(client: TestClient, generations: list[str], path: str) -> None:
    for name in generations:
        mark = "&" if "?" in path else "?"
        answer = client.get(f"/api/v1/{path}{mark}as_of={name}")
        assert answer.json()["generation"] == answer.headers["medkg-generation"] == name


def test_a_cursor_keeps_its_generation(client: TestClient, generations: list[str]) -> None:
    path = f"/api/v1/concepts/{FEVER}/documents"
    first = client.get(path, params={"limit": 10, "as_of": generations[0]}).json()
    second = client.get(path, params={"limit": 30, "cursor": first["next"]}).json()
    assert second["generation"] == generations[0]
    assert len(second["items"]) == 20
    mixed = client.get(path, params={"cursor": first["next"], "as_of": generations[1]})
    problem(mixed, 400, "query")


@pytest.mark.parametrize("cursor", ["x", "5", "~", "g~5", "~~~", "-1", "\x00", "g00001~99999999999999"])
def test_foreign_cursors_are_refused(client: TestClient, cursor: str) -> None:
    for path in (f"concepts/{FEVER}/documents", f"concepts/{FEVER}/tree", "search?q=fever"):
        answer = client.get(f"/api/v1/{path}", params={"cursor": cursor, "q": "fever"})
        assert 400 <= answer.status_code < 500


@pytest.mark.parametrize(
    ("typed", "wanted", "match"),
    [
        ("sam", FEVER, "label"),
        ("SF", FEVER, "label"),
        ("示例", DRUG, "label"),
        ("shili", DRUG, "pinyin"),
        ("showmy", DRUG, "label"),
    ],
)
def test_autocomplete(client: TestClient, typed: str, wanted: str, match: str) -> None:
    items = client.get("/api/v1/autocomplete", params={"q": typed}).json()["items"]
    found = {item["id"]: item["match"] for item in items}
    assert found[wanted] == match


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("SF", ("abbreviation", "en", "")),
        ("演示", ("brand", "zh", "")),
        ("示例藥", ("lay", "zh", "")),
        ("doid:9000002", ("", "", "DOID:9000002")),
        ("释例素", ("preferred", "zh", "")),  # another character of the same sound
    ],
)
def test_autocomplete_tells_what_the_name_is(client: TestClient, typed: str, told: tuple[str, str, str]) -> None:
    item = client.get("/api/v1/autocomplete", params={"q": typed}).json()["items"][0]
    assert (item["kind"], item["language"], item["code"]) == told


def test_search_reads_both_languages_and_marks_what_is_illustrative(client: TestClient) -> None:
    for text in ("示例素", "demonstratin"):
        page = client.get("/api/v1/search", params={"q": text}).json()
        assert page["items"][0]["id"] == LATER
        assert page["items"][0]["illustrative"] is True
        assert page["interpretation"]["concepts"][0]["id"] == DRUG
    page = client.get("/api/v1/search", params={"q": "示例素", "illustrative": "false"}).json()
    assert page["items"] == []
    kinds = {
        hit["kind"] for hit in client.get("/api/v1/search", params={"q": "demonstratin", "kind": "all"}).json()["items"]
    }
    assert kinds == {"document", "concept"}


def test_search_goes_by_the_signals_that_are_asked_for(client: TestClient) -> None:
    for text in ("示例素", "demonstratin"):
        page = client.get("/api/v1/search", params={"q": text, "signals": "concept"}).json()
        assert page["interpretation"]["type"] == "name"
        for hit in page["items"]:
            assert {name for name, value in hit["parts"].items() if value} == {"concept"}
            assert hit["matched"][0]["path"][-1]["id"] in {hit["matched"][0]["concept"], DRUG}
        assert page["items"][0]["matched"][0]["relation"] == "same"
    for language, told in (("en", "no signal named bm25"), ("zh", "没有名为 bm25 的信号")):
        answer = client.get(
            "/api/v1/search", params={"q": "fever", "signals": "text,bm25"}, headers={"Accept-Language": language}
        )
        document = problem(answer, 400, "query")
        assert told in str(document["detail"])
        assert ", ".join(SIGNALS) in str(document["detail"])


def test_annotate_gives_offsets_in_the_text_as_sent(client: TestClient) -> None:
    texts = ["先用示例素，😀 then sample fever.", "\u0000 sample\r\nfever sample fever", ""]
    page = client.post(
        "/api/v1/annotate", json={"texts": [*texts, {"text": "SF", "id": "mine", "language": "en"}]}
    ).json()
    assert len(page["items"]) == 4
    for text, item in zip(texts, page["items"], strict=False):
        for mention in item["mentions"]:
            assert text[mention["start"] : mention["end"]] == mention["surface"]
    first = {mention["surface"]: mention for mention in page["items"][0]["mentions"]}
    assert first["sample fever"]["candidates"][0]["id"] == FEVER
    assert first["示例素"]["candidates"][0]["label"] == {"zh": "示例素", "en": "demonstratin"}
    assert page["items"][3]["id"] == "mine"
    assert not any(item["claims"] for item in page["items"])


def test_annotate_gives_claims_that_quote_the_text_as_sent(client: TestClient) -> None:
    text = "😀 See this. Demonstratin relieved sample fever."
    [item] = client.post("/api/v1/annotate", json={"texts": [text], "claims": True}).json()["items"]
    [claim] = item["claims"]
    assert (claim["predicate"], claim["object"], claim["direction"]) == ("biolink:treats", FEVER, "supports")
    assert text[claim["start"] : claim["end"]] == claim["sentence"] == "Demonstratin relieved sample fever."
    assert text[slice(*claim["object_mention"])] == "sample fever"
    assert claim["calibrated"] is True


def test_documents_as_references(client: TestClient) -> None:
    answer = client.get("/api/v1/references", params={"id": [LATER, "doc:T00001"], "format": "ris"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/x-research-info-systems")
    assert answer.headers["content-disposition"] == 'attachment; filename="references.ris"'
    assert answer.text.count("ER  - ") == 2
    listed = client.get("/api/v1/references", params={"id": LATER, "format": "gbt7714"}).text
    assert listed.startswith("[1] ")
    problem(client.get("/api/v1/references", params={"id": [LATER, "doc:nothing"]}), 404, "not-found")
    problem(client.get("/api/v1/references", params={"id": LATER, "format": "nbib"}), 400, "query")
    problem(client.get("/api/v1/references", params={"id": LATER, "format": "docx"}), 422, "invalid-parameters")
    problem(client.get("/api/v1/references"), 422, "invalid-parameters")
