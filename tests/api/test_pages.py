"""Pages: both languages, marks that are seen, nothing from elsewhere, nothing unescaped."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

PAGES = [
    "/",
    "/search?q=fever",
    "/concept/medkg:drug-demonstratin",
    "/document/doc:T00900",
    "/docs",
    "/search?q=nosuchword",
    "/concept/DOID:0",
]
VOID = {"meta", "link", "input", "br", "img", "hr"}


class Checker(HTMLParser):
    """Notes addresses and unlabelled inputs, and sees that what is opened is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.inputs: list[str | None] = []
        self.labels: list[str | None] = []
        self.language = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.addresses += [value for name in ("href", "src", "action") if (value := found.get(name))]
        if tag == "html":
            self.language = found.get("lang") or ""
        if tag == "input" and found.get("type") != "hidden":
            self.inputs.append(found.get("id"))
        if tag == "label":
            self.labels.append(found.get("for"))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("asked", ["", "q=", "q=%20%E3%80%80"])
def test_a_search_for_nothing_leads_to_the_start(client: TestClient, asked: str) -> None:
    answer = client.get(f"/search?{asked}&lang=zh", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/?lang=zh")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page(client: TestClient, path: str, language: str) -> None:
    answer = client.get(path, headers={"Accept-Language": language})
    assert answer.status_code == (404 if path.endswith(":0") else 200)
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-language"] == language
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    checker = Checker()
    checker.feed(answer.text)
    assert checker.open == []
    assert checker.language.startswith(language)
    assert all(address.startswith(("/", "#")) for address in checker.addresses)
    assert set(checker.inputs) <= set(checker.labels)
    assert "<script" not in answer.text
    assert not re.search(r"page\.[a-z]", answer.text)


def test_lang_comes_before_the_header(client: TestClient) -> None:
    answer = client.get("/?lang=zh", headers={"Accept-Language": "en"})
    assert "检索" in answer.text
    assert client.get("/style.css").headers["content-type"].startswith("text/css")


def test_marks_are_seen(client: TestClient) -> None:
    assert client.get("/search?q=demonstratin&lang=en").text.count("illustrative example") >= 1
    assert "示例内容" in client.get("/search?q=示例素&lang=zh").text
    assert "no real publication" in client.get("/document/doc:T00900?lang=en").text
    page = client.get("/concept/medkg:drug-demonstratin?lang=en").text
    assert re.search(r"ATC:Z99ZZ99</span>\s*<strong[^>]*>unverified", page)
    assert "unattested" in page


def test_mentions_link_to_concepts(client: TestClient) -> None:
    assert re.search(
        r'<a class="mention"[^>]*href="/concept/DOID:9000002[^>]*>sample fever</a>',
        client.get("/document/doc:T00900").text,
    )


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "a'b&c"])
def test_what_is_typed_is_escaped(client: TestClient, text: str) -> None:
    page = client.get("/search", params={"q": text, "lang": "en"}).text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "49" not in re.sub(r"g\d+-\w+", "", page)


def test_older_generations_stay_in_the_links(client: TestClient, generations: list[str]) -> None:
    page = client.get("/search", params={"q": "fever", "as_of": generations[0]}).text
    assert f"as_of={generations[0]}" in page
    assert generations[0] in page.rpartition("<footer>")[2]
    assert generations[0] in client.get("/", params={"as_of": generations[0]}).text.rpartition("<footer>")[2]
    for path in ("/", "/search?q=fever", "/concept/DOID:9000002", "/document/doc:T00001"):
        assert client.get(path, params={"as_of": "none"}).status_code == 404


def test_the_description_names_every_operation(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    paths = {"/sparql", "/api/v1/search", "/api/v1/autocomplete", "/api/v1/annotate", "/api/v1/concepts/{curie}",
             "/api/v1/documents/{id}", "/health", "/ready"}  # fmt: skip
    assert paths <= set(described["paths"])
    text = str(described)
    names = set(re.findall(r"#/components/schemas/([A-Za-z]+)", text))
    assert names
    assert names <= set(described["components"]["schemas"])
    page = client.get("/docs").text
    assert all(path in page for path in paths)
