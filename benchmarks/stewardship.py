"""What it costs to take cards down: of one call, of a second's rows, and of the answers of a server.

    python benchmarks/stewardship.py [--calls 2000] [--cards 10] [--json]
    python benchmarks/stewardship.py --server [--rules 1000] [--rate 200] [--seconds 20] [--json]

Without ``--server``: the time that `shown` takes of a call, the time of a write of one second's rows, and how late a
thread that wants to run each millisecond comes while rows are written (the interpreter lock is what an answer would
wait for). With it: `benchmarks/rules.py` with and without counting, and with the memory of repeats.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.rules import Names, measure  # noqa: E402
from kg.workflow.alerts import Alerts, ShownAlert  # noqa: E402
from kg.workflow.database import open_database  # noqa: E402

RATE = 200
WAYS: dict[str, dict[str, str]] = {
    "nothing": {"MEDKG_COUNT_ALERTS": "false"},
    "counted": {},
    "counted, repeats remembered": {"MEDKG_SUPPRESS_HOURS": "24"},
}


def _cards(number: int) -> list[ShownAlert]:
    return [ShownAlert(uuid4(), f"invented:{index}", "1", "invented", "warn", "ICU", "2026-11-01", "active")
            for index in range(number)]  # fmt: skip


def _lateness(stop: Event, found: list[float]) -> None:
    while not stop.is_set():
        begun = time.perf_counter()
        time.sleep(0.001)
        found.append(time.perf_counter() - begun - 0.001)


def small(calls: int, cards: int) -> dict[str, object]:
    """Figures of one process, in microseconds and milliseconds."""
    with tempfile.TemporaryDirectory() as name:
        alerts = Alerts(open_database(f"sqlite:///{name}/counts.sqlite"))
        rows = [_cards(cards) for _ in range(calls)]
        times = []
        for row in rows[: calls // 2]:
            begun = time.perf_counter()
            alerts.shown(row)
            times.append(time.perf_counter() - begun)
        alerts.flush()
        second = [card for row in rows[calls // 2 :][:RATE] for card in row]
        quiet, busy, writes = list[float](), list[float](), list[float]()
        for late, write in ((quiet, False), (busy, True)):
            stop = Event()
            ticking = Thread(target=_lateness, args=(stop, late))
            ticking.start()
            for _ in range(5):
                begun = time.perf_counter()
                if write:
                    # New names, or nothing would be written.
                    alerts.shown(_cards(len(second)))
                    alerts.flush()
                    writes.append(time.perf_counter() - begun)
                else:
                    time.sleep(0.2)
            stop.set()
            ticking.join()
        alerts.close()
    return {
        "shown_us": round(statistics.median(times) * 1e6, 1), "rows_a_second": len(second),
        "write_ms": round(statistics.median(writes) * 1e3, 1),
        "late_ms": {"quiet": _worst(quiet), "writing": _worst(busy)},
    }  # fmt: skip


def _worst(late: list[float]) -> dict[str, float]:
    late.sort()
    return {"p99": round(late[int(0.99 * len(late))] * 1e3, 2), "most": round(late[-1] * 1e3, 2)}


@contextmanager
def _set(variables: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--calls", type=int, default=2_000)
    arguments.add_argument("--cards", type=int, default=10)
    arguments.add_argument("--server", action="store_true")
    arguments.add_argument("--rules", type=int, default=1_000)
    arguments.add_argument("--rate", type=float, default=RATE)
    arguments.add_argument("--seconds", type=float, default=20)
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    figures: dict[str, object] = small(options.calls, options.cards)
    if options.server:
        names, rows = Names(), dict[str, object]()
        for way, variables in WAYS.items():
            with _set(variables):
                rows[way] = measure(options.rules, options.rate, options.seconds, 20, names, wide=False)
        figures["server"] = rows
    told = {"task": "stewardship", "corpus": "invented", "n": options.calls, "figures": figures}
    print(json.dumps(told) if options.json else json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
