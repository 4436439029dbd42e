"""Articles in JATS (https://jats.nlm.nih.gov/archiving/): front matter with the abstract, in a set.

The root is that of PubMed Central's sets. Text, references and subject headings are left out.
"""

from __future__ import annotations

import re
from itertools import groupby
from operator import attrgetter

from kg.query.records import DocumentRecord
from kg.references import jats_people
from kg.references.fields import container, identifiers, page_range, sections, titles
from kg.references.objects import licence_address
from kg.references.xml import HEAD, element, elements, empty, leaf

KINDS = ("article", "conference", "guideline", "newspaper", "other", "preprint", "report")
IDS = ("pmid", "pmcid", "doi")
_HISTORY = {"received": "received", "accepted": "accepted", "revised": "rev-recd"}
_TYPE = re.compile(r"[a-z]+(?:-[a-z]+)*").fullmatch
_RELATED = re.compile(
    r"[a-z-]+-(?:article|forward)|add(?:endum|ended)|commentary|companion|letter|reply|preprint|republication|"
    r"object-of-concern|alt-language"
).fullmatch
_LINKS = {"PMID": "pubmed", "PMC": "pmcid", "DOI": "doi"}
_LINK = "http://www.w3.org/1999/xlink"


def write(records: list[DocumentRecord]) -> str:
    """A set of articles."""
    found = "".join(_entry(record) for record in records)
    return f'{HEAD}<pmc-articleset xmlns:xlink="{_LINK}">\n{found}</pmc-articleset>\n'


def _entry(record: DocumentRecord) -> str:
    language = next(iter(record.languages), "")
    kinds = [kind for kind in record.types if _TYPE(kind)]
    kind = "preprint" if record.kind == "preprint" else next(iter(kinds), "")
    front = element("front", _journal(record), _meta(record, language, kind))
    return element("article", front, article_type=kind, xml__lang=language) + "\n"


def _journal(record: DocumentRecord) -> str:
    journal = record.journal
    name = elements("publisher-name", [record.publisher])
    return element(
        "journal-meta",
        leaf("journal-id", journal.abbreviation, journal_id_type="iso-abbrev") if journal else "",
        element("journal-title-group", leaf("journal-title", container(record))) if journal else "",
        leaf("issn", journal.issn, pub_type="ppub") if journal else "",
        leaf("issn", journal.eissn, pub_type="epub") if journal else "",
        element("publisher", name, leaf("publisher-loc", record.place) if name else ""),
    )


def _meta(record: DocumentRecord, language: str, kind: str) -> str:
    title, *others = titles(record)
    languages = {one.value: one.language for one in record.titles}
    return element(
        "article-meta",
        *(
            leaf("article-id", value, pub_id_type=scheme)
            for scheme in (*IDS, "pii")
            for value in identifiers(record, scheme)
        ),
        leaf("article-version", record.version),
        element(
            "article-categories",
            *(
                element("subj-group", leaf("subject", one), subj_group_type="heading")
                for one in record.types
                if one != kind
            ),
        ),
        element(
            "title-group",
            leaf("article-title", title),
            *(
                element("trans-title-group", leaf("trans-title", one), xml__lang=languages.get(one, ""))
                for one in others
            ),
        ),
        jats_people.contributors(record),
        *_dates(record),
        leaf("volume", record.volume),
        leaf("issue", record.issue),
        *_pages(record),
        element(
            "history",
            *(_date("date", record.dates.get(ours, ""), date_type=name) for ours, name in _HISTORY.items()),
        ),
        _permissions(record),
        *_related(record),
        *_abstracts(record, language),
        *_keywords(record),
        _funding(record),
    )


def _date(tag: str, value: str, /, **attributes: str) -> str:
    """Day, month, year: the order of JATS."""
    parts = list(zip(("year", "month", "day"), value.split("-"), strict=False))
    return element(tag, *(leaf(name, part) for name, part in reversed(parts)), **attributes)


def _dates(record: DocumentRecord) -> list[str]:
    published = record.dates.get("published", "") or str(record.year or "")
    epub = record.dates.get("epub", "")
    words = "" if published else record.dates.get("text", "")
    return [
        _date("pub-date", published, date_type="pub", publication_format="print" if epub else ""),
        element("pub-date", leaf("string-date", words), date_type="pub"),
        _date("pub-date", epub, date_type="pub", publication_format="electronic"),
    ]


def _pages(record: DocumentRecord) -> list[str]:
    """A range, or a page; what is no page has an element of its own."""
    first, last = page_range(record)
    if not last and not first.isdecimal():
        return [leaf("elocation-id", first)]
    return [leaf("fpage", first), leaf("lpage", last)]


def _permissions(record: DocumentRecord) -> str:
    address = licence_address(record)
    licence = element("license", leaf("license-p", record.licence), xlink__href=address) if address else ""
    return element("permissions", leaf("copyright-statement", record.rights), licence)


def _related(record: DocumentRecord) -> list[str]:
    """A retraction that another source tells of is one without address."""
    found = []
    for one in record.relations:
        scheme, _, number = (one.id or "").partition(":")
        if _RELATED(one.kind):
            attributes = {"related_article_type": one.kind, "ext_link_type": _LINKS.get(scheme, "")}
            attributes["xlink__href"] = number if scheme in _LINKS else ""
            found.append(leaf("related-article", one.citation, **attributes) or empty("related-article", **attributes))
    if record.standing == "retracted" and not any(one.kind == "retraction-forward" for one in record.relations):
        found.append(empty("related-article", related_article_type="retraction-forward"))
    return found


def _abstracts(record: DocumentRecord, language: str) -> list[str]:
    found = []
    for code, parts in sections(record).items():
        inner = (
            element("sec", leaf("title", one.heading), leaf("p", one.text)) if one.heading else leaf("p", one.text)
            for one in parts
        )
        found.append(element("abstract" if code == language else "trans-abstract", *inner, xml__lang=code))
    # The abstract stands before its translations.
    return sorted(found, key=lambda text: text.startswith("<trans-"))


def _keywords(record: DocumentRecord) -> list[str]:
    ordered = sorted(record.keywords, key=attrgetter("language"))
    return [
        element("kwd-group", elements("kwd", dict.fromkeys(word.value for word in words)), xml__lang=language)
        for language, words in groupby(ordered, attrgetter("language"))
    ]


def _funding(record: DocumentRecord) -> str:
    awards = (
        element("award-group", leaf("funding-source", one.agency), leaf("award-id", one.number))
        for one in record.grants
    )
    return element("funding-group", *awards)
