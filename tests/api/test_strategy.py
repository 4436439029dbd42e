"""The field search language over HTTP."""

from __future__ import annotations

from typing import get_args

import pytest
from starlette.testclient import TestClient

from kg.index.boolean import Order

PATH = "/api/v1/strategy"


def test_a_page_with_its_reading(client: TestClient) -> None:
    found = client.get(PATH, params={"q": "ti:sample AND 2000-[年]", "limit": 2, "sort": "newest"}).json()
    assert len(found["items"]) == 2
    reading = found["interpretation"]
    assert reading["canonical"] == "ti:sample AND py:2000-"
    assert reading["found"] > 2
    assert reading["words"]["zh"] == "题名含“sample”且年份自 2000"
    assert [told["dialect"] for told in reading["translations"]] == ["pubmed", "sinomed", "cnki"]
    again = client.get(PATH, params={"q": reading["canonical"], "limit": 2, "sort": "newest"}).json()
    assert again["items"] == found["items"]
    following = client.get(
        PATH, params={"q": "ti:sample AND 2000-[年]", "limit": 2, "sort": "newest", "cursor": found["next"]}
    ).json()
    assert not {item["id"] for item in following["items"]} & {item["id"] for item in found["items"]}


def test_a_cursor_belongs_to_its_strategy(client: TestClient) -> None:
    found = client.get(PATH, params={"q": "sample", "limit": 1}).json()
    for params in ({"q": "fever", "cursor": found["next"]}, {"q": "sample", "cursor": f"{found['generation']}~1"}):
        assert client.get(PATH, params=params | {"limit": 1}).status_code == 400


def test_facets(client: TestClient) -> None:
    reading = client.get(PATH, params={"q": "sample", "facets": "true", "limit": 1}).json()["interpretation"]
    counted = {facet["field"]: sum(one["count"] for one in facet["values"]) for facet in reading["facets"]}
    assert set(counted) == {"py", "jo", "pt", "la", "au", "jl"}
    assert counted["py"] == reading["found"]


def test_history(client: TestClient) -> None:
    found = client.get(PATH, params={"q": "#1 NOT #2", "history": ["ti:sample", "ti:fever"]}).json()
    assert found["interpretation"]["resolved"] == "ti:sample NOT ti:fever"


@pytest.mark.parametrize(
    ("language", "told"), [("zh", "第 1 行第 17 列"), ("en", "line 1, column 17")], ids=["zh", "en"]
)
def test_what_cannot_be_read_is_told_in_both_languages(client: TestClient, language: str, told: str) -> None:
    answer = client.get(PATH, params={"q": "ti:zqxcanary AND", "lang": language})
    assert answer.status_code == 400
    problem = answer.json()
    assert problem["type"].endswith("/strategy-syntax")
    assert told in problem["detail"]
    assert "zqxcanary" not in answer.text


@pytest.mark.parametrize(
    "params",
    [
        {"q": ""}, {"q": "xyz:a"}, {"q": "#1"}, {"q": "a", "history": ["("]},
        {"q": "a", "limit": 101}, {"q": "a", "sort": "title"}, {"q": "a" * 7_000}, {"q": "(" * 3_000},
        {"q": "a", "history": ["a"] * 51},
    ],
)  # fmt: skip
def test_what_is_refused(client: TestClient, params: dict[str, str]) -> None:
    assert client.get(PATH, params=params).status_code in (400, 422)


@pytest.mark.parametrize("sort", get_args(Order))
def test_every_order_pages_to_the_end(client: TestClient, sort: str) -> None:
    found: list[str] = []
    params = {"q": "sample", "limit": "1", "sort": sort}
    while True:
        page = client.get(PATH, params=params).json()
        found += [item["id"] for item in page["items"]]
        assert all(item["records"] == [] for item in page["items"])
        if page["next"] is None:
            break
        params["cursor"] = page["next"]
    assert len(set(found)) == len(found) == page["interpretation"]["found"] > 2
