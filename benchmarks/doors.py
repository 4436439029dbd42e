"""What the doors for vendors cost: reading one case of 20 drugs as JSON, XML, HL7 v2 and CDA, and writing its answer.

    python benchmarks/doors.py [--number 200] [--json]

The adapters alone, without HTTP and without rules; times are medians of rounds, in microseconds.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import sys
import timeit
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import msgspec  # noqa: E402

from api.questions import EvaluateRequest  # noqa: E402
from ingest.cases import cda, er7, hl7v2, twin  # noqa: E402
from ingest.cases.adapted import Misread  # noqa: E402
from ingest.cases.markup import parsed  # noqa: E402
from kg.model.case import Amount, Case, Code, Entry, Order, Patient, Result  # noqa: E402
from tests.doors import messages  # noqa: E402

ROUNDS = 5


def case() -> Case:
    """20 drugs, 10 diagnoses, 30 results; nothing in it is clinical."""
    drugs = tuple(Order(codes=(Code(code=f"Z99AA{n:02d}", system="ATC"),), name=f"示例药{n}", dose=Amount(5, "mg"),
                        per_day=2, route="口服") for n in range(20))  # fmt: skip
    results = tuple(Result(codes=(Code(code=f"9{n:04d}-9", system="LOINC"),), value=Amount(n + 0.5, "mmol/L"),
                           time="2026-10-30") for n in range(30))  # fmt: skip
    conditions = tuple(Entry(codes=(Code(code=f"Z99.{n:03d}", system="ICD10"),), name="样本炎") for n in range(10))
    person = Patient(token="T-1", sex="female", birth_date="1950-01-02")
    return Case(event="order-sign", patient=person, orders=drugs[:1], medications=drugs[1:], conditions=conditions,
                results=results)  # fmt: skip


def large() -> dict[str, bytes]:
    """Messages whose size is in their structure: just within the limits, and five megabytes of repeats."""
    head = b"MSH|^~\\&|HIS|H|||20261101||ADT^A08|1|P|2.5\r"
    within = head + b"".join(b"DG1|||" + b"~".join([b"A"] * 499) + b"\r" for _ in range(395))
    return {"hl7v2 within": within, "hl7v2 beyond": head + b"PID|||" + b"1~" * 2_400_000}


def outcome(data: bytes) -> None:
    """Read, or refuse."""
    with contextlib.suppress(Misread):
        hl7v2.read(er7.message(data))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    asked = EvaluateRequest(case())
    sent = {"json": msgspec.json.encode(asked), "xml": twin.written(asked),
            "hl7v2": messages.v2(asked.case).encode(), "cda": messages.cda(asked.case).encode()}  # fmt: skip
    read: dict[str, Callable[[], object]] = {
        "json": lambda: msgspec.json.decode(sent["json"], type=EvaluateRequest),
        "xml": lambda: twin.read(parsed(sent["xml"]), EvaluateRequest, Case),
        "hl7v2": lambda: hl7v2.read(er7.message(sent["hl7v2"])),
        "cda": lambda: cda.read(parsed(sent["cda"])),
        "write xml": lambda: twin.written(asked),
    }  # fmt: skip
    found = {}
    for name, run in read.items():
        rounds = timeit.repeat(run, number=options.number, repeat=ROUNDS)
        found[name] = {"bytes": len(sent.get(name, b"")), "us": statistics.median(rounds) / options.number * 1e6}
    for name, data in large().items():
        rounds = timeit.repeat(lambda data=data: outcome(data), number=1, repeat=ROUNDS)  # type: ignore[misc]
        found[name] = {"bytes": len(data), "us": statistics.median(rounds) * 1e6}
    if options.json:
        print(json.dumps(found))
        return
    for name, row in found.items():
        print(f"{name:12} {row['bytes']:8,} bytes {row['us']:10,.0f} us")


if __name__ == "__main__":
    main()
