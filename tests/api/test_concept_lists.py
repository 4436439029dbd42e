"""Lists of concepts: what is new, modified, deprecated or gone, and what lacks something."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import problem

CHANGES = "/api/v1/concepts/changes"
GAPS = "/api/v1/concepts/gaps"


def listed(client: TestClient, path: str, **params: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        answer = client.get(path, params=params)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["items"]
        if page["next"] is None:
            return found
        params["cursor"] = page["next"]


@pytest.mark.parametrize(
    ("since", "until", "what", "wanted"),
    [
        ("g00001", "g00002", "modified", ["DOID:9000002"]),
        ("g00001", "g00002", "removed", ["DOID:9000008"]),
        ("g00002", "g00003", "deprecated", ["DOID:9000007"]),
        ("g00002", "g00003", "modified", ["DOID:9000007"]),
        ("g00003", "g00004", "removed", ["DOID:9000007"]),
        ("g00001", "g00002", "new", []),
    ],
)
def test_between_two_generations(history: TestClient, since: str, until: str, what: str, wanted: list[str]) -> None:
    rows = listed(history, CHANGES, since=name(history, since), until=name(history, until), what=what)
    assert [row["id"] for row in rows] == wanted


def name(client: TestClient, start: str) -> str:
    """The generation whose id begins so."""
    rows = client.get("/api/v1/generations").json()["items"]
    return next(str(row["id"]) for row in rows if row["id"].startswith(start))


def test_new_ones_of_the_newest_generation_in_pages(history: TestClient) -> None:
    rows = listed(history, CHANGES, what="new", limit=7, prefix="DOID:95")
    assert len(rows) == 30
    assert len({row["id"] for row in rows}) == 30
    assert rows[0]["label"]["en"] == "later condition 0"
    page = history.get(CHANGES, params={"limit": 2}).json()
    assert (page["before"][:6], page["after"][:6]) == ("g00003", "g00004")
    assert page["generation"] == page["after"]


def test_all_kinds_at_once(history: TestClient) -> None:
    rows = listed(history, CHANGES, since=name(history, "g00001"), limit=100)
    actions = {row["id"]: row["action"] for row in rows}
    assert actions["DOID:9000002"] == "changed"
    assert actions["DOID:9000007"] == actions["DOID:9000008"] == "removed"
    assert {row["kind"] for row in rows} == {"concept"}


@pytest.mark.parametrize(
    ("params", "status", "slug"),
    [
        ({"what": "gone"}, 422, "invalid-parameters"),
        ({"since": "g99999"}, 404, "unknown-generation"),
        ({"until": "1999-01-01"}, 404, "not-yet-published"),
        ({"cursor": "x"}, 400, "query"),
        ({"cursor": "g00001..g00002~x"}, 400, "query"),
        ({"cursor": "a..b~0"}, 404, "unknown-generation"),
    ],
)
def test_bad_input(history: TestClient, params: dict[str, str], status: int, slug: str) -> None:
    problem(history.get(CHANGES, params=params), status, slug)


def test_a_cursor_of_another_list_is_refused(history: TestClient) -> None:
    first = history.get(CHANGES, params={"limit": 1, "since": name(history, "g00001")}).json()
    problem(history.get(CHANGES, params={"cursor": first["next"], "since": name(history, "g00002")}), 400, "query")
    place = first["next"].rpartition("~")
    problem(history.get(CHANGES, params={"cursor": f"{place[0]}~{int(place[2]) + 1}"}), 400, "query")


def test_the_oldest_generation_has_nothing_before_it(history: TestClient) -> None:
    problem(history.get(CHANGES, params={"until": name(history, "g00001")}), 404, "unknown-generation")


def test_concepts_without_a_chinese_label_most_mentioned_first(client: TestClient) -> None:
    rows = listed(client, GAPS, lacking="label-zh", limit=100)
    assert rows[0]["id"] in ("DOID:9000002", "DOID:9000003")
    counts = [row["documents"] for row in rows]
    assert counts == sorted(counts, reverse=True)
    assert "medkg:drug-demonstratin" not in {row["id"] for row in rows}
    assert len(rows) == 304
    assert listed(client, GAPS, lacking="label-en") == []


@pytest.mark.parametrize(
    ("lacking", "there", "not_there"),
    [
        ("definition", "DOID:9000002", None),
        ("parent", "DOID:9000001", "DOID:9000002"),
        ("mapping", "DOID:9000002", "medkg:drug-demonstratin"),
    ],
)
def test_other_gaps(client: TestClient, lacking: str, there: str, not_there: str | None) -> None:
    found = {row["id"] for row in listed(client, GAPS, lacking=lacking, limit=100)}
    assert there in found
    assert not_there not in found


def test_gaps_of_a_system_and_a_category(client: TestClient) -> None:
    assert listed(client, GAPS, lacking="definition", prefix="DOID:91", limit=100)
    assert {row["id"] for row in listed(client, GAPS, lacking="definition", category="drug")} == {
        "medkg:drug-class-illustrative",
        "medkg:drug-demonstratin",
    }
    problem(client.get(GAPS), 422, "invalid-parameters")
    problem(client.get(GAPS, params={"lacking": "colour"}), 422, "invalid-parameters")
