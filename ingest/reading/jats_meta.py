"""JATS front matter: people, dates, journal, permissions, funding, references."""

from __future__ import annotations

from ingest.reading.dates import parts
from ingest.reading.draft import Draft
from ingest.reading.identifiers import curie, orcid
from ingest.reading.jats_text import LINK, XML_LANGUAGE, citation_text
from ingest.reading.languages import tag
from ingest.reading.licences import licence
from kg.model.document import Author, Grant, Journal, Reference, Relation, Text
from ontology.reading.xml import Element, collapse, text

_ROLES = {"author": "author", "editor": "editor"}
_HISTORY = {"received": "received", "accepted": "accepted", "rev-recd": "revised"}
_PRINTED = ("ppub", "collection", "pub", "publication")
_CITATIONS = ("citation", "element-citation", "mixed-citation", "nlm-citation")


def people(meta: Element, draft: Draft) -> None:
    """``<contrib-group>``: authors and editors with the affiliations that their ``xref`` names."""
    places = {place.get("id"): _affiliation(place) for place in meta.iter("aff")}
    for contributor in meta.iterfind("contrib-group/contrib"):
        role = _ROLES.get(contributor.get("contrib-type") or "author")
        if role is None:
            continue
        name = contributor.find("name")
        if name is None:
            name = contributor.find("name-alternatives/name")
        collective = contributor.find("collab")
        targets = [link.get("rid") for link in contributor.iter("xref") if link.get("ref-type") == "aff"]
        affiliations = [places.get(target, "") for item in targets for target in (item or "").split()]
        affiliations += [_affiliation(place) for place in contributor.iterfind("aff")]
        numbers = [orcid(item.text or "") for item in contributor.iter("contrib-id")]
        person = Author(
            family=text(name.find("surname")) if name is not None else "",
            given=text(name.find("given-names")) if name is not None else "",
            suffix=text(name.find("suffix")) if name is not None else "",
            collective=collapse(collective.text or "") if collective is not None else "",
            orcid=next(filter(None, numbers), ""),
            affiliations=tuple(dict.fromkeys(filter(None, affiliations))),
            role="editor" if role == "editor" else "author",
        )
        if person.family or person.given or person.collective:
            draft.authors.append(person)


def dates(meta: Element, draft: Draft) -> None:
    """``<pub-date>`` and ``<history>``; print or collection is ``published``, electronic ``epub``."""
    for item in meta.iterfind("pub-date"):
        date, rest = parts(item)
        kind = item.get("pub-type") or item.get("date-type") or "pub"
        electronic = kind == "epub" or item.get("publication-format") == "electronic"
        if not date:
            draft.date_text = draft.date_text or rest
        elif electronic and kind != "collection":
            draft.dates.setdefault("epub", date)
        elif kind in _PRINTED:
            draft.dates.setdefault("published", date)
    for item in meta.iterfind("history/date"):
        event = _HISTORY.get(item.get("date-type") or "")
        if event and (date := parts(item)[0]):
            draft.dates[event] = date


def journal(meta: Element, draft: Draft) -> None:
    """``<journal-meta>``, in the forms of JATS 1 and NLM 2."""
    names = {item.get("journal-id-type"): text(item) for item in meta.iterfind("journal-id")}
    numbers: dict[str, str] = {}
    for item in meta.iterfind("issn"):
        kind = item.get("pub-type") or item.get("publication-format") or ""
        numbers.setdefault("eissn" if kind in ("epub", "electronic") else "issn", text(item))
    abbreviation = names.get("iso-abbrev") or names.get("nlm-ta") or text(meta.find(".//abbrev-journal-title"))
    title = text(meta.find(".//journal-title")) or abbreviation
    if title:
        draft.journal = Journal(
            title, abbreviation, numbers.get("issn", ""), numbers.get("eissn", ""), names.get("nlm-journal-id", "")
        )
    draft.publisher = text(meta.find("publisher/publisher-name"))


def permissions(meta: Element, draft: Draft) -> None:
    """Copyright statement, and the licence: from its address before its words."""
    draft.rights = text(meta.find(".//copyright-statement"))
    for item in meta.iter("license"):
        addresses = [item.get(LINK) or ""]
        addresses += [link.get(LINK) or "" for link in item.iter("ext-link")]
        addresses += [text(link) for link in item.iter("{http://www.niso.org/schemas/ali/1.0/}license_ref")]
        for statement in (*addresses, text(item)):
            if draft.licence == "unknown":
                draft.licence = licence(statement)
    if draft.licence == "unknown":
        draft.licence = licence(draft.rights)


def funding(meta: Element, draft: Draft) -> None:
    """``<award-group>``, and ``<contract-num>`` of NLM 2."""
    for item in meta.iter("award-group"):
        agency = text(item.find("funding-source"))
        numbers = [text(number) for number in item.iterfind("award-id")] or [""]
        draft.grants += [Grant(number, agency) for number in numbers if number or agency]
    draft.grants += [Grant(text(item)) for item in meta.iterfind("contract-num") if text(item)]


def keywords(meta: Element, draft: Draft, language: str) -> None:
    for group in meta.iterfind("kwd-group"):
        code = tag(group.get(XML_LANGUAGE) or language)
        draft.keywords += [Text(value, code) for item in group.iter("kwd") if (value := text(item))]


def relations(meta: Element, draft: Draft) -> None:
    """``<related-article>`` under its own type name (``corrected-article``, ``retraction-forward``)."""
    for item in meta.iterfind("related-article"):
        kind = item.get("related-article-type") or ""
        target = curie(item.get("ext-link-type") or "", item.get(LINK) or "")
        if kind:
            draft.relations.append(Relation(kind, target, text(item)))
            if kind == "retraction-forward":
                draft.standing = "retracted"


def references(article: Element) -> tuple[Reference, ...]:
    """Every ``<ref>``; the identifiers are those in ``<pub-id>`` and in links to PubMed and DOIs."""
    found: list[Reference] = []
    for item in article.iter("ref"):
        for cited in item.iter(*_CITATIONS):
            ids = [curie(number.get("pub-id-type") or "", number.text or "") for number in cited.iter("pub-id")]
            ids += [curie(link.get("ext-link-type") or "", link.get(LINK) or "") for link in cited.iter("ext-link")]
            printed = citation_text(cited)
            if printed or any(ids):
                found.append(Reference(printed, tuple(dict.fromkeys(filter(None, ids)))))
    return tuple(found)


def _affiliation(element: Element) -> str:
    pieces = [element.text or ""]
    for child in element:
        if child.tag != "label" and child.tag != "sup":
            pieces.append(text(child))
        pieces.append(child.tail or "")
    return collapse(" ".join(pieces)).replace(" ,", ",").strip(" ,")
