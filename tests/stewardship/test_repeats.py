"""The order and the cap of cards, and cards that are not said again."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.model.rule import RuleEvidence
from kg.rules.decision import Card, Decision
from kg.rules.ranking import founded, placed
from kg.rules.repeats import EVERY, stewarded
from kg.rules.ruleset import Asked
from kg.workflow.database import open_database
from kg.workflow.silences import FILE, Silences
from tests.kg.rules.known import engine, rule
from tests.kg.rules.test_ruleset import decide

WARFARIN = {"is": "has", "kind": "drug", "concepts": ["medkg:drug-warfarin"]}
QUOTED = {"organisation": "o", "title": "t", "basis": "quoted", "quote": "q"}
PARAPHRASE = {"organisation": "o", "title": "t"}


def twenty() -> Decision:
    """Twenty hits: one blocks, five interrupt, seven warn, seven inform; every third is quoted."""
    tiers = ["block"] + ["interrupt"] * 5 + ["warn"] * 7 + ["inform"] * 7
    rules = [
        rule(WARFARIN, id=f"test:{number:02}", tier=tier, evidence=[QUOTED if number % 3 == 0 else PARAPHRASE])
        for number, tier in reversed(list(enumerate(tiers)))
    ]
    return decide(engine(*rules), Asked(limit=EVERY), orders=[{"name": "warfarin"}], medications=[])


def names(cards: tuple[Card, ...]) -> list[str]:
    return [card.rule.removeprefix("test:") for card in cards]


@pytest.mark.parametrize("limit", [1, 3, 10, 19, 20, 50])
def test_twenty_hits_give_at_most_so_many_cards_and_the_rest_is_counted(limit: int) -> None:
    found = stewarded(twenty(), limit, {})
    assert len(found.cards) == min(limit, 20)
    assert found.folded == 20 - len(found.cards)
    assert names(found.cards) == sorted(names(found.cards), key=lambda name: (
        [0, 1, 1, 1, 1, 1, *[2] * 7, *[3] * 7][int(name)], int(name) % 3 != 0, name))  # fmt: skip
    assert [place.rule for place in found.order] == [card.rule for card in found.cards]
    assert list(found.order) == sorted(found.order)


def test_what_rests_on_a_graded_quote_goes_first() -> None:
    graded = RuleEvidence("o", "t", basis="quoted", quote="q", grade="1A", scheme="s")
    quoted, paraphrase = RuleEvidence("o", "t", basis="quoted", quote="q"), RuleEvidence("o", "t")
    against = RuleEvidence("o", "t", basis="quoted", quote="q", polarity="refutes")
    assert [founded([one]) for one in (graded, quoted, paraphrase, against)] == [0, 1, 2, 2]
    assert founded([paraphrase, graded]) == 0
    assert placed("b", "warn", [graded]) < placed("a", "warn", [quoted]) < placed("a", "inform", [graded])
    assert placed("b", "warn", [quoted]) < placed("a", "warn", [quoted], repeated=True)


def test_what_was_shown_before_is_named_and_makes_room() -> None:
    plain = twenty()
    first = stewarded(plain, 10, {})
    again = stewarded(plain, 10, {card.id: "recent" for card in first.cards})
    assert names(again.cards)[0] == "00", "what blocks comes again"
    assert names(again.cards)[1:] == names(stewarded(plain, 20, {}).cards)[10:19]
    assert {one.card for one in again.suppressed} == {card.id for card in first.cards[1:]}
    assert again.folded == 1
    assert (again.order[0].repeated, again.order[1].repeated) == (1, 0)
    everything = stewarded(plain, 10, {card.id: "recent" for card in plain.cards}, blocks=True)
    assert (everything.cards, len(everything.suppressed), everything.folded) == ((), 20, 0)


class Clock:
    """A clock that is set by hand."""

    now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def silences(folder: Path, clock: Clock) -> Silences:
    return Silences(open_database(f"sqlite:///{folder / 'counts.sqlite'}"), folder, 24, clock)


def test_a_card_is_silent_for_its_time_and_for_that_patient_alone(tmp_path: Path, clock: Clock) -> None:
    kept = silences(tmp_path, clock)
    assert kept.heard("p1", ["a", "b"]) == set()
    kept.hush("p1", ["a"])
    assert kept.heard("p1", ["a", "b"]) == {"a"}
    assert kept.heard("p2", ["a"]) == set()
    kept.close()
    # Another process reads the database, and the salt from the folder.
    other = silences(tmp_path, clock)
    clock.now += 23 * 3_600
    assert other.heard("p1", ["a"]) == {"a"}
    clock.now += 2 * 3_600
    assert other.heard("p1", ["a"]) == set()


def test_what_another_process_has_shown_is_learned(tmp_path: Path, clock: Clock) -> None:
    here, there = silences(tmp_path, clock), silences(tmp_path, clock)
    there.hush("p", ["a"])
    there.flush()
    clock.now += 11
    here.hush("p", ["b"])
    here.flush()
    assert here.heard("p", ["a", "b", "c"]) == {"a", "b"}


def test_a_new_salt_takes_over_without_a_gap_and_old_ones_go(tmp_path: Path, clock: Clock) -> None:
    kept = silences(tmp_path, clock)
    kept.hush("p", ["a"])
    first = (tmp_path / FILE).read_bytes()
    clock.now += 20 * 3_600
    kept.hush("p", ["b"])
    clock.now += 10 * 3_600
    assert kept.heard("p", ["a", "b"]) == {"b"}, "said with the salt before this one"
    second = (tmp_path / FILE).read_bytes()
    assert second != first
    clock.now += 60 * 3_600
    kept.hush("p", ["c"])
    kept.flush()
    third = (tmp_path / FILE).read_bytes()
    assert not any(part in third for part in (first[-70:-3], second[-70:-3]))
    with kept._engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM silences").scalar() == 1
    assert ((tmp_path / FILE).stat().st_mode & 0o777) == 0o600


@pytest.mark.parametrize("damage", [b"", b"{", b'[{"made": 1, "salt": 2}]'])
def test_a_salt_that_is_lost_or_damaged_silences_nothing(tmp_path: Path, clock: Clock, damage: bytes) -> None:
    kept = silences(tmp_path, clock)
    kept.hush("p", ["a"])
    kept.close()
    (tmp_path / FILE).write_bytes(damage)
    assert silences(tmp_path, clock).heard("p", ["a"]) == set()


def test_neither_token_nor_card_can_be_read_from_what_is_kept(tmp_path: Path, clock: Clock) -> None:
    kept = silences(tmp_path, clock)
    kept.hush("canary-token-4471", ["canary-card"])
    kept.close()
    assert not any(b"canary" in path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
