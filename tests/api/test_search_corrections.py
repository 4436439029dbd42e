"""What is read of a query over HTTP, on the page and on the command line, and how a caller corrects it."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from api.settings import Settings
from tests.api.test_cli import medkg

FEVER = "DOID:9000002"


def ask(client: TestClient, **params: object) -> dict[str, object]:
    answer = client.get("/api/v1/search", params=params)  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()["interpretation"]
    return found


def test_hints_come_with_the_answer_and_are_switched_off(client: TestClient) -> None:
    text = "sample fever since 2015"
    (hint,) = ask(client, q=text)["hints"]  # type: ignore[misc]
    assert (hint["kind"], hint["value"], hint["applied"], hint["why"]) == ("date", "2015-", True, "")
    assert text[hint["start"] : hint["end"]] == hint["surface"] == "since 2015"
    (hint,) = ask(client, q=text, hints="design,spelling")["hints"]  # type: ignore[misc]
    assert (hint["applied"], hint["why"]) == (False, "off")
    (hint,) = ask(client, q=text, year_from=2000)["hints"]  # type: ignore[misc]
    assert (hint["applied"], hint["why"]) == (False, "given")


def test_relative_years_are_those_of_the_generation(client: TestClient) -> None:
    published = client.get("/api/v1/generations").json()["items"][0]["published"]
    (hint,) = ask(client, q="sample fever 近五年")["hints"]  # type: ignore[misc]
    assert hint["value"] == f"{int(published[:4]) - 5}-"


def test_a_concept_is_removed_and_replaced(client: TestClient) -> None:
    (read,) = {one["id"]: one["role"] for one in ask(client, q="sample fever")["concepts"]}.items()  # type: ignore[attr-defined]
    assert read[1] == "asked"
    changed = ask(client, q="sample fever", without_concept=read[0], concept="medkg:drug-demonstratin")
    roles = {one["id"]: one["role"] for one in changed["concepts"]}  # type: ignore[attr-defined]
    assert roles == {read[0]: "removed", "medkg:drug-demonstratin": "added"}


@pytest.mark.parametrize(
    ("params", "status", "part"),
    [
        ({"hints": "colour"}, 400, "known are date, design, exclusion, spelling"),
        ({"hints": "\0"}, 400, "known are"),
        ({"concept": "medkg:nothing"}, 400, "medkg:nothing"),
        ({"concept": "nothing"}, 400, "nothing"),
        ({"without_concept": "nothing"}, 400, "nothing"),
        ({"concept": "x" * 1_001}, 422, ""),
        ({"without_concept": [FEVER] * 41}, 422, ""),
        ({"hints": "x" * 201}, 422, ""),
    ],
)
def test_bad_corrections(client: TestClient, params: dict[str, str], status: int, part: str) -> None:
    answer = client.get("/api/v1/search", params={"q": "sample fever"} | params)
    assert answer.status_code == status
    assert part in answer.json()["detail"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_shows_hints_with_links(client: TestClient, language: str) -> None:
    headers = {"Accept-Language": language}
    page = client.get("/search", params={"q": "sample fever since 2015"}, headers=headers).text
    assert "<q>since 2015</q>" in page
    assert "hints=design%2Cexclusion%2Cspelling" in page
    assert "without_concept=" in page
    off = client.get("/search", params={"q": "sample fever since 2015", "hints": "none"}, headers=headers).text
    assert "hints=date" in off
    assert client.get("/search", params={"q": "a", "hints": "<b>"}, headers=headers).status_code == 400


def test_the_command_line_says_and_corrects(settings: Settings) -> None:
    text = "sample fever since 2015"
    said = medkg("search", text, "--data", settings.data)
    assert said.returncode == 0, said.stderr
    assert "years: since 2015 = 2015-" in said.stderr
    off = medkg("search", text, "--data", settings.data, "--hints", "none", language="zh")
    assert "已关闭" in off.stderr
    for wrong in (("--hints", "colour"), ("--concept", "medkg:nothing"), ("--without-concept", "nothing")):
        done = medkg("search", text, "--data", settings.data, *wrong)
        assert (done.returncode, done.stdout) == (1, "")
        assert "Traceback" not in done.stderr


def items(client: TestClient, *filters: str, **params: object) -> list[str]:
    answer = client.get("/api/v1/search", params={"q": "sample fever", "limit": 100, "filter": list(filters)} | params)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


def test_filters_by_name(client: TestClient) -> None:
    every = items(client)
    assert every
    assert set(items(client, "source:records")) == set(every)
    assert items(client, "source:nothing") == items(client, "licence:nothing") == []
    assert set(items(client, "standing:published", "standing:retracted")) == set(every)
    years = {item["year"] for item in client.get("/api/v1/search?q=sample+fever&limit=100").json()["items"]}
    for year in sorted(year for year in years if year):
        assert items(client, f"year:{year}") == items(client, year_from=year, year_to=year) != []


@pytest.mark.parametrize(
    ("written", "status", "part"),
    [
        ("colour:red", 400, "year, type, design, heading"),
        ("design:cohort", 400, "meta-analysis"),
        ("year:2021-13", 400, "year"),
        ("\0", 400, "standing"),
        ("type:" + "x" * 400, 422, ""),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_bad_filters(client: TestClient, written: str, status: int, part: str, language: str) -> None:
    asked = {"q": "sample fever", "filter": written}
    answer = client.get("/api/v1/search", params=asked, headers={"Accept-Language": language})
    assert answer.status_code == status
    assert part in answer.json()["detail"]


def test_filters_on_the_command_line(settings: Settings) -> None:
    words = ("search", "sample fever", "--data", settings.data, "--json")
    every, none = medkg(*words), medkg(*words, "--filter", "standing:retracted")
    assert every.stdout
    assert (none.returncode, none.stdout) == (0, "")
    refused = medkg(*words, "--filter", "colour:red")
    assert refused.returncode == 1
    assert "known are year" in refused.stderr


def test_fold_and_diverse_keep_to_what_is_found(client: TestClient) -> None:
    every = items(client)
    assert sorted(items(client, diverse="true")) == sorted(every)
    folded = client.get("/api/v1/search", params={"q": "sample fever", "limit": 100, "fold": "true"}).json()["items"]
    named = [one for item in folded for one in item["duplicates"]]
    assert sorted([*(item["id"] for item in folded), *named]) == sorted(every)
    assert client.get("/api/v1/search", params={"q": "a", "fold": "perhaps"}).status_code == 422
