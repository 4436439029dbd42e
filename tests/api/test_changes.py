"""The change feed and webhooks: nothing is missed, nothing comes twice, and nobody else is told."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from api import wiring
from api.cli.main import app
from api.deliveries import Deliveries, check_url
from api.settings import Settings
from kg.errors import ChangesForgotten, ConfigError, QueryError, UnknownName
from kg.generation.feed import Feed
from kg.generation.pointer import Shelf
from kg.workflow import webhooks as hooks_module
from kg.workflow.webhooks import Webhooks
from tests.api.conftest import problem
from tests.api.serving import free_port

ATOM = "{http://www.w3.org/2005/Atom}"


def settings_of(client: TestClient) -> Settings:
    found: Settings = client.app.state.library.settings  # type: ignore[attr-defined]
    return found


def followed(client: TestClient, limit: int) -> list[dict[str, object]]:
    found, after = [], None
    while True:
        params = {"limit": limit} | ({"after": after} if after else {})
        page = client.get("/api/v1/changes", params=params).json()
        if not page["items"]:
            assert page["next"] == after
            return found
        found += page["items"]
        after = page["next"]


@pytest.mark.parametrize("limit", [1, 7, 100])
def test_a_consumer_misses_nothing_and_sees_nothing_twice(history: TestClient, limit: int) -> None:
    items = followed(history, limit)
    events = [item["event"] for item in items]
    assert len({event["id"] for event in events}) == len(events)
    told = [(event["generation"][:6], event["action"], event["thing"]) for event in events]
    assert told[0] == ("g00001", "added", "")
    assert events[0]["kind"] == "reset"
    assert ("g00002", "removed", "DOID:9000008") in told
    assert ("g00002", "changed", "DOID:9000002") in told
    assert ("g00003", "changed", "DOID:9000007") in told
    assert ("g00004", "removed", "DOID:9000007") in told
    assert ("g00004", "added", "DOID:9500000") in told
    assert [row[0] for row in told] == sorted(row[0] for row in told)
    changed = next(event for event in events if event["thing"] == "DOID:9000002")
    label = next(field for field in changed["fields"] if field["field"] == "label")
    assert (label["removed"], label["added"]) == (["sample fever"], ["sample pyrexia"])


def test_the_feed_says_what_the_diffs_say(history: TestClient) -> None:
    kept = Shelf(settings_of(history).folder).ids()
    events = [item["event"] for item in followed(history, 100)]
    for before, after in pairwise(kept):
        rows = history.get(f"/api/v1/generations/{before}/diff/{after}", params={"limit": 100}).json()["items"]
        expected = {(row["kind"], row["action"], row["id"]) for row in rows if row["kind"] in ("concept", "mapping")}
        own = {(one["kind"], one["action"], one["thing"]) for one in events if one["generation"] == after}
        assert own == expected


def test_every_cursor_leads_behind_its_item(history: TestClient) -> None:
    items = followed(history, 100)
    for place in (0, len(items) // 2, len(items) - 1):
        rest = history.get("/api/v1/changes", params={"after": items[place]["cursor"]}).json()["items"]
        assert rest == items[place + 1 :]


@pytest.mark.parametrize("cursor", ["x", "g00001-zzzzzzzz.0", "g99999-01234567.0", "../etc.1", "g00001.5"])
def test_what_is_no_cursor_is_refused(history: TestClient, cursor: str) -> None:
    problem(history.get("/api/v1/changes", params={"after": cursor}), 400, "query")


def test_a_cursor_in_the_middle_of_a_line_is_refused(history: TestClient) -> None:
    name, _, _ = str(followed(history, 1)[1]["cursor"]).partition(".")
    problem(history.get("/api/v1/changes", params={"after": f"{name}.3"}), 400, "query")


def test_atom(history: TestClient) -> None:
    answer = history.get("/feeds/changes", headers={"Accept-Language": "zh"})
    assert answer.headers["content-type"].startswith("application/atom+xml")
    tree = ElementTree.fromstring(answer.content)
    entries = tree.findall(f"{ATOM}entry")
    assert len(entries) == min(100, len(followed(history, 100)))
    titles = [entry.findtext(f"{ATOM}title") or "" for entry in entries]
    assert "概念移除：DOID:9000007 passing disease" in titles
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries)
    assert b"New concept" in history.get("/feeds/changes").content


def test_files_that_are_missing_are_made_up_for(history: TestClient, tmp_path: Path) -> None:
    folder = settings_of(history).folder
    kept = Shelf(folder).ids()
    (tmp_path / "generations").symlink_to(folder / "generations")
    (tmp_path / "batches").symlink_to(folder / "batches")
    feed = Feed(tmp_path)
    assert (feed.read(), feed.end(), feed.newest(5)) == ([], "", [])
    feed.record(kept[:2])
    feed.record(kept)
    assert feed.read(None, 1000) == Feed(folder).read(None, 1000)
    first = feed.read(None, 1)[0].cursor
    (tmp_path / "changes" / f"{kept[0]}.jsonl").unlink()
    with pytest.raises(ChangesForgotten):
        feed.read(first)
    with pytest.raises(QueryError):
        feed.read("nonsense")
    assert not list((tmp_path / "changes").glob(".*"))


class Receiver:
    """A server that keeps what it is sent; ``refuse`` times it says 500 first."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.refuse = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                outer.refuse -= 1
                self.send_response(500 if outer.refuse >= 0 else 204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self.port = free_port()
        self.server = HTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def telling(history: TestClient, receiver: Receiver, tmp_path: Path) -> Settings:
    return msgspec.structs.replace(
        settings_of(history), webhook_origins=receiver.origin, fetch_networks="127.0.0.0/8",
        database=f"sqlite:///{tmp_path / 'hooks.sqlite'}",
    )  # fmt: skip


def test_deliveries_are_signed_and_come_at_least_once(telling: Settings, receiver: Receiver) -> None:
    hooks = wiring.webhooks(telling)
    made = hooks.add(check_url(f"{receiver.origin}/hook", telling), "admin", "")
    deliveries = Deliveries(telling, hooks)
    receiver.refuse = 1
    assert asyncio.run(deliveries.once()) == 0
    (hook,) = hooks.all()
    assert (hook.failures, hook.state, hook.cursor) == (1, "active", "")
    assert hook.next_attempt
    assert "500" in hook.message
    # It waits its time, and a new attempt has the same id.
    assert asyncio.run(deliveries.once()) == 0
    assert len(receiver.got) == 1
    hooks.resume(made.hook.id)
    assert asyncio.run(deliveries.once()) == 1
    (first, body), (second, again) = receiver.got
    assert body == again
    assert first["medkg-delivery"] == second["medkg-delivery"] == json.loads(body)["id"]
    moment, _, mark = second["medkg-signature"].partition(",")
    expected = hmac.new(made.secret.encode(), f"{moment[2:]}.".encode() + body, hashlib.sha256).hexdigest()
    assert mark == f"v1={expected}"
    told = json.loads(body)
    feed = Feed(telling.folder).read(None, 100)
    assert [item["event"]["id"] for item in told["items"]] == [item.event.id for item in feed]
    assert told["cursor"] == feed[-1].cursor == hooks.all()[0].cursor
    assert asyncio.run(deliveries.once()) == 0
    assert len(receiver.got) == 2


def test_a_hook_is_switched_off_after_many_failures(
    telling: Settings, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hooks_module, "ATTEMPTS", 2)
    hooks = wiring.webhooks(telling)
    number = hooks.add(receiver.origin, "admin", "").hook.id
    hooks.failed(number, "x")
    hooks.failed(number, "y" * 1000)
    (hook,) = hooks.all()
    assert (hook.state, hook.failures, len(hook.message)) == ("off", 2, 300)
    assert asyncio.run(Deliveries(telling, hooks).once()) == 0
    assert not receiver.got
    assert hooks.resume(number).state == "active"
    hooks.remove(number)
    with pytest.raises(UnknownName):
        hooks.remove(number)


def test_two_processes_do_not_deliver_at_once(telling: Settings) -> None:
    hooks = Webhooks(wiring.webhooks(telling)._engine)
    hooks.add("https://hooks.example", "admin", "")
    assert len(hooks.take("end")) == 1
    assert hooks.take("end") == []


def test_only_servers_of_the_list_at_public_addresses_are_told(telling: Settings, receiver: Receiver) -> None:
    for url in (
        "http://169.254.169.254/x",
        "https://elsewhere.example/",
        "file:///etc/passwd",
        f"{receiver.origin}@x/",
    ):
        with pytest.raises(ConfigError):
            check_url(url, telling)
    # A server of the list whose address is private is not connected to.
    private = msgspec.structs.replace(telling, fetch_networks="")
    hooks = wiring.webhooks(private)
    hooks.add(check_url(receiver.origin, private), "admin", "")
    assert asyncio.run(Deliveries(private, hooks).once()) == 0
    assert not receiver.got
    assert hooks.all()[0].failures == 1


def test_over_http_they_are_for_admins(history: TestClient) -> None:
    assert history.get("/api/v1/webhooks").status_code in (401, 403)
    assert history.post("/api/v1/webhooks", json={"url": "https://a.example"}).status_code in (401, 403)
    key = wiring.keys(settings_of(history)).create("test", "admin").text
    admin = {"Authorization": f"Bearer {key}"}
    refused = history.post("/api/v1/webhooks", json={"url": "https://a.example"}, headers=admin)
    assert refused.status_code == 422
    assert history.get("/api/v1/webhooks", headers=admin).json()["items"] == []
    problem(history.delete("/api/v1/webhooks/7", headers=admin), 404, "unknown-name")


def test_the_command_line(telling: Settings, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("webhook_origins", "fetch_networks", "database", "data"):
        monkeypatch.setenv(f"MEDKG_{name.upper()}", getattr(telling, name))
    run = CliRunner().invoke
    assert run(app, ["webhooks", "add", receiver.origin, "--start"]).stdout.startswith("mws_")
    assert run(app, ["webhooks", "deliver"]).exit_code == 0
    assert len(receiver.got) == 1
    assert receiver.origin in run(app, ["webhooks", "list"]).stdout
    assert run(app, ["webhooks", "remove", "1"]).exit_code == 0
    lines = run(app, ["changes", "--limit", "2"]).stdout.splitlines()
    assert lines[0].split("\t")[1:3] == ["reset", "added"]
