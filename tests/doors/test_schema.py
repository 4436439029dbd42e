"""The published schemas and the service agree: every case that ships and every answer fits, and what does not fit the
one is refused by the other."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema
import msgspec
import pytest
from lxml import etree
from starlette.testclient import TestClient

from api.published import ZH, definitions, meanings, schema
from api.questions import BatchRequest, EvaluateRequest
from ingest.cases import twin
from ingest.cases.markup import parsed
from kg.model.case import Case
from tests.conftest import ROOT
from tests.doors import messages
from tests.doors.test_conformance import CASES

URL = "/api/v1/rules/evaluate"
NOT_IN_XML = ({"case": {"orders": [{"name": 7}]}}, {"case": {}, "limit": "10"})
"""XML knows texts alone, so these fit there."""


@pytest.fixture(scope="module")
def published(client: TestClient) -> dict[str, Any]:
    answer = client.get("/api/v1/rules/schema")
    assert answer.headers["content-type"] == "application/schema+json"
    found: dict[str, Any] = answer.json()
    assert found == json.loads(msgspec.json.encode(schema()))
    jsonschema.Draft202012Validator.check_schema(found)
    return found


@pytest.fixture(scope="module")
def xsd(client: TestClient) -> etree.XMLSchema:
    answer = client.get("/api/v1/rules/schema?format=xsd")
    assert answer.headers["content-type"] == "application/xml"
    return etree.XMLSchema(etree.fromstring(answer.content))


def fits(published: dict[str, Any], name: str, value: Any) -> bool:
    validator = jsonschema.Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": published["$defs"]})
    return bool(validator.is_valid(value))


def shipped() -> list[Any]:
    """The cases of every rule in the packs that ship, as their files have them."""
    import yaml

    rows = []
    for path in sorted((ROOT / "ingest" / "packs").glob("*.yaml")):
        for body in yaml.load_all(path.read_text("utf-8"), yaml.CSafeLoader):
            rows += [one["case"] for one in (body or {}).get("cases", ())]
    return rows


def test_every_field_is_explained_in_both_languages_and_nothing_else_is() -> None:
    texts = meanings()
    found = definitions()
    assert set(texts) == set(found)
    for name, record in found.items():
        assert set(texts[name]) == {"_", *record["properties"]}, name
        for field in (record, *record["properties"].values()):
            assert field["description"]
            assert field[ZH]
            assert field[ZH] != field["description"]


def test_every_case_that_ships_fits(published: dict[str, Any], xsd: etree.XMLSchema) -> None:
    cases = [*shipped(), *({"event": "order-sign"} | one for one in CASES.values())]
    assert len(cases) > 60
    for case in cases:
        assert fits(published, "EvaluateRequest", {"case": case}), case
        question = EvaluateRequest(msgspec.convert(case, Case))
        assert fits(published, "EvaluateRequest", json.loads(msgspec.json.encode(question)))
        xsd.assertValid(etree.fromstring(twin.written(question)))


@pytest.mark.parametrize(
    "sent",
    [
        {"case": {"event": "sneeze"}},
        {"case": {"at": "yesterday"}},
        {"case": {"orders": [{"name": 7}]}},
        {"case": {"orders": [{"name": "x" * 301}]}},
        {"case": {"orders": [{"dose": {"value": 5}}]}},
        {"case": {"orders": [{"per_day": 0}]}},
        {"case": {"orders": [{"name": "x"}] * 501}},
        {"case": {"patient": {"sex": "F"}}},
        {"case": {"patient": None}},
        {"case": {"nothing": 1}},
        {"case": {}, "limit": 0},
        {"case": {}, "limit": "10"},
        {"case": {}, "why": ["x"] * 51},
        {"explain": True},
    ],
)
def test_what_does_not_fit_the_schema_is_refused_by_the_door_and_the_other_way_round(
    published: dict[str, Any], xsd: etree.XMLSchema, client: TestClient, sent: Any
) -> None:
    assert not fits(published, "EvaluateRequest", sent)
    assert client.post(URL, json=sent).status_code == 422
    root = etree.Element(f"{{{twin.NAMESPACE}}}EvaluateRequest")
    twin._fill(root, sent)
    data = etree.tostring(root)
    spelled = client.post(URL, content=data, headers={"Content-Type": "text/xml"})
    assert spelled.status_code == (200 if sent in NOT_IN_XML else 422)
    if sent not in NOT_IN_XML:
        with pytest.raises(msgspec.ValidationError):
            twin.read(parsed(data), EvaluateRequest, Case)


def test_every_answer_fits(published: dict[str, Any], xsd: etree.XMLSchema, client: TestClient) -> None:
    headers = {"Content-Type": "application/json"}
    for case in CASES.values():
        sent = {"case": {"event": "order-sign"} | case, "explain": True}
        answer = client.post(URL, json=sent)
        assert fits(published, "Evaluation", answer.json())
        xsd.assertValid(etree.fromstring(client.post(URL, json=sent, headers={"Accept": "text/xml"}).content))
        both = {"cases": [sent["case"], {"event": "sneeze"}]}
        assert fits(published, "BatchRequest", {"cases": [sent["case"]]})
        body = json.dumps(both)
        assert fits(published, "BatchAnswer", client.post(f"{URL}/batch", content=body, headers=headers).json())
        spelled = client.post(f"{URL}/batch", content=body, headers=headers | {"Accept": "application/xml"})
        xsd.assertValid(etree.fromstring(spelled.content))
    message = messages.v2(msgspec.convert({"event": "order-sign"} | CASES["result"], Case)).encode()
    for accepted in ("application/json", "application/xml"):
        answer = client.post(
            f"{URL}/hl7v2", content=message, headers={"Content-Type": "application/hl7-v2", "Accept": accepted}
        )
        if accepted == "application/json":
            assert fits(published, "AdaptedEvaluation", answer.json())
        else:
            xsd.assertValid(etree.fromstring(answer.content))
    assert fits(published, "Problem", client.post(URL, json={}).json())
    assert not fits(published, "Evaluation", {})


def test_a_batch_fits_in_xml(xsd: etree.XMLSchema) -> None:
    request = BatchRequest([msgspec.Raw(msgspec.json.encode(Case(orders=())))])
    root = etree.Element(f"{{{twin.NAMESPACE}}}BatchRequest")
    twin._fill(root, {"cases": [json.loads(bytes(one)) for one in request.cases]})
    xsd.assertValid(root)
    assert not xsd.validate(
        etree.fromstring(f"<BatchRequest xmlns='{twin.NAMESPACE}'><cases><x/></cases></BatchRequest>")
    )


def test_a_list_of_orders_is_judged_as_one_prescription(client: TestClient) -> None:
    """Each order alone is silent; together, at the review of a prescription, they are not."""
    first, second = {"name": "示例素"}, {"name": "展示素"}
    cases = [{"event": "prescription-review", "orders": [one], "medications": []} for one in (first, second)]
    alone = [client.post(URL, json={"case": one}).json() for one in cases]
    assert [one["items"] for one in alone] == [[], []]
    both = {"event": "prescription-review", "orders": [first, second], "medications": []}
    found = client.post(URL, json={"case": both}).json()
    (card,) = found["items"]
    assert card["rule"] == "test:pair"
    assert {fact["place"] for fact in card["facts"]} == {"/orders/0", "/orders/1"}


@pytest.mark.parametrize("page", ["evaluate.md", "evaluate.zh.md"])
def test_the_examples_of_the_page_are_questions(
    client: TestClient, published: dict[str, Any], xsd: Any, page: str
) -> None:
    text = (ROOT / "docs" / page).read_text("utf-8")
    (plain,) = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    assert fits(published, "EvaluateRequest", json.loads(plain))
    headers = {"Content-Type": "application/json"}
    assert client.post(URL, content=plain.encode(), headers=headers).status_code == 200
    (spelled,) = re.findall(r"```xml\n(.*?)```", text, re.DOTALL)
    xsd.assertValid(etree.fromstring(spelled))
    assert client.post(URL, content=spelled.encode(), headers={"Content-Type": "text/xml"}).status_code == 200
