"""A case written as HL7 v2, CDA, XML and CDS Hooks would send it. Every name and number is made up.

``inexpressible`` says what a door has no place for, so that a test compares only what can be said.
"""

from __future__ import annotations

import re
from typing import Any
from xml.sax.saxutils import quoteattr

import msgspec

from kg.model.case import Case, Code, Entry, Order, Patient, Result, Scope

_V2_SYSTEMS = {"LOINC": "LN", "SNOMED": "SCT", "ICD10": "I10", "http://loinc.org": "LN"}
_OIDS = {"LOINC": "2.16.840.1.113883.6.1", "SNOMED": "2.16.840.1.113883.6.96", "ATC": "2.16.840.1.113883.6.73",
         "ICD10": "2.16.840.1.113883.6.3", "RXNORM": "2.16.840.1.113883.6.88"}  # fmt: skip
_ESCAPES = {"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\"}
_ATC, _LOINC = "http://www.whocc.no/atc", "http://loinc.org"
_PREGNANT = {True: ("77386006", "pregnant"), False: ("60001007", "not pregnant")}


def stamp(text: str) -> str:
    """``2026-11-01T09:00:00+08:00`` as HL7 writes it."""
    return re.sub(r"[-:T]", "", text[:19]) + re.sub(":", "", text[19:])


def v2(case: Case, kind: str = "RDE^O11", charset: str = "UNICODE UTF-8") -> str:
    """As one message: orders by RXE, what else is taken as reports of status."""
    patient = case.patient
    sex = {"female": "F", "male": "M"}.get(patient.sex, "U")
    site = esc(case.scope.site)
    fields = ["MSH|^~\\&", "HIS", site, "MEDKG", "K", "20261101090000", "", kind, "1", "P", "2.5.1", *[""] * 5, charset]
    rows = ["|".join(fields),
            f"PID|1||{esc(patient.token)}^^^H^PI||示例^患者||{stamp(patient.birth_date)}|{sex}",
            f"PV1|1|I|{esc(case.scope.department)}",
            "ZPD|1|本院"]  # fmt: skip
    for number, one in enumerate(case.allergies or (), 1):
        rows.append(f"AL1|{number}|DA|{cwe(one)}|||{stamp(one.time)}")
    for number, one in enumerate(case.conditions or (), 1):
        rows.append(f"DG1|{number}||{cwe(one)}||{stamp(one.time)}|F")
    for number, one in enumerate(case.procedures or (), 1):
        rows.append(f"PR1|{number}||{cwe(one)}||{stamp(one.time)}")
    for control, section in (("NW", case.orders), ("SR", case.medications)):
        for number, order in enumerate(section or (), 1):
            rows += _v2_order(control, number, order)
    for number, one in enumerate(case.results or (), 1):
        value = f"NM|{cwe(one)}||{one.value.value}|{esc(one.value.unit)}" if one.value else f"ST|{cwe(one)}||见报告|"
        rows.append(f"OBX|{number}|{value}|||||F|||{stamp(one.time)}")
    if patient.pregnant is not None:
        code, name = _PREGNANT[patient.pregnant]
        rows.append(f"OBX|99|CWE|82810-3^^LN||{code}^{name}^SCT||||||F|||{stamp(case.at or NOW)}")
    return "\r".join(rows) + "\r"


NOW = "2026-11-01"


def _v2_order(control: str, number: int, order: Order) -> list[str]:
    status = "IP" if control == "SR" else ""
    rows = [f"ORC|{control}|{number}|||{status}"]
    if order.kind != "drug":
        return [*rows, f"OBR|1|||{cwe(order)}"]
    often = {1.0: "QD", 2.0: "BID", 3.0: "TID", 4.0: "QID", 0.5: "QOD"}.get(order.per_day or 0.0, "")
    if often or order.days:
        rows.append(f"TQ1|1||{often}|||{order.days or ''}^d")
    amount = (str(order.dose.value), esc(order.dose.unit)) if order.dose else ("", "")
    rows.append(f"RXE||{cwe(order)}|{amount[0]}||{amount[1]}")
    return [*rows, f"RXR|^{esc(order.route)}"] if order.route else rows


def esc(text: str) -> str:
    return "".join(_ESCAPES.get(sign, sign) for sign in text)


def cwe(one: Entry | Order | Result) -> str:
    """The first two codes as the triplets of a CWE."""
    codes = [*one.codes[:2], *[None] * (2 - len(one.codes[:2]))]
    parts = []
    for number, code in enumerate(codes):
        name = esc(one.name) if number == 0 else ""
        parts += [esc(code.code), name, esc(_V2_SYSTEMS.get(code.system, code.system))] if code else ["", name, ""]
    return "^".join(parts).rstrip("^")


def cda(case: Case) -> str:
    """As one document; a section that was not sent is not there, an empty one says that nothing is known to be."""
    patient = case.patient
    sex = {"female": "F", "male": "M"}.get(patient.sex, "")
    gender = f'<administrativeGenderCode code="{sex}"/>' if sex else '<administrativeGenderCode nullFlavor="UNK"/>'
    born = f'<birthTime value="{stamp(patient.birth_date)}"/>' if patient.birth_date else ""
    sections = [
        _section("11450-4", case.conditions, _problem, _NO_PROBLEM),
        _section("48765-2", case.allergies, _allergy, _NO_ALLERGY),
        _section("10160-0", case.medications, lambda one: _drug(one, "EVN"), _NO_DRUG),
        _section("18776-5", case.orders, lambda one: _drug(one, "RQO")),
        _section("47519-4", case.procedures, _procedure), _section("30954-2", case.results, _result),
    ]  # fmt: skip
    if patient.pregnant is not None:
        code, name = _PREGNANT[patient.pregnant]
        sections.append(
            '<component><section><code code="8716-3"/><entry><observation classCode="OBS" moodCode="EVN">'
            f'<code code="82810-3" codeSystem="{_OIDS["LOINC"]}"/>{_time(case.at or NOW)}'
            f'<value xsi:type="CD" code="{code}" displayName="{name}"/></observation></entry></section></component>'
        )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><recordTarget>
<patientRole><id root="1.2.3" extension={quoteattr(patient.token)}/>
<patient><name>示例患者</name>{gender}{born}</patient></patientRole></recordTarget><component><structuredBody>{"".join(sections)}
<component><section><code code="10164-2" displayName="现病史"/><text>示例文字，不被读取。</text></section></component>
</structuredBody></component></ClinicalDocument>"""


_NO_PROBLEM = '<observation moodCode="EVN" negationInd="true"><value xsi:type="CD" code="55607006"/></observation>'
_NO_ALLERGY = '<observation moodCode="EVN" negationInd="true"><value xsi:type="CD" code="419199007"/></observation>'
_NO_DRUG = '<substanceAdministration moodCode="EVN" negationInd="true"/>'


def _section(code: str, rows: Any, write: Any, nothing: str = "") -> str:
    """``nothing``: the entry that says that the list is empty."""
    if rows is None:
        return ""
    inner = "".join(f"<entry>{write(one)}</entry>" for one in rows) or f"<entry>{nothing}</entry>"
    return f'<component><section><code code="{code}" codeSystem="{_OIDS["LOINC"]}"/>{inner}</section></component>'


def _cd(tag: str, one: Entry | Order | Result, kind: str = "") -> str:
    def attributes(code: Code) -> str:
        oid = _OIDS.get(code.system, "")
        system = f'codeSystem="{oid}"' if oid else f"codeSystemName={quoteattr(code.system)}"
        return f"code={quoteattr(code.code)} {system}"

    first = attributes(one.codes[0]) if one.codes else 'nullFlavor="OTH"'
    name = f" displayName={quoteattr(one.name)}" if one.name else ""
    more = "".join(f"<translation {attributes(code)}/>" for code in one.codes[1:])
    return f"<{tag}{kind} {first}{name}>{more}</{tag}>"


def _time(text: str) -> str:
    return f'<effectiveTime value="{stamp(text)}"/>' if text else ""


def _problem(one: Entry) -> str:
    low = f'<low value="{stamp(one.time)}"/>' if one.time else ""
    high = '<high value="20261001"/>' if one.ended else ""
    denied = ' negationInd="true"' if one.absent else ""
    value = _cd("value", one, ' xsi:type="CD"')
    return (
        '<act classCode="ACT" moodCode="EVN"><entryRelationship typeCode="SUBJ">'
        f'<observation classCode="OBS" moodCode="EVN"{denied}><code code="55607006"/><statusCode code="completed"/>'
        f"<effectiveTime>{low}{high}</effectiveTime>{value}</observation></entryRelationship></act>"
    )


def _allergy(one: Entry) -> str:
    denied = ' negationInd="true"' if one.absent else ""
    return (
        f'<act classCode="ACT" moodCode="EVN"><entryRelationship><observation classCode="OBS" moodCode="EVN"{denied}>'
        f'<code code="ASSERTION"/>{_time(one.time)}<value xsi:type="CD" code="416098002"/><participant typeCode="CSM">'
        f"<participantRole><playingEntity>{_cd('code', one)}</playingEntity></participantRole></participant>"
        "</observation></entryRelationship></act>"
    )


def _drug(one: Order, mood: str) -> str:
    if one.kind != "drug":
        return f'<procedure classCode="PROC" moodCode="{mood}">{_cd("code", one)}</procedure>'
    width = often = ""
    if one.days:
        width = f'<effectiveTime xsi:type="IVL_TS"><width value="{one.days}" unit="d"/></effectiveTime>'
    if one.per_day:
        period = f'<period value="{24 / one.per_day}" unit="h"/>'
        often = f'<effectiveTime xsi:type="PIVL_TS" operator="A">{period}</effectiveTime>'
    dose = f'<doseQuantity value="{one.dose.value}" unit={quoteattr(one.dose.unit)}/>' if one.dose else ""
    route = f"<routeCode displayName={quoteattr(one.route)}/>" if one.route else ""
    return (
        f'<substanceAdministration classCode="SBADM" moodCode="{mood}"><statusCode code="active"/>{width}{often}{route}'
        f"{dose}<consumable><manufacturedProduct><manufacturedMaterial>{_cd('code', one)}</manufacturedMaterial>"
        "</manufacturedProduct></consumable></substanceAdministration>"
    )


def _procedure(one: Entry) -> str:
    return f'<procedure classCode="PROC" moodCode="EVN">{_cd("code", one)}{_time(one.time)}</procedure>'


def _result(one: Result) -> str:
    value = (f'<value xsi:type="PQ" value="{one.value.value}" unit={quoteattr(one.value.unit)}/>' if one.value
             else '<value xsi:type="PQ" nullFlavor="NA"/>')  # fmt: skip
    return (
        '<organizer classCode="BATTERY" moodCode="EVN"><component><observation classCode="OBS" moodCode="EVN">'
        f"{_cd('code', one)}{_time(one.time)}{value}</observation></component></organizer>"
    )


def hooks(case: Case) -> dict[str, Any]:
    """A call of CDS Hooks; every list of the case is there, since a call without one is refused."""
    orders = [_fhir_order(one, "draft") for one in case.orders or ()]
    sections: dict[str, list[dict[str, Any]]] = {
        "conditions": [{"resourceType": "Condition", "code": _concept(one), "onsetDateTime": one.time or None,
                        "clinicalStatus": {"coding": [{"code": "resolved" if one.ended else "active"}]},
                        "verificationStatus": {"coding": [{"code": "refuted" if one.absent else "confirmed"}]}}
                       for one in case.conditions or ()],
        "allergies": [{"resourceType": "AllergyIntolerance", "code": _concept(one), "recordedDate": one.time or None,
                       "verificationStatus": {"coding": [{"code": "refuted" if one.absent else "confirmed"}]}}
                      for one in case.allergies or ()],
        "medications": [_fhir_order(one, "active") for one in case.medications or ()],
        "procedures": [{"resourceType": "Procedure", "status": "completed", "code": _concept(one),
                        "performedDateTime": one.time or None} for one in case.procedures or ()],
        "results": [{"resourceType": "Observation", "status": "final", "code": _concept(one),
                     "effectiveDateTime": one.time or None,
                     "valueQuantity": {"value": one.value.value, "unit": one.value.unit} if one.value else None}
                    for one in case.results or ()],
    }  # fmt: skip
    if case.patient.pregnant is not None:
        code, _ = _PREGNANT[case.patient.pregnant]
        sections["results"].append(
            {"resourceType": "Observation", "status": "final", "effectiveDateTime": case.at or NOW,
             "code": {"coding": [{"system": _LOINC, "code": "82810-3"}]},
             "valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": code}]}}
        )  # fmt: skip
    patient = {"resourceType": "Patient", "id": "T-1", "gender": case.patient.sex,
               "birthDate": case.patient.birth_date or None}  # fmt: skip
    return {
        "hook": case.event, "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": {"userId": "Practitioner/1", "patientId": "T-1", "draftOrders": _bundle(orders)},
        "prefetch": {"patient": patient} | {name: _bundle(rows) for name, rows in sections.items()},
    }  # fmt: skip


def _bundle(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": one} for one in rows]}


def _concept(one: Entry | Order | Result) -> dict[str, Any]:
    codings = [{"system": code.system or None, "code": code.code} for code in one.codes]
    return {"coding": codings, "text": one.name or None}


def _fhir_order(one: Order, status: str) -> dict[str, Any]:
    if one.kind != "drug":
        return {"resourceType": "ServiceRequest", "status": status, "intent": "order", "code": _concept(one)}
    dosage: dict[str, Any] = {"route": {"text": one.route} if one.route else None}
    if one.per_day:
        dosage["timing"] = {"repeat": {"frequency": one.per_day, "period": 1, "periodUnit": "d"}}
    if one.dose:
        dosage["doseAndRate"] = [{"doseQuantity": {"value": one.dose.value, "unit": one.dose.unit}}]
    supply = {"expectedSupplyDuration": {"value": one.days, "code": "d"}} if one.days else None
    return {"resourceType": "MedicationRequest", "status": status, "intent": "order",
            "medicationCodeableConcept": _concept(one), "dosageInstruction": [dosage],
            "dispenseRequest": supply}  # fmt: skip


_SAID: dict[type[msgspec.Struct], tuple[str, ...]] = {
    Patient: ("token", "birth_date", "sex", "pregnant"),
    Order: ("codes", "name", "id", "kind", "dose", "per_day", "days", "route"),
    Entry: ("codes", "name", "id", "time", "ended", "absent"),
    Result: ("codes", "name", "id", "value", "time"),
}
"""What the messages above write."""


def _plain(one: msgspec.Struct) -> bool:
    """Whether nothing is said that the messages have no place for."""
    return type(one)(**{name: getattr(one, name) for name in _SAID[type(one)]}) == one


def inexpressible(case: Case) -> frozenset[str]:
    """Doors that cannot say what a case says: ``v2``, ``cda``, ``hooks``."""
    found = set()
    patient = case.patient
    rows = [*(case.orders or ()), *(case.medications or ()), *(case.conditions or ()), *(case.allergies or ()),
            *(case.procedures or ()), *(case.results or ())]  # fmt: skip
    if case.scope != Scope():
        found |= {"cda", "hooks"} | ({"v2"} if case.scope.role else set())
    if case.notes or not all(map(_plain, (patient, *rows))):
        found |= {"v2", "cda", "hooks"}
    if patient.sex == "other" or any(not code.system for one in rows for code in one.codes):
        found |= {"v2", "cda", "hooks"}
    lists = (case.conditions, case.allergies, case.procedures, case.results)
    if any(rows_ == () for rows_ in lists) or case.medications == () or any(len(one.codes) > 2 for one in rows):
        found.add("v2")  # no segment, no list; two triplets
    if case.orders == () or case.procedures == () or case.results == ():
        found.add("cda")  # nothing says that there is none
    if any(isinstance(one, Entry) and (one.ended or one.absent) for one in rows):
        found.add("v2")
    if any(isinstance(one, Entry) and one.ended for one in case.allergies or ()) or any(
        one.ended or one.absent for one in case.procedures or ()
    ):
        found |= {"cda", "hooks"}
    if any(one is None for one in (*lists, case.orders, case.medications)):
        found.add("hooks")
    return frozenset(found)
