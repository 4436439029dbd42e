"""HL7 v2 messages as cases. All messages are illustrations; names and numbers are made up."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st
from starlette.testclient import TestClient

from ingest.cases import er7, hl7v2
from ingest.cases.adapted import Adapted, Misread, PartLeftOut
from kg.errors import InputError
from kg.model.case import Amount, Code, Entry
from tests.api.conftest import problem

URL = "/api/v1/rules/evaluate/hl7v2"
V2 = {"Content-Type": "application/hl7-v2"}
HEAD = "MSH|^~\\&|HIS|示例医院|MEDKG|K|20261101090000+0800||{kind}|1|P|2.5.1||||||{charset}"
PERSON = "PID|1||T-7^^^H^MR||张^三^^^^^L||19500102|F"
ORDER = "ORC|NW|1\rTQ1|1||BID|||7^d\rRXE||Z99AA01^示例素^ATC|5||mg\rRXR|PO^口服"


def text(*rows: str, kind: str = "RDE^O11", charset: str = "UNICODE UTF-8") -> str:
    return "\r".join((HEAD.format(kind=kind, charset=charset), *rows)) + "\r"


def read(*rows: str, kind: str = "RDE^O11", **more: str) -> Adapted:
    return hl7v2.read(er7.message(text(*rows, kind=kind).encode(), ""), **more)  # type: ignore[arg-type]


def test_an_order_with_its_patient() -> None:
    found = read(PERSON, "PV1|1|I|心内科^01", "AL1|1|DA|Z99AB01^展示素^ATC||皮疹|20200101", "DG1|1||Z99.800^样本炎^I10",
                 ORDER, "OBX|1|NM|99999-9^样本素^LN||3.5|mmol/L|||||F|||202610301015+0800", "ZPD|1|本院")  # fmt: skip
    case = found.case
    assert (case.event, case.scope.site, case.scope.department) == ("order-sign", "示例医院", "心内科")
    assert (case.patient.token, case.patient.birth_date, case.patient.sex) == ("T-7", "1950-01-02", "female")
    (order,) = case.orders or ()
    assert order.codes == (Code(code="Z99AA01", system="ATC"),)
    assert (order.name, order.dose, order.per_day, order.days, order.route) == ("示例素", Amount(5, "mg"), 2, 7, "口服")
    assert case.allergies == (Entry(codes=(Code(code="Z99AB01", system="ATC"),), name="展示素", time="2020-01-01"),)
    assert case.conditions == (Entry(codes=(Code(code="Z99.800", system="ICD10"),), name="样本炎"),)
    (result,) = case.results or ()
    assert (result.value, result.time) == (Amount(3.5, "mmol/L"), "2026-10-30T10:15+0800")
    assert case.medications is None
    assert case.procedures is None
    assert found.notes == (PartLeftOut("ZPD[1]", "ignored"),)
    assert "三" not in str(found)


def test_the_principal_diagnosis_and_dates_of_which_little_is_known() -> None:
    found = read(
        PERSON,
        "DG1|1||A^甲^L||2020|F|||||||||1",
        "DG1|2||B^乙^L||202003|F|||||||||2",
        "PR1|1||C^丙^L||20200301|||||||||1",
    )
    assert [(one.time, one.principal) for one in found.case.conditions or ()] == [("2020", True), ("2020-03", False)]
    assert [(one.time, one.principal) for one in found.case.procedures or ()] == [("2020-03-01", True)]


@pytest.mark.parametrize(
    ("kind", "event"),
    [("ADT^A01", "encounter-start"), ("ADT^A03", "encounter-discharge"), ("ADT^A08", "patient-view"),
     ("ORU^R01", "result-received"), ("OMP^O09", "order-sign"), ("ORM^O01", "order-sign"),
     ("RDS^O13", "order-dispatch")],
)  # fmt: skip
def test_the_moment_follows_from_the_message(kind: str, event: str) -> None:
    assert read(PERSON, kind=kind).case.event == event
    assert read(PERSON, kind=kind, event="prescription-review").case.event == "prescription-review"


def test_what_is_absent_was_not_sent_and_what_is_deleted_is_told() -> None:
    case = read(PERSON, kind="ADT^A08").case
    assert (case.conditions, case.allergies, case.orders, case.medications, case.results) == (None,) * 5
    found = read('PID|1||T-7||x||""|""', 'AL1|1|DA|""', "DG1|1||Z99.800^样本炎^I10||||||||||||||||||D", kind="ADT^A08")
    assert (found.case.patient.birth_date, found.case.patient.sex) == ("", "unknown")
    # One that is deleted says nothing of the others.
    assert (found.case.allergies, found.case.conditions) == ((), (Entry(),))
    assert [(one.place, one.reason) for one in found.notes] == [
        ("PID[1]-7", "deleted"), ("PID[1]-8", "deleted"), ("AL1[1]-3", "deleted"), ("DG1[1]", "cancelled"),
    ]  # fmt: skip


def test_orders_that_were_cancelled_do_not_count_and_running_ones_are_what_is_taken() -> None:
    found = read(
        PERSON, "ORC|CA|1\rRXE||Z99AA01^示例素^ATC|5||mg", "ORC|SR|2|||IP\rRXE||Z99AB01^展示素^ATC|5||mg",
        "ORC|NW|3\rRXO|Z99AA01^示例素^ATC|5||mg\rRXE||Z99AA01^示例素片^ATC|10||mg", "ORC|SC|4|||DC\rRXO|Q^甲^L|1||g",
        "ORC|NW|5\rOBR|1|||X1^某检查^HIS-EX",
    )  # fmt: skip
    assert [(one.id, one.name, one.kind) for one in found.case.orders or ()] == [
        ("3", "示例素片", "drug"), ("5", "某检查", "procedure"),
    ]  # fmt: skip
    assert [one.name for one in found.case.medications or ()] == ["展示素"]
    assert [one.reason for one in found.notes] == ["cancelled", "cancelled"]


@pytest.mark.parametrize(
    ("row", "value", "reason"),
    [
        ("OBX|1|NM|99999-9^^LN||3.5|mmol/L", Amount(3.5, "mmol/L"), None),
        ("OBX|1|ST|99999-9^^LN|| 3.5 |mmol/L", Amount(3.5, "mmol/L"), None),
        ("OBX|1|NM|99999-9^^LN||-3.5|", Amount(-3.5, "1"), None),
        ("OBX|1|SN|99999-9^^LN||=^3.5|mmol/L", Amount(3.5, "mmol/L"), None),
        ("OBX|1|SN|99999-9^^LN||<^3.5|mmol/L", None, "not-a-value"),
        ("OBX|1|SN|99999-9^^LN||^3^-^4|mmol/L", None, "not-a-value"),
        ("OBX|1|ST|99999-9^^LN||阳性|", None, "not-a-value"),
        ("OBX|1|NM|99999-9^^LN||1e400|", None, "not-a-value"),
        ("OBX|1|NM|99999-9^^LN||nan|", None, "not-a-value"),
        ('OBX|1|NM|99999-9^^LN||""|', None, "deleted"),
    ],
)
def test_values(row: str, value: Amount | None, reason: str | None) -> None:
    found = read(PERSON, row, kind="ORU^R01")
    (result,) = found.case.results or ()
    assert result.value == value
    assert [one.reason for one in found.notes] == ([reason] if reason else [])


def test_results_of_a_group_have_its_time_and_repeats_are_results_of_their_own() -> None:
    found = read(PERSON, "OBR|1|||P^组套^L|||202610301000", "OBX|1|NM|99999-9^^LN||3~4|mmol/L",
                 "OBX|2|NM|99999-9^^LN||9|mmol/L|||||X", kind="ORU^R01")  # fmt: skip
    assert [(one.value.value, one.time) for one in found.case.results or () if one.value] == [
        (3, "2026-10-30T10:00"), (4, "2026-10-30T10:00"),
    ]  # fmt: skip
    assert found.notes == (PartLeftOut("OBX[2]", "cancelled"),)


def test_weight_height_and_pregnancy_go_with_the_patient_while_they_hold() -> None:
    rows = ("OBX|1|NM|29463-7^^LN||61|kg|||||F|||20261020", "OBX|2|NM|8302-2^^LN||160|cm|||||F|||20261020",
            "OBX|3|CWE|82810-3^^LN||77386006^妊娠^SCT||||||F|||20261020")  # fmt: skip
    patient = read(PERSON, *rows, kind="ORU^R01", at="2026-11-01").case.patient
    assert (patient.weight, patient.height, patient.pregnant) == (Amount(61, "kg"), Amount(160, "cm"), True)
    later = read(PERSON, *rows, kind="ORU^R01", at="2029-11-01").case.patient
    assert (later.weight, later.pregnant) == (None, None)


@pytest.mark.parametrize(
    ("person", "sex", "born"),
    [
        ("PID|1||T-7~11010519491231002X^^^^NI||x||19491231|F", "female", "1949-12-31"),
        ("PID|1||T-7~11010519491231002X^^^^NI||x||19491231|M", "unknown", "1949-12-31"),
        ("PID|1||T-7~11010519491231002X^^^^NI||x||19500101|2", "female", ""),
        ("PID|1||T-7~110105194912310021^^^^NI||x||19500101|男", "male", "1950-01-01"),
        ("PID|1||T-7||x||19500101|F~M", "unknown", "1950-01-01"),
        ("PID|1||T-7||x||1950|A", "other", "1950"),
        ("PID|1||T-7||x||yesterday|9", "unknown", ""),
    ],
)
def test_a_patient_that_contradicts_itself_is_unknown_there(person: str, sex: str, born: str) -> None:
    found = read(person, kind="ADT^A08")
    assert (found.case.patient.token, found.case.patient.sex, found.case.patient.birth_date) == ("T-7", sex, born)
    doubtful = sex == "unknown" or (born == "" and "yesterday" not in person)
    assert ("contradiction" in {one.reason for one in found.notes}) == (doubtful and "yesterday" not in person)
    assert "1101051949" not in str(found)


def test_escapes_and_other_signs_of_structure() -> None:
    row = "AL1|1|DA|Z\\S\\1\\F\\2^a\\T\\b\\E\\c\\H\\d\\N\\\\.br\\e\\XC3A9\\\\Zxx\\^HIS\\T\\DX"
    (entry,) = read(PERSON, row, kind="ADT^A08").case.allergies or ()
    assert (entry.codes, entry.name) == ((Code(code="Z^1|2", system="HIS&DX"),), "a&b\\cd\neé")
    own = "MSH#*!/@#HIS#H#M#K#20261101##ADT*A08#1#P#2.5\nAL1#1#DA#Q1*甲*HIS-DX"
    (entry,) = hl7v2.read(er7.message(own.encode())).case.allergies or ()
    assert entry.codes == (Code(code="Q1", system="HIS-DX"),)


def test_a_field_that_repeats_where_one_is_meant_is_not_understood() -> None:
    found = read(PERSON, "AL1|1|DA|A^甲^L~B^乙^L", kind="ADT^A08")
    assert found.case.allergies == (Entry(),)
    assert found.notes == (PartLeftOut("AL1[1]-3", "several"),)
    (order,) = read(PERSON, ORDER.replace("BID", "BID~TID")).case.orders or ()
    assert (order.per_day, order.days) == (None, None)
    (order,) = read(PERSON, ORDER.replace("|5||mg", "|5|10|mg")).case.orders or ()
    assert order.dose is None


@pytest.mark.parametrize("framing", ["\x0b{}\x1c\r", "{}", "\r\n{}\r\n"])
@pytest.mark.parametrize(
    ("charset", "named", "header"),
    [("utf-8", "UNICODE UTF-8", ""), ("gb18030", "GB 18030-2000", ""), ("gbk", "GBK", ""), ("utf-8", "", ""),
     ("gb18030", "", "; charset=gb18030"), ("gbk", "UNICODE UTF-8", "; charset=gbk"), ("gb2312", "GB2312~ASCII", "")],
)  # fmt: skip
def test_charsets_and_framing(client: TestClient, framing: str, charset: str, named: str, header: str) -> None:
    rows = (PERSON, ORDER, "ORC|SR|2|||A\rRXE||^展示素^|5||mg")
    data = framing.format(text(*rows, charset=named)).encode(charset)
    answer = client.post(URL, content=data, headers={"Content-Type": V2["Content-Type"] + header})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert [card["rule"] for card in found["evaluation"]["items"]] == ["test:old-woman", "test:pair"]
    assert found["case"]["patient"]["token"] == "T-7"
    assert "张" not in answer.text


def test_halves_of_characters_are_no_signs_of_structure() -> None:
    halves = "".join(next(sign for sign in map(chr, range(0x4E00, 0x9FA5)) if sign.encode("gbk")[1:] == half)
                     for half in (b"|", b"^", b"~", b"\\"))  # fmt: skip
    sent = text(PERSON, f"AL1|1|DA|Q1^{halves}^L", charset="GBK", kind="ADT^A08").replace("示例医院", halves)
    found = hl7v2.read(er7.message(sent.encode("gbk"))).case
    assert found.scope.site == halves
    assert [one.name for one in found.allergies or ()] == [halves]


@pytest.mark.parametrize(
    ("data", "status", "slug", "where"),
    [
        (b"", 422, "invalid-parameters", "MSH"),
        (b"PID|1||x", 422, "invalid-parameters", "MSH"),
        (b"MSH", 422, "invalid-parameters", "MSH"),
        (b"MSH|^~^&|a|b", 422, "invalid-parameters", "MSH-2"),
        (b"MSHabcdefgh", 422, "invalid-parameters", "MSH-2"),
        (text(kind="ADT^A08").encode() * 2, 422, "invalid-parameters", "MSH[2]"),
        (text(PERSON, PERSON.replace("T-7", "T-8")).encode(), 422, "invalid-parameters", "PID[2]"),
        (text(kind="MFN^M01").encode(), 422, "invalid-parameters", "MSH-9"),
        (text(kind="").encode(), 422, "invalid-parameters", "MSH-9"),
        (text(PERSON).encode("gb18030"), 400, "input", "byte"),
        (text(PERSON, charset="ASCII").encode(), 400, "input", "byte"),
        (text(PERSON, charset="8859/77").encode(), 400, "input", "MSH-18"),
        (text(PERSON, *(["ZZZ|1"] * 2_000)).encode(), 422, "invalid-parameters", "2000"),
        (text(PERSON, *(["DG1|1||A^b^L"] * 501)).encode(), 422, "invalid-parameters", "conditions"),
        (text(PERSON, f"DG1|1||A^{'x' * 301}^L").encode(), 422, "invalid-parameters", "$.conditions[0].name"),
        (b"x" * 5_000_001, 413, "body-too-large", ""),
    ],
)
def test_what_is_no_message_is_refused_with_its_place(
    client: TestClient, data: bytes, status: int, slug: str, where: str
) -> None:
    answer = client.post(URL, content=data, headers=V2)
    assert where in str(problem(answer, status, slug)["detail"])
    assert "T-7" not in answer.text


def test_other_types_and_parameters_are_refused(client: TestClient) -> None:
    data = text(PERSON, ORDER).encode()
    problem(client.post(URL, content=data, headers={"Content-Type": "application/json"}), 415, "unsupported-media-type")
    for query in ("event=sneeze", "limit=0", "at=yesterday", "at=2026"):
        problem(client.post(f"{URL}?{query}", content=data, headers=V2), 422, "invalid-parameters")
    spelled = client.post(URL, content=data, headers=V2 | {"Accept": "application/xml"})
    assert b"<AdaptedEvaluation" in spelled.content


PARTS = ["|", "^", "~", "\\", "&", '""', "\r", "PID", "OBX", "RXE", "ORC", "AL1", "DG1", "TQ1", "X", "1", "-", "9" * 30,
         "NM", "SN", "LN", "Q0H", "29463-7", "\x00", "é"]  # fmt: skip


@profile(max_examples=150, database=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(PARTS), max_size=60))
def test_whatever_follows_the_header_is_a_case_or_an_error_of_ours(parts: list[str]) -> None:
    try:
        found = hl7v2.read(er7.message((text(kind="RDE^O11") + "".join(parts)).encode()))
    except (Misread, InputError):
        return
    assert found.case.event == "order-sign"
