"""Cards that were shown and what was said to them, on SQLite and, in the slow suite, on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from uuid import UUID, uuid4

import msgspec
import pytest
from sqlalchemy import Engine, text

from kg.errors import InputError, StoreError, UnknownCards
from kg.workflow.alertreport import over_threshold, summed, tallies
from kg.workflow.alerts import AlertAnswer, Alerts, ShownAlert, cards_kept
from kg.workflow.behind import Behind
from kg.workflow.database import open_database
from tests.curation.postgres import server, tools

AT = "2026-10-05T08:00:00Z"


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with server(tools()) as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        engine = open_database(f"sqlite:///{tmp_path / 'workflow.sqlite'}")
    else:
        url = request.getfixturevalue("postgres")
        name = f"t{uuid4().hex}"
        admin = open_database(url)
        with admin.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(f"CREATE DATABASE {name}"))
        admin.dispose()
        engine = open_database(url.replace("/postgres?", f"/{name}?"))
    yield engine
    engine.dispose()


@pytest.fixture
def alerts(database: Engine) -> Iterator[Alerts]:
    made = Alerts(database)
    yield made
    made.close()


def card(rule: str = "a:1", day: str = "2026-10-05", department: str = "心内科", mode: str = "active") -> ShownAlert:
    return ShownAlert(uuid4(), rule, "1", "a", "warn", department, day, mode)


def answer(found: ShownAlert, outcome: str = "overridden", reason: str = "will-monitor", at: str = AT) -> AlertAnswer:
    return AlertAnswer(found.card, outcome, at, reason if outcome == "overridden" else "")  # type: ignore[arg-type]


def test_ignored_is_shown_minus_answered(alerts: Alerts) -> None:
    rows = [card() for _ in range(10)] + [card(department="ICU") for _ in range(2)] + [card(day="2026-11-01")]
    alerts.shown(rows)
    given = [answer(rows[0], "accepted"), *(answer(row) for row in rows[1:4]), answer(rows[4], reason="dose-adjusted")]
    assert alerts.answered(given) == 5
    found = alerts.report("2026-10")
    assert (found.shown, found.accepted, found.overridden, found.ignored) == (12, 1, 4, 7)
    first, other = found.rows
    assert (first.department, first.override_rate, first.answer_rate) == ("心内科", 0.8, 0.5)
    assert [(one.reason, one.number) for one in first.reasons] == [("will-monitor", 3), ("dose-adjusted", 1)]
    assert (other.department, other.override_rate, other.ignored) == ("ICU", None, 2)
    assert [row.department for row in alerts.report("2026-10", "ICU").rows] == ["ICU"]
    assert alerts.report("2026-11").shown == 1
    (both,) = summed(found.rows, "rule")
    assert (both.rule, both.department, both.shown, both.ignored, both.reasons) == ("a:1", "", 12, 7, first.reasons)


def test_the_same_answer_counts_once_and_a_later_one_replaces(alerts: Alerts) -> None:
    row = card()
    alerts.shown([row])
    assert [alerts.answered([answer(row)]) for _ in range(3)] == [1, 0, 0]
    assert alerts.answered([answer(row, "accepted", at="2026-10-05T09:00:00+00:00")]) == 1
    # 16:30 in China is before nine in the morning of UTC: an earlier answer that was held up changes nothing.
    assert alerts.answered([answer(row, at="2026-10-05T16:30:00+08:00")]) == 0
    found = alerts.report("2026-10")
    assert (found.accepted, found.overridden, found.rows[0].reasons) == (1, 0, ())


def test_a_clock_that_runs_ahead_has_not_the_last_word(alerts: Alerts) -> None:
    row = card()
    alerts.shown([row])
    alerts.answered([answer(row, at="9998-01-01T00:00:00Z")])
    later = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
    alerts.answered([answer(row, at="2027-01-01T00:00:00Z")])
    assert alerts.report("2026-10").overridden == 1
    assert later


def test_cards_nobody_was_shown_are_told_and_the_others_taken(alerts: Alerts) -> None:
    known, unknown = card(), card()
    alerts.shown([known])
    with pytest.raises(UnknownCards) as told:
        alerts.answered([answer(unknown), answer(known)])
    assert told.value.params["cards"] == [str(unknown.card)]
    for language in ("zh", "en"):
        assert str(unknown.card) in told.value.text(language)
    assert alerts.report("2026-10").overridden == 1


def test_a_reason_of_ones_own_is_other_and_is_not_kept(alerts: Alerts, database: Engine) -> None:
    row = card()
    alerts.shown([row])
    alerts.answered([answer(row, reason="canary-of-a-patient")])
    (told,) = alerts.report("2026-10").rows
    assert [(one.reason, one.number) for one in told.reasons] == [("other", 1)]
    with database.connect() as connection:
        every = connection.execute(text("SELECT * FROM alerts")).all()
    assert "canary" not in repr(every)


@pytest.mark.parametrize(
    "given",
    [
        {"card": "no-uuid", "outcome": "accepted", "at": AT},
        {"card": str(uuid4()), "outcome": "ignored", "at": AT},
        {"card": str(uuid4()), "outcome": "accepted", "at": "yesterday"},
        {"card": str(uuid4()), "outcome": "accepted", "at": "0001-01-01T00:00:00+14:00"},
        {"card": str(uuid4()), "outcome": "accepted", "at": AT, "suggestions": ["free text"]},
    ],
)
def test_answers_that_are_none(given: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(given, AlertAnswer)


def test_folded_cards_are_counts_and_reports_stay_as_they_were(alerts: Alerts, database: Engine) -> None:
    rows = [card(day=f"2026-10-{day:02}") for day in range(1, 21)]
    alerts.shown(rows)
    alerts.answered([answer(row, "accepted") for row in rows[:3]] + [answer(row) for row in rows[3:15]])
    before = alerts.report("2026-10")
    assert alerts.fold("2026-10-11") == 10
    assert alerts.fold("2026-10-11") == 0
    assert cards_kept(database) == 10
    assert alerts.report("2026-10") == before
    # A late card of a folded day is counted with the others.
    alerts.shown([card(day="2026-10-01")])
    assert alerts.fold("2026-11-01") == 11
    assert alerts.report("2026-10").shown == 21
    assert cards_kept(database) == 0
    with pytest.raises(UnknownCards):
        alerts.answered([answer(rows[0])])


def test_what_is_overridden_often_and_was_answered_often(alerts: Alerts) -> None:
    often, seldom, few, shadow = ([card(f"a:{name}", mode=mode) for _ in range(number)] for name, number, mode in (
        ("often", 20, "active"), ("seldom", 20, "active"), ("few", 3, "active"), ("shadow", 20, "shadow")))  # fmt: skip
    alerts.shown([*often, *seldom, *few, *shadow])
    alerts.answered([answer(row) for row in (*often[:19], *few)])
    alerts.answered([answer(row, "accepted") for row in seldom])
    found = alerts.report("2026-10")
    assert [row.rule for row in over_threshold(found.rows, 0.9, 10)] == ["a:often"]
    assert found.shown == 43


def test_a_change_of_version_stands_apart(alerts: Alerts, database: Engine) -> None:
    old, new = card(), card(day="2026-10-20")
    new = msgspec.structs.replace(new, version="2", tier="inform")
    alerts.shown([old, new])
    alerts.flush()
    assert [row.version for row in tallies(database, "2026-10-01", "2026-10-15", rule="a:1")] == ["1"]
    assert [row.tier for row in tallies(database, "2026-10-15", "2026-11-01", rule="a:1")] == ["inform"]


@pytest.mark.parametrize("month", ["2026", "2026-13", "2026-1", "October", "2026-10-01", ""])
def test_months_that_are_none(alerts: Alerts, month: str) -> None:
    with pytest.raises(InputError):
        alerts.report(month)


def test_what_came_twice_or_too_long_hurts_nobody(alerts: Alerts) -> None:
    row = card(department="科" * 300)
    alerts.shown([row, row])
    alerts.flush()
    alerts.shown([row, card(rule="a:" + "x" * 400), card(department="\0")])
    assert alerts.report("2026-10").shown == 3


def test_taking_cards_down_does_not_wait_for_the_database() -> None:
    held, written = Event(), list[int]()

    def write(rows: list[int]) -> None:
        held.wait(5)
        written.extend(rows)

    queue = Behind("test", write, most=5, seconds=0.01)
    for number in range(9):
        queue.put([number])
    assert not written
    assert queue.lost >= 0
    held.set()
    queue.close()
    assert written == sorted(written)
    assert len(written) + queue.lost == 9


def test_rows_that_could_not_be_written_wait_and_stay_in_order() -> None:
    written, broken = list[int](), [True]

    def write(rows: list[int]) -> None:
        if broken[0]:
            raise StoreError(path="x", reason="broken")
        written.extend(rows)

    queue = Behind("test", write, most=3, seconds=60)
    queue.put([1, 2])
    with pytest.raises(StoreError):
        queue.flush()
    queue.put([3, 4])
    assert queue.lost == 1
    broken[0] = False
    queue.flush()
    assert written == [1, 2, 3]
    queue.close()


def test_a_uuid_in_any_spelling_is_the_same_card(alerts: Alerts) -> None:
    row = card()
    alerts.shown([row])
    shouted = msgspec.convert({"card": str(row.card).upper(), "outcome": "accepted", "at": AT}, AlertAnswer)
    assert shouted.card == UUID(str(row.card))
    assert alerts.answered([shouted]) == 1
