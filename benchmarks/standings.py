"""Standings of rules: what looking at the counter costs each call, and how long a change takes to be in force.

    python benchmarks/standings.py [--rules 1000 10000] [--json]

The workflow database is SQLite in a folder of its own; rules are invented, each with one condition. ``version_us``:
the counter, read as before each answer. ``approve_s``: one approval of all rules, with its entries of the audit log.
``kill_ms``: a kill switch, from the call until it is on disk. ``state_ms``: all standings read anew. ``firing_ms``:
which rules may fire, with their texts compared with what was approved; ``firing_first_ms``: the first time, when each
text is hashed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from kg.model.case import Case  # noqa: E402
from kg.model.rule import Aged, Bilingual, Range, Rule, RuleCase, RuleEvidence  # noqa: E402
from kg.model.standing import CommitteeRecord, RuleRequest  # noqa: E402
from kg.rules.content import Marks  # noqa: E402
from kg.rules.firing import Installed  # noqa: E402
from kg.rules.standing import Demonstration, may_fire  # noqa: E402
from kg.workflow.audit import Audit  # noqa: E402
from kg.workflow.database import open_database  # noqa: E402
from kg.workflow.decided import RuleState  # noqa: E402
from kg.workflow.kills import Kills  # noqa: E402
from kg.workflow.proposals import Person  # noqa: E402
from kg.workflow.standings import Signature, Standings  # noqa: E402

_TEXT = Bilingual("示例", "Illustration")
_RECORD = CommitteeRecord("illustrative committee", "1", "2026-11-02", "none")


def invented(number: int) -> Installed:
    rule = Rule(
        id=f"bench:{number}", version="1", tier="inform", title=_TEXT, message=_TEXT, events=("patient-view",),
        when=Aged(Range("a", at_least=number % 100)), evidence=(RuleEvidence("medkg", "Illustration"),),
        cases=(RuleCase("silent", Case()),),
    )  # fmt: skip
    return Installed("bench", rule)


def timed(work: Callable[[], object], times: int = 1) -> float:
    """Median seconds."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def measure(number: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        engine = open_database(f"sqlite:///{folder}/workflow.sqlite")
        audit = Audit(engine, Path(folder))
        standings, kills, state = Standings(engine, audit), Kills(engine, audit), RuleState(engine)
        every = [invented(one) for one in range(number)]
        marks = Marks()
        wanted = [marks(one) for one in every]
        signature = Signature(Person("b"), "r", _RECORD)
        begun = time.perf_counter()
        for at in range(0, number, 5_000):
            asked = standings.propose(RuleRequest(rules=tuple(wanted[at : at + 5_000]), mode="active"), Person("a"))
            standings.approve(asked.id, signature, set(wanted))
        approve = time.perf_counter() - begun
        decided = state.decided()
        shown, fresh = Demonstration(), Marks()
        first = timed(lambda: may_fire(every, shown, decided, "2026-11-22", fresh))
        names = (f"bench:{at}" for at in range(number))
        return {
            "rules": number,
            "version_us": round(timed(state.version, 2_000) * 1e6, 1),
            "approve_s": round(approve, 3),
            "kill_ms": round(timed(lambda: kills.kill("rule", next(names), Person("a"), "r"), 20) * 1e3, 2),
            "state_ms": round(timed(state.decided, 5) * 1e3, 1),
            "firing_first_ms": round(first * 1e3, 1),
            "firing_ms": round(timed(lambda: may_fire(every, shown, decided, "2026-11-22", fresh), 5) * 1e3, 1),
        }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rows = [measure(number) for number in given.rules]
    print(json.dumps(rows, indent=2) if given.json else "\n".join(map(str, rows)))


if __name__ == "__main__":
    main()
