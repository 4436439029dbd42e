"""A data folder with a pack of illustrative rules, built once and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from starlette.testclient import TestClient

from api import wiring
from api.app import create_app
from api.living import RuleReview
from api.settings import Settings
from api.wiring import Building
from ingest.config import read_config
from ingest.pipeline import Listener
from tests.corpus import write_build
from tests.lifecycle.packs import FEVER, input_of, life, pack, rule

COMMITTEE = {"committee": "药事委员会", "number": "2026-7", "date": "2026-11-02", "minutes": "minutes/2026-7.pdf"}
CASE = {"event": "patient-view", "conditions": [{"codes": [{"code": FEVER}]}], "scope": {"department": "icu"}}


class World(msgspec.Struct, frozen=True):
    """Inputs in ``folder/in`` and a service's settings; ``build`` publishes what the inputs say now."""

    folder: Path
    settings: Settings

    def build(self, **packs: str) -> RuleReview:
        """Write packs, each an input, and publish; what that brought for rules."""
        config = self.folder / "in" / "build.toml"
        for name, text in packs.items():
            path = self.folder / "in" / f"{name}.jsonl"
            if not path.exists():
                config.write_text(config.read_text("utf-8") + input_of(name, path.name), "utf-8")
            path.write_text(text, "utf-8")
        built = Building(self.settings).run(read_config(config), {}, Listener(), lambda *_: None)
        assert built.rules is not None
        return built.rules

    @contextmanager
    def serving(self, **more: Any) -> Iterator[Service]:
        settings = msgspec.structs.replace(self.settings, **more)
        with TestClient(create_app(settings), raise_server_exceptions=False) as client:
            yield Service(client, self.settings)


class Service(msgspec.Struct, frozen=True):
    """A running service; people are made keys of roles."""

    client: TestClient
    settings: Settings

    def ask(self, person: str, role: str, method: str, path: str, body: object = None) -> Any:
        key = wiring.keys(self.settings).create(person, role).text
        headers = {"Authorization": f"Bearer {key}"}
        sent: dict[str, Any] = {} if body is None else {"json": body}
        return self.client.request(method, f"/api/v1/rules{path}", headers=headers, **sent)

    def propose(self, person: str = "Li", **wanted: object) -> Any:
        return self.ask(person, "rule-author", "POST", "/standings/requests", wanted)

    def approve(self, number: int, person: str = "Wang", role: str = "rule-approver", **more: object) -> Any:
        sent = {"role": "chief pharmacist", "committee": COMMITTEE} | more
        return self.ask(person, role, "POST", f"/standings/requests/{number}/approve", sent)

    def activate(self, *rules: str, **wanted: object) -> Any:
        asked = self.propose(**{"mode": "active", "rules": rules, "basis": "local-consensus"} | wanted)
        assert asked.status_code == 201, asked.text
        answer = self.approve(asked.json()["proposal"]["id"])
        assert answer.status_code == 200, answer.text
        return answer.json()

    def evaluate(self, **case: object) -> Any:
        answer = self.client.post("/api/v1/rules/evaluate", json={"case": CASE | case})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def fired(self, **case: object) -> list[str]:
        """Rules that gave a card, in order of their ids."""
        return sorted(card["rule"] for card in self.evaluate(**case)["items"])


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Inputs and one generation."""
    root = tmp_path_factory.mktemp("lifecycle")
    write_build(root / "in", files=1, size=4)
    _world(root).build(life=life(), own=pack(rule("own:one"), name="own", example=False))
    return root


@pytest.fixture
def fresh(library: Path, tmp_path: Path) -> Callable[[], World]:
    """A world of its own, as the library is."""

    def copied() -> World:
        shutil.copytree(library, tmp_path / "world")
        return _world(tmp_path / "world")

    return copied


@pytest.fixture
def world(fresh: Callable[[], World]) -> World:
    return fresh()


@pytest.fixture
def service(world: World) -> Iterator[Service]:
    with world.serving() as made:
        yield made


def _world(folder: Path) -> World:
    # Tests share a machine: none of them is about how long a rule takes.
    settings = Settings(
        data=str(folder / "data"), encoder="none", workers=1, people=False, hosts="testserver", decision_seconds=60.0,
        rule_seconds=30.0,
    )  # fmt: skip
    return World(folder, settings)
