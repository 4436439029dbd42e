"""The XML twin: the same questions and answers as in JSON, and XML that cannot grow or reach out."""

from __future__ import annotations

import json
import string
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st
from lxml import etree
from msgspec import inspect
from starlette.testclient import TestClient

from api.questions import BatchRequest, EvaluateRequest
from ingest.cases import twin
from ingest.cases.markup import parsed
from kg.errors import ForbiddenXml, InputError
from kg.model.case import Case
from tests.api.conftest import problem

URL = "/api/v1/rules/evaluate"
XML = {"Content-Type": "application/xml"}
BODY = """<?xml version="1.0" encoding="%s"?>
<EvaluateRequest xmlns="https://w3id.org/medkg/schema/evaluate"><case><medications><item><name>展示素</name></item>
</medications><orders><item><codes><item><system>ATC</system><code>Z99AA01</code></item></codes></item></orders>
<event>order-sign</event></case></EvaluateRequest>"""
BOMB = """<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<EvaluateRequest><case><event>&b;</event></case></EvaluateRequest>"""


def texts() -> st.SearchStrategy[str]:
    """With characters that XML has no place for, or changes."""
    return st.text(st.characters(codec="utf-8") | st.sampled_from("\x00\r\n\t <>&]\x0b\ufffe"), max_size=12)


def values(kind: inspect.Type) -> st.SearchStrategy[Any]:
    """What JSON may hold for a type; texts under a pattern are taken from what fits."""
    match kind:
        case inspect.StructType(fields=fields):
            return st.fixed_dictionaries(
                {one.encode_name: values(one.type) for one in fields if one.required},
                optional={one.encode_name: values(one.type) for one in fields if not one.required},
            )
        case inspect.UnionType(types=types):
            return st.one_of(*map(values, types))
        case inspect.CollectionType(item_type=inner, min_length=least):
            return st.lists(values(inner), min_size=least or 0, max_size=2)
        case inspect.LiteralType(values=chosen):
            return st.sampled_from(sorted(chosen))
        case inspect.BoolType():
            return st.booleans()
        case inspect.IntType(ge=low, le=high):
            return st.integers(low, high)
        case inspect.FloatType(gt=above):
            return st.floats(0.001 if above is not None else None, allow_nan=False, allow_infinity=False)
        case inspect.StrType(pattern=None):
            return texts()
        case inspect.StrType():
            return st.sampled_from(["", "2026-11-01"])
        case inspect.RawType():
            return values(inspect.type_info(Case))
        case _:
            return st.none()


@pytest.mark.parametrize("kind", [EvaluateRequest, BatchRequest])
def test_json_to_xml_and_back_is_the_identity(kind: type[msgspec.Struct]) -> None:
    @profile(max_examples=60, database=None, suppress_health_check=list(HealthCheck))
    @given(values(inspect.type_info(kind)), st.sampled_from(["utf-8", "gb18030", "gbk", "utf-16"]))
    def run(sent: Any, encoding: str) -> None:
        root = etree.Element(f"{{{twin.NAMESPACE}}}{kind.__name__}")
        twin._fill(root, sent)
        data = etree.tostring(root, encoding=encoding, xml_declaration=True)
        found = twin.read(parsed(data), kind, Case)
        assert plain(found) == plain(msgspec.json.decode(json.dumps(sent), type=kind))
        again = twin.read(parsed(twin.written(found, encoding)), kind, Case) if kind is EvaluateRequest else found
        assert plain(again) == plain(found)

    run()


def plain(found: Any) -> Any:
    return json.loads(msgspec.json.encode(found))


@pytest.mark.parametrize("charset", ["UTF-8", "GB18030", "gbk", "gb2312", "UTF-16"])
def test_the_same_case_in_xml_gives_the_same_answer(client: TestClient, charset: str) -> None:
    case = {"event": "order-sign", "orders": [{"codes": [{"system": "ATC", "code": "Z99AA01"}]}],
            "medications": [{"name": "展示素"}]}  # fmt: skip
    plain_ = client.post(URL, json={"case": case}).json()
    data = (BODY % charset).encode(charset)
    found = client.post(URL, content=data, headers=XML | {"Accept": "application/json"}).json()
    assert [card["rule"] for card in found["items"]] == [card["rule"] for card in plain_["items"]] == ["test:pair"]
    answer = client.post(URL, content=data, headers=XML)
    assert answer.headers["content-type"] == "application/xml; charset=utf-8"
    assert parsed(answer.content).findtext(".//{*}rule") == "test:pair"
    # The charset of the transport goes before what the document says of itself.
    given = {"Content-Type": f"text/xml; charset={charset}"} if charset != "UTF-16" else XML
    assert client.post(URL, content=data, headers=given).status_code == 200


def test_a_batch_in_xml_has_its_errors_case_by_case(client: TestClient) -> None:
    good = "<item><event>order-sign</event><orders><item><name>示例素</name></item></orders></item>"
    bad = (
        "<item><orders><item><name>a</name><name>b</name></item></orders></item>",
        "<item><event>sneeze</event></item>",
        "<item><orders><item><dose><value>much</value><unit>mg</unit></dose></item></orders></item>",
        "<item><results x='1'/></item>", "<item><results>text</results></item>",
        "<item><orders><one/></orders></item>", "<item><orders xsi:nil='true' xmlns:xsi="
        "'http://www.w3.org/2001/XMLSchema-instance'>x</orders></item>",
    )  # fmt: skip
    body = f"<BatchRequest><cases>{good}{''.join(bad)}{good}</cases></BatchRequest>"
    items = client.post(f"{URL}/batch", content=body.encode(), headers=XML | {"Accept": "application/json"}).json()[
        "items"
    ]
    assert [row["error"] for row in items] == [
        "", "$.orders[0].name", "$.event", "$.orders[0].dose.value", "$.results[0]", "$.results[0]", "$.orders[0]",
        "$.orders[0]", "",
    ]  # fmt: skip
    assert [bool(row["evaluation"]) for row in items] == [not row["error"] for row in items]


