"""How long the CDS Hooks doors take: a call, the same with a token of its own, and five megabytes of prefetch.

    python -m benchmarks.cdshooks --json > benchmarks/results/cdshooks.json

Over the starter graph with its example packs, one call after another from one client on the same machine. Times are of
the client, in milliseconds. Where clients are listed no example pack is shown, so the calls with and without a token
are of a moment (appointment-book) that few rules answer: what differs is the token.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from ingest.cases.hooks import SECTIONS, HookCall, case_of
from tests.api.serving import served

ISSUER, ADDRESS = "https://ehr.example.org/", "https://cds.example.org"
EMPTY = {"resourceType": "Bundle", "type": "searchset"}


def call(patient: str, results: int = 0) -> dict[str, object]:
    """An order of ibuprofen for somebody who takes warfarin, with ``results`` observations beside it."""
    order = {"resourceType": "MedicationRequest", "id": "m1", "status": "draft", "intent": "order",
             "medicationCodeableConcept": {"text": "ibuprofen"}}  # fmt: skip
    taken = order | {"id": "m0", "status": "active", "medicationCodeableConcept": {"text": "warfarin"}}
    rows = [{"resource": {"resourceType": "Observation", "id": f"o{number}", "status": "final",
                          "code": {"coding": [{"system": "http://loinc.org", "code": "718-7"}], "text": "hemoglobin"},
                          "effectiveDateTime": "2026-01-01", "valueQuantity": {"value": 140, "code": "g/L"},
                          "note": [{"text": "x" * 800}]}} for number in range(results)]  # fmt: skip
    return {
        "hook": "order-sign", "hookInstance": str(uuid.uuid4()),
        "context": {"userId": "Practitioner/1", "patientId": patient,
                    "draftOrders": {"resourceType": "Bundle", "entry": [{"resource": order}]}},
        "prefetch": dict.fromkeys(SECTIONS, EMPTY) | {
            "patient": {"resourceType": "Patient", "id": patient, "gender": "female", "birthDate": "1950-01-01"},
            "medications": {"resourceType": "Bundle", "entry": [{"resource": taken}]},
            "results": {"resourceType": "Bundle", "entry": rows},
        },
    }  # fmt: skip


def view(patient: str) -> dict[str, object]:
    return call(patient) | {"hook": "appointment-book", "context": {"patientId": patient}}


def timed(times: int, bodies: Iterator[bytes], send: Callable[[bytes], httpx.Response]) -> dict[str, float]:
    """Milliseconds of each call, after ten that do not count; every answer must be a 200."""
    taken = []
    for number in range(times + 10):
        body = next(bodies)
        began = time.perf_counter()
        answer = send(body)
        spent = (time.perf_counter() - began) * 1_000
        assert answer.status_code == 200, answer.text
        if number >= 10:
            taken.append(spent)
    taken.sort()
    return {"median_ms": round(statistics.median(taken), 2), "p99_ms": round(taken[int(len(taken) * 0.99)], 2)}


def bodies(make: Callable[[str], dict[str, object]]) -> Iterator[bytes]:
    number = 0
    while True:
        number += 1
        yield json.dumps(make(f"p{number}")).encode()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--calls", type=int, default=300)
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    found: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        with served(root / "data", "up") as running, httpx.Client(base_url=running.address, timeout=30) as client:

            def plain(path: str) -> Callable[[bytes], httpx.Response]:
                headers = {"Content-Type": "application/json"}
                return lambda body: client.post(f"/cds-services/{path}", content=body, headers=headers)

            found["order-sign"] = timed(options.calls, bodies(call), plain("order-sign"))
            found["appointment-book"] = timed(options.calls, bodies(view), plain("appointment-book"))
            large = json.dumps(call("p", 4_400)).encode()
            found["large_bytes"] = len(large)
            found["order-sign with a large prefetch"] = timed(
                20, bodies(lambda name: call(name, 4_400)), plain("order-sign")
            )
        key = ec.generate_private_key(ec.SECP384R1())
        row = ECAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": "k"}
        (root / "keys.json").write_text(json.dumps({"keys": [row]}), "utf-8")
        (root / "clients.toml").write_text(f'[[client]]\nissuer = "{ISSUER}"\nkeys = "keys.json"\n', "utf-8")
        given = {"cds_clients": root / "clients.toml", "cds_address": ADDRESS}
        with served(root / "data", **given) as running, httpx.Client(base_url=running.address, timeout=30) as client:

            def signed(body: bytes) -> httpx.Response:
                return client.post("/cds-services/appointment-book", content=body, headers={
                    "Content-Type": "application/json", "Authorization": f"Bearer {next(tokens)}"})  # fmt: skip

            tokens = iter([_token(key) for _ in range(options.calls + 10)])
            found["appointment-book with a token"] = timed(options.calls, bodies(view), signed)
    asked = msgspec.json.decode(large, type=HookCall)
    began = time.perf_counter()
    case_of("order-sign", asked, ())
    found["large prefetch to a case, ms"] = round((time.perf_counter() - began) * 1_000, 1)
    if options.json:
        print(json.dumps({"task": "cdshooks", "corpus": "starter", "n": options.calls, "figures": found}))
        return
    print(json.dumps(found, indent=1))


def _token(key: ec.EllipticCurvePrivateKey) -> str:
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": f"{ADDRESS}/cds-services/appointment-book", "iat": now, "exp": now + 600,
              "jti": str(uuid.uuid4())}  # fmt: skip
    return jwt.encode(claims, key, "ES384", headers={"kid": "k"})


if __name__ == "__main__":
    main()
