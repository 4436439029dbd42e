"""A concept through the generations, and ids that are none now. The data: ``tests.api.histories``."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tests.api.conftest import problem

CONCEPT = "/api/v1/concepts/"


@pytest.fixture(scope="module")
def names(history: TestClient) -> list[str]:
    """Ids of the four generations, oldest first."""
    return [row["id"] for row in history.get("/api/v1/generations").json()["items"]][::-1]


def actions(history: TestClient, curie: str, **params: str) -> list[tuple[int, str]]:
    page = history.get(f"{CONCEPT}{curie}/timeline", params=params).json()
    return [(int(row["generation"][1:6]), row["action"]) for row in page["items"]]


def test_the_timeline_of_a_concept_that_was_renamed(history: TestClient, names: list[str]) -> None:
    page = history.get(f"{CONCEPT}DOID:9000002/timeline").json()
    assert [row["generation"] for row in page["items"]] == names
    assert [row["action"] for row in page["items"]] == ["oldest", "changed", "unchanged", "unchanged"]
    assert page["items"][1]["fields"] == [
        {"field": "label", "language": "en", "removed": ["sample fever"], "added": ["sample pyrexia"]},
        {"field": "definition", "language": "en", "removed": [], "added": ["A fever."]},
    ]
    assert [row["label"]["en"] for row in page["items"]] == ["sample fever", *["sample pyrexia"] * 3]
    assert page["items"][0]["published"] <= page["items"][3]["published"]


def test_concepts_that_come_and_go(history: TestClient, names: list[str]) -> None:
    assert actions(history, "DOID:9000007") == [(1, "oldest"), (2, "unchanged"), (3, "changed"), (4, "removed")]
    assert actions(history, "DOID:9000008") == [(1, "oldest"), (2, "removed")]
    assert actions(history, "DOID:9500001") == [(4, "added")]
    assert actions(history, "DOID:9000007", as_of=names[1]) == [(1, "oldest"), (2, "unchanged")]
    first = history.get(f"{CONCEPT}DOID:9000007/timeline", params={"limit": 3}).json()
    second = history.get(f"{CONCEPT}DOID:9000007/timeline", params={"limit": 3, "cursor": first["next"]}).json()
    assert [len(first["items"]), len(second["items"]), second["next"]] == [3, 1, None]


@pytest.mark.parametrize("path", ["DOID:1/timeline", "DOID:%00/timeline", "DOID:9500001/timeline?as_of=2999-01-01&x"])
def test_the_timeline_of_nothing(history: TestClient, names: list[str], path: str) -> None:
    if "as_of" in path:
        path = f"DOID:9500001/timeline?as_of={names[0]}"
    problem(history.get(CONCEPT + path), 404, "not-found")
    problem(history.get(f"{CONCEPT}DOID:9000002/timeline?as_of=nothing"), 404, "unknown-generation")


def test_a_replaced_id_says_by_what(history: TestClient, names: list[str]) -> None:
    old = history.get(f"{CONCEPT}DOID:9000007", params={"as_of": names[2]}).json()
    assert old["deprecated"]
    assert [row["id"] for row in old["replaced_by"]] == ["DOID:9000003"]
    merged = history.get(f"{CONCEPT}DOID:9000033").json()
    assert merged["deprecated"]
    assert [row["id"] for row in merged["replaced_by"]] == ["DOID:9000003"]


def test_an_id_of_an_older_generation_is_gone(history: TestClient, names: list[str]) -> None:
    replaced = problem(history.get(f"{CONCEPT}DOID:9000007"), 410, "gone")
    assert (replaced["generation"], replaced["replaced_by"]) == (names[2], ["DOID:9000003"])
    assert "DOID:9000003" in str(replaced["detail"])
    forgotten = problem(history.get(f"{CONCEPT}DOID:9000008"), 410, "gone")
    assert forgotten["generation"] == names[0]
    assert "replaced_by" not in forgotten
    assert "最后" in history.get(f"{CONCEPT}DOID:9000008", headers={"Accept-Language": "zh"}).json()["detail"]
    assert history.get(f"{CONCEPT}DOID:9000008", params={"as_of": names[0]}).status_code == 200
    page = history.get("/concept/DOID:9000007")
    assert page.status_code == 410
    assert names[2] in page.text


def test_what_only_a_later_generation_has_is_not_gone(history: TestClient, names: list[str]) -> None:
    problem(history.get(f"{CONCEPT}DOID:9500001", params={"as_of": names[1]}), 404, "not-found")


def test_an_id_of_another_terminology_leads_to_the_concept(history: TestClient, names: list[str]) -> None:
    answer = history.get(f"{CONCEPT}mesh:d999002".upper().replace("/API/V1/CONCEPTS/", CONCEPT))
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{CONCEPT}DOID:9000002"
    found = answer.json()
    assert (found["id"], found["concept"]["id"], found["relation"]) == ("MESH:D999002", "DOID:9000002", "exactMatch")
    assert found["concept"]["label"]["en"] == "sample pyrexia"
    older = history.get(f"{CONCEPT}MESH:D999002", params={"as_of": names[0], "lang": "zh"})
    assert older.headers["location"] == f"{CONCEPT}DOID:9000002?lang=zh&as_of={names[0]}"
    assert history.get(older.headers["location"]).json()["label"]["en"] == "sample fever"
    page = history.get("/concept/MESH:D999002")
    assert (page.status_code, page.headers["location"]) == (303, "/concept/DOID:9000002")


def test_an_id_that_fits_several_concepts_names_them(history: TestClient) -> None:
    document = problem(history.get(f"{CONCEPT}MESH:D999009"), 300, "several-concepts")
    assert document["candidates"] == [f"DOID:95{number:05d}" for number in range(30)]
    assert "DOID:9500029" in str(document["detail"])


def test_an_unverified_id_leads_nowhere(client: TestClient) -> None:
    problem(client.get(f"{CONCEPT}ATC:Z99ZZ99"), 404, "not-found")
    answer = client.get(f"{CONCEPT}MESH:D999002", follow_redirects=False)
    assert answer.headers["location"] == f"{CONCEPT}medkg:drug-demonstratin"
