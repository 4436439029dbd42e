"""Rules and the literature: retractions and contrary evidence flag a rule, open a task, and are told."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import msgspec
import pytest

from api import wiring
from api.deliveries import Deliveries
from kg.generation.feed import Feed
from tests.api.test_changes import Receiver, receiver
from tests.corpus import record, write_records
from tests.lifecycle.conftest import Service, World
from tests.lifecycle.packs import CONSENSUS, FEVER, NEPHROPATHY, case, pack, rule

__all__ = ["receiver"]
CAUSE, NO_CAUSE = "Sample fever causes example nephropathy.", "Sample fever does not cause example nephropathy."
PAPER = "PMID:99000001"
RULE, PAIR = "living:paper", "living:pair"
RETRACTED = """
[[input]]
name = "retractions"
format = "standing.v1"
kind = "source"
paths = ["retracted.txt"]
version = "1"
licence = "CC0-1.0"
title = { zh = "示例撤稿名单", en = "Illustrative list of retractions" }
"""


def living() -> str:
    paper = {"organisation": "medkg", "title": "An illustrative record", "document": PAPER}
    when = {"is": "all", "of": [
        {"is": "has", "kind": "drug", "concepts": [FEVER]},
        {"is": "not", "of": {"is": "has", "kind": "condition", "concepts": [NEPHROPATHY]}},
    ]}  # fmt: skip
    silent = [case(FEVER), case(expect="silent", orders=[], medications=[])]
    return pack(
        rule(RULE, evidence=[paper], author="Li"), rule(PAIR, when=when, cases=silent), name="living"
    )  # fmt: skip


def input_of(name: str, format_: str, path: str) -> str:
    return RETRACTED.replace("retractions", name).replace("standing.v1", format_).replace("retracted.txt", path)


def add(world: World, name: str, format_: str, path: str) -> None:
    config = world.folder / "in" / "build.toml"
    config.write_text(config.read_text("utf-8") + input_of(name, format_, path), "utf-8")


@pytest.fixture
def there(world: World) -> World:
    """A world with a paper that one rule rests on, and claims about the pair that another names."""
    folder = world.folder / "in"
    (folder / "paper.txt").write_text("99000001|t|An illustrative record\n99000001|a|Nothing of note.\n\n", "utf-8")
    add(world, "paper", "pubtator.v1", "paper.txt")
    config = folder / "build.toml"
    config.write_text(
        config.read_text("utf-8").replace("illustrative = true\n", "illustrative = true\nclaims = true\n", 1)
    )
    write_records(folder / "records-00.jsonl", [record(1, CAUSE, year=2010)])
    world.build(living=living())
    return world


def flags(service: Service) -> list[tuple[str, str, str]]:
    rows = service.ask("Wang", "rule-approver", "GET", "/standings/flags").json()["items"]
    return [(row["rule"], row["kind"], row["what"]) for row in rows]


def evidence(service: Service, name: str) -> dict[str, Any]:
    answer = service.client.get(f"/api/v1/rules/{name}/evidence")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_retraction_flags_the_rule_opens_a_task_and_is_told(there: World) -> None:
    with there.serving() as service:
        source = {"document": PAPER, "title": "An illustrative record", "standing": "current"}
        assert evidence(service, RULE)["sources"] == [source]
        assert flags(service) == []
        service.activate(RULE)
    end = Feed(there.settings.folder).end()
    (there.folder / "in" / "retracted.txt").write_text(f"{PAPER.partition(':')[2]}\n", "utf-8")
    add(there, "retractions", "standing.v1", "retracted.txt")
    told = there.build()
    assert [(one.rule, one.what, one.about) for one in told.flagged] == [(RULE, "retracted", PAPER)]
    with there.serving() as service:
        assert flags(service) == [(RULE, "source-standing", "retracted")]
        assert evidence(service, RULE)["sources"] == [source | {"standing": "retracted"}]
        (card,) = service.evaluate()["items"]
        assert card["under_review"] == f"source-standing retracted {PAPER}"
        assert card["message"]["en"].startswith(f"[Under review: its source {PAPER} is retracted]")
        key = wiring.keys(there.settings).create("Zhao", "admin").text
        tasks = service.client.get("/api/v1/proposals?kind=task", headers={"Authorization": f"Bearer {key}"}).json()
        (task,) = [row for row in tasks["items"] if row["form"] == "rule-review"]
        assert (task["subject"], task["state"], task["reason"]) == (
            RULE,
            "submitted",
            f"source-standing retracted {PAPER}",
        )
        assert task["title"].startswith("@Li ")
        told = [item.event for item in Feed(there.settings.folder).read(end) if item.event.kind == "rule"]
        assert [(one.thing, one.action, one.fields[0].added) for one in told] == [
            (RULE, "changed", (f"source-standing retracted {PAPER}",))
        ]
        assert RULE in service.client.get("/feeds/changes").text
        asked = service.propose(mode="active", rules=[RULE], basis="local-consensus").json()
        assert [row["why"] for row in asked["findings"]] == ["unready-flagged"]
        clear = f"/standings/flags/{RULE}/clear"
        assert service.ask("Li", "rule-author", "POST", clear, {"reason": "r"}).status_code == 403
        assert service.ask("Wang", "rule-approver", "POST", clear, {"reason": "rests on others"}).status_code == 200
        assert service.ask("Wang", "rule-approver", "POST", clear, {"reason": "r"}).status_code == 404
        assert service.evaluate()["items"][0]["under_review"] == ""
    # What somebody looked at is not raised again by the next build.
    there.build(living=living().replace('"tier": "warn"', '"tier": "inform"', 1))
    with there.serving() as service:
        assert flags(service) == []
    assert list(wiring.audit(there.settings).check()) == []


def test_a_hook_of_the_owner_says_which_rules_are_theirs(there: World, receiver: Receiver) -> None:
    with there.serving() as service:
        service.activate(RULE)
    end = Feed(there.settings.folder).end()
    (there.folder / "in" / "retracted.txt").write_text(f"{PAPER.partition(':')[2]}\n", "utf-8")
    add(there, "retractions", "standing.v1", "retracted.txt")
    there.build()
    settings = msgspec.structs.replace(
        there.settings, webhook_origins=receiver.origin, fetch_networks="127.0.0.0/8"
    )  # fmt: skip
    hooks = wiring.webhooks(settings)
    for person in ("ＬＩ", "Wang", ""):
        hooks.add(f"{receiver.origin}/{len(person)}", person, end)
    assert asyncio.run(Deliveries(settings, hooks).once()) == 3
    told = [json.loads(body) for _, body in receiver.got]
    assert sorted(body.get("yours", []) for body in told) == [[], [], [RULE]]
    # What everybody reads names nobody.
    assert all("Li" not in json.dumps(body["items"]) for body in told)
    assert "Li" not in "".join(path.read_text("utf-8") for path in (there.settings.folder / "changes").glob("*.jsonl"))


def test_new_evidence_against_a_pair_that_a_rule_names(there: World) -> None:
    with there.serving() as service:
        (pair,) = evidence(service, PAIR)["pairs"]
        assert (pair["subject"], pair["object"], pair["standing"]) == (FEVER, NEPHROPATHY, "supported")
        assert (pair["supports"], pair["refutes"], flags(service)) == (1, 0, [])
    more = [record(number, NO_CAUSE, year=2010 + number, authors=[{"family": f"Other{number}"}]) for number in (2, 3)]
    write_records(there.folder / "in" / "records-01.jsonl", more)
    there.build()
    with there.serving() as service:
        found = evidence(service, PAIR)
        assert (found["supports"], found["refutes"], found["pairs"][0]["standing"]) == (1, 2, "contested")
        assert flags(service) == [(PAIR, "contrary-evidence", "contested")]
    # Where the evidence is gone, so is the flag; what was done in between is in the log.
    (there.folder / "in" / "records-01.jsonl").unlink()
    there.build()
    with there.serving() as service:
        assert (flags(service), evidence(service, PAIR)["refutes"]) == ([], 0)
    actions = [entry.action for entry in wiring.audit(there.settings).entries(limit=1000)]
    assert [one for one in actions if PAIR in one] == [f"rule flag {PAIR} contested", f"rule unflag {PAIR} contested"]


def test_what_is_there_for_a_rule_without_literature(world: World) -> None:
    with world.serving() as service:
        assert evidence(service, CONSENSUS) == {
            "rule": CONSENSUS, "supports": 0, "refutes": 0, "sources": [], "pairs": [],
        }  # fmt: skip
        assert service.client.get("/api/v1/rules/none:such/evidence").status_code == 404
