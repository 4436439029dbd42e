"""One ``<PubmedArticle>`` as a document.

Elements and attributes: https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html. Records
before 2015 (authors with one bare ``<Affiliation>``, headings without ``UI``) are read too.
"""

from __future__ import annotations

from ingest.reading.abstracts import abstract, other_abstract
from ingest.reading.dates import parts
from ingest.reading.draft import Draft
from ingest.reading.identifiers import pmid
from ingest.reading.languages import of_text, tag
from ingest.reading.licences import licence
from ingest.reading.links import comments, grants, merged, references, standing
from ingest.reading.people import people
from ingest.reading.subjects import keywords, mesh_headings, substances, supplementary
from kg.model.document import Document, Journal, Reference
from ontology.reading.xml import Element, text

HISTORY = {"received": "received", "accepted": "accepted", "revised": "revised", "medline": "indexed"}
"""``PubStatus`` of a history entry -> event of ``Document.dates``."""


def article(element: Element) -> Document | None:
    """The document of a ``<PubmedArticle>``, None when it has no PMID."""
    draft = Draft()
    listed: list[Reference] = []
    cited: list[Reference] = []
    for part in element:
        if part.tag == "MedlineCitation":
            cited = _citation(part, draft)
        elif part.tag == "PubmedData":
            listed += pubmed_data(part, draft)
    identifier = draft.identifier()
    if not identifier.startswith("PMID:"):
        return None
    draft.references = merged(listed, cited)
    draft.standing = standing(draft.relations, draft.types)
    return draft.finish(identifier)


def pubmed_data(element: Element, draft: Draft) -> list[Reference]:
    """``<PubmedData>`` or ``<PubmedBookData>`` into ``draft``; gives the reference list."""
    listed: list[Reference] = []
    for child in element:
        match child.tag:
            case "ArticleIdList":
                for item in child:
                    draft.identify(item.get("IdType") or "pubmed", item.text or "")
            case "ReferenceList":
                listed += references(child)
            case "History":
                for item in child:
                    event = HISTORY.get(item.get("PubStatus") or "")
                    if event and (date := parts(item)[0]):
                        draft.dates[event] = date
    return listed


def identify(element: Element, draft: Draft) -> None:
    """``<PMID Version="…">``."""
    if number := pmid(element.text):
        draft.identifiers["pmid", number] = None
        draft.version = element.get("Version") or ""


def copyright_of(rights: str, draft: Draft) -> None:
    """Keep a copyright statement, and the licence where it names one."""
    if rights:
        draft.rights = rights
        draft.licence = licence(rights)


def _citation(element: Element, draft: Draft) -> list[Reference]:
    cited: list[Reference] = []
    machine = element.get("IndexingMethod") == "Automated"
    for child in element:
        match child.tag:
            case "PMID":
                identify(child, draft)
            case "Article":
                _article(child, draft)
            case "MedlineJournalInfo":
                _journal_info(child, draft)
            case "ChemicalList":
                draft.substances += substances(child)
            case "CommentsCorrectionsList":
                relations, cited = comments(child)
                draft.relations += relations
            case "MeshHeadingList":
                draft.headings += mesh_headings(child, machine)
            case "SupplMeshList":
                draft.headings += supplementary(child)
            case "KeywordList":
                draft.keywords += keywords(child)
            case "OtherAbstract":
                draft.passages += other_abstract(child, draft.passages)
            case "OtherID":
                draft.identify(child.get("Source") or "", child.text or "")
            case "InvestigatorList":
                draft.authors += people(child, "investigator")
    return cited


def _article(element: Element, draft: Draft) -> None:
    vernacular = ""
    for child in element:
        match child.tag:
            case "Journal":
                _journal(child, draft)
            case "ArticleTitle":
                title = text(child)
                draft.title(title, of_text(title))
            case "Abstract":
                passages, rights = abstract(child)
                draft.passages += passages
                copyright_of(rights, draft)
            case "AuthorList":
                draft.authors += people(child)
            case "Pagination":
                draft.pages = pagination(child)
            case "ELocationID":
                if child.get("ValidYN") != "N":
                    draft.identify(child.get("EIdType") or "", child.text or "")
            case "Language":
                draft.languages.append(tag(child.text or ""))
            case "GrantList":
                draft.grants += grants(child)
            case "PublicationTypeList":
                draft.types += [value for item in child if (value := (item.text or "").strip())]
            case "VernacularTitle":
                vernacular = text(child)
            case "ArticleDate":
                if date := parts(child)[0]:
                    draft.dates["epub"] = date
            case "DataBankList":
                _registrations(child, draft)
    if vernacular:
        vernacular_title(vernacular, draft)


def vernacular_title(value: str, draft: Draft) -> None:
    """The title in the language of the text; that is the first language which is not English."""
    draft.vernacular = value
    language = next((code for code in draft.languages if code != "en"), "und")
    draft.title(value, of_text(value, language))


def pagination(element: Element) -> str:
    """``<MedlinePgn>``, or the start and end page."""
    values = {child.tag: (child.text or "").strip() for child in element}
    start, end = values.get("StartPage", ""), values.get("EndPage", "")
    return values.get("MedlinePgn") or (f"{start}-{end}" if start and end else start)


def _journal(element: Element, draft: Draft) -> None:
    title = abbreviation = issn = eissn = ""
    for child in element:
        match child.tag:
            case "ISSN":
                if child.get("IssnType") == "Electronic":
                    eissn = (child.text or "").strip()
                else:
                    issn = (child.text or "").strip()
            case "Title":
                title = text(child)
            case "ISOAbbreviation":
                abbreviation = text(child)
            case "JournalIssue":
                for part in child:
                    match part.tag:
                        case "Volume":
                            draft.volume = text(part)
                        case "Issue":
                            draft.issue = text(part)
                        case "PubDate":
                            date, draft.date_text = parts(part)
                            if date:
                                draft.dates["published"] = date
    draft.journal = Journal(title, abbreviation, issn, eissn)


def _journal_info(element: Element, draft: Draft) -> None:
    values = {child.tag: (child.text or "").strip() for child in element}
    known = draft.journal or Journal("")
    abbreviation = known.abbreviation or values.get("MedlineTA", "")
    issn = known.issn or ("" if known.eissn else values.get("ISSNLinking", ""))
    draft.journal = Journal(
        known.title or abbreviation,
        abbreviation,
        issn,
        known.eissn,
        values.get("NlmUniqueID", ""),
        values.get("Country", ""),
    )


def _registrations(element: Element, draft: Draft) -> None:
    """Trial registrations and accession numbers; ClinicalTrials.gov numbers are ``nct``."""
    for bank in element:
        name = ""
        for child in bank:
            if child.tag == "DataBankName":
                name = (child.text or "").strip()
            elif child.tag == "AccessionNumberList":
                scheme = "nct" if name == "ClinicalTrials.gov" else name
                for number in child:
                    draft.identify(scheme, number.text or "")
