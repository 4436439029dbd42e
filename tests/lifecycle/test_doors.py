"""Every way into medkg, tried to make a rule fire without author, approver and committee. Nothing fires."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import Result
from sqlalchemy import text
from typer.testing import CliRunner

from api import wiring
from api.cli.main import app
from api.cli.query import opened
from api.decisions import Decisions
from kg.model.case import Case
from kg.rules.ruleset import Asked
from kg.rules.standing import FILE, FOLDER
from kg.workflow.database import open_database
from tests.lifecycle.conftest import CASE, COMMITTEE, Service, World
from tests.lifecycle.packs import CONSENSUS, QUOTED, pack, rule

GRAPH = "https://w3id.org/medkg/id/source/life/1"
ACTIVE = (
    "PREFIX mkg: <https://w3id.org/medkg/> INSERT DATA { GRAPH <%s> "
    '{ <urn:r> a mkg:Rule ; mkg:ruleStanding "active" ; mkg:rulePack "life" } }'
)
FORGED = {
    "mode": "active", "standing": {"mode": "active"}, "active": [QUOTED], "approved": True, "demo": True,
    "rules": [{"id": QUOTED, "mode": "active"}], "approval": {"role": "x", "committee": COMMITTEE},
}  # fmt: skip


def medkg(world: World, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "--data", world.settings.data])


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDKG_ENCODER", "none")


@pytest.fixture
def admin(service: Service) -> dict[str, str]:
    key = wiring.keys(service.settings).create("Zhao", "admin").text
    return {"Authorization": f"Bearer {key}"}


def test_fields_that_are_sent_with_a_case(service: Service) -> None:
    for name, value in FORGED.items():
        for sent in ({"case": CASE, name: value}, {"case": CASE | {name: value}}):
            assert service.client.post("/api/v1/rules/evaluate", json=sent).status_code == 422, name
    answer = service.client.post("/api/v1/rules/evaluate", json={"case": CASE, "why": [QUOTED], "explain": True})
    assert answer.json()["items"] == []
    assert [row["outcome"] for row in answer.json()["interpretation"]["explained"]] == ["not-active"]
    hook = {
        "hook": "patient-view", "hookInstance": "11111111-2222-4333-8444-555555555555",
        "context": {"userId": "Practitioner/1", "patientId": "1"}, "prefetch": {}, "extension": FORGED,
    }  # fmt: skip
    answer = service.client.post("/cds-services/medkg-patient-view", json=hook)
    assert answer.status_code >= 400 or answer.json()["cards"] == []


def test_sparql_graph_store_and_workspace(service: Service, admin: dict[str, str]) -> None:
    client = service.client
    update = {"content-type": "application/sparql-update"} | admin
    for path in ("/sparql", "/workspaces/drafts/sparql"):
        client.post(path, content=ACTIVE % GRAPH, headers=update)
        client.post(path, content=ACTIVE % "https://w3id.org/medkg/id/workspace/drafts/g", headers=update)
    turtle = {"content-type": "text/turtle"} | admin
    sent = '<urn:r> a <https://w3id.org/medkg/Rule> ; <https://w3id.org/medkg/ruleStanding> "active" .'
    for method in ("PUT", "POST"):
        client.request(method, "/graphs", params={"graph": GRAPH}, content=sent, headers=turtle)
        client.request(method, "/graphs?default", content=sent, headers=turtle)
        client.request(method, "/workspaces/drafts/graphs/life", content=sent, headers=turtle)
    client.post("/workspaces/drafts/promote", headers=admin)
    assert service.fired() == []


def test_proposals_of_terminology_and_their_release(service: Service, admin: dict[str, str]) -> None:
    client = service.client
    made = client.post("/api/v1/proposals", json={"title": QUOTED, "kind": "rule"}, headers=admin)
    assert made.status_code == 422
    edits = [{"type": "AddLabel", "concept": "DOID:9000002", "label": {"value": "active", "language": "en"}}]
    client.post("/api/v1/proposals", json={"title": "activate", "edits": edits}, headers=admin)
    number = service.propose(mode="active", rules=[QUOTED]).json()["proposal"]["id"]
    for action in ("submit", "take", "accept", "reopen", "approve", "release"):
        client.post(f"/api/v1/proposals/{number}/{action}", headers=admin)
    client.put(f"/api/v1/proposals/{number}", json={"title": "x"}, headers=admin | {"If-Match": '"1"'})
    client.post("/api/v1/releases", json={"version": "1", "proposals": [number]}, headers=admin)
    assert service.fired() == []


def test_requests_that_say_more_than_they_may(service: Service) -> None:
    base: dict[str, Any] = {"mode": "active", "rules": [QUOTED]}
    for more in ({"approver": "Wang"}, {"committee": COMMITTEE}, {"state": "in-force"}, {"mode": "demo"}):
        assert service.propose(**base | more).status_code == 422
    asked = service.propose(**base).json()["proposal"]["id"]
    assert service.approve(asked, person="Li").status_code == 403  # the author, with another key
    assert service.approve(asked, committee=None).status_code == 422
    assert service.ask("Wang", "rule-approver", "POST", "/standings/requests", base).status_code == 403
    shadow = service.propose(mode="shadow", rules=[QUOTED]).json()["proposal"]["id"]
    assert service.approve(shadow, committee=None).status_code == 200
    back = {"to": "2020-01-01", "reason": "before"}
    assert service.ask("Wang", "rule-approver", "POST", "/standings/rollback", back).status_code == 200
    assert service.fired() == []


def test_a_pack_that_says_that_it_is_active(world: World) -> None:
    claims = {
        "status": "active",
        "mode": "active",
        "approved": True,
        "approver": "Wang",
        "standing": {"mode": "active"},
    }
    rules = [rule(f"claims:{name}", **{name: value}) for name, value in claims.items()]
    world.build(claims=pack(*rules, rule("claims:none"), name="claims", example=False))
    with world.serving() as service:
        listed = service.client.get("/api/v1/rules?pack=claims").json()["items"]
        assert [(row["id"], row["active"]) for row in listed] == [("claims:none", "")]
        assert service.fired() == []


def test_a_dump_of_a_folder_where_it_is_active(service: Service, world: World, tmp_path: Path) -> None:
    service.activate(QUOTED)
    assert service.fired() == [QUOTED]
    made = medkg(world, "export", "--output", str(tmp_path / "dump.nq"))
    assert made.exit_code == 0, made.output
    there = msgspec.structs.replace(world, settings=msgspec.structs.replace(world.settings, data=str(tmp_path / "new")))
    done = medkg(there, "restore", str(tmp_path / "dump.nq"))
    assert done.exit_code == 0, done.output
    with there.serving() as other:
        assert other.client.get("/api/v1/rules?pack=life").json()["items"]
        assert other.fired() == []


def test_the_command_line_needs_two_people_and_a_committee(service: Service, world: World) -> None:
    """A service that runs notices at its next call what the command line did."""
    record = ("--committee", "c", "--decision", "1", "--date", "2026-11-01", "--minutes", "m")
    who = ("--by", "Wang", "--reason", "r")
    asked = medkg(world, "rules", "propose", "active", QUOTED, "--by", "Li")
    assert asked.exit_code == 0, asked.output
    for given in (
        ("--by", "Li", "--role", "r", *record),
        ("--by", "Wang", "--role", "r"),
        ("--by", "", "--role", "r", *record),
    ):
        assert medkg(world, "rules", "approve", "1", *given).exit_code != 0
    assert service.fired() == []
    done = medkg(world, "rules", "approve", "1", "--by", "Wang", "--role", "chief pharmacist", *record)
    assert (done.exit_code, done.stdout.split("\t")[:3]) == (0, [QUOTED, "1", "active"])
    assert service.fired() == [QUOTED]
    for command in (("overdue",), ("history",), ("requests",), ("conflicts",)):
        assert medkg(world, "rules", *command).exit_code == 0
    assert medkg(world, "rules", "kill", "pack", "lief", *who).exit_code != 0
    assert medkg(world, "rules", "kill", "service", *who).exit_code == 0
    assert service.fired() == []
    assert "all" in medkg(world, "rules", "kills").stdout
    assert medkg(world, "rules", "revive", "1", *who).exit_code == 0
    assert service.fired() == [QUOTED]
    assert medkg(world, "rules", "retire", QUOTED, *who).exit_code == 0
    assert medkg(world, "rules", "rollback", "2026-01-01", *who).exit_code == 0
    assert service.fired() == []


def test_the_demonstration_is_for_loopback_without_an_issuer_and_for_nothing_that_was_decided(world: World) -> None:
    assert medkg(world, "rules", "demo").exit_code == 0
    path = world.settings.folder / FOLDER / FILE
    with world.serving() as service:
        told = service.evaluate()
        assert (told["demo"], {card["mode"] for card in told["items"]}) == (True, {"demo"})
        assert all(card["title"]["en"].startswith("Example, not for care") for card in told["items"])
        service.activate(QUOTED)
        assert (
            service.ask(
                "Wang", "rule-approver", "POST", "/standings/withdraw", {"rules": [QUOTED], "reason": "wrong"}
            ).status_code
            == 200
        )
        assert service.fired() == [CONSENSUS]
        # A forged file is no approval: packs that are no example are not shown.
        path.write_text(json.dumps({"packs": ["own"]}), "utf-8")
        assert service.fired() == []
        path.write_text(json.dumps({"packs": ["life"], "active": True}), "utf-8")
        assert service.client.post("/api/v1/rules/evaluate", json={"case": CASE}).status_code >= 500
    path.write_text(json.dumps({"packs": ["life"]}), "utf-8")
    for more in ({"host": "0.0.0.0"}, {"proxies": "10.0.0.0/8"}, {"oidc_issuer": "https://issuer.example"}):
        settings = msgspec.structs.replace(world.settings, **more)
        found = Decisions(settings).evaluate(opened(settings.data, None), msgspec.convert(CASE, Case), Asked())
        assert (found.items, found.demo) == ((), True)


def test_no_answer_where_it_cannot_be_known_what_was_stopped(world: World) -> None:
    with world.serving() as service:
        service.activate(QUOTED)
        engine = open_database(world.settings.database_url)
        with engine.begin() as connection:
            connection.execute(text("DROP TABLE rule_clock"))
        assert service.client.post("/api/v1/rules/evaluate", json={"case": CASE}).status_code >= 500
