"""CDA R2 in the shape of the Chinese shared documents. Illustrations with content of their own; no real document."""

from __future__ import annotations

import pytest

from ingest.cases import cda, national
from ingest.cases.codings import of_cda
from ingest.cases.markup import parsed
from kg.model.case import Amount, Code, Entry, Order
from tests.doors.test_cda import document, read, section

ELEMENTS = f'codeSystem="{national.ELEMENTS}" codeSystemName="卫生信息数据元目录"'


def named(name: str, inner: str = "") -> str:
    return (f'<observation classCode="OBS" moodCode="EVN"><code code="DE05.01.025.00" {ELEMENTS}/>'
            f'<value xsi:type="ST">{name}</value>{inner}</observation>')  # fmt: skip


def coded(oid: str) -> str:
    return (f'<entryRelationship typeCode="COMP"><observation classCode="OBS" moodCode="EVN">'
            f'<code code="DE05.01.024.00" {ELEMENTS}/><value xsi:type="CD" code="Z99.800" codeSystem="{oid}"/>'
            "</observation></entryRelationship>")  # fmt: skip


DRUG = """<substanceAdministration classCode="SBADM" moodCode="EVN"><routeCode code="1" displayName="口服"/>
<doseQuantity value="5" unit="mg"/><consumable><manufacturedProduct><manufacturedLabeledDrug><code/>
<name>示例素</name></manufacturedLabeledDrug></manufacturedProduct></consumable></substanceAdministration>"""


@pytest.mark.parametrize("oid", [row.oid for row in national.TABLE if row.system == "ICD10"])
def test_a_diagnosis_is_a_name_with_its_code_within(oid: str) -> None:
    found = read(section("11535-2", named("样本炎", coded(oid)))).case.conditions
    assert found == (Entry(codes=(Code(code="Z99.800", system="ICD10"),), name="样本炎"),)
    assert read(section("11535-2", named("样本炎"))).case.conditions == (Entry(name="样本炎"),)


def test_other_elements_of_a_section_of_diagnoses_are_not_understood() -> None:
    other = named("好转").replace("DE05.01.025.00", "DE06.00.193.00")
    assert read(section("11535-2", named("样本炎"), other)).case.conditions == (Entry(name="样本炎"), Entry())


def test_what_stands_in_a_prescription_is_ordered() -> None:
    drug = (Order(name="示例素", route="口服", dose=Amount(5, "mg")),)
    plain = document(section("10160-0", DRUG))
    prescription = plain.replace("<recordTarget>", f'<templateId root="{national.PRESCRIPTION}"/><recordTarget>', 1)
    taken, ordered = (cda.read(parsed(one.encode())).case for one in (plain, prescription))
    assert (taken.event, taken.medications, taken.orders) == ("patient-view", drug, None)
    assert (ordered.event, ordered.medications, ordered.orders) == ("order-sign", None, drug)


def test_every_identifier_has_a_source_and_no_other_is_known() -> None:
    assert all(row.sources and row.oid.startswith("2.16.156.10011.") for row in national.TABLE)
    assert len({row.oid for row in national.TABLE}) == len(national.TABLE)
    assert of_cda("2.16.156.10011.2.3.3.99", "") == "urn:oid:2.16.156.10011.2.3.3.99"
