"""The Reconciliation API as OpenRefine asks it, every answer against the schemas of the specification."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
from jsonschema import ValidationError
from starlette.testclient import TestClient

from tests.api.conftest import problem
from tests.api.reconciliation import ENTITIES, EXTENSION, FLYOUT, MANIFEST, PROPOSAL, RESULTS, TAGS, valid

FEVER = "DOID:9000002"
DRUG = "medkg:drug-demonstratin"


def asked(client: TestClient, **queries: Any) -> dict[str, list[dict[str, Any]]]:
    answer = client.post("/reconcile/en", data={"queries": json.dumps(queries, ensure_ascii=False)})
    assert answer.status_code == 200, answer.text
    return {key: value["result"] for key, value in valid(answer.json(), RESULTS).items()}


def best(client: TestClient, query: str, **more: Any) -> dict[str, Any]:
    return asked(client, q={"query": query, **more})["q"][0]


@pytest.mark.parametrize(("language", "name"), [("en", "symptom"), ("zh", "症状")])
def test_the_manifest_speaks_both_languages(client: TestClient, language: str, name: str) -> None:
    found = valid(client.get(f"/reconcile/{language}").json(), MANIFEST)
    assert found["versions"] == ["0.2"]
    assert any(name in tag["name"] for tag in found["defaultTypes"])
    assert found == client.get("/reconcile", headers={"Accept-Language": language}).json()
    assert urlsplit(found["suggest"]["entity"]["service_url"]).path == f"/reconcile/{language}"


def test_the_schemas_refuse_what_does_not_fit(client: TestClient) -> None:
    found = client.get("/reconcile/en").json()
    for wrong in (found | {"versions": ["0.1"]}, found | {"view": {"url": "https://example.org/"}}, {**found, "x": 1}):
        with pytest.raises(ValidationError):
            valid(wrong, MANIFEST)


def test_a_batch_by_form_and_by_address(client: TestClient) -> None:
    queries = {"a": {"query": "sample fever"}, "b": {"query": "示例素", "limit": 1}}
    found = asked(client, **queries)
    assert [row["id"] for row in found["b"]] == [DRUG]
    assert (found["a"][0]["id"], found["a"][0]["match"], found["a"][0]["score"]) == (FEVER, True, 100.0)
    by_address = client.get("/reconcile/en", params={"queries": json.dumps(queries, ensure_ascii=False)})
    assert {key: value["result"] for key, value in by_address.json().items()} == found


def test_scores_fall_and_only_the_first_may_match(client: TestClient) -> None:
    rows = asked(client, q={"query": "invented condition 17", "limit": 20})["q"]
    assert rows[0]["name"] == "invented condition 17"
    assert [row["match"] for row in rows] == [True] + [False] * (len(rows) - 1)
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)
    assert rows[1]["score"] < 96


@pytest.mark.parametrize(
    ("query", "wanted", "match"),
    [
        ("Sample  FEVER", FEVER, True),
        ("fever, sample", FEVER, True),  # another order
        ("sample fevers", FEVER, True),  # plural
        ("sampel fever", FEVER, False),  # a slip
        ("SF", FEVER, False),  # an abbreviation means several things
        ("9000002", FEVER, True),
        ("doid:9000002", FEVER, True),
        ("示例素", DRUG, True),
        ("示例藥", DRUG, True),  # traditional
        ("演示霉素", DRUG, True),
        ("Showmycin", DRUG, True),
    ],
)
def test_what_stands_in_cells(client: TestClient, query: str, wanted: str, match: bool) -> None:
    found = best(client, query)
    assert (found["id"], found["match"]) == (wanted, match), found


def test_a_name_that_several_concepts_nearly_have_is_left_to_people(client: TestClient) -> None:
    rows = asked(client, q={"query": "invented condition", "limit": 5})["q"]
    assert len(rows) == 5
    assert not any(row["match"] for row in rows)


def test_types_are_categories_and_code_systems(client: TestClient) -> None:
    query = {"query": "illustrative"}
    rows = asked(
        client, all=query, drug=query | {"type": "drug"}, doid=query | {"type": ["DOID"]},
        both=query | {"type": ["drug", "DOID"], "type_strict": "all"}, none=query | {"type": "no such type"},
    )  # fmt: skip
    assert {row["id"].partition(":")[0] for row in rows["all"]} == {"DOID", "medkg"}
    assert {row["id"].partition(":")[0] for row in rows["drug"]} == {"medkg"}
    assert {row["id"].partition(":")[0] for row in rows["doid"]} == {"DOID"}
    assert rows["both"] == rows["none"] == []
    assert {tag["id"] for tag in rows["doid"][0]["type"]} == {"disease", "DOID"}


def test_other_columns_count(client: TestClient) -> None:
    rows = asked(
        client,
        right={"query": "demonstratin", "properties": [{"pid": "label_zh", "v": "示例素"}]},
        wrong={"query": "demonstratin", "properties": [{"pid": "label_zh", "v": ["别的", {"id": "x"}, 5, True]}]},
        alone={"properties": [{"pid": "code", "v": "9000002"}]},
        unknown={"query": "demonstratin", "properties": [{"pid": "colour", "v": "red"}]},
    )
    assert rows["right"][0]["match"]
    assert {"id": "label_zh", "value": 1.0} in rows["right"][0]["features"]
    assert rows["wrong"][0]["id"] == DRUG
    assert not rows["wrong"][0]["match"]
    assert rows["wrong"][0]["score"] < 75
    assert (rows["alone"][0]["id"], rows["alone"][0]["match"]) == (FEVER, True)
    assert rows["unknown"][0]["match"]


def test_suggestions(client: TestClient) -> None:
    entities = valid(client.get("/reconcile/zh/suggest/entity", params={"prefix": "示例"}).json(), ENTITIES)["result"]
    assert DRUG in {row["id"] for row in entities}
    every = [
        row["id"]
        for start in (0, 10, 20)
        for row in client.get(f"/reconcile/en/suggest/entity?prefix=invented&cursor={start}").json()["result"]
    ]
    assert len(set(every)) == len(every) == 30
    types = valid(client.get("/reconcile/zh/suggest/type", params={"prefix": "疾"}).json(), TAGS)["result"]
    assert {"id": "disease", "name": "疾病"} in types
    systems = client.get("/reconcile/en/suggest/type", params={"prefix": "mes"}).json()["result"]
    assert [row["id"] for row in systems] == ["MESH"]
    properties = valid(client.get("/reconcile/en/suggest/property", params={"prefix": "synonym"}).json(), TAGS)
    assert [row["id"] for row in properties["result"]] == ["synonym_zh", "synonym_en"]


def test_rows_are_extended(client: TestClient) -> None:
    proposed = valid(client.get("/reconcile/zh/properties?type=disease&limit=3").json(), PROPOSAL)
    assert len(proposed["properties"]) == proposed["limit"] == 3
    sent = {
        "ids": [FEVER, DRUG, "DOID:1", "no id"],
        "properties": [
            {"id": "label_en"}, {"id": "parent"}, {"id": "documents"},
            {"id": "synonym_en", "settings": {"limit": 1}}, {"id": "mapping"},
        ],
    }  # fmt: skip
    answer = client.post("/reconcile/en", data={"extend": json.dumps(sent)})
    found = valid(answer.json(), EXTENSION)
    assert [column["id"] for column in found["meta"]] == [column["id"] for column in sent["properties"]]
    assert found["rows"][FEVER] == {
        "label_en": [{"str": "sample fever"}],
        "parent": [{"id": "DOID:9000001", "name": "illustrative disease"}],
        "documents": [{"int": 31}],
        "synonym_en": [{"str": "SF"}],
        "mapping": [],
    }
    assert found["rows"][DRUG]["mapping"] == [{"str": "MESH:D999002"}]
    assert len(found["rows"][DRUG]["synonym_en"]) == 1
    assert found["rows"]["DOID:1"] == found["rows"]["no id"] == {column["id"]: [] for column in sent["properties"]}
    assert client.get("/reconcile/en", params={"extend": json.dumps(sent)}).json() == found


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.found.append(tag)


def test_previews_are_pages_without_scripts(client: TestClient) -> None:
    manifest = client.get("/reconcile/zh").json()
    address = urlsplit(manifest["preview"]["url"].replace("{{id}}", DRUG.replace(":", "%3A")))
    page = client.get(f"{address.path}?{address.query}")
    assert page.headers["content-type"].startswith("text/html")
    assert 'lang="zh-CN"' in page.text
    assert "示例素" in page.text
    parser = _Tags()
    parser.feed(page.text)
    assert "script" not in parser.found
    flyout = valid(client.get("/reconcile/zh/flyout", params={"id": DRUG}).json(), FLYOUT)
    assert "示例素" in flyout["html"]
    assert client.get("/reconcile/preview?id=DOID:1").status_code == 404
    problem(client.get("/reconcile/en/flyout?id=DOID:1"), 404, "not-found")


def test_views_lead_to_concepts(client: TestClient) -> None:
    view = client.get("/reconcile/en").json()["view"]["url"].replace("{{id}}", FEVER.replace(":", "%3A"))
    address = urlsplit(view)
    assert "sample fever" in client.get(f"{address.path}?{address.query}").text


@pytest.mark.parametrize(
    ("form", "status", "slug"),
    [
        ({"queries": "{"}, 400, "bad-request"),
        ({"queries": "[]"}, 422, "invalid-parameters"),
        ({"queries": '{"a": {}}'}, 422, "invalid-parameters"),
        ({"queries": '{"a": {"query": 5}}'}, 422, "invalid-parameters"),
        ({"queries": '{"a": {"query": "x", "limit": 0}}'}, 422, "invalid-parameters"),
        ({"queries": '{"a": {"query": "x", "properties": [{"pid": "code"}]}}'}, 422, "invalid-parameters"),
        ({"queries": json.dumps({"a": {"query": "x" * 1_001}})}, 422, "invalid-parameters"),
        ({"queries": json.dumps({str(at): {"query": "x"} for at in range(51)})}, 413, "body-too-large"),
        ({"queries": "[" * 100_000}, 400, "bad-request"),
        ({"extend": '{"ids": ["DOID:1"]}'}, 422, "invalid-parameters"),
        ({"extend": '{"ids": [], "properties": [{"id": "colour"}]}'}, 422, "invalid-parameters"),
        ({"extend": json.dumps({"ids": ["x"] * 501, "properties": []})}, 422, "invalid-parameters"),
        ({}, 422, "invalid-parameters"),
        ({"other": "x"}, 422, "invalid-parameters"),
    ],
)
def test_bad_input_is_told(client: TestClient, form: dict[str, str], status: int, slug: str) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = client.post("/reconcile/en", data=form, headers=headers)
    if len(str(form)) > 90_000:
        assert answer.status_code in (status, 413)
        return
    problem(answer, status, slug)


def test_only_forms_and_known_languages(client: TestClient) -> None:
    problem(client.post("/reconcile/en", json={"queries": {}}), 415, "unsupported-media-type")
    problem(client.get("/reconcile/fr"), 422, "invalid-parameters")
    problem(client.get("/reconcile/en/suggest/thing?prefix=x"), 422, "invalid-parameters")


def test_an_answer_is_never_a_script(client: TestClient) -> None:
    """JSONP is not answered, and no other origin may read that the settings do not list."""
    answer = client.get("/reconcile/en", params={"callback": "run"}, headers={"Origin": "https://example.org"})
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.json()["versions"] == ["0.2"]
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("query", ["''", "'; DROP", "<script>", "\\u0000", "🙂", "%", "a" * 999, "的", " x "])
def test_odd_cells_are_answered(client: TestClient, query: str) -> None:
    rows = asked(client, q={"query": query})["q"]
    assert not any(row["match"] for row in rows)


@pytest.mark.parametrize("written", ["\\u0000", "\\ud800", "\\ud83d\\ude00", "x\\u0000y", "\\uffff"])
def test_odd_characters_of_json_are_no_failure_of_ours(client: TestClient, written: str) -> None:
    for body in (f'{{"a": {{"query": "{written}"}}}}', f'{{"a": {{"query": "x", "type": "{written}"}}}}'):
        assert client.post("/reconcile/en", data={"queries": body}).status_code in (200, 400, 422)
    body = f'{{"ids": ["{written}"], "properties": [{{"id": "label_en"}}]}}'
    assert client.post("/reconcile/en", data={"extend": body}).status_code in (200, 400, 422)
