"""The rule engine: latency of order-sign calls at a fixed arrival rate, with 1,000 and 10,000 rules.

    python benchmarks/rules.py [--rules 1000 10000] [--rate 200] [--seconds 20] [--drugs 20] [--wide]
                                [--processes 1 2] [--rounds 3] [--json]

The graph is the starter vocabulary and one example pack of invented rules (seeded): pairs of drugs and classes, drugs
with an age, with a diagnosis, with a result, with a computed clearance, half of each naming a class, so that membership
matters. Nothing in them is clinical knowledge. Each call is another patient: drugs, diagnoses, results, age are drawn
anew. Open loop as in ``benchmarks/service.py``: a call's clock starts when it was due; client and server share the
machine. ``/health`` at the same rate is the control. ``engine_us`` is the time of one decision without HTTP,
``cold_s`` from the start of the server's process to the first answer of the rules. One process is ``medkg serve``;
several are ``medkg serve --doors rules``. They are asked in turn, ``--rounds`` times; figures are the median round's,
``p99_rounds_ms`` are all of them. ``cpu_ms`` is the service's processor time a call and ``easy_p50_ms`` the latency at
60 calls a second, where nothing waits; ratios are of the most rules to the fewest, for each number of processes.

Ten times the rules name the same drugs, so ten times as many come true for a patient, which no hospital would bear.
``--wide`` is the other end: for each thousand rules more there are as many concepts more, which these patients do not
have. Both are to be reported.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import msgspec  # noqa: E402
from service import MEDKG, cpu_seconds, open_loop, server  # noqa: E402

from api.decisions import Decisions  # noqa: E402
from api.knowledge import Opener  # noqa: E402
from api.settings import load  # noqa: E402
from kg.generation.pointer import Shelf  # noqa: E402
from kg.model.case import Case  # noqa: E402
from kg.rules.ruleset import Asked  # noqa: E402

SEED = 31
TARGET_P99 = 20.0
CONNECTIONS = 64
EASY = 60
"""Calls a second that no number of rules here keeps busy: what one call costs is measured at this rate."""
_BUILD = """
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
name = "invented-rules"
format = "rules.v1"
kind = "source"
paths = ["rules.jsonl"]
version = "1"
licence = "CC0-1.0"
illustrative = true
annotate = false
title = { zh = "虚构的规则", en = "Invented rules" }
"""
_TEXT = {"zh": "虚构", "en": "Invented"}


class Names:
    """Concepts of the starter, by file."""

    def __init__(self) -> None:
        def of(name: str) -> list[tuple[str, str, str]]:
            rows = (ROOT / "ontology" / "starter" / f"{name}.tsv").read_text("utf-8").splitlines()[1:]
            return [tuple(row.split("\t")[:3]) for row in rows]  # type: ignore[misc]

        drugs = of("drugs")
        self.classes = [row for row in drugs if row[0].startswith("drug-class-")]
        self.drugs = [row for row in drugs if not row[0].startswith("drug-class-")]
        self.diseases = of("diseases")
        self.tests = [row for row in of("tests") if not row[0].startswith("test-class-")]


def rules(count: int, names: Names, wide: bool = False) -> Iterator[dict[str, object]]:
    dice = random.Random(SEED)
    folds = max(1, count // 1_000) if wide else 1

    def concept(rows: list[tuple[str, str, str]]) -> list[str]:
        name = dice.choice(rows)[0]
        fold = dice.randrange(folds)
        return [f"medkg:{name}" if fold == 0 else f"medkg:invented-{fold}-{name}"]

    def drug() -> dict[str, object]:
        return {"is": "has", "kind": "drug", "concepts": concept(names.classes if dice.random() < 0.5 else names.drugs)}

    for number in range(count):
        kind = number % 5
        other: dict[str, object]
        if kind == 0:
            other = drug()
        elif kind == 1:
            other = {"is": "aged", "range": {"unit": "a", "at_least": dice.randrange(20, 90)}}
        elif kind == 2:
            other = {"is": "has", "kind": "condition", "concepts": concept(names.diseases)}
        elif kind == 3:
            other = {"is": "measured", "tests": concept(names.tests), "days": 365,
                     "range": {"unit": "mmol/L", "above": dice.randrange(10)}}  # fmt: skip
        else:
            other = {"is": "computed", "function": "creatinine-clearance", "days": 365,
                     "range": {"unit": "mL/min", "below": dice.randrange(10, 120)}}  # fmt: skip
        yield {
            "id": f"invented:{number}", "version": "1", "tier": dice.choice(["warn", "inform", "interrupt"]),
            "title": _TEXT, "message": _TEXT, "events": ["order-sign"], "when": {"is": "all", "of": [drug(), other]},
            "evidence": [{"organisation": "nobody", "title": "Invented"}],
            "cases": [{"expect": "insufficient", "case": {"event": "order-sign"}}],
        }  # fmt: skip


def cases(count: int, drugs: int, names: Names) -> Iterator[dict[str, object]]:
    dice = random.Random(SEED + 1)

    def items(rows: list[tuple[str, str, str]], number: int) -> list[dict[str, object]]:
        chosen = dice.sample(rows, number)
        return [{"name": row[1 + dice.randrange(2)] or row[1]} if dice.random() < 0.5
                else {"codes": [{"code": f"medkg:{row[0]}"}]} for row in chosen]  # fmt: skip

    for number in range(count):
        every = items(names.drugs, drugs)
        results = [row | {"value": {"value": dice.randrange(1, 200) / 10, "unit": "mmol/L"}, "time": "2026-10-01"}
                   for row in items(names.tests, 10)]  # fmt: skip
        results.append({"name": "creatinine", "value": {"value": dice.randrange(40, 400), "unit": "umol/L"},
                        "time": "2026-10-02"})  # fmt: skip
        yield {
            "event": "order-sign", "at": "2026-11-01T00:00:00Z", "orders": every[: drugs // 2],
            "medications": every[drugs // 2 :], "conditions": items(names.diseases, 5), "allergies": [],
            "results": results, "patient": {
                "token": f"p{number}", "sex": dice.choice(["female", "male"]),
                "age": {"value": dice.randrange(18, 95), "unit": "a"},
                "weight": {"value": 40 + dice.randrange(600) / 10, "unit": "kg"},
            },
        }  # fmt: skip


def request(case: dict[str, object]) -> bytes:
    body = msgspec.json.encode({"case": case})
    head = f"POST /api/v1/rules/evaluate HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"  # noqa: E501
    return head.encode("ascii") + body


def measure(
    count: int, rate: float, seconds: float, drugs: int, names: Names, wide: bool, processes: list[int], rounds: int
) -> list[dict[str, object]]:
    """A row for each number of processes."""
    asked = list(cases(int(rate * seconds) + 300 + EASY * 6, drugs, names))
    with tempfile.TemporaryDirectory() as name:
        data = build(Path(name), count, names, wide)
        alone = engine(data, asked[:300])
        found: dict[int, list[dict[str, float]]] = {number: [] for number in processes}
        for _ in range(rounds):
            for number in processes:
                found[number].append(served(data, [request(case) for case in asked], rate, seconds, number))
    rows = []
    for number, runs in found.items():
        middle = sorted(runs, key=lambda run: run["p99_ms"])[(len(runs) - 1) // 2]
        every = sorted(run["p99_ms"] for run in runs)
        rows.append({"rules": count, "processes": number, **alone, **middle, "p99_rounds_ms": every})
    return rows


def build(folder: Path, count: int, names: Names, wide: bool) -> Path:
    """A data folder with ``count`` rules."""
    (folder / "build.toml").write_text(_BUILD, "utf-8")
    (folder / "rules.jsonl").write_bytes(b"".join(
        msgspec.json.encode(row) + b"\n"
        for row in [{"pack": {"id": "invented", "version": "1", "title": _TEXT, "licence": "CC0-1.0"}},
                    *rules(count, names, wide)]
    ))  # fmt: skip
    os.environ |= {"MEDKG_ENCODER": "none", "MEDKG_PEOPLE": "false"}
    data = folder / "data"
    subprocess.run([*MEDKG, "build", "--config", str(folder / "build.toml"), "--data", str(data)], cwd=ROOT,
                   check=True, stdout=subprocess.DEVNULL)  # fmt: skip
    return data


def engine(data: Path, asked: list[dict[str, object]]) -> dict[str, object]:
    """The engine without HTTP."""
    settings = load({"data": str(data)})
    decisions = Decisions(settings)
    shelf = Shelf(data)
    knowledge = Opener(settings).open(shelf.path(shelf.find()))
    begun = time.perf_counter()
    engine = decisions.shelf(knowledge).engine
    ready = time.perf_counter() - begun
    now = datetime(2026, 11, 1, tzinfo=UTC)
    times, cards = [], 0
    for case in asked:
        read = msgspec.convert(case, Case)
        begun = time.perf_counter()
        decision = engine.decide(read, Asked(), now)
        times.append(time.perf_counter() - begun)
        cards += len(decision.cards) + decision.folded
    return {
        "ready_s": round(ready, 2), "engine_us": round(statistics.median(times[50:]) * 1e6),
        "cards_a_case": round(cards / len(asked), 1),
    }  # fmt: skip


def served(data: Path, asked: list[bytes], rate: float, seconds: float, processes: int) -> dict[str, float]:
    """A service that has just started."""
    more = ("--doors", "rules", "--processes", str(processes)) if processes > 1 else ()
    begun = time.perf_counter()
    with server(data, *more) as (port, number):
        asyncio.run(open_loop(port, asked[:1], 50, 1))
        cold = time.perf_counter() - begun
        asyncio.run(open_loop(port, asked[:300], 50, CONNECTIONS))
        spent = spent_by(number)
        easy = asyncio.run(open_loop(port, asked[-EASY * 6 :], EASY, CONNECTIONS))
        spent = spent_by(number) - spent
        control = asyncio.run(open_loop(port, ["/health"] * int(rate * seconds), rate, CONNECTIONS))
        found = asyncio.run(open_loop(port, asked[300 : -EASY * 6], rate, CONNECTIONS))
    return {
        "cold_s": round(cold, 2), **found, "health_p99_ms": control["p99_ms"], "easy_p50_ms": easy["p50_ms"],
        "cpu_ms": round(spent * 1000 / easy["requests"], 2),
    }  # fmt: skip


def spent_by(number: int) -> float:
    """CPU seconds of a process and of those that it started."""
    children = Path(f"/proc/{number}/task/{number}/children").read_text().split()
    return cpu_seconds(number) + sum(spent_by(int(child)) for child in children)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rules", type=int, nargs="+", default=[1_000, 10_000])
    arguments.add_argument("--rate", type=float, default=200)
    arguments.add_argument("--seconds", type=float, default=20)
    arguments.add_argument("--drugs", type=int, default=20)
    arguments.add_argument("--wide", action="store_true", help="as many concepts more as rules")
    arguments.add_argument("--processes", type=int, nargs="+", default=[1, 2])
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    names = Names()
    rows = [
        row for count in options.rules
        for row in measure(count, options.rate, options.seconds, options.drugs, names, options.wide,
                           options.processes, options.rounds)
    ]  # fmt: skip
    figures: dict[str, object] = {
        "rate": options.rate, "drugs": options.drugs, "population": "wide" if options.wide else "same",
        "target_p99_ms": TARGET_P99, "runs": rows,
    }  # fmt: skip
    if len(options.rules) > 1:
        engines = {row["rules"]: row["engine_us"] for row in rows}
        figures["engine_ratio"] = round(engines[options.rules[-1]] / engines[options.rules[0]], 2)  # type: ignore[operator]
        for name in ("cpu_ms", "easy_p50_ms", "p99_ms"):
            least, most = ([row[name] for row in rows if row["rules"] == options.rules[at]] for at in (0, -1))
            figures[f"{name}_ratios"] = [round(high / low, 2) for low, high in zip(least, most, strict=True)]  # type: ignore[operator]
    if options.json:
        print(
            json.dumps({"task": "rules", "corpus": "invented", "n": options.rate * options.seconds, "figures": figures})
        )
        return
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
