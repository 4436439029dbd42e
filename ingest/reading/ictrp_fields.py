"""One registration of a trial in the XML of the WHO's registry platform (ICTRP), by the names of its elements.

Two forms name the same items (WHO Trial Registration Data Set 1.3.1): registries hand in ``trial_id``,
``hc_freetext``, ``prim_outcome`` below ``<main>``, ``<criteria>`` and others; the portal writes ``TrialID``,
``Condition``, ``Primary_outcome`` side by side. Names are compared without case and underscores. Contacts are
personal data and left out, but for the scientific one with its institution.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec

from ingest.reading import tagged
from ingest.reading.languages import of_text
from ingest.reading.trials import TrialDraft
from ingest.reading.xml_names import LANGUAGES, name_of, plain, text_of, values_below
from kg.model.document import Author, Grant, Heading, Text
from ontology.reading.xml import Element, collapse

_PERSONAL = re.compile(
    r".*(?:contact(?!affiliation)|applicant(?!institution)|telephone|phone|fax|e?mail|zip|postcode).*"
).fullmatch
_NOTES = {
    "acronym": "acronym", "scientificacronym": "acronym", "acronymexpansion": "acronym", "studydesign": "study design",
    "recruitmentstatus": "status", "targetsize": "enrolment", "dateenrolment": "start", "dateenrollement": "start",
    "dateenrollment": "start", "typeenrolment": "type of enrolment", "agemin": "minimum age", "agemax": "maximum age",
    "inclusionagemin": "minimum age", "inclusionagemax": "maximum age", "gender": "sex", "inclusiongender": "sex",
    "hccode": "condition code", "icode": "intervention code", "contactaffiliation": "contact affiliation",
    "resultsipdplan": "IPD sharing", "resultsipddescription": "IPD sharing: description", "resultsyesno": "results",
    "phase": "phase", "studytype": "study type",
}  # fmt: skip
_SECTIONS = {
    "intervention": "Interventions", "ifreetext": "Interventions", "inclusioncriteria": "Inclusion criteria",
    "exclusioncriteria": "Exclusion criteria", "primaryoutcome": "Primary outcome", "primoutcome": "Primary outcome",
    "secondaryoutcome": "Secondary outcome", "secoutcome": "Secondary outcome", "resultssummary": "Results",
    "studyobjective": "Objective", "objectivesofstudy": "Objective",
}  # fmt: skip
_PASSED = frozenset({"internalnumber", "exportdate"})


_TYPE = re.compile(
    r".*(?:phase|期|stud(?:y|ies)|研究|interventional|observational|trial|试验).*", re.I | re.DOTALL
).fullmatch
"""A bare figure or ``N/A`` says nothing without its label."""
_NONE = frozenset({"nil", "nil known", "none", "no", "n/a", "not applicable", "无"})
_GRANTED = frozenset({"sourcesupport", "sourcename"})
_DATES = {"dateregistration": ("published", "registered"), "dateregistration3": ("published", "registered"),
          "lastrefreshedon": ("revised", "last refreshed")}  # fmt: skip


def trial(element: Element) -> TrialDraft:
    """The draft of a ``<trial>`` of either form, which may have no title."""
    reading = _Reading()
    reading.children(element, "")
    return reading.finish()


@dataclass(frozen=True, slots=True)
class _Leaf:
    """An element with text: ``name`` is compared, ``label`` says where it stands in the file."""

    name: str
    label: str
    language: str
    value: str


class _Reading:
    def __init__(self) -> None:
        self._draft = TrialDraft()
        self._sponsors: dict[str, str] = {}

    def children(self, element: Element, label: str, language: str = "") -> None:
        for child in element:
            if not isinstance(child.tag, str):
                continue
            name, own = name_of(child)
            own = own or language
            parts = [part for part in child if isinstance(part.tag, str)]
            key = plain(name)
            bare = key in LANGUAGES and bool(label)
            whole = label if bare else name if not label else f"{label}: {name}"
            match key:
                case "contact" if parts:
                    self._contact(child)
                case "secondaryid" | "secid" if parts:
                    self._number(child)
                case _:
                    self.children(child, "" if key in ("main", "criteria") else whole, own)
                    if value := text_of(child):
                        named = plain(label.rpartition(": ")[2]) if bare else key
                        self._take(_Leaf(named, whole, LANGUAGES[key] if bare else own, value))

    def finish(self) -> TrialDraft:
        # The sponsor in two languages is one sponsor, and it comes before others.
        names = self._sponsors
        together = [" = ".join(names)] if len(set(names.values())) == len(names) > 0 else list(names)
        self._draft.authors = [*(Author(collective=name) for name in together), *self._draft.authors]
        return self._draft

    def _take(self, leaf: _Leaf) -> None:
        draft, value, language = self._draft, leaf.value, leaf.language or of_text(leaf.value)
        match leaf.name:
            case "trialid" if not draft.number:
                draft.number = value
                draft.registered(value, "trial id")
            case "utrn":
                draft.registered(value, "utn")
            case "secondaryid" | "secid":
                for number in (part for part in tagged.split(value) if part.lower() not in _NONE):
                    draft.registered(number, relation=leaf.label)
            case "regname" | "sourceregister" if not draft.publisher:
                draft.publisher = value
            case "publictitle" | "scientifictitle":
                draft.parallel(collapse(value), language)
            case "studytype" | "phase" if _TYPE(value):
                draft.types.append(value)
            case "condition" | "hcfreetext":
                names = tagged.split(value.replace("\n", ";"))
                draft.headings += [Heading("", name, major=True, kind="keyword") for name in names]
            case "hckeyword" | "ikeyword":
                draft.keywords.append(Text(value, language))
            case "primarysponsor":
                self._sponsors[value] = language
            case "secondarysponsor" | "sponsorname":
                draft.authors += [Author(collective=name) for name in tagged.split(value)]
            case "webaddress" | "url":
                draft.urls.append(value)
            case "countries" | "country" | "country2":
                for name in tagged.split(value):
                    draft.note("country", name)
            case name if name in _DATES:
                draft.event(*_DATES[name], value)
            case name if name in _SECTIONS:
                draft.section(value, _SECTIONS[name], language)
            case name if name in _GRANTED:
                draft.grants += [Grant(agency=agency) for agency in tagged.split(value)]
            case name if name not in _PASSED and not _PERSONAL(name):
                draft.note(_NOTES.get(name, leaf.label), value)

    def _contact(self, element: Element) -> None:
        values = values_below(element)
        kind = values.get("type") or (element.get("type") or "")
        name = " ".join(filter(None, (values.get(part, "") for part in ("firstname", "middlename", "lastname"))))
        name, place = name or values.get("name", ""), values.get("affiliation", "")
        if kind.lower() == "scientific" and name:
            who = tagged.person(name, (place,) if place else ())
            self._draft.authors.append(msgspec.structs.replace(who, role="investigator"))
        else:
            self._draft.note("contact affiliation", place)

    def _number(self, element: Element) -> None:
        values = values_below(element)
        authority = values.pop("issuingauthority", "")
        for value in values.values():
            self._draft.registered(value, authority, authority or "secondary id")
