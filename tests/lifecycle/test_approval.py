"""From draft to active and back, over HTTP: who may, what is needed, what cards then say."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from api import wiring
from api.cli.query import opened
from api.decisions import Decisions
from kg.model.case import Case
from kg.rules.ruleset import Asked
from tests.lifecycle.conftest import CASE, COMMITTEE, Service, World
from tests.lifecycle.packs import CONSENSUS, OTHER, QUOTED, life, pack, rule

TODAY = datetime.now(UTC).date()


def slug(answer: object) -> str:
    return str(answer.json()["type"].rpartition("/")[2])  # type: ignore[attr-defined]


def test_a_rule_from_draft_to_active_and_what_its_card_says(service: Service, world: World) -> None:
    assert service.evaluate()["items"] == []
    asked = service.propose(mode="active", rules=[QUOTED], reason="for the winter")
    assert (asked.status_code, asked.json()["findings"], asked.json()["proposal"]["state"]) == (201, [], "submitted")
    number = asked.json()["proposal"]["id"]
    assert service.fired() == []
    (made,) = service.approve(number).json()["items"]
    assert (made["mode"], made["author"], made["approver"], made["committee"]) == ("active", "Li", "Wang", COMMITTEE)
    told = service.evaluate()
    (card,) = told["items"]
    assert (told["demo"], card["mode"]) == (False, "active")
    assert not card["title"]["en"].startswith("Example")
    assert "Example" not in card["message"]["en"]
    due = (date.fromisoformat(made["approved"][:10]) + timedelta(days=180)).isoformat()
    assert card["approval"] == {
        "role": "chief pharmacist", "reviewed": made["approved"][:10], "review_due": due, "basis": "evidence",
        "committee": COMMITTEE,
    }  # fmt: skip
    listed = service.client.get("/api/v1/rules?pack=life").json()["items"]
    assert {row["id"]: row["active"] for row in listed} == {CONSENSUS: "", OTHER: "", QUOTED: "active"}
    assert service.ask("Wu", "reader", "GET", "/standings").status_code == 403
    (record,) = service.ask("Wu", "rule-author", "GET", "/standings").json()["items"]
    assert (record["applies"], record["killed"], record["overdue"]) == (True, False, False)
    actions = [entry.action for entry in wiring.audit(world.settings).entries(limit=1000)]
    assert f"proposal {number} create submitted" in actions
    assert f"proposal {number} approve in-force" in actions
    assert f"rule {QUOTED} 1 active" in actions
    assert list(wiring.audit(world.settings).check()) == []


def test_what_an_approval_needs(service: Service) -> None:
    number = service.propose(mode="active", rules=[QUOTED]).json()["proposal"]["id"]
    assert (service.approve(number, person="Li").status_code, slug(service.approve(number, person="ｌｉ"))) == (
        403, "own-proposal",
    )  # fmt: skip
    assert slug(service.approve(number, committee=None)) == "approval-refused"
    assert slug(service.approve(number, committee=COMMITTEE | {"date": "2999-01-01"})) == "approval-refused"
    assert slug(service.approve(number, committee=COMMITTEE | {"date": "2026-02-30"})) == "approval-refused"
    assert service.approve(number, committee=COMMITTEE | {"minutes": ""}).status_code == 422
    assert service.approve(number, role="rule-author").status_code == 403
    assert service.approve(number, role="reviewer").status_code == 403
    assert service.approve(999).status_code == 404
    assert service.fired() == []
    # The doors of terminology proposals are no way round.
    key = wiring.keys(service.settings).create("Zhao", "admin").text
    headers = {"Authorization": f"Bearer {key}"}
    for action in ("accept", "reopen", "revise"):
        answer = service.client.post(f"/api/v1/proposals/{number}/{action}", headers=headers)
        assert answer.status_code in (403, 409), answer.text
    assert service.fired() == []
    assert service.approve(number).status_code == 200
    assert slug(service.approve(number)) == "not-in-state"


def test_what_the_gate_finds_is_told_before_and_refuses(service: Service, world: World) -> None:
    asked = service.propose(mode="active", rules=[CONSENSUS]).json()
    assert [(row["rule"], row["place"], row["why"]) for row in asked["findings"]] == [
        (CONSENSUS, "evidence", "unready-evidence")
    ]
    answer = service.approve(asked["proposal"]["id"])
    assert (answer.status_code, slug(answer), answer.json()["errors"][0]["why"]) == (
        422, "rules-unready", "unready-evidence",
    )  # fmt: skip
    service.activate(CONSENSUS, basis="local-consensus")
    (card,) = service.evaluate()["items"]
    assert card["approval"]["basis"] == "local-consensus"
    wrong = rule("bad:one", cases=[rule("x")["cases"][0] | {"expect": "silent"}], quoted=True)
    silent = rule(
        "bad:two", title={"zh": "", "en": "x"}, review_due="2020-01-01", effective_to="2020-02-01", quoted=True
    )
    world.build(bad=pack(wrong, silent, name="bad"))
    with world.serving() as later:
        found = later.propose(mode="pilot", pack="bad", review_due="2020-13-01").json()
        assert {(row["rule"], row["why"]) for row in found["findings"]} == {
            ("bad:one", "unready-case"), ("bad:one", "unready-cases"), ("bad:one", "unready-scopes"),
            ("bad:one", "unready-review"), ("bad:two", "unready-review"), ("bad:two", "unready-expired"),
            ("bad:two", "unready-language"), ("bad:two", "unready-scopes"), ("bad:two", "unready-case"),
        }  # fmt: skip


def test_a_shadow_makes_no_card_and_a_pilot_speaks_to_its_scope(service: Service) -> None:
    number = service.propose(mode="shadow", rules=[CONSENSUS]).json()["proposal"]["id"]
    assert service.approve(number, committee=None).status_code == 200
    assert service.fired() == []
    service.activate(CONSENSUS, mode="pilot", scopes=[{"department": "icu"}])
    assert service.fired() == [CONSENSUS]
    assert service.fired(scope={"department": "ward"}) == []
    service.activate(CONSENSUS, tier="inform")
    (card,) = service.evaluate(scope={"department": "ward"})["items"]
    assert card["tier"] == "inform"
    past = service.ask("Li", "rule-author", "GET", f"/standings/history?rule={CONSENSUS}").json()["items"]
    assert [row["mode"] for row in past] == ["active", "pilot", "shadow"]
    assert [bool(row["until"]) for row in past] == [False, True, True]


def test_another_text_under_the_same_version_is_not_what_was_approved(service: Service, world: World) -> None:
    service.activate(CONSENSUS, QUOTED)
    assert service.fired() == [CONSENSUS, QUOTED]
    waiting = service.propose(mode="active", rules=[OTHER]).json()["proposal"]["id"]
    changed = life(tier="block") + pack(rule("life:x")).split("\n", 1)[1]
    world.build(life=changed.replace('"id": "life:other", "version": "1"', '"id": "life:other", "version": "2"'))
    with world.serving() as later:
        assert later.fired() == [QUOTED]
        rows = later.ask("Li", "rule-author", "GET", "/standings").json()["items"]
        assert {row["standing"]["mark"]["rule"]: row["applies"] for row in rows} == {CONSENSUS: False, QUOTED: True}
        answer = later.approve(waiting)
        assert (answer.status_code, slug(answer)) == (422, "approval-refused")


def test_kill_switches_hold_at_the_next_call_and_after_a_restart(service: Service, world: World) -> None:
    service.activate(CONSENSUS, QUOTED)

    def kill(kind: str, name: str = "", person: str = "Li") -> int:
        sent = {"kind": kind, "reason": "looks wrong"} | ({"name": name} if name else {})
        answer = service.ask(person, "rule-author", "POST", "/standings/kills", sent)
        assert answer.status_code == 200, answer.text
        return int(answer.json()["id"])

    first = kill("rule", QUOTED)
    assert kill("rule", QUOTED, "Wu") == first
    assert service.fired() == [CONSENSUS]
    everything = kill("service")
    told = service.evaluate()
    assert told["items"] == []
    with world.serving() as later:
        assert later.fired() == []
        assert (
            later.ask("Li", "rule-author", "POST", f"/standings/kills/{first}/revive", {"reason": "x"}).status_code
            == 403
        )
        revive = {"reason": "looked at"}
        assert (
            later.ask("Wang", "rule-approver", "POST", f"/standings/kills/{everything}/revive", revive).status_code
            == 200
        )
    assert service.fired() == [CONSENSUS]
    packs = kill("pack", "life")
    assert service.fired() == []
    for number in (first, packs):
        service.ask("Wang", "rule-approver", "POST", f"/standings/kills/{number}/revive", revive)
    assert service.fired() == [CONSENSUS, QUOTED]
    again = service.ask("Wang", "rule-approver", "POST", f"/standings/kills/{first}/revive", revive)
    assert slug(again) == "not-in-state"
    slip = service.ask("Li", "rule-author", "POST", "/standings/kills", {"kind": "pack", "name": "lief", "reason": "y"})
    assert (slip.status_code, slip.json()["known"]) == (404, "life")
    for sent in ({"kind": "service", "name": "x", "reason": "y"}, {"kind": "rule", "reason": "y"}):
        assert service.ask("Li", "rule-author", "POST", "/standings/kills", sent).status_code == 422
    listed = service.ask("Li", "rule-author", "GET", "/standings/kills").json()["items"]
    assert [row["kind"] for row in listed] == ["pack", "service", "rule"]
    actions = [entry.action for entry in wiring.audit(world.settings).entries(limit=1000)]
    assert f"rules kill rule {QUOTED}" in actions
    assert "rules revive service all" in actions


def test_retire_withdraw_and_rollback(service: Service) -> None:
    (made,) = service.activate(CONSENSUS)["items"]
    then = made["since"]
    while datetime.now(UTC).isoformat(timespec="seconds") == then:  # moments are told to the second
        time.sleep(0.05)
    service.activate(QUOTED)

    def end(how: str, **sent: object) -> int:
        return int(
            service.ask("Wang", "rule-approver", "POST", f"/standings/{how}", sent | {"reason": "r"}).status_code
        )

    assert end("retire", rules=[CONSENSUS]) == 200
    assert service.fired() == [QUOTED]
    assert end("retire", rules=[CONSENSUS]) == 409
    assert end("retire", rules=[OTHER]) == 409
    assert end("retire") == 422
    back = {"to": then, "reason": "too early"}
    answer = service.ask("Wang", "rule-approver", "POST", "/standings/rollback", back)
    assert answer.json() == {"moment": then, "restored": [CONSENSUS], "ended": [QUOTED], "kept": []}
    assert service.fired() == [CONSENSUS]
    assert end("withdraw", pack="life") == 200
    assert service.fired() == []
    answer = service.ask("Wang", "rule-approver", "POST", "/standings/rollback", back)
    assert (answer.json()["kept"], service.fired()) == ([CONSENSUS], [])
    for to in ("never", "2999-01-01", "9999-12-31T23:59:59-23:59"):
        wrong = service.ask("Wang", "rule-approver", "POST", "/standings/rollback", {"to": to, "reason": "x"})
        assert wrong.status_code in (400, 422)
    service.activate(CONSENSUS)
    assert service.fired() == [CONSENSUS]


def test_a_review_that_is_overdue_is_listed_and_said(service: Service, world: World) -> None:
    service.activate(CONSENSUS, review_due=TODAY.isoformat())
    assert service.ask("Li", "rule-author", "GET", "/standings/overdue").json()["items"] == []
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    decisions = Decisions(world.settings, lambda: tomorrow)
    (card,) = decisions.evaluate(opened(world.settings.data, None), msgspec.convert(CASE, Case), Asked()).items
    assert card.under_review == f"review-overdue {TODAY}"
    assert card.message.en.startswith(f"[Review overdue since {TODAY}]")
    assert card.message.zh.startswith(f"【复审已于 {TODAY} 到期】")


def test_a_person_with_two_keys_is_one_person_at_every_step(service: Service) -> None:
    def key(name: str, role: str, person: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {wiring.keys(service.settings).create(name, role, person).text}"}

    def approved(number: int, headers: dict[str, str]) -> Any:
        sent = {"role": "chief pharmacist", "committee": COMMITTEE}
        return service.client.post(f"/api/v1/rules/standings/requests/{number}/approve", json=sent, headers=headers)

    writing = key("desk", "rule-author", "Li Na")
    wanted = {"mode": "active", "rules": [CONSENSUS], "basis": "local-consensus"}
    asked = service.client.post("/api/v1/rules/standings/requests", json=wanted, headers=writing).json()
    number, author = asked["proposal"]["id"], asked["proposal"]["author"]
    assert author == "Li Na"
    for role, person in (("rule-approver", "Li Na"), ("admin", "ＬＩ  na"), ("rule-approver", " li na ")):
        refused = approved(number, key("laptop", role, person))
        assert (refused.status_code, slug(refused)) == (403, "own-proposal"), person
    assert service.fired() == []
    # Two people may call their keys alike.
    assert approved(number, key("desk", "rule-approver", "Wang")).status_code == 200
    assert service.fired() == [CONSENSUS]
