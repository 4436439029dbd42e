"""Rules in operation: servers of their own, over one data folder, while it changes and while parts of it fail."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from tests.api.serving import environment, free_port, served
from tests.api.test_cli import medkg
from tests.api.test_rules import CASE

pytestmark = pytest.mark.slow
BUILD = """
demo_rules = true
[[input]]
name = "starter"
format = "starter.v1"
kind = "terminology"
paths = ["package:ontology/starter"]
version = "1"
licence = "Apache-2.0"
title = { zh = "词表", en = "Starter" }
[input.options.checks]
path = "checks.tsv"
[[input]]
name = "pack"
format = "rules.v1"
kind = "source"
paths = ["rules.jsonl"]
version = "VERSION"
licence = "CC0-1.0"
illustrative = true
annotate = false
title = { zh = "示例规则包", en = "Example pack" }
"""
TEXT = {"zh": "示例", "en": "Illustration"}


def build(folder: Path, version: str, **settings: object) -> None:
    """A generation whose only rule is of this version."""
    drug = {"is": "has", "kind": "drug", "concepts": ["medkg:drug-warfarin"]}
    rule = {
        "id": "operation:one", "version": version, "tier": "warn", "title": TEXT, "message": TEXT,
        "events": ["order-sign"], "when": drug, "evidence": [{"organisation": "medkg", "title": "Illustration"}],
        "cases": [{"expect": "insufficient", "case": {"event": "order-sign"}}],
    }  # fmt: skip
    pack = {"pack": {"id": "operation", "version": version, "title": TEXT, "licence": "CC0-1.0"}}
    (folder / "rules.jsonl").write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in (pack, rule)))
    (folder / "build.toml").write_text(BUILD.replace("VERSION", version), "utf-8")
    done = medkg("build", "--config", str(folder / "build.toml"), "--data", str(folder / "data"), **settings)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("operation")
    build(made, "1")
    return made


def told(answer: httpx.Response) -> Any:
    """An answer without the names that each showing has of its own."""
    assert answer.status_code == 200, answer.text
    body = answer.json()
    for card in body["items"]:
        assert card.pop("uuid")
    return body


def test_two_instances_over_one_generation_answer_alike(folder: Path) -> None:
    cases = [CASE | {"at": "2026-11-01T00:00:00Z", "orders": [{"name": name}]}
             for name in ("布洛芬", "warfarin", "no such drug", "metformin")]  # fmt: skip
    with served(folder / "data") as one, served(folder / "data") as other:
        for case in cases:
            answers = [told(httpx.post(f"{where.address}/api/v1/rules/evaluate", json={"case": case, "explain": True},
                                       timeout=30)) for where in (one, other)]  # fmt: skip
            assert answers[0] == answers[1]


def test_a_new_pack_is_switched_to_without_a_failed_request(folder: Path) -> None:
    found: list[tuple[str, tuple[str, ...]]] = []
    failed: list[str] = []
    done = threading.Event()

    def ask(address: str) -> None:
        with httpx.Client(base_url=address, timeout=30) as client:
            while not done.is_set():
                answer = client.post("/api/v1/rules/evaluate", json={"case": CASE})
                if answer.status_code != 200:
                    failed.append(answer.text)
                    continue
                body = answer.json()
                found.append((body["generation"], tuple(card["version"] for card in body["items"])))
                time.sleep(0.01)

    # The machine that runs tests is busy: what is asked here is whether anything fails, not how long it takes.
    with served(folder / "data", decision_seconds=20) as server:
        threads = [threading.Thread(target=ask, args=(server.address,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            time.sleep(1)
            build(folder, "2")
            end = time.monotonic() + 60
            while time.monotonic() < end and not (found and found[-1][1] == ("2",)):
                time.sleep(0.2)
            time.sleep(1)
        finally:
            done.set()
            for thread in threads:
                thread.join()
    assert failed == []
    assert found[0][1] == ("1",)
    assert found[-1][1] == ("2",)
    # Each generation answers with its own rules, whoever asks while it changes.
    assert len({generation for generation, _ in found}) == len(set(found)) == 2


def test_a_store_that_is_not_there_is_an_error_and_not_an_empty_answer(folder: Path, tmp_path: Path) -> None:
    import shutil
    import subprocess

    from tests.api.serving import MEDKG

    broken = tmp_path / "data"
    shutil.copytree(folder / "data", broken)
    for store in broken.glob("generations/*/store"):
        shutil.rmtree(store)
    process = subprocess.run(
        [*MEDKG, "serve", "--data", str(broken), "--port", str(free_port())], env=environment(encoder="none"),
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert process.returncode not in (0, None)
    assert b"Traceback" not in process.stderr
