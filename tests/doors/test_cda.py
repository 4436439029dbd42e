"""CDA R2 documents as cases. All documents are illustrations; names, numbers and codes are made up."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from ingest.cases import cda
from ingest.cases.adapted import Adapted, Misread
from ingest.cases.markup import parsed
from kg.model.case import Amount, Code, Entry
from tests.api.conftest import problem

URL = "/api/v1/rules/evaluate/cda"
XML = {"Content-Type": "application/xml", "Accept": "application/json"}
DOCUMENT = """<?xml version="1.0" encoding="{charset}"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<recordTarget><patientRole><id root="1.2.3" extension="T-7"/><patient><name>张三</name>
<administrativeGenderCode {gender}/><birthTime value="19500102"/></patient></patientRole></recordTarget>
<component><structuredBody>{sections}</structuredBody></component></ClinicalDocument>"""
DRUG = 'code="Z99AA01" codeSystemName="ATC"'
OTHER = 'code="Z99AB01" codeSystemName="ATC"'
GENDER = 'code="2" codeSystemName="GB/T 2261.1" displayName="女性"'
SUBSTANCE = ('<participant typeCode="CSM"><participantRole><playingEntity><code {}/></playingEntity></participantRole>'
             "</participant>")  # fmt: skip


def section(code: str, *entries: str, attributes: str = "") -> str:
    inner = "".join(f"<entry>{one}</entry>" for one in entries)
    return f"<component><section{attributes}><code code='{code}'/><text>张三 否认</text>{inner}</section></component>"


def document(*sections: str, gender: str = GENDER, charset: str = "UTF-8") -> str:
    return DOCUMENT.format(charset=charset, gender=gender, sections="".join(sections))


def read(*sections: str, **more: str) -> Adapted:
    return cda.read(parsed(document(*sections).encode()), **more)  # type: ignore[arg-type]


def problem_of(value: str, attributes: str = "", time: str = "", more: str = "") -> str:
    return (f'<act><statusCode code="active"/><entryRelationship><observation moodCode="EVN"{attributes}>'
            f"<code code='55607006'/>{time}{value}{more}</observation></entryRelationship></act>")  # fmt: skip


def drug(inner: str, attributes: str = ' moodCode="EVN"', code: str = DRUG) -> str:
    return (f"<substanceAdministration{attributes}>{inner}<consumable><manufacturedProduct><manufacturedMaterial>"
            f"<code {code}/></manufacturedMaterial></manufacturedProduct></consumable>"
            "</substanceAdministration>")  # fmt: skip


PROBLEM = """<value xsi:type="CD" code="Z99.800" codeSystem="2.16.840.1.113883.6.3" displayName="样本炎">
<translation code="Q9" codeSystemName="HIS-DX"/></value>"""
MEDICINE = """<statusCode code="active"/><effectiveTime xsi:type="IVL_TS"><low value="20261001"/></effectiveTime>
<effectiveTime xsi:type="PIVL_TS" operator="A"><period value="12" unit="h"/></effectiveTime>
<routeCode displayName="口服"/><doseQuantity value="5" unit="mg"/>"""
RESULT = """<organizer><component><observation moodCode="EVN"><code code="99999-9"
codeSystem="2.16.840.1.113883.6.1"/><effectiveTime value="202610301015+0800"/>
<value xsi:type="PQ" value="3.5" unit="mmol/L"/></observation></component></organizer>"""
SINCE = '<effectiveTime><low value="20200301"/></effectiveTime>'


def test_a_document_as_a_case() -> None:
    found = read(
        section("11450-4", problem_of(PROBLEM, time=SINCE)),
        section("48765-2", f"<observation moodCode='EVN'>{SUBSTANCE.format(OTHER)}</observation>"),
        section("10160-0", drug(MEDICINE)), section("30954-2", RESULT), section("10164-2"),
    )  # fmt: skip
    case = found.case
    assert (case.event, case.patient.token, case.patient.sex, case.patient.birth_date) == (
        "patient-view", "T-7", "female", "1950-01-02",
    )  # fmt: skip
    codes = (Code(code="Z99.800", system="ICD10"), Code(code="Q9", system="HIS-DX"))
    assert case.conditions == (Entry(codes=codes, name="样本炎", time="2020-03-01"),)
    assert [one.codes for one in case.allergies or ()] == [(Code(code="Z99AB01", system="ATC"),)]
    (taken,) = case.medications or ()
    assert (taken.dose, taken.per_day, taken.route) == (Amount(5, "mg"), 2, "口服")
    (result,) = case.results or ()
    assert (result.value, result.time) == (Amount(3.5, "mmol/L"), "2026-10-30T10:15+0800")
    assert (case.orders, case.procedures) == (None, None)
    assert [one.reason for one in found.notes] == ["ignored"]
    assert found.notes[0].place.endswith("component[5]/section")
    assert "张" not in str(found)


def test_what_was_not_told_is_unknown_and_what_was_denied_is_none() -> None:
    empty = read().case
    assert (empty.conditions, empty.allergies, empty.medications, empty.results) == (None,) * 4
    found = read(
        section("48765-2", attributes=' nullFlavor="NI"'),
        section("10160-0"),
        section("11450-4", problem_of('<value xsi:type="CD" code="55607006"/>', ' negationInd="true"')),
    )  # fmt: skip
    assert (found.case.allergies, found.case.medications, found.case.conditions) == (None, None, ())
    assert [one.reason for one in found.notes] == ["not-here", "no-code"]
    none = "<observation moodCode='EVN' negationInd='true'><value xsi:type='CD' code='419199007'/></observation>"
    assert read(section("48765-2", none)).case.allergies == ()
    denied = read(
        section(
            "48765-2",
            none.replace(
                "</observation>", SUBSTANCE.format("nullFlavor='OTH' displayName='示例素'") + "</observation>"
            ),
        )
    )
    assert denied.case.allergies == (Entry(name="示例素", absent=True),)
    unnamed = none.replace("</observation>", SUBSTANCE.format("nullFlavor='NA'") + "</observation>")
    assert read(section("48765-2", unnamed)).case.allergies == ()
    assert read(section("10160-0", '<substanceAdministration negationInd="true"/>')).case.medications == ()


@pytest.mark.parametrize(
    ("value", "time", "more", "expected"),
    [
        ('<value xsi:type="CD" nullFlavor="OTH" displayName="样本炎"/>', "", "", Entry(name="样本炎")),
        ('<value xsi:type="CD" nullFlavor="OTH"><originalText> 样本 炎 </originalText></value>', "", "",
         Entry(name="样本 炎")),
        ('<value xsi:type="CE" nullFlavor="OTH"><translation code="Q9" codeSystem="1.2.9"/></value>', "", "",
         Entry(codes=(Code(code="Q9", system="urn:oid:1.2.9"),))),
        ('<value xsi:type="CD" code="Q9" codeSystemName="HIS-DX"/>', '<effectiveTime nullFlavor="UNK"/>', "",
         Entry(codes=(Code(code="Q9", system="HIS-DX"),))),
        ('<value xsi:type="CD" code="Q9" codeSystemName="HIS-DX"/>',
         '<effectiveTime><low value="2020"/><high value="20210101"/></effectiveTime>', "",
         Entry(codes=(Code(code="Q9", system="HIS-DX"),), time="2020", ended=True)),
        ('<value xsi:type="CD" code="Q9" codeSystemName="HIS-DX"/>', "",
         '<entryRelationship><observation><code code="33999-4"/><value xsi:type="CD" code="413322009"/></observation>'
         "</entryRelationship>", Entry(codes=(Code(code="Q9", system="HIS-DX"),), ended=True)),
    ],
)  # fmt: skip
def test_problems(value: str, time: str, more: str, expected: Entry) -> None:
    assert read(section("11450-4", problem_of(value, time=time, more=more))).case.conditions == (expected,)


def test_an_entry_in_which_nothing_is_recognised_is_not_understood() -> None:
    found = read(section("11450-4", "<encounter/>"), section("10160-0", "<supply/>"), section("48765-2", "<act/>"))
    assert found.case.conditions == found.case.allergies == (Entry(),)
    assert len(found.case.medications or ()) == 1
    assert [one.reason for one in found.notes] == ["no-code"] * 3


def test_acts_that_do_not_count() -> None:
    found = read(section(
        "10160-0", drug('<statusCode code="aborted"/>'), drug("", ' moodCode="PRP"'),
        drug('<statusCode code="completed"/><effectiveTime><high value="20200201"/></effectiveTime>'),
        drug('<statusCode code="completed"/>'),
    ))  # fmt: skip
    assert len(found.case.medications or ()) == 1
    assert [one.reason for one in found.notes] == ["cancelled"] * 3


def test_sections_are_known_by_template_too_and_orders_by_mood() -> None:
    ordered = drug("", " moodCode='INT'")
    plan = ('<component><section><templateId root="2.16.840.1.113883.10.20.22.2.10"/><entry>'
            f'{ordered}</entry><entry><procedure moodCode="RQO"><code code="X1" '
            'codeSystemName="HIS-EX" displayName="某检查"/></procedure></entry></section></component>')  # fmt: skip
    assert [(one.kind, one.codes[0].code) for one in read(plan).case.orders or ()] == [
        ("drug", "Z99AA01"), ("procedure", "X1"),
    ]  # fmt: skip


def test_values_that_are_none() -> None:
    values = ('<value xsi:type="PQ" nullFlavor="NA"/>', '<value xsi:type="ST">阳性</value>', "",
              '<value xsi:type="IVL_PQ"><high value="5"/></value>', '<value xsi:type="PQ" value="x" unit="mg"/>',
              '<value xsi:type="PQ" value="1e999" unit="mg"/>')  # fmt: skip
    rows = [
        f'<observation moodCode="EVN"><code code="99999-9" codeSystemName="LOINC"/>{one}</observation>'
        for one in values
    ]
    found = read(section("30954-2", *rows))
    assert [one.value for one in found.case.results or ()] == [None] * len(values)
    assert {one.reason for one in found.notes} == {"not-a-value"}


@pytest.mark.parametrize("charset", ["UTF-8", "GB18030", "GBK"])
def test_the_door(client: TestClient, charset: str) -> None:
    ordered = drug("", ' moodCode="RQO"', 'nullFlavor="OTH" displayName="展示素"')
    text = document(section("10160-0", drug("")), section("18776-5", ordered), charset=charset)
    answer = client.post(f"{URL}?event=order-sign&explain=true", content=text.encode(charset), headers=XML)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert [card["rule"] for card in found["evaluation"]["items"]] == ["test:pair"]
    assert found["case"]["event"] == "order-sign"
    assert "张" not in answer.text
    assert client.post(URL, content=text.encode(charset), headers={"Content-Type": "text/xml"}).content.startswith(
        b"<?xml"
    )


@pytest.mark.parametrize(
    ("body", "status", "slug", "where"),
    [
        ("<ClinicalDocument/>", 422, "invalid-parameters", "/ClinicalDocument"),
        ('<ClinicalDocument xmlns="urn:hl7-org:v3"/>', 422, "invalid-parameters", "recordTarget"),
        (document().replace("</recordTarget>", "</recordTarget><recordTarget/>"), 422, "invalid-parameters",
         "recordTarget"),
        ('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', 400, "forbidden-xml", "line 1"),
        ("<a><b></a>", 400, "input", "line 1"),
        (document(section("11450-4", *[problem_of('<value xsi:type="CD" code="1" codeSystem="1"/>')] * 501)), 422,
         "invalid-parameters", "$.conditions"),
    ],
)  # fmt: skip
def test_what_is_no_document_is_refused(client: TestClient, body: str, status: int, slug: str, where: str) -> None:
    answer = client.post(URL, content=body.encode(), headers=XML)
    assert where in str(problem(answer, status, slug)["detail"])


def test_json_is_no_document(client: TestClient) -> None:
    problem(client.post(URL, json={}), 415, "unsupported-media-type")
    with pytest.raises(Misread):
        cda.read(parsed(b"<a/>"))
