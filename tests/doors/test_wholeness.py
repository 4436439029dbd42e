"""What a message does not say for certain leaves its list open: nothing is false because it was not understood. All
messages are illustrations; names and numbers are made up."""

from __future__ import annotations

import pytest

from ingest.cases import cda as reader
from ingest.cases.markup import Element
from kg.model.case import Amount, Code, Entry, Order, Result
from tests.doors import test_cda as cda
from tests.doors import test_hl7v2 as v2


@pytest.mark.parametrize("action", ["D", "U"])
def test_a_change_of_one_entry_says_nothing_of_the_others(action: str) -> None:
    allergy = v2.read(v2.PERSON, f"IAM|1||Z1^样本物^HIS-A|||{action}", kind="ADT^A60")
    assert allergy.case.allergies is not None
    assert Entry() in allergy.case.allergies
    found = v2.read(v2.PERSON, "DG1|1||Z99.800^样本炎^I10" + "|" * 18 + action, kind="ADT^A01")
    assert found.case.conditions is not None
    assert Entry() in found.case.conditions
    assert len(found.case.conditions) == (1 if action == "D" else 2)


def test_what_is_mixed_into_an_infusion_is_ordered_too() -> None:
    found = v2.read(
        v2.PERSON, "ORC|NW|1", "RXO|Z99AA01^示例液^ATC|500||mL", "RXC|A|Z99AB01^样本盐^ATC|10|mmol",
        "RXE||Z99AA01^示例液^ATC|500||mL", "RXR|IV^静脉", "RXC|B|Z99AA02^底液^ATC|500|mL",
        "RXC|A|Z99AB01^样本盐^ATC|20|mmol",
    )  # fmt: skip
    assert found.case.orders is not None
    assert not found.notes
    assert [(one.codes[0].code, one.dose, one.route) for one in found.case.orders] == [
        ("Z99AA01", Amount(500, "mL"), "静脉"), ("Z99AA02", Amount(500, "mL"), "静脉"),
        ("Z99AB01", Amount(20, "mmol"), "静脉"),
    ]  # fmt: skip
    alone = v2.read(
        v2.PERSON, "ORC|NW|1", "RXO|Z99AA01^示例液^ATC|500||mL", "RXC|A|Z99AB01^样本盐^ATC|20|mmol", "RXE||"
    )
    assert [one.codes for one in alone.case.orders or ()] == [(), (Code(code="Z99AB01", system="ATC"),)]


@pytest.mark.parametrize("attributes", ["", ' nullFlavor="NI"'])
def test_beside_a_section_that_was_not_read_nothing_is_all_there_is(attributes: str) -> None:
    unread = cda.section("11450-4", attributes=attributes)
    found = cda.read(unread, cda.section("46241-6", cda.problem_of(cda.PROBLEM)))
    assert found.case.conditions is not None
    assert found.case.conditions[1:] == (Entry(),)
    assert cda.read(unread).case.conditions is None
    drugs = cda.read(cda.section("10160-0"), cda.section("10160-0", cda.drug(cda.MEDICINE)))
    assert drugs.case.medications is not None
    assert drugs.case.medications[1:] == (Order(),)
    results = cda.read(cda.section("30954-2"), cda.section("8716-3", cda.RESULT))
    assert results.case.results is not None
    assert results.case.results[1:] == (Result(),)


def test_what_stands_in_something_denied_or_unknown_is_open() -> None:
    stated = cda.problem_of(cda.PROBLEM)
    for outer in (' negationInd="true"', ' negationInd="1"', ' nullFlavor="NI"'):
        found = cda.read(cda.section("11450-4", stated.replace("<act>", f"<act{outer}>")))
        assert found.case.conditions == (Entry(),)
        assert [one.reason for one in found.notes] == ["no-code"]
    denied = cda.read(cda.section("11450-4", cda.problem_of(cda.PROBLEM, ' negationInd="1"'))).case.conditions
    assert denied is not None
    assert [one.absent for one in denied] == [True]
    empty = cda.read(cda.section("30954-2", '<observation nullFlavor="NI"/>'))
    assert empty.case.results == (Result(),)


def test_siblings_are_counted_once_however_many_places_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counting them anew for each of half a million sections that are not read would take minutes."""
    counted: list[Element] = []
    numbered = reader._numbered

    def counting(above: Element) -> dict[Element, str]:
        counted.append(above)
        return numbered(above)

    monkeypatch.setattr(reader, "_numbered", counting)
    found = cda.read("<component><section/></component>" * 100)
    assert [one.place for one in found.notes[::99]] == [
        f"/ClinicalDocument/component/structuredBody/component[{number}]/section" for number in (1, 100)
    ]
    assert len(counted) == len(set(counted)) == 103


@pytest.mark.parametrize("value", ['<value xsi:type="ST">样本炎</value>', '<value xsi:type="ED">x</value>', "",
                                   '<value xsi:type="CD" nullFlavor="UNK"/>'])  # fmt: skip
def test_a_problem_in_text_alone_beside_a_coded_one_is_not_understood(value: str) -> None:
    coded = '<observation moodCode="EVN"><value xsi:type="CD" code="Q9" codeSystemName="HIS-DX"/></observation>'
    both = f'<act>{coded}<observation moodCode="EVN"><text>样本炎</text>{value}</observation></act>'
    for code, name in (("11450-4", "conditions"), ("48765-2", "allergies")):
        found = cda.read(cda.section(code, both))
        rows = getattr(found.case, name)
        assert [(one.codes, one.name) for one in rows] == [((Code(code="Q9", system="HIS-DX"),), ""), ((), "")]
        assert [one.reason for one in found.notes] == ["no-code"]


@pytest.mark.parametrize("value", ['<value xsi:type="INT" value="3"/>', '<value xsi:type="TS" value="2020"/>',
                                   '<value xsi:type="PQ" value="40" unit="a"/>'])  # fmt: skip
def test_a_number_or_a_date_beside_a_problem_is_none(value: str) -> None:
    coded = '<observation moodCode="EVN"><value xsi:type="CD" code="Q9" codeSystemName="HIS-DX"/></observation>'
    found = cda.read(cda.section("11450-4", f'<act>{coded}<observation moodCode="EVN">{value}</observation></act>'))
    assert [one.codes for one in found.case.conditions or ()] == [(Code(code="Q9", system="HIS-DX"),)]
    assert found.notes == ()
