"""Local changes over a base pack: what they do, what an upgrade of the base does to them, what cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ingest.sources.rules import Rules
from kg.model.override import PackedOverride
from kg.model.source import RawFile, Reject
from tests.lifecycle.conftest import Service, World
from tests.lifecycle.packs import CONSENSUS, FEVER, NEPHROPATHY, OTHER, QUOTED, case, life, pack, rule

NARROW, SILENT, LOUDER = "local:narrow", "local:silent", "local:louder"
ADULT = {"patient": {"age": {"value": 40, "unit": "a"}}}
CHILD = {"patient": {"age": {"value": 4, "unit": "a"}}}


def change(name: str, of: str, does: str, base: str = "1", **more: Any) -> dict[str, Any]:
    reason = {"zh": "示例理由", "en": "An illustrative reason"}
    return {"override": name, "version": "1", "of": of, "base": base, "does": does, "reason": reason} | more


def narrow(of: str = CONSENSUS, name: str = NARROW, **more: Any) -> dict[str, Any]:
    cases = [case(FEVER, **ADULT), case(FEVER, expect="silent", **CHILD), case(FEVER, expect="insufficient")]
    when = {"is": "aged", "range": {"unit": "a", "at_least": 18}}
    return change(name, of, "narrow", when=when, cases=cases, **more)


THREE = (narrow(), change(SILENT, QUOTED, "silence"), change(LOUDER, OTHER, "re-tier", tier="block"))


def ward(*changes: dict[str, Any]) -> str:
    return pack(*changes, name="ward", example=False)


def conflicts(service: Service) -> dict[str, str]:
    rows = service.ask("Li", "rule-author", "GET", "/standings/conflicts").json()["items"]
    return {row["override"]: row["why"] for row in rows}


def both(*concepts: str, **more: Any) -> dict[str, Any]:
    return {"conditions": [{"codes": [{"code": one}]} for one in concepts]} | more


def test_three_changes_do_what_they_say_once_they_are_approved(world: World) -> None:
    world.build(ward=ward(*THREE))
    with world.serving() as service:
        service.activate(CONSENSUS, QUOTED, OTHER)
        asked = both(FEVER, NEPHROPATHY, **CHILD)
        assert service.fired(**asked) == [CONSENSUS, OTHER, QUOTED]
        assert service.activate(NARROW, SILENT, LOUDER)["items"][0]["mark"]["of"] == CONSENSUS
        found = service.evaluate(**asked)
        assert [(card["rule"], card["tier"]) for card in found["items"]] == [(OTHER, "block")]
        assert found["items"][0]["version"] == f"1+{LOUDER}@1"
        assert service.fired(**both(FEVER, **ADULT)) == [CONSENSUS]
        lacking = service.evaluate(**both(FEVER))["interpretation"]["insufficient"]
        assert [row["rule"] for row in lacking] == [CONSENSUS]
        # The base is not touched, and a change that is ended leaves it as it was.
        assert service.client.get(f"/api/v1/rules/{OTHER}").json()["tier"] == "warn"
        service.ask("Wang", "rule-approver", "POST", "/standings/retire", {"rules": [SILENT], "reason": "r"})
        service.ask("Li", "rule-author", "POST", "/standings/kills", {"kind": "rule", "name": LOUDER, "reason": "r"})
        assert [(card["rule"], card["tier"]) for card in service.evaluate(**asked)["items"]] == [
            (OTHER, "warn"), (QUOTED, "warn"),
        ]  # fmt: skip
        assert conflicts(service) == {}


def test_an_upgrade_of_the_base_keeps_or_lists_each_change(world: World) -> None:
    world.build(ward=ward(*THREE))
    with world.serving() as service:
        service.activate(CONSENSUS, QUOTED, OTHER)
        service.activate(NARROW, SILENT, LOUDER)
    # One rule stays, one has a new version, one is gone.
    told = world.build(life=pack(rule(CONSENSUS), rule(QUOTED, quoted=True, version="2"), version="2"))
    assert {one.override: one.why for one in told.conflicts} == {SILENT: "changed", LOUDER: "gone"}
    with world.serving() as service:
        assert conflicts(service) == {SILENT: "changed", LOUDER: "gone"}
        assert service.fired(**both(FEVER, **CHILD)) == []
        service.activate(QUOTED)
        # What the change said of version 1 does not silence version 2.
        assert service.fired(**both(FEVER, NEPHROPATHY, **CHILD)) == [QUOTED]
        asked = service.propose(mode="active", rules=[SILENT]).json()
        assert [row["why"] for row in asked["findings"]] == ["unready-override"]
    # The same version with another text is another rule, too.
    world.build(life=life(message={"zh": "改了", "en": "changed"}), ward=ward(*THREE))
    with world.serving() as service:
        assert conflicts(service) == {NARROW: "changed"}
        service.activate(CONSENSUS)
        assert service.fired(**both(FEVER, **CHILD)) == [CONSENSUS]
    world.build(ward=ward(narrow()))
    with world.serving() as service:
        assert conflicts(service) == {NARROW: "changed", SILENT: "gone", LOUDER: "gone"}


def test_changes_of_changes_and_changes_that_contradict(world: World) -> None:
    quiet = change("local:quiet", CONSENSUS, "re-tier", tier="inform")
    loud = change("local:loud", CONSENSUS, "re-tier", tier="block")
    over = change("local:over", NARROW, "re-tier", tier="interrupt")
    back = change("local:back", NARROW, "silence")
    world.build(ward=ward(narrow(), over, back, quiet, loud))
    with world.serving() as service:
        service.activate(CONSENSUS)
        service.activate(NARROW, "local:over")
        assert [card["tier"] for card in service.evaluate(**ADULT)["items"]] == ["interrupt"]
        assert service.fired(**CHILD) == []
        service.activate("local:back")
        assert [card["tier"] for card in service.evaluate(**CHILD)["items"]] == ["warn"]
        service.activate("local:quiet", "local:loud")
        assert conflicts(service) == {"local:quiet": "double", "local:loud": "double"}
        assert [card["tier"] for card in service.evaluate(**CHILD)["items"]] == ["warn"]
        pilot = service.propose(mode="pilot", rules=["local:quiet"], scopes=[{"department": "icu"}]).json()
        assert [row["why"] for row in pilot["findings"]] == ["unready-override-mode"]


def test_changes_that_lead_back_to_themselves(world: World, tmp_path: Path) -> None:
    circle = [change("local:a", "local:b", "silence"), change("local:b", "local:a", "silence")]
    path = tmp_path / "circle.jsonl"
    path.write_text(ward(*circle, change("local:c", "local:a", "silence")), "utf-8")
    found = list(Rules().parse(RawFile(path, "0" * 64, path.stat().st_size), {}))
    rejects = [one for one in found if isinstance(one, Reject)]
    assert [(one.key, one.reason, one.position, one.detail) for one in rejects] == [
        ("local:a", "override-cycle", "line 2", "local:a → local:b → local:a"),
        ("local:b", "override-cycle", "line 3", "local:b → local:a → local:b"),
    ]
    assert [one.override.override for one in found if isinstance(one, PackedOverride)] == ["local:c"]
    # Two packs may lead back to each other where neither does alone.
    world.build(ward=ward(circle[0]), unit=pack(circle[1], name="unit", example=False))
    with world.serving() as service:
        assert conflicts(service) == {"local:a": "cyclic", "local:b": "cyclic"}
        asked = service.propose(mode="active", rules=["local:a"])
        assert asked.status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [
        change("local:x", CONSENSUS, "narrow"),
        change("local:x", CONSENSUS, "silence", tier="warn"),
        change("local:x", CONSENSUS, "re-tier"),
        change("local:x", "local:x", "silence"),
        change("local:x", CONSENSUS, "add"),
        narrow() | {"cases": []},
        change("local:x", CONSENSUS, "silence") | {"standing": "active"},
    ],
)
def test_changes_that_do_not_fit_are_left_out_with_their_place(wrong: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "wrong.jsonl"
    path.write_text(ward(wrong, narrow(name="local:good")), "utf-8")
    found = list(Rules().parse(RawFile(path, "0" * 64, path.stat().st_size), {}))
    assert [(one.reason, one.position) for one in found if isinstance(one, Reject)] == [("rule", "line 2")]
    assert [one.override.override for one in found if isinstance(one, PackedOverride)] == ["local:good"]


def test_of_two_packs_with_one_rule_id_a_change_touches_the_one_that_it_names(world: World) -> None:
    unclear = change("local:unclear", CONSENSUS, "silence")
    ours = change("local:ours", CONSENSUS, "silence", of_pack="life")
    theirs = change("local:theirs", CONSENSUS, "re-tier", tier="block", of_pack="rival")
    rival = pack(rule(CONSENSUS, tier="inform"), name="rival", example=False)
    world.build(rival=rival, ward=ward(unclear, ours, theirs))
    with world.serving() as service:
        service.activate(CONSENSUS, pack="life")
        asked = service.propose(mode="active", rules=["local:unclear"])
        assert asked.status_code == 422
        assert "unready-override" in asked.text
        service.activate("local:theirs")
        # What was decided of the other pack's rule does nothing to this one, of the same id and version.
        assert [card["tier"] for card in service.evaluate()["items"]] == ["warn"]
        service.activate("local:ours")
        assert service.fired() == []
    # A namesake that comes later makes an approved change unclear, and what it silenced is heard again.
    world.build(ward=ward(unclear, theirs), rival=pack(rule("life:rest"), name="rival", example=False))
    with world.serving() as service:
        service.activate("local:unclear")
        assert service.fired() == []
    world.build(rival=rival)
    with world.serving() as service:
        assert conflicts(service) == {"local:unclear": "ambiguous", "local:ours": "gone"}
        assert service.fired() == [CONSENSUS]
