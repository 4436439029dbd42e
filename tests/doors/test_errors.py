"""Whatever a door refuses it refuses with a code of the published list; every door reads GB18030."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from kg.model.case import Case, Order
from tests.doors import messages
from tests.doors.test_conformance import FULL
from tests.vendor_pages import remedies

PLAIN, BATCH = "/api/v1/rules/evaluate", "/api/v1/rules/evaluate/batch"
V2, CDA, HOOKS = f"{PLAIN}/hl7v2", f"{PLAIN}/cda", "/cds-services/order-sign"
MEDIA = {PLAIN: "application/json", BATCH: "application/json", V2: "application/hl7-v2", CDA: "application/xml",
         HOOKS: "application/json"}  # fmt: skip
BODIES = (b"", b"{", b"{}", b"[]", b"null", b"\xff\xfe", b"<a/>", b"<!DOCTYPE a><a/>", b"MSH|^~\\&|a\rPID|1\rPID|1",
          b'{"case": {"event": 1}}', b'{"case": {}, "case": {}}', b'{"cases": []}', b"1" * 5_000_001)  # fmt: skip
QUERIES = ("", "?as_of=nothing", "?as_of=1900-01-01", "?event=sneeze&limit=9999999999999999999999", "?at=%00")
HEADERS: tuple[dict[str, str], ...] = (
    {}, {"Accept": "image/png"}, {"Content-Type": "image/png"}, {"Content-Encoding": "gzip"},
    {"Content-Type": "application/json; charset=latin-1"}, {"Content-Type": "text/xml; charset=latin-1"},
)  # fmt: skip


@pytest.mark.parametrize("door", MEDIA)
def test_every_refusal_is_on_the_list(client: TestClient, door: str) -> None:
    seen: set[str] = set()
    good = sent()[door].encode()
    asked = [(body, "", {}) for body in BODIES] + [(good, query, {}) for query in QUERIES]
    asked += [(good, "", one) for one in HEADERS]
    for body, query, headers in asked:
        answer = client.post(door + query, content=body, headers={"Content-Type": MEDIA[door]} | headers)
        if answer.status_code == 200:
            continue
        problem = answer.json()
        slug = problem["type"].rpartition("/")[2]
        assert slug in remedies(), (door, body[:40], query, headers)
        assert str(answer.status_code) in remedies()[slug][0]
        assert answer.status_code < 500
        seen.add(slug)
    answer = client.get(door)
    assert answer.status_code in (404, 405)
    assert answer.json()["type"].rpartition("/")[2] in remedies()
    assert {"unsupported-media-type", "body-too-large", "unknown-generation"} <= seen


def sent() -> dict[str, str]:
    """The same case as each door takes it."""
    lists = dict.fromkeys(("medications", "conditions", "allergies", "procedures", "results"), ())
    case = Case(event="order-sign", orders=(Order(name="示例素"), Order(name="展示素")), **lists)
    body = FULL | {"event": "order-sign", "orders": [{"name": "示例素"}, {"name": "展示素"}]}
    return {
        PLAIN: json.dumps({"case": body}, ensure_ascii=False),
        BATCH: json.dumps({"cases": [body]}, ensure_ascii=False),
        V2: messages.v2(case, charset=""),
        CDA: messages.cda(case).replace('encoding="UTF-8"', ""),
        HOOKS: json.dumps(messages.hooks(case), ensure_ascii=False),
    }


def test_every_door_reads_gb18030(client: TestClient) -> None:
    for door, text in sent().items():
        query = "?event=order-sign" if door in (V2, CDA) else ""
        headers = {"Content-Type": f"{MEDIA[door]}; charset=GB18030", "Accept": "application/json"}
        answer = client.post(door + query, content=text.encode("gb18030"), headers=headers)
        assert answer.status_code == 200, (door, answer.text)
        assert "test:pair" in rules(answer.json()), door
        other = client.post(door + query, content=text.encode("gb18030"), headers={"Content-Type": MEDIA[door]})
        assert other.status_code == 400, door


def rules(found: dict[str, Any]) -> list[str]:
    """The rules of any answer."""
    if "cards" in found:
        return [card["source"]["topic"]["code"] for card in found["cards"]]
    inner = found.get("evaluation") or found["items"][0].get("evaluation") or found
    return [card["rule"] for card in inner["items"]]