@pytest.mark.parametrize(
    ("body", "status", "slug", "where"),
    [
        (BOMB, 400, "forbidden-xml", "line 1"),
        ("<?xml version='1.0'?>\n<!-- x -->\n<!DOCTYPE EvaluateRequest SYSTEM 'file:///etc/passwd'><EvaluateRequest/>",
         400, "forbidden-xml", "line 3"),
        ("<EvaluateRequest><case></EvaluateRequest>", 400, "input", "line 1, column"),
        ("<EvaluateRequest><case>&undeclared;</case></EvaluateRequest>", 400, "input", "line 1, column"),
        ("<a>" * 300 + "</a>" * 300, 400, "input", "line 1"),
        ("", 400, "input", "line 1"),
        ("<Other><case/></Other>", 422, "invalid-parameters", "$"),
        ("<EvaluateRequest/>", 422, "invalid-parameters", "case"),
        ("<EvaluateRequest><case><secret-name>1</secret-name></case></EvaluateRequest>", 422, "invalid-parameters",
         "$.case"),
        ("<EvaluateRequest><case/><limit>1e2</limit></EvaluateRequest>", 422, "invalid-parameters", "$.limit"),
        ("<EvaluateRequest><case/><limit>99999999999999999999</limit></EvaluateRequest>", 422, "invalid-parameters",
         "$.limit"),
        ("<EvaluateRequest><case><patient><gestation_weeks>1e999</gestation_weeks></patient></case></EvaluateRequest>",
         422, "invalid-parameters", "$.case.patient.gestation_weeks"),
        ("<EvaluateRequest><case/><explain>yes</explain></EvaluateRequest>", 422, "invalid-parameters", "$.explain"),
        ("<EvaluateRequest xmlns='urn:other'><case/></EvaluateRequest>", 422, "invalid-parameters", "$"),
    ],
)  # fmt: skip
def test_xml_that_does_not_fit_is_refused_with_its_place(
    client: TestClient, body: str, status: int, slug: str, where: str
) -> None:
    answer = client.post(URL, content=body.encode(), headers=XML)
    assert where in str(problem(answer, status, slug)["detail"])
    assert "secret-name" not in answer.text
    assert "passwd" not in answer.text


def test_bytes_and_names_of_charsets_are_checked() -> None:
    with pytest.raises(InputError, match="byte 30"):
        parsed(b"<?xml version='1.0'?><a>" + b"x" * 6 + b"\xff</a>")
    with pytest.raises(InputError, match="character set"):
        parsed(b"<?xml version='1.0' encoding='utf-7'?><a/>")
    with pytest.raises(ForbiddenXml):
        parsed("<!DOCTYPE a><a/>".encode("utf-16"))
    for unfinished in (b"<!--", b"<?", b"<?xml", b"<a", b"\x00", b"<![CDATA["):
        with pytest.raises(InputError):
            parsed(unfinished)


def test_too_much_is_refused(client: TestClient) -> None:
    problem(client.post(URL, content=b" " * 5_000_001, headers=XML), 413, "body-too-large")
    problem(client.post(URL, content=b"{}", headers={"Content-Type": "text/csv"}), 415, "unsupported-media-type")
    wanted = {"Accept": "text/csv"}
    problem(client.post(URL, json={"case": {}}, headers=wanted), 406, "not-acceptable")
    problem(client.post(URL, content=b"<a/>", headers={"Content-Type": "text/xml; charset=latin-1"}), 415,
            "unsupported-media-type")  # fmt: skip


@pytest.mark.parametrize("wanted", ["gb18030", "GBK", "utf-8;q=0.5, gb18030", "big5, gb2312"])
@pytest.mark.parametrize("media", ["application/json", "application/xml"])
def test_answers_in_the_charset_that_is_asked_for(client: TestClient, wanted: str, media: str) -> None:
    case = {"event": "order-sign", "patient": {"token": "\U00020000é"}, "orders": [{"name": "示例素"}],
            "medications": [{"name": "展示素"}]}  # fmt: skip
    answer = client.post(URL, json={"case": case}, headers={"Accept-Charset": wanted, "Accept": media})
    kind, _, charset = answer.headers["content-type"].partition("; charset=")
    assert kind == media
    assert charset in ("gb18030", "gbk")
    if media == "application/json":
        card = json.loads(answer.content.decode(charset))["items"][0]
        assert card["title"]["zh"].startswith("示例，不可用于诊疗")
        assert card["patient"] == "\U00020000é"
    else:
        assert parsed(answer.content).findtext(".//{*}patient") == "\U00020000é"


def test_errors_hold_no_letters_of_a_message() -> None:
    """Texts that a parser could repeat never reach an error."""
    secret = "canary" + string.ascii_lowercase
    for body in (f"<a {secret}>", f"<{secret}></a>", f"<a>&{secret};</a>", f"<a x='{secret}' x='{secret}'/>"):
        with pytest.raises(InputError) as told:
            parsed(body.encode())
        assert secret not in str(told.value)
