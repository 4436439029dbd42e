"""Registrations of trials in the XML in which registries hand them in to the WHO's portal (ICTRP).

Items: WHO Trial Registration Data Set 1.3.1. Texts in several languages have one element each, told apart by
``xml:lang``. What medkg keeps only as it stands (state of recruitment, size, age, countries) is left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from kg.query.records import AuthorRecord, DocumentRecord
from kg.references.fields import identifiers, is_chinese, people
from kg.references.fields import name as name_of
from kg.references.registrations import REGISTRIES, link, numbers, own_number, texts, titles
from kg.references.xml import HEAD, block, element, elements, leaf

_MAIN = {"Interventions": "i_freetext", "Objective": "study_objective"}
_CRITERIA = {
    "Inclusion criteria": "inclusion_criteria", "Eligibility criteria": "inclusion_criteria",
    "Exclusion criteria": "exclusion_criteria",
}  # fmt: skip


def write(records: list[DocumentRecord]) -> str:
    """All trials of the list."""
    return f"{HEAD}<trials>\n{''.join(map(_trial, records))}</trials>\n"


def _trial(record: DocumentRecord) -> str:
    names = (hc for hc in record.headings if hc.kind == "keyword" and hc.major)
    main = element(
        "main",
        leaf("trial_id", own_number(record)),
        elements("utrn", identifiers(record, "utn")),
        leaf("reg_name", record.publisher),
        leaf("date_registration", _day(record.dates.get("published", ""))),
        *_sponsor(record),
        *_titles(record),
        *(leaf("phase" if _is_phase(kind) else "study_type", kind) for kind in record.types),
        *(leaf("hc_freetext", one.name) for one in names),
        *_texts(record, _MAIN),
        elements("url", record.urls),
    )
    contacts = element("contacts", *(_contact(one) for one in people(record, "investigator")))
    keywords = dict.fromkeys(word.value for word in record.keywords)
    support = dict.fromkeys(one.agency for one in record.grants)
    return (
        element(
            "trial",
            main,
            contacts,
            element("criteria", *_texts(record, _CRITERIA)),
            element("health_condition_keyword", elements("hc_keyword", keywords)),
            element("primary_outcome", *_texts(record, {"Primary outcome": "prim_outcome"})),
            element("secondary_outcome", *_texts(record, {"Secondary outcome": "sec_outcome"})),
            element("secondary_sponsor", elements("sponsor_name", [name_of(one) for one in people(record)[1:]])),
            element("secondary_ids", *_numbers(record)),
            element("source_support", elements("source_name", support)),
            element("results", *_texts(record, {"Results": "results_summary"})),
        )
        + "\n"
    )


def _day(value: str) -> str:
    """``20/09/2098``, as the platform writes days; a month or a year as it is.

    >>> _day("2098-09-20"), _day("2098-09")
    ('20/09/2098', '2098-09')
    """
    return "/".join(reversed(value.split("-"))) if value.count("-") == 2 else value


def _is_phase(kind: str) -> bool:
    return "phase" in kind.lower() or "期" in kind


def _sponsor(record: DocumentRecord) -> list[str]:
    """The first of those who registered; one of two languages stands there in both."""
    names = [name for one in people(record)[:1] for name in name_of(one).split(" = ")]
    return [leaf("primary_sponsor", name) for name in names]


def _titles(record: DocumentRecord) -> Iterator[str]:
    """In each language the first is public, others are scientific."""
    seen: set[str] = set()
    for one in titles(record):
        yield leaf("scientific_title" if one.language in seen else "public_title", one.text, xml__lang=one.language)
        seen.add(one.language)


def _texts(record: DocumentRecord, tags: dict[str, str]) -> Iterator[str]:
    """What is behind the colon of a heading (when an outcome is measured) stands on a line of its own."""
    for heading, tag in tags.items():
        for one in texts(record, heading):
            when = one.heading.partition(": ")[2]
            yield block(tag, "\n".join(filter(None, (one.text, when))), xml__lang=one.language)


def _contact(author: AuthorRecord) -> str:
    given = "" if is_chinese(author.family) else author.given or author.initials
    return element(
        "contact",
        leaf("type", "scientific"),
        leaf("firstname", given),
        leaf("lastname", author.family if given else name_of(author)),
        leaf("affiliation", next(iter(author.affiliations), "")),
    )


def _numbers(record: DocumentRecord) -> Iterator[str]:
    own = own_number(record)
    for scheme, number in numbers(record):
        if number != own and scheme != "utn":
            known = link(record, number)
            authority = known.kind if known else "" if scheme in REGISTRIES else scheme
            yield element("secondary_id", leaf("sec_id", number), leaf("issuing_authority", authority))
