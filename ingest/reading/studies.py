"""One study of ClinicalTrials.gov as a trial, module by module.

Data structure: https://clinicaltrials.gov/data-api/about-api/study-data-structure. Left out on purpose: results
(figures, not text), uploaded files, sites but for their countries, contacts (personal data), and what
ClinicalTrials.gov derives but for its MeSH terms.
"""

from __future__ import annotations

from ingest.reading.identifiers import curie
from ingest.reading.json_fields import Fields
from ingest.reading.languages import of_text
from ingest.reading.study_people import in_brackets, sites, sponsors
from ingest.reading.trials import TrialDraft
from kg.model.document import Grant, Heading, Reference, Relation, Text

_DATES = (
    ("published", "studyFirstPostDateStruct", "first posted"),
    ("revised", "lastUpdatePostDateStruct", "last update"),
)
_PLANNED = (("start", "startDateStruct"), ("primary completion", "primaryCompletionDateStruct"),
            ("completion", "completionDateStruct"))  # fmt: skip
_OUTCOMES = (("Primary outcome", "primaryOutcomes"), ("Secondary outcome", "secondaryOutcomes"),
             ("Other outcome", "otherOutcomes"))  # fmt: skip


def trial(study: Fields) -> TrialDraft:
    """Everything that a reader of the study's page finds there; a study without title has none here either."""
    draft = TrialDraft()
    protocol = study.part("protocolSection")
    for name, read in (
        ("identificationModule", _identification),
        ("statusModule", _status),
        ("sponsorCollaboratorsModule", sponsors),
        ("descriptionModule", _description),
        ("conditionsModule", _conditions),
        ("designModule", _design),
        ("armsInterventionsModule", _arms),
        ("outcomesModule", _outcomes),
        ("eligibilityModule", _eligibility),
        ("contactsLocationsModule", sites),
        ("referencesModule", _references),
    ):
        module = protocol.part(name)
        read(module, draft)
        draft.unread += module.rest()
    draft.unread += protocol.part("ipdSharingStatementModule").rest("IPD sharing")
    draft.unread += protocol.rest()
    _derived(study.part("derivedSection"), draft)
    if study.true("hasResults"):
        draft.note("results", "posted")
    study.pass_over("resultsSection", "documentSection", "annotationSection", "hasResults")
    draft.unread += study.rest()
    return draft


def _identification(module: Fields, draft: TrialDraft) -> None:
    draft.number = module.text("nctId")
    draft.registered(draft.number, "nctId")
    for alias in module.texts("nctIdAliases"):
        draft.registered(alias, "nctId")
    for name in ("briefTitle", "officialTitle"):
        draft.parallel(module.text(name))
    draft.note("acronym", module.text("acronym"))
    organisation = module.part("orgStudyIdInfo")
    draft.registered(organisation.text("id"), "sponsor's id")
    draft.unread += organisation.rest("sponsor's id")
    for other in module.parts("secondaryIdInfos"):
        kind, value = other.text("type"), other.text("id")
        if kind == "NIH":
            draft.grants.append(Grant(number=value, agency="NIH"))
        else:
            draft.registered(value, other.text("domain"), kind or "secondary id")
        draft.unread += other.rest("secondary id")
    draft.note("organisation", module.part("organization").text("fullName"))


def _status(module: Fields, draft: TrialDraft) -> None:
    draft.note("status", module.text("overallStatus"))
    for event, name, label in _DATES:
        draft.event(event, label, module.part(name).text("date"))
    draft.event("received", "first submitted", module.text("studyFirstSubmitDate"))
    for label, name in _PLANNED:
        struct = module.part(name)
        draft.note(label, in_brackets(struct.text("date"), struct.text("type")))


def _description(module: Fields, draft: TrialDraft) -> None:
    draft.summary(module.text("briefSummary"), "Brief summary")
    draft.section(module.text("detailedDescription"), "Detailed description")


def _conditions(module: Fields, draft: TrialDraft) -> None:
    draft.headings += [Heading("", name, major=True, kind="keyword") for name in module.texts("conditions")]
    draft.keywords += [Text(word, of_text(word)) for word in module.texts("keywords")]


def _design(module: Fields, draft: TrialDraft) -> None:
    draft.types += [*filter(None, [module.text("studyType")]), *module.texts("phases")]
    enrolment = module.part("enrollmentInfo")
    draft.note("enrolment", in_brackets(enrolment.text("count"), enrolment.text("type")))


def _arms(module: Fields, draft: TrialDraft) -> None:
    for arm in module.parts("armGroups"):
        label = arm.text("label")
        draft.note("arm", in_brackets(label, arm.text("type")), *arm.texts("interventionNames"))
        draft.section(arm.text("description"), f"Arm: {label}")
        draft.unread += arm.rest("arm")
    for treatment in module.parts("interventions"):
        name = treatment.text("name")
        if name:
            draft.headings.append(Heading("", name, kind="keyword"))
        draft.note("intervention", in_brackets(name, treatment.text("type")), *treatment.texts("otherNames"))
        draft.section(treatment.text("description"), f"Intervention: {name}")
        treatment.pass_over("armGroupLabels")
        draft.unread += treatment.rest("intervention")


def _outcomes(module: Fields, draft: TrialDraft) -> None:
    for label, name in _OUTCOMES:
        for outcome in module.parts(name):
            text = "\n".join(filter(None, (outcome.text("measure"), outcome.text("description"))))
            draft.section(text, ": ".join(filter(None, (label, outcome.text("timeFrame")))))
            draft.unread += outcome.rest(label.lower())


def _eligibility(module: Fields, draft: TrialDraft) -> None:
    draft.section(module.text("eligibilityCriteria"), "Eligibility criteria")
    draft.section(module.text("studyPopulation"), "Study population")


def _references(module: Fields, draft: TrialDraft) -> None:
    found = []
    for reference in module.parts("references"):
        kind, citation = reference.text("type"), reference.text("citation")
        target = curie("pmid", reference.text("pmid"))
        if citation or target:
            found.append(Reference(citation, (target,) if target else ()))
        if kind in ("RESULT", "DERIVED"):
            draft.relations.append(Relation(kind, target, citation))
        draft.unread += reference.rest("reference")
    draft.references = tuple(found)
    for link in module.parts("seeAlsoLinks"):
        draft.note("link", link.text("label"), link.text("url"))


def _derived(section: Fields, draft: TrialDraft) -> None:
    for name in ("conditionBrowseModule", "interventionBrowseModule"):
        for term in section.part(name).parts("meshes"):
            number, label = term.text("id"), term.text("term")
            if label or number:
                plain = number.isascii() and number.isalnum()
                draft.headings.append(Heading(f"MESH:{number}" if plain else "", label, machine=True))
