"""What is wrong is 4xx with a problem document, in the caller's language, and repeats no user's text."""

from __future__ import annotations

import json
import logging

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from api.problems import of_error, status_of
from api.texts import CATALOGUE
from kg import errors
from tests.api.conftest import problem


@pytest.mark.parametrize(
    ("path", "status", "slug"),
    [
        ("/nothing", 404, "no-such-path"),
        ("/api/v1/concepts/nonsense", 400, "identifier"),
        ("/api/v1/concepts/NOPE:1", 400, "identifier"),
        ("/api/v1/concepts/DOID:", 400, "identifier"),
        ("/api/v1/concepts/DOID:0", 404, "not-found"),
        ("/api/v1/concepts/DOID:0/tree", 404, "not-found"),
        ("/api/v1/concepts/DOID:0/neighbours", 404, "not-found"),
        ("/api/v1/concepts/DOID:0/documents", 404, "not-found"),
        ("/api/v1/concepts/doc:T00001", 404, "not-found"),
        ("/api/v1/concepts/DOID:%00", 404, "not-found"),
        ("/api/v1/concepts/DOID:%ED%A0%80", 404, "not-found"),
        ("/api/v1/concepts/DOID:%3E%20%7D%20%3B%20DROP%20ALL", 404, "not-found"),
        ("/api/v1/concepts/http%3A%2F%2F%5B", 404, "not-found"),
        ("/api/v1/documents/DOID:9000002", 404, "not-found"),
        ("/api/v1/documents/PMID:1", 404, "not-found"),
        ("/api/v1/documents/x", 400, "identifier"),
        (f"/api/v1/concepts/DOID:{'9' * 1100}", 422, "invalid-parameters"),
        ("/api/v1/search", 422, "invalid-parameters"),
        (f"/api/v1/search?q={'a' * 2001}", 422, "invalid-parameters"),
        ("/api/v1/search?q=a&limit=0", 422, "invalid-parameters"),
        ("/api/v1/search?q=a&limit=1000000000", 422, "invalid-parameters"),
        ("/api/v1/search?q=a&lang=english", 422, "invalid-parameters"),
        ("/api/v1/search?q=a&kind=person", 422, "invalid-parameters"),
        (f"/api/v1/autocomplete?q={'a' * 201}", 422, "invalid-parameters"),
        ("/sparql?query=ASK%7B%7D&query=ASK%7B%7D", 400, "bad-request"),
        ("/sparql?query=%FF", 400, "bad-request"),
        ("/sparql?update=DROP%20ALL", 405, "method-not-allowed"),
        ("/sparql?query=DROP%20ALL", 400, "query-refused"),
        ("/sparql?query=ASK%7B", 400, "query-syntax"),
        ("/sparql?query=%00", 400, "query-syntax"),
        ("/sparql?query=ASK%7B%7D&as_of=none", 404, "unknown-generation"),
        ("/sparql?query=ASK%7B%7D&default-graph-uri=not%20an%20iri", 400, "query"),
    ],
)
def test_get(client: TestClient, path: str, status: int, slug: str) -> None:
    document = problem(client.get(path), status, slug)
    chinese = client.get(path, headers={"Accept-Language": "zh-CN, en;q=0.3"})
    assert chinese.headers["content-language"] == "zh"
    assert any("\u4e00" <= char <= "\u9fff" for char in chinese.json()["detail"])
    assert chinese.json()["type"] == document["type"]


