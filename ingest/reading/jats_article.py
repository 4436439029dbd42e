"""A JATS article, front matter and text, as a document."""

from __future__ import annotations

from ingest.reading import jats_meta
from ingest.reading.draft import Draft
from ingest.reading.jats_body import Passages
from ingest.reading.jats_text import XML_LANGUAGE, running_text
from ingest.reading.languages import of_text, tag
from kg.model.document import Document
from kg.model.source import RawFile, Reject
from ontology.reading.damage import rejected
from ontology.reading.xml import Element, text


def article(raw: RawFile, element: Element) -> Document | Reject:
    """The document of an ``<article>``; a Reject where it has no PMID, PMC number or DOI."""
    draft = Draft()
    kind = element.get("article-type") or ""
    language = tag(element.get(XML_LANGUAGE) or "en")
    draft.languages.append(language)
    passages = Passages(language)
    journal = element.find("front/journal-meta")
    if journal is not None:
        jats_meta.journal(journal, draft)
    meta = element.find("front/article-meta")
    if meta is not None:
        _front(meta, draft, passages, language)
    for part in element:
        if part.tag in ("body", "floats-group", "floats-wrap"):
            passages.body(part)
        elif part.tag == "back":
            for appendix in part.iter("app-group", "floats-group"):
                passages.body(appendix)
    draft.passages += passages.found
    draft.types = [value for value in (kind, *draft.types) if value]
    draft.references = jats_meta.references(element)
    if kind == "preprint":
        draft.kind = "preprint"
        draft.standing = "preprint"
    identifier = draft.identifier()
    if not identifier:
        return rejected(raw, f"line {element.sourceline}", "", "no-identifier", "PMID, PMC, DOI")
    return draft.finish(identifier)


def _front(meta: Element, draft: Draft, passages: Passages, language: str) -> None:
    for item in meta.iterfind("article-id"):
        draft.identify(item.get("pub-id-type") or "", item.text or "")
    draft.types = [
        text(item) for item in meta.iterfind("article-categories/subj-group[@subj-group-type='heading']/subject")
    ]
    title = meta.find("title-group/article-title")
    if title is not None:
        value = running_text(title)
        draft.title(value, of_text(value, language))
    for other in meta.iter("trans-title"):
        value = running_text(other)
        parent = other.getparent()
        code = other.get(XML_LANGUAGE) or (parent.get(XML_LANGUAGE) if parent is not None else None) or "und"
        draft.title(value, of_text(value, tag(code)))
    for item in meta:
        if item.tag in ("abstract", "trans-abstract"):
            passages.abstract(item)
    draft.volume = text(meta.find("volume"))
    draft.issue = text(meta.find("issue"))
    start, end = text(meta.find("fpage")), text(meta.find("lpage"))
    draft.pages = (f"{start}-{end}" if end and end != start else start) or text(meta.find("elocation-id"))
    draft.version = text(meta.find("article-version"))
    jats_meta.people(meta, draft)
    jats_meta.dates(meta, draft)
    jats_meta.permissions(meta, draft)
    jats_meta.funding(meta, draft)
    jats_meta.keywords(meta, draft, language)
    jats_meta.relations(meta, draft)
