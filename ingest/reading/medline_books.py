"""One ``<PubmedBookArticle>`` (NCBI Bookshelf) as a document."""

from __future__ import annotations

from ingest.reading.abstracts import abstract
from ingest.reading.dates import parts
from ingest.reading.draft import Draft
from ingest.reading.languages import of_text, tag
from ingest.reading.links import grants, references, standing
from ingest.reading.medline import copyright_of, identify, pagination, pubmed_data, vernacular_title
from ingest.reading.people import people
from ingest.reading.subjects import keywords
from kg.model.document import Author, Document, Passage, Reference, Relation
from ontology.reading.xml import Element, text


def book_article(element: Element) -> Document | None:
    """A chapter when it has a title of its own, else the book; None when it has no PMID.

    The book of a chapter is a relation of kind ``Book`` with the book's title as its citation.
    """
    draft = Draft(kind="book")
    listed: list[Reference] = []
    for part in element:
        if part.tag == "BookDocument":
            listed += _document(part, draft)
        elif part.tag == "PubmedBookData":
            listed += pubmed_data(part, draft)
    identifier = draft.identifier()
    if not identifier.startswith("PMID:"):
        return None
    draft.references = tuple(listed)
    draft.standing = standing(draft.relations, draft.types)
    return draft.finish(identifier)


def _document(element: Element, draft: Draft) -> list[Reference]:
    listed: list[Reference] = []
    book_title = title = vernacular = ""
    book_people: list[Author] = []
    for child in element:
        match child.tag:
            case "PMID":
                identify(child, draft)
            case "ArticleIdList":
                for item in child:
                    draft.identify(item.get("IdType") or "", item.text or "")
            case "Book":
                book_title, book_people = _book(child, draft)
            case "ArticleTitle":
                title = text(child)
            case "VernacularTitle":
                vernacular = text(child)
            case "Pagination":
                draft.pages = pagination(child)
            case "Language":
                draft.languages.append(tag(child.text or ""))
            case "AuthorList":
                draft.authors += people(child)
            case "InvestigatorList":
                draft.authors += people(child, "investigator")
            case "PublicationType":
                draft.types.append(text(child))
            case "Abstract":
                passages, rights = abstract(child)
                draft.passages += passages
                copyright_of(rights, draft)
            case "Sections":
                draft.passages += _sections(child)
            case "KeywordList":
                draft.keywords += keywords(child)
            case "GrantList":
                draft.grants += grants(child)
            case "ReferenceList":
                listed += references(child)
            case "ContributionDate":
                if date := parts(child)[0]:
                    draft.dates["epub"] = date
            case "DateRevised":
                if date := parts(child)[0]:
                    draft.dates["revised"] = date
    draft.authors += book_people
    if title:
        draft.kind = "chapter"
        if book_title:
            draft.relations.append(Relation("Book", citation=book_title))
    draft.title(title or book_title, of_text(title or book_title))
    if vernacular:
        vernacular_title(vernacular, draft)
    draft.passages.sort(key=lambda passage: passage.kind != "title")
    return listed


def _book(element: Element, draft: Draft) -> tuple[str, list[Author]]:
    title = ""
    found: list[Author] = []
    for child in element:
        match child.tag:
            case "Publisher":
                draft.publisher = ", ".join(
                    value
                    for wanted in ("PublisherName", "PublisherLocation")
                    for part in child
                    if part.tag == wanted and (value := text(part))
                )
            case "BookTitle":
                title = text(child)
            case "PubDate":
                date, draft.date_text = parts(child)
                if date:
                    draft.dates["published"] = date
            case "AuthorList":
                found += people(child)
            case "InvestigatorList":
                found += people(child, "investigator")
            case "Volume":
                draft.volume = text(child)
            case "Isbn":
                draft.identify("isbn", child.text or "")
            case "ELocationID":
                if child.get("ValidYN") != "N":
                    draft.identify(child.get("EIdType") or "", child.text or "")
    return title, found


def _sections(element: Element) -> list[Passage]:
    titles = [value for item in element.iter("SectionTitle") if (value := text(item))]
    return [Passage(f"heading.{number}", "heading", of_text(value), value) for number, value in enumerate(titles, 1)]
