"""The fields of a record in PubMed's tagged format."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import msgspec

from ingest.reading.dates import iso, iso_of_text
from ingest.reading.draft import Draft
from ingest.reading.identifiers import orcid, pmid
from ingest.reading.languages import of_text, tag
from ingest.reading.links import standing
from kg.model.document import Author, Grant, Heading, Journal, Passage, Qualifier, Relation, Text

Fields = list[tuple[str, str]]

_RELATIONS = {
    "CIN": "CommentIn", "CON": "CommentOn", "EIN": "ErratumIn", "EFR": "ErratumFor", "RIN": "RetractionIn",
    "ROF": "RetractionOf", "CRI": "CorrectedandRepublishedIn", "CRF": "CorrectedandRepublishedFrom",
    "ECI": "ExpressionOfConcernIn", "ECF": "ExpressionOfConcernFor", "UIN": "UpdateIn", "UOF": "UpdateOf",
    "RPI": "RepublishedIn", "RPF": "RepublishedFrom", "PRIN": "PartialRetractionIn", "PROF": "PartialRetractionOf",
    "RRI": "RetractedandRepublishedIn", "RRF": "RetractedandRepublishedFrom",
}  # fmt: skip
"""Tag -> what PubMed's XML calls the relation."""
_DATE = re.compile(r"(\d{4})(?:[ /](\w{1,3})(?:[ /](\d{1,2}))?)?(?: .*)?").fullmatch
_TARGET = re.compile(r"\s*PMID: ?(\d+)\s*$").search
_ISSN = re.compile(r"(\S+)(?: \((.*)\))?").match
_NUMBER = re.compile(r"(.+?) \[(\w+)\]").fullmatch
_PASSED = frozenset({"OWN", "STAT", "DCOM", "LR", "SB", "AU", "SO", "CRDT", "MHDA", "PHST", "PST", "EDAT"})
"""Bookkeeping of PubMed, and short forms of what stands in full beside."""


@dataclass(slots=True)
class _Found:
    """What several fields say together."""

    authors: list[Author] = field(default_factory=list)
    journal: dict[str, str] = field(default_factory=dict)


def draft_of(fields: Fields) -> Draft:
    """What the fields say; a draft without titles where they name none."""
    draft, found = Draft(), _Found()
    full = any(label == "FAU" for label, _ in fields)
    for label, value in fields:
        if not value:
            continue
        if label in ("FAU", "CN", "AUID", "AD") or (label == "AU" and not full):
            _person(found, label, value)
        elif label in ("JT", "TA", "IS", "JID", "PL"):
            _journal(found, label, value)
        elif label in _RELATIONS:
            target = _TARGET(value)
            citation = value[: target.start()] if target else value
            draft.relations.append(
                Relation(_RELATIONS[label], f"PMID:{target[1]}" if target else "", citation.strip().rstrip("."))
            )
        else:
            _plain(draft, label, value)
    draft.authors += found.authors
    if title := found.journal.get("JT") or found.journal.get("TA"):
        names = {name: found.journal.get(name, "") for name in ("issn", "eissn")}
        draft.journal = Journal(title, found.journal.get("TA", ""), names["issn"], names["eissn"],
                                found.journal.get("JID", ""), found.journal.get("PL", ""))  # fmt: skip
    draft.standing = standing(draft.relations, draft.types)
    return draft


def _plain(draft: Draft, label: str, value: str) -> None:
    match label:
        case "PMID":
            if number := pmid(value):
                draft.identify("pmid", number)
        case "PMC":
            draft.identify("pmcid", value)
        case "LID" | "AID":
            if found := _NUMBER(value):
                draft.identify(found[2], found[1])
        case "TI" | "BTI":
            title = value.removeprefix("[").removesuffix("].") if value.startswith("[") else value
            draft.title(title, of_text(title))
        case "TT":
            draft.vernacular = value
        case "AB" | "OAB":
            number_ = 1 + sum(passage.kind == "abstract" for passage in draft.passages)
            draft.passages.append(Passage(f"abstract.{number_}", "abstract", of_text(value), value))
        case "LA":
            draft.languages.append(tag(value))
        case "PT":
            draft.types.append(value)
        case "MH":
            draft.headings.append(_heading(value))
        case "OT" | "OTO":
            word = value.lstrip("*")
            draft.keywords.append(Text(word, of_text(word)))
        case "GR":
            draft.grants.append(_grant(value))
        case "VI":
            draft.volume = value
        case "IP":
            draft.issue = value
        case "PG":
            draft.pages = value
        case "DP" | "DEP":
            _date(draft, "published" if label == "DP" else "epub", value)
        case "CI":
            draft.rights = value
        case "PB":
            draft.publisher = value
        case _ if label not in _PASSED:
            draft.unread.append((label, value))


def _person(found: _Found, label: str, value: str) -> None:
    if label == "CN":
        found.authors.append(Author(collective=value))
    elif label in ("FAU", "AU"):
        family, comma, given = value.partition(", ")
        if not comma:
            family, _, initials = value.rpartition(" ")
            found.authors.append(Author(family or initials, "", initials if family else ""))
        else:
            found.authors.append(Author(family, given))
    elif found.authors:
        person = found.authors[-1]
        if label == "AD":
            found.authors[-1] = msgspec.structs.replace(person, affiliations=(*person.affiliations, value))
        elif number := orcid(value):
            found.authors[-1] = msgspec.structs.replace(person, orcid=number)


def _journal(found: _Found, label: str, value: str) -> None:
    if label != "IS":
        found.journal.setdefault(label, value)
    elif parts := _ISSN(value):
        found.journal.setdefault("eissn" if "lectronic" in (parts[2] or "") else "issn", parts[1])


def _heading(value: str) -> Heading:
    """``Asthma/*drug therapy/genetics``; a star marks what the work is mainly about."""
    name, *rest = value.split("/")
    qualifiers = tuple(Qualifier("", part.lstrip("*"), major=part.startswith("*")) for part in rest if part)
    return Heading("", name.lstrip("*"), major=name.startswith("*"), qualifiers=qualifiers)


def _grant(value: str) -> Grant:
    """``R01 X0001/XX/Example NIH HHS/Nowhere``: number, acronym, agency, country; any may be missing."""
    parts = value.split("/")
    if len(parts) < 3:
        return Grant(agency=value) if len(parts) == 1 else Grant(agency=parts[0], country=parts[1])
    country, agency, acronym = parts[-1], parts[-2], parts[-3]
    return Grant("/".join(parts[:-3]), agency, acronym, country)


def _date(draft: Draft, event: str, value: str) -> None:
    compact = f"{value[:4]} {value[4:6]} {value[6:8]}" if value.isdecimal() and len(value) == 8 else value
    found = _DATE(compact)
    read = iso(found[1], found[2] or "", found[3] or "") if found else ""
    read = read or iso_of_text(value)
    if read:
        draft.dates[event] = read
    if event == "published" and read.count("-") < len(compact.split()) - 1:
        draft.date_text = value
