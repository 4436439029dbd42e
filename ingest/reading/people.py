"""PubMed's lists of authors, editors and investigators."""

from __future__ import annotations

from typing import Literal

from ingest.reading.identifiers import orcid
from kg.model.document import Author
from ontology.reading.xml import Element, text

Role = Literal["author", "editor", "investigator"]


def people(element: Element, role: Role = "author") -> list[Author]:
    """The people of an ``<AuthorList>`` or ``<InvestigatorList>``, in order.

    Spellings that NLM has corrected since (``ValidYN="N"``) are left out: the correct one stands
    beside them.
    """
    if element.get("Type") == "editors":
        role = "editor"
    found: list[Author] = []
    for person in element:
        family = given = initials = suffix = collective = number = ""
        affiliations: list[str] = []
        for child in person:
            tag = child.tag
            if tag == "LastName":
                family = (child.text or "").strip()
            elif tag == "ForeName" or tag == "FirstName":
                given = (child.text or "").strip()
            elif tag == "Initials":
                initials = (child.text or "").strip()
            elif tag == "AffiliationInfo":
                for part in child:
                    if part.tag == "Affiliation" and (value := text(part)):
                        affiliations.append(value)
            elif tag == "Identifier":
                if child.get("Source") == "ORCID":
                    number = orcid(child.text or "")
            elif tag == "CollectiveName":
                collective = text(child)
            elif tag == "Suffix":
                suffix = text(child)
            elif tag == "MiddleName":
                given = f"{given} {text(child)}".strip()
            elif tag == "Affiliation":
                affiliations.append(text(child))
        if (family or given or collective) and person.get("ValidYN") != "N":
            found.append(Author(family, given, initials, suffix, collective, number, tuple(affiliations), role))
    return found