@pytest.mark.parametrize(
    ("path", "body", "kind", "status"),
    [
        ("/sparql", b"ASK {}", "text/plain", 415),
        ("/sparql", b"ASK {}", "", 415),
        ("/sparql", b"\xff\xfe", "application/sparql-query", 400),
        ("/sparql", b"DROP ALL", "application/sparql-update", 401),
        ("/sparql", b"update=DROP+ALL", "application/x-www-form-urlencoded", 401),
        ("/sparql", b"query=ASK{}&query=ASK{}", "application/x-www-form-urlencoded", 400),
        ("/sparql", b"query=%FF", "application/x-www-form-urlencoded", 400),
        ("/sparql", b"ASK {} " + b" " * 100_000, "application/sparql-query", 413),
        ("/sparql", b"ASK {} " + b" " * 70_000, "application/sparql-query", 400),
        ("/api/v1/annotate", b'{"texts":["a"]}', "text/plain", 415),
        ("/api/v1/annotate", b"", "application/json", 400),
        ("/api/v1/annotate", b"{", "application/json", 400),
        ("/api/v1/annotate", b'{"texts":["\xff"]}', "application/json", 400),
        ("/api/v1/annotate", b'{"texts":["\\ud800"]}', "application/json", 400),
        ("/api/v1/annotate", b"[" * 50_000, "application/json", 422),
        ("/api/v1/annotate", b'{"texts":' + b"[" * 50_000, "application/json", 422),
        ("/api/v1/annotate", b'{"texts":[]}', "application/json", 422),
        ("/api/v1/annotate", b'{"texts":[1]}', "application/json", 422),
        ("/api/v1/annotate", b'{"texts":[{"text":"a","language":"fr"}]}', "application/json", 422),
        ("/api/v1/annotate", b'{"texts":["a"],"more":1}', "application/json", 422),
        ("/api/v1/annotate", b'{"texts":["' + b"a" * 100_100 + b'"]}', "application/json", 413),
    ],
)
def test_post(client: TestClient, path: str, body: bytes, kind: str, status: int) -> None:
    answer = client.post(path, content=body, headers={"Content-Type": kind} if kind else {})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "$.texts"),
        ({"text": "a"}, "$ (texts, claims, nested, doses)"),
        ({"texts": [{"language": "zh"}]}, "$.texts[0].text"),
        ({"texts": [{"text": "a", "words": 1}]}, "$.texts[0]"),
        ({"texts": ["a"], "claims": "yes"}, "$.claims"),
    ],
)
def test_a_body_that_does_not_fit_is_told_where(client: TestClient, body: dict[str, object], where: str) -> None:
    for lang, said in (("en", f"do not fit: {where}."), ("zh", f"不合要求：{where}。")):
        answer = client.post("/api/v1/annotate", params={"lang": lang}, json=body)
        assert answer.status_code == 422
        assert said in answer.json()["detail"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods(client: TestClient, method: str) -> None:
    for path in ("/sparql", "/api/v1/search", "/api/v1/concepts/DOID:1", "/health"):
        answer = client.request(method, path)
        problem(answer, 405, "method-not-allowed")
        assert answer.headers["allow"]


def test_bodies_are_counted_as_they_arrive(client: TestClient) -> None:
    def chunks() -> object:
        for _ in range(100):
            yield b" " * 10_000

    answer = client.post("/sparql", content=chunks(), headers={"Content-Type": "application/sparql-query"})  # type: ignore[arg-type]
    problem(answer, 413, "body-too-large")
    packed = client.post(
        "/sparql", content=b"x", headers={"Content-Type": "application/sparql-query", "Content-Encoding": "gzip"}
    )
    problem(packed, 415, "unsupported-media-type")


def test_formats_that_are_not_there(client: TestClient) -> None:
    answer = client.get("/sparql", params={"query": "ASK {}"}, headers={"Accept": "image/png"})
    document = problem(answer, 406, "not-acceptable")
    assert "text/turtle" in str(document["detail"])
    table = client.get("/sparql", params={"query": "ASK {}"}, headers={"Accept": "text/turtle"})
    problem(table, 406, "query-refused")


def test_request_ids(client: TestClient) -> None:
    given = "0f8fad5b-d9cb-469f-a165-70867728950e"
    assert client.get("/health", headers={"X-Request-ID": given}).headers["x-request-id"] == given
    for other in ("MRN-4711", "110105194912310021", "zhang.san"):
        assert client.get("/health", headers={"X-Request-ID": other}).headers["x-request-id"] != other
    made = client.get("/health", headers={"X-Request-ID": "not usable <b>"}).headers["x-request-id"]
    assert made.isalnum()
    assert made != client.get("/health").headers["x-request-id"]


CANARY = "张三丰 MRN-4711-canary"


def test_no_text_of_a_user_is_repeated_or_logged(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        answers = [
            client.get("/api/v1/search", params={"q": CANARY, "limit": "0"}),
            client.get("/api/v1/search", params={"q": CANARY, "cursor": "x"}),
            client.get("/api/v1/search", params={"q": CANARY, "as_of": "none"}),
            client.get("/api/v1/autocomplete", params={"q": CANARY, "limit": "x"}),
            client.post("/api/v1/annotate", json={"texts": [{"text": CANARY, "language": "fr"}]}),
            client.post("/api/v1/annotate", json={"texts": [CANARY], CANARY: 1}),
            client.post("/api/v1/annotate", content=f'{{"texts":["{CANARY}"'.encode()),
            client.post("/api/v1/annotate", json={"texts": [CANARY]}, params={"as_of": "none"}),
        ]
    for answer in answers:
        assert answer.status_code >= 400
        assert "canary" not in answer.text
        assert "张三丰" not in answer.text
    ours = [record for record in caplog.records if not record.name.startswith("httpx")]
    assert not [record for record in ours if "canary" in record.getMessage()]


def test_an_error_that_nobody_expected_tells_nothing(
    client: TestClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyError(CANARY)

    library = client.app.state.library  # type: ignore[attr-defined]
    monkeypatch.setattr(library.current.searcher, "search", fail)
    answer = client.get("/api/v1/search", params={"q": CANARY})
    problem(answer, 500, "internal")
    assert "canary" not in answer.text
    assert "KeyError" in caplog.text
    assert "canary" not in "".join(r.getMessage() for r in caplog.records if not r.name.startswith("httpx"))


def kinds(kind: type[errors.MedkgError]) -> list[type[errors.MedkgError]]:
    return [kind, *(other for child in kind.__subclasses__() for other in kinds(child))]


@pytest.mark.parametrize("kind", kinds(errors.MedkgError))
def test_every_error_has_a_status_a_type_and_a_title(kind: type[errors.MedkgError]) -> None:
    # 300 offers a choice (RFC 9110, section 15.4.1): the only problem that is no error of caller or service.
    assert status_of(kind()) == 300 if kind is errors.SeveralConcepts else 400 <= status_of(kind()) < 600
    for language in ("zh", "en"):
        assert f"problem.{kind.slug}" in CATALOGUE.tables[language]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_callers_are_told_the_name_of_what_fails_and_the_log_where_it_lies(
    lang: str, caplog: pytest.LogCaptureFixture
) -> None:
    request = Request(
        {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": f"lang={lang}".encode()}
    )
    for error in (
        errors.StorageFull(path="sqlite:////srv/library/workflow.sqlite"),
        errors.ConfigError(where="/srv/library/medkg.toml", reason="?"),
    ):
        caplog.clear()
        said = json.loads(of_error(request, error).body)["detail"]
        assert said == error.text(lang).replace("sqlite:////srv/library/", "").replace("/srv/library/", "")
        assert str(error) in caplog.text
    # What a caller can mend names what the caller sent.
    sent = errors.NotFound(path="/a/b", value="/a/b")
    assert json.loads(of_error(request, sent).body)["detail"] == sent.text(lang)
