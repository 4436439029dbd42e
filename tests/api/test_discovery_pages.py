"""Pages and filters of more like this, statements and answers: as of search. All invented."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings
from api.wiring import Building
from ingest.config import read_config
from ingest.pipeline import Listener
from tests.api.conftest import problem
from tests.corpus import record, write_build, write_records

KEPT = [{"path": "similar", "id": "doc:T00001"}, {"path": "statements", "q": "does sample fever cause nephropathy"},
        {"path": "answer", "q": "sample fever causes example nephropathy"}]  # fmt: skip


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    root = tmp_path_factory.mktemp("pages")
    config = write_build(root / "in", files=1)
    told = ("in {} patients", "once more, in {} children", "as {} letters say", "in {} gardens")
    rows = [
        record(at, f"Sample fever causes example nephropathy {some.format(at)}.", year=2009 + at,
               types=["Randomized Controlled Trial"] if at < 3 else ["Editorial"])
        for at, some in enumerate(told, 1)
    ]  # fmt: skip
    # What every text says tells nothing, so there are texts that say something else.
    rows += [record(at, f"Zebra {at} grazes in the meadow beside the river.", year=1990) for at in range(5, 25)]
    write_records(root / "in" / "records-00.jsonl", rows)
    config.write_text(config.read_text("utf-8") + "claims = true\n", "utf-8")
    made = Settings(data=str(root / "data"), encoder="none", workers=1, hosts="testserver")
    Building(made).run(read_config(config), {}, Listener(), lambda *step: None)
    return made


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as opened:
        yield opened


def ask(client: TestClient, asked: dict[str, str], **params: object) -> dict[str, object]:
    given = {name: value for name, value in asked.items() if name != "path"} | params
    answer = client.get(f"/api/v1/{asked['path']}", params=given)  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def items(told: dict[str, object]) -> list[dict[str, object]]:
    return told["items"] if "items" in told else told["answers"]  # type: ignore[return-value]


def years(client: TestClient, told: dict[str, object]) -> set[int]:
    """Of the documents that the items are, are taken from, or cite."""
    documents = {one.get("document") or (one["claim"]["source"]["id"] if one.get("claim") else one["id"])  # type: ignore[index]
                 for one in items(told)}  # fmt: skip
    return {client.get(f"/api/v1/documents/{one}").json()["year"] for one in documents}


@pytest.mark.parametrize("asked", KEPT, ids=lambda one: one["path"])
def test_pages_join_without_a_gap(client: TestClient, asked: dict[str, str]) -> None:
    whole = items(ask(client, asked, limit=5))
    assert len(whole) > 2
    found: list[object] = []
    cursor = None
    while True:
        told = ask(client, asked, limit=1, **({"cursor": cursor} if cursor else {}))
        assert len(items(told)) == 1
        found += items(told)
        cursor = told["next"]
        if cursor is None:
            break
    assert found[: len(whole)] == whole
    assert len(found) >= len(whole)


@pytest.mark.parametrize("asked", KEPT, ids=lambda one: one["path"])
def test_filters_are_those_of_search(client: TestClient, asked: dict[str, str]) -> None:
    everything = years(client, ask(client, asked, limit=5))
    assert len(everything) > 2
    assert years(client, ask(client, asked, limit=5, filter="year:2011-2012")) == everything & {2011, 2012}
    assert years(client, ask(client, asked, limit=5, filter="type:Editorial", year_to=2012)) == everything & {2012}
    several = ask(client, asked, limit=5, filter=["design:randomised-trial", "year:2013"])
    assert items(several) == []
    first = ask(client, asked, limit=1, filter="year:2010-2012")
    second = ask(client, asked, limit=1, filter="year:2010-2012", cursor=first["next"])
    assert items(first) != items(second) != []


@pytest.mark.parametrize("asked", KEPT, ids=lambda one: one["path"])
def test_what_is_no_page_or_filter_of_theirs(client: TestClient, asked: dict[str, str]) -> None:
    own = str(ask(client, asked, limit=1)["next"])
    other = next(one for one in KEPT if one != asked)
    foreign = str(ask(client, other, limit=1)["next"])
    mark = own.partition("~")[0]
    given = {name: value for name, value in asked.items() if name != "path"}
    bad = [{"cursor": one} for one in (foreign, "nonsense", f"{mark}~", f"{mark}~\x00", f"{mark}~" + "A" * 300)]
    bad += [{"cursor": own, "filter": "year:2010"}, {"filter": "colour:red"}, {"filter": "year:red"}]
    for params in bad:
        problem(client.get(f"/api/v1/{asked['path']}", params=given | params), 400, "query")
    unknown = problem(client.get(f"/api/v1/{asked['path']}", params=given | {"filter": "colour:red"}), 400, "query")
    assert "journal" in str(unknown["detail"])
    assert client.get(f"/api/v1/{asked['path']}", params=given | {"cursor": "a" * 401}).status_code == 422
    assert client.get(f"/api/v1/{asked['path']}", params=given | {"year_from": 2**70}).status_code == 422
