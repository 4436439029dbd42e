"""Who does a study of ClinicalTrials.gov, and where: sponsors, investigators, countries."""

from __future__ import annotations

from ingest.reading import tagged
from ingest.reading.json_fields import Fields
from ingest.reading.trials import TrialDraft
from kg.model.document import Author


def sponsors(module: Fields, draft: TrialDraft) -> None:
    """Sponsor and collaborators as authors, for it is they who registered; the responsible party investigates."""
    for label, sponsor in [
        ("sponsor", module.part("leadSponsor")),
        *(("collaborator", other) for other in module.parts("collaborators")),
    ]:
        if name := sponsor.text("name"):
            draft.authors.append(Author(collective=name))
            draft.note(label, in_brackets(name, sponsor.text("class")))
    party = module.part("responsibleParty")
    _investigator(draft, party.text("investigatorFullName"), party.text("investigatorAffiliation"), person=True)
    draft.unread += party.rest("responsible party")


def sites(module: Fields, draft: TrialDraft) -> None:
    """Officials as investigators, and the countries of the sites."""
    for official in module.parts("overallOfficials"):
        role = official.text("role")
        _investigator(
            draft, official.text("name"), official.text("affiliation"), person=role == "PRINCIPAL_INVESTIGATOR"
        )
    countries = dict.fromkeys(site.text("country") for site in module.parts("locations"))
    for country in countries:
        draft.note("country", country)
    module.pass_over("centralContacts")


def _investigator(draft: TrialDraft, name: str, place: str, *, person: bool) -> None:
    """Degrees follow a comma. Directors are often an office (``Clinical Trials Team``), whose name is kept whole."""
    if not name:
        return
    plain, comma, degrees = name.partition(",")
    who = tagged.person(plain.strip()) if comma or person else Author(collective=name)
    found = Author(
        who.family, who.given, "", degrees.strip(), who.collective, "", (place,) if place else (), "investigator"
    )
    if found not in draft.authors:
        draft.authors.append(found)


def in_brackets(value: str, kind: str) -> str:
    """A value and what kind it is.

    >>> in_brackets("120", "ACTUAL"), in_brackets("120", "")
    ('120 (ACTUAL)', '120')
    """
    return f"{value} ({kind})" if value and kind else value or kind
