"""PubMed XML: a ``PubmedArticleSet``, elements in the order of NLM's DTD.

No document type is declared: some attributes that the DTD requires (the numbers of publication types, the kinds of
supplementary concepts) are not in the graph. Headings are those of MeSH; what is cited is left out.
"""

from __future__ import annotations

import re

from kg.query.records import DocumentRecord, HeadingRecord, RelationRecord
from kg.references import pubmed_books
from kg.references.fields import identifier, identifiers, is_chinese, people
from kg.references.pubmed_parts import (
    abstract,
    data,
    date,
    grants,
    keywords,
    languages,
    other_abstracts,
    person,
    published,
    titled,
)
from kg.references.xml import HEAD, element, elements, leaf

_RELATION = re.compile(
    r"Associated(?:Dataset|Publication)|Comment(?:In|On)|Erratum(?:In|For)|ExpressionOfConcern(?:In|For)|"
    r"(?:(?:Corrected|Retracted)and)?Republished(?:In|From)|(?:Partial)?Retraction(?:In|Of)|Reprint(?:In|Of)|"
    r"Update(?:In|Of)|OriginalReportIn|SummaryForPatientsIn"
).fullmatch
"""What PubMed calls links between articles: those of other sources have no place here."""
_SOURCES = ("nasa", "kie", "pip", "pop", "arpl", "cpc", "ind", "cpfh", "clml", "nrcbl", "nlm", "qcim")
"""Whose numbers stand in ``OtherID``."""


def write(records: list[DocumentRecord]) -> str:
    """A set of articles and, for books and chapters, of book articles."""
    found = (pubmed_books.article(one) if one.kind in ("book", "chapter") else _entry(one) for one in records)
    return f"{HEAD}<PubmedArticleSet>\n{''.join(found)}</PubmedArticleSet>\n"


def _entry(record: DocumentRecord) -> str:
    citation = element(
        "MedlineCitation",
        leaf("PMID", identifier(record, "pmid"), Version=record.version),
        _article(record),
        _journal_info(record),
        element("ChemicalList", *(_chemical(one.id, one.label.en or "") for one in record.substances)),
        element("SupplMeshList", *(_name("SupplMeshName", one) for one in _headings(record, "supplementary"))),
        element("CommentsCorrectionsList", *map(_relation, record.relations)),
        element("MeshHeadingList", *map(_heading, _headings(record, "descriptor"))),
        *(leaf("OtherID", value, Source=one.upper()) for one in _SOURCES for value in identifiers(record, one)),
        *other_abstracts(record),
        keywords(record),
        element("InvestigatorList", *(person("Investigator", one) for one in people(record, "investigator"))),
        IndexingMethod="Automated" if any(one.machine for one in record.headings) else "",
    )
    return element("PubmedArticle", citation, element("PubmedData", *data(record))) + "\n"


def _article(record: DocumentRecord) -> str:
    title, vernacular = titled(record)
    journal = record.journal
    trials = elements("AccessionNumber", identifiers(record, "nct"))
    return element(
        "Article",
        element(
            "Journal",
            leaf("ISSN", journal.issn, IssnType="Print") if journal else "",
            leaf("ISSN", journal.eissn, IssnType="Electronic") if journal else "",
            element("JournalIssue", leaf("Volume", record.volume), leaf("Issue", record.issue), published(record)),
            leaf("Title", journal.title) if journal else "",
            leaf("ISOAbbreviation", journal.abbreviation) if journal else "",
        ),
        leaf("ArticleTitle", title),
        element("Pagination", leaf("MedlinePgn", record.pages)),
        *(leaf("ELocationID", value, EIdType="doi", ValidYN="Y") for value in identifiers(record, "doi")),
        abstract(record),
        element("AuthorList", *(person("Author", one) for one in people(record)), CompleteYN="Y"),
        languages(record),
        element(
            "DataBankList",
            element(
                "DataBank",
                leaf("DataBankName", "ClinicalTrials.gov"),
                element("AccessionNumberList", trials),
            )
            if trials
            else "",
        ),
        grants(record),
        element("PublicationTypeList", elements("PublicationType", record.types)),
        leaf("VernacularTitle", vernacular),
        date("ArticleDate", record.dates.get("epub", ""), DateType="Electronic"),
    )


def _journal_info(record: DocumentRecord) -> str:
    return element("MedlineJournalInfo", leaf("MedlineTA", record.journal.abbreviation)) if record.journal else ""


def _headings(record: DocumentRecord, kind: str) -> list[HeadingRecord]:
    return [one for one in record.headings if one.kind == kind and not is_chinese(one.name)]


def _heading(heading: HeadingRecord) -> str:
    qualifiers = (
        leaf("QualifierName", one.name, UI=_number(one.id), MajorTopicYN="Y" if one.major else "N")
        for one in heading.qualifiers
    )
    return element("MeshHeading", _name("DescriptorName", heading, "Y" if heading.major else "N"), *qualifiers)


def _name(tag: str, heading: HeadingRecord, major: str = "") -> str:
    return leaf(tag, heading.name, UI=_number(heading.id), MajorTopicYN=major)


def _number(curie: str | None) -> str:
    return (curie or "").removeprefix("MESH:") if (curie or "").startswith("MESH:") else ""


def _chemical(curie: str, name: str) -> str:
    """``0`` is NLM's word for no registry number."""
    return (
        element("Chemical", leaf("RegistryNumber", "0"), leaf("NameOfSubstance", name, UI=_number(curie)))
        if name
        else ""
    )


def _relation(relation: RelationRecord) -> str:
    if not _RELATION(relation.kind):
        return ""
    number = (relation.id or "").removeprefix("PMID:") if (relation.id or "").startswith("PMID:") else ""
    return element(
        "CommentsCorrections", leaf("RefSource", relation.citation), leaf("PMID", number), RefType=relation.kind
    )
