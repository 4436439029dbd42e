"""Studies of ClinicalTrials.gov in the JSON of its API, version 2.

https://clinicaltrials.gov/data-api/about-api/study-data-structure. What medkg keeps only as it stands (state of
recruitment, enrolment, countries, arms without a text) and what the registry derives is left out.
"""

from __future__ import annotations

from typing import Any

from kg.query.records import AuthorRecord, DocumentRecord, PassageRecord, ReferenceRecord
from kg.references.fields import is_chinese, line, passages, people
from kg.references.fields import name as name_of
from kg.references.objects import encoded, filled, words
from kg.references.registrations import REGISTRIES, link, numbers, own_number, texts, titles

_OUTCOMES = (("Primary outcome", "primaryOutcomes"), ("Secondary outcome", "secondaryOutcomes"),
             ("Other outcome", "otherOutcomes"))  # fmt: skip
_KINDS = ("INTERVENTIONAL", "OBSERVATIONAL", "EXPANDED_ACCESS")
_REPORTS = ("RESULT", "DERIVED")


def write(records: list[DocumentRecord]) -> str:
    """A page of studies, on one line."""
    return encoded({"totalCount": len(records), "studies": [study(record) for record in records]})


def study(record: DocumentRecord) -> dict[str, Any]:
    """One study; what is not known is left out."""
    modules = filled(
        identificationModule=_identification(record),
        statusModule=_status(record),
        sponsorCollaboratorsModule=_sponsors(record),
        descriptionModule=filled(
            briefSummary="\n\n".join(one.text for one in passages(record, "abstract")),
            detailedDescription=_text(texts(record, "Detailed description")),
        ),
        conditionsModule=filled(
            conditions=[line(one.name) for one in record.headings if one.kind == "keyword" and one.major],
            keywords=words(record.keywords),
        ),
        designModule=filled(
            studyType=next((kind for kind in record.types if kind in _KINDS), ""),
            phases=[kind for kind in record.types if kind not in _KINDS],
        ),
        armsInterventionsModule=_arms(record),
        outcomesModule=filled(**{
            name: [_outcome(one) for one in texts(record, heading)] for heading, name in _OUTCOMES
        }),
        eligibilityModule=filled(
            eligibilityCriteria=_text(texts(record, "Eligibility criteria")),
            studyPopulation=_text(texts(record, "Study population")),
        ),
        contactsLocationsModule=filled(overallOfficials=[_official(one) for one in people(record, "investigator")]),
        referencesModule=filled(references=_references(record)),
    )  # fmt: skip
    return {"protocolSection": modules}


def _text(found: list[PassageRecord]) -> str:
    return "\n\n".join(one.text for one in found)


def _identification(record: DocumentRecord) -> dict[str, Any]:
    own, (title, *others) = own_number(record), [line(one.text) for one in titles(record)] or [record.id]
    rest = [(scheme, number) for scheme, number in numbers(record) if number != own]
    sponsors = next((number for scheme, number in rest if scheme == "sponsor's id"), "")
    others_ = [_number(record, *one) for one in rest if one[0] != "sponsor's id" and not _alias(record, *one)]
    grants = [{"id": line(one.number), "type": "NIH"} for one in record.grants if one.agency == "NIH"]
    return filled(
        nctId=own,
        nctIdAliases=[number for scheme, number in rest if _alias(record, scheme, number)],
        orgStudyIdInfo=filled(id=sponsors),
        secondaryIdInfos=[*others_, *grants],
        briefTitle=title,
        officialTitle=next(iter(others), ""),
    )


def _alias(record: DocumentRecord, scheme: str, number: str) -> bool:
    return scheme == "nct" and link(record, number) is None


def _number(record: DocumentRecord, scheme: str, number: str) -> dict[str, str]:
    """With the type that the registry gave, where it named another registration."""
    known = link(record, number)
    return filled(id=number, type=known.kind if known else "", domain="" if scheme in REGISTRIES else scheme)


def _status(record: DocumentRecord) -> dict[str, Any]:
    dates = record.dates
    return filled(
        studyFirstSubmitDate=dates.get("received", ""),
        studyFirstPostDateStruct=filled(date=dates.get("published", "")),
        lastUpdatePostDateStruct=filled(date=dates.get("revised", "")),
    )


def _sponsors(record: DocumentRecord) -> dict[str, Any]:
    first, *others = [{"name": line(name_of(one))} for one in people(record)] or [{}]
    return filled(leadSponsor=first, collaborators=others)


def _official(author: AuthorRecord) -> dict[str, str]:
    """An office has no role here: of a person it is the investigator's, whichever it was."""
    given = author.given or author.initials
    name = name_of(author) if is_chinese(author.family) else f"{given} {author.family}".strip()
    return filled(
        name=line(author.collective or ", ".join(filter(None, (name, author.suffix)))),
        affiliation=line(next(iter(author.affiliations), "")),
        role="" if author.collective else "PRINCIPAL_INVESTIGATOR",
    )


def _arms(record: DocumentRecord) -> dict[str, Any]:
    named = [line(one.name) for one in record.headings if one.kind == "keyword" and not one.major and not one.machine]
    described = {one.heading.partition(": ")[2]: one.text for one in texts(record, "Intervention")}
    return filled(
        armGroups=[filled(label=one.heading.partition(": ")[2], description=one.text) for one in texts(record, "Arm")],
        interventions=[filled(name=name, description=described.get(name, "")) for name in named],
    )


def _outcome(found: PassageRecord) -> dict[str, str]:
    measure, _, description = found.text.partition("\n")
    return filled(measure=measure, description=description, timeFrame=found.heading.partition(": ")[2])


def _references(record: DocumentRecord) -> list[dict[str, str]]:
    reports = {(one.id, one.citation): one.kind for one in record.relations if one.kind in _REPORTS}
    return [_reference(one, reports) for one in record.references]


def _reference(cited: ReferenceRecord, reports: dict[tuple[str | None, str], str]) -> dict[str, str]:
    target = next(iter(cited.ids), None)
    number = target.removeprefix("PMID:") if target and target.startswith("PMID:") else ""
    return filled(pmid=number, type=reports.get((target, cited.citation), "BACKGROUND"), citation=line(cited.citation))
