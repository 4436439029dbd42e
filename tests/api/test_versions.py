"""Generations over HTTP and on the command line: lists, tags, times."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx import Response
from starlette.testclient import TestClient

from api.diffs import Diffs
from api.settings import Settings
from kg.generation.pointer import Shelf
from tests.api.conftest import problem
from tests.api.test_cli import medkg

LATER = "doc:T00900"


@pytest.fixture
def tagged(settings: Settings, generations: list[str]) -> Iterator[str]:
    """A tag of the older generation."""
    shelf = Shelf(settings.folder)
    shelf.tag("paper", generations[0])
    yield "paper"
    shelf.untag("paper")


@pytest.fixture
def fresh(client: TestClient) -> Iterator[Diffs]:
    """The diffs of the service, none of them made yet."""
    state = client.app.state  # type: ignore[attr-defined]
    before, state.diffs = state.diffs, Diffs()
    yield state.diffs
    state.diffs.close()
    state.diffs = before


def test_the_list_of_generations(client: TestClient, generations: list[str], tagged: str) -> None:
    page = client.get("/api/v1/generations").json()
    assert set(page) == {"items", "next", "generation", "interpretation"}
    assert [row["id"] for row in page["items"]] == generations[::-1], "newest first"
    newer, older = page["items"]
    assert (newer["current"], older["current"], older["tags"], newer["tags"]) == (True, False, [tagged], [])
    assert newer["documents"] == older["documents"] + 1
    assert newer["statements"] == newer["counts"][""] > older["statements"]
    first = client.get("/api/v1/generations", params={"limit": 1}).json()
    second = client.get("/api/v1/generations", params={"limit": 1, "cursor": first["next"]}).json()
    assert [first["items"][0]["id"], second["items"][0]["id"], second["next"]] == [*generations[::-1], None]


def patient(client: TestClient, path: str, params: dict[str, str]) -> Response:
    """Asks again after a 504: the limit of one second is short for a query worker that is only just beginning."""
    for _ in range(5):
        answer = client.get(path, params=params)
        if answer.status_code != 504:
            break
    return answer


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/sparql", {"query": "ASK {}"}),
        ("/sparql/explain", {"query": "ASK {}"}),
        ("/void", {}),
        ("/graphs", {"default": ""}),
        ("/api/v1/search", {"q": "fever"}),
        ("/api/v1/autocomplete", {"q": "sam"}),
        ("/api/v1/concepts/DOID:9000002", {}),
        ("/api/v1/concepts/DOID:9000002/tree", {}),
        ("/api/v1/concepts/DOID:9000002/neighbours", {}),
        ("/api/v1/concepts/DOID:9000002/documents", {}),
        ("/api/v1/documents/doc:T00001", {}),
        ("/data/DOID:9000002", {}),
        ("/concept/DOID:9000002", {}),
        ("/search", {"q": "fever"}),
        ("/", {}),
    ],
)
def test_every_route_takes_tags_and_times(
    client: TestClient, generations: list[str], tagged: str, path: str, params: dict[str, str]
) -> None:
    for as_of, expected in [(tagged, 0), (generations[0], 0), ("2999-12-31", 1), ("2999-12-31T00:00:00+08:00", 1)]:
        answer = patient(client, path, params | {"as_of": as_of})
        assert answer.status_code == 200, answer.text
        assert answer.headers["medkg-generation"] == generations[expected], as_of
    for as_of in ("nothing", "", "1999-01-01"):
        answer = client.get(path, params=params | {"as_of": as_of})
        assert answer.status_code == 404, as_of
        assert generations[0] in answer.text


def test_before_the_first_generation(client: TestClient, generations: list[str]) -> None:
    path = "/api/v1/documents/doc:T00001?as_of=1999-01-01"
    document = problem(client.get(path), 404, "not-yet-published")
    assert generations[0] in str(document["detail"])
    assert "最早" in client.get(path, headers={"Accept-Language": "zh"}).json()["detail"]


def test_answers_are_those_of_the_generation(client: TestClient, tagged: str) -> None:
    problem(client.get(f"/api/v1/documents/{LATER}", params={"as_of": tagged}), 404, "not-found")
    assert client.get(f"/api/v1/documents/{LATER}", params={"as_of": "2999-01-01"}).status_code == 200


def test_a_cursor_goes_with_the_tag_that_its_list_was_asked_by(client: TestClient, tagged: str) -> None:
    path = "/api/v1/concepts/DOID:9000001/tree"
    first = client.get(path, params={"limit": 10, "as_of": tagged}).json()
    second = client.get(path, params={"limit": 10, "as_of": tagged, "cursor": first["next"]}).json()
    assert second["generation"] == first["generation"]
    problem(client.get(path, params={"as_of": "2999-01-01", "cursor": first["next"]}), 400, "query")


def test_several_as_of_are_refused(client: TestClient, generations: list[str]) -> None:
    path = f"/sparql?query=ASK%7B%7D&as_of={generations[0]}&as_of={generations[1]}"
    problem(client.get(path), 400, "bad-request")


def test_tags_on_the_command_line(settings: Settings, generations: list[str]) -> None:
    data = ("--data", settings.data)
    assert medkg("tag", "2026.11", *data).returncode == 0
    try:
        rows = [json.loads(line) for line in medkg("generations", *data, "--json").stdout.splitlines()]
        assert [row["tags"] for row in rows] == [[], ["2026.11"]]
        assert medkg("generations", *data).stdout.splitlines()[1].endswith("\t2026.11")
        refused = medkg("tag", "2026.11", generations[0], *data)
        assert refused.returncode == 2
        assert generations[1] in refused.stderr
        assert medkg("tag", "2026.11", generations[0], "--force", *data).returncode == 0
        done = medkg("verify", *data, "--as-of", "2026.11")
        assert f"0 problems in generation {generations[0]}" in done.stderr
        assert medkg("verify", *data, "--as-of", "2026.12").returncode == 2
    finally:
        assert medkg("tag", "2026.11", "--delete", *data).returncode == 0
    assert medkg("tag", "2026.11", "--delete", *data).returncode == 2
    assert medkg("tag", "2026-11-20", *data).returncode == 2


def test_what_changed(client: TestClient, generations: list[str], tagged: str) -> None:
    path = f"/api/v1/generations/{tagged}/diff/2999-01-01"
    whole = client.get(path).json()
    assert set(whole) == {"items", "next", "generation", "interpretation", "before", "after", "counts"}
    assert [whole["before"], whole["after"]] == generations
    assert whole["generation"] == generations[1]
    assert whole["counts"]["document"] == {"added": 1, "removed": 0, "changed": 0}
    assert sum(number for row in whole["counts"].values() for number in row.values()) == len(whole["items"])
    (change,) = [row for row in whole["items"] if row["kind"] == "document"]
    assert (change["id"], change["action"]) == (LATER, "added")
    assert {field["field"] for field in change["fields"]} <= {"title", "standing", "year"}
    back = client.get(f"/api/v1/generations/{generations[1]}/diff/{generations[0]}").json()
    assert back["counts"]["document"] == {"added": 0, "removed": 1, "changed": 0}


def test_changes_are_paged_without_gap_or_repetition(history: TestClient) -> None:
    names = [row["id"] for row in history.get("/api/v1/generations").json()["items"]]
    newest, oldest = names[0], names[-1]
    path = f"/api/v1/generations/{oldest}/diff/{newest}"
    seen: list[str] = []
    cursor = None
    for _ in range(40):
        params = {"limit": "5"} | ({"cursor": cursor} if cursor else {})
        found = history.get(path, params=params).json()
        seen += [row["id"] for row in found["items"]]
        cursor = found["next"]
        if cursor is None:
            break
    counts = found["counts"]
    assert len(seen) == len(set(seen)) == sum(number for row in counts.values() for number in row.values()) > 30
    first = history.get(path, params={"limit": 5}).json()["next"]
    assert first.startswith(f"{oldest}..{newest}~")
    for wrong in (
        f"{first}1",
        first.replace("..", "."),
        "~5",
        f"{oldest}..{newest}~99999999",
        "x",
        f"{first}9999999999",
    ):
        problem(history.get(path, params={"cursor": wrong}), 400, "query")
    problem(history.get(f"/api/v1/generations/{newest}/diff/{oldest}", params={"cursor": first}), 400, "query")


def test_diffs_as_patch_and_markdown(client: TestClient, generations: list[str]) -> None:
    path = f"/api/v1/generations/{generations[0]}/diff/{generations[1]}"
    patch = client.get(path, params={"format": "patch"})
    assert patch.headers["content-type"] == "application/rdf-patch"
    lines = patch.text.splitlines()
    assert (lines[3], lines[-1]) == ("TX .", "TC .")
    assert {line[0] for line in lines[4:-1]} == {"A", "D"}
    english = client.get(path, params={"format": "markdown"})
    chinese = client.get(path, params={"format": "markdown"}, headers={"Accept-Language": "zh"})
    assert f"added: `{LATER}`" in english.text
    assert f"新增: `{LATER}`" in chinese.text
    assert [page.headers["content-language"] for page in (english, chinese)] == ["en", "zh"]


@pytest.mark.parametrize(("before", "after"), [("none", ""), ("", "none"), ("1999-01-01", ""), ("%00", "")])
def test_diffs_of_unknown_generations(client: TestClient, generations: list[str], before: str, after: str) -> None:
    path = f"/api/v1/generations/{before or generations[0]}/diff/{after or generations[1]}"
    assert client.get(path).status_code == 404
    known = f"/api/v1/generations/{generations[0]}/diff/{generations[1]}"
    problem(client.get(known, params={"format": "csv"}), 422, "invalid-parameters")


def test_too_large_a_difference_names_the_command(
    client: TestClient, generations: list[str], fresh: Diffs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fresh, "_limit", 3)
    path = f"/api/v1/generations/{generations[0]}/diff/{generations[1]}"
    for format_ in ("json", "patch", "markdown"):
        document = problem(client.get(path, params={"format": format_}), 422, "diff-too-large")
        assert f"medkg diff {generations[0]} {generations[1]}" in str(document["detail"])


def test_a_diff_that_takes_too_long_is_killed(
    client: TestClient, generations: list[str], fresh: Diffs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.diffs.SECONDS", 0.01)
    path = f"/api/v1/generations/{generations[0]}/diff/{generations[1]}"
    problem(client.get(path), 422, "diff-too-large")


@pytest.mark.parametrize("format_", ["json", "patch", "markdown"])
def test_diffs_on_the_command_line(
    client: TestClient, settings: Settings, generations: list[str], tmp_path: Path, format_: str
) -> None:
    data = ("--data", settings.data)
    done = medkg("diff", *generations, "--format", format_, *data)
    assert done.returncode == 0, done.stderr
    answer = client.get(f"/api/v1/generations/{generations[0]}/diff/{generations[1]}", params={"format": format_})
    if format_ == "json":
        whole = json.loads(done.stdout)
        assert whole["changes"] == answer.json()["items"]
        assert whole["counts"] == answer.json()["counts"]
    else:
        assert sorted(done.stdout.splitlines()) == sorted(answer.text.splitlines())
    target = tmp_path / "out"
    medkg("diff", *generations, "--format", format_, "--output", str(target), *data)
    assert sorted(target.read_text("utf-8").splitlines()) == sorted(done.stdout.splitlines())
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_wrong_use_of_diff(settings: Settings, generations: list[str]) -> None:
    assert medkg("diff", *generations, "--format", "csv", "--data", settings.data).returncode == 2
    assert medkg("diff", "none", generations[0], "--data", settings.data).returncode == 2
