"""PubMed's tagged format."""

from __future__ import annotations

from pathlib import Path

from ingest.sources.nbib import Nbib
from ingest.sources.pubmed import PubMed
from kg.model.document import Document
from kg.model.source import Reject
from ontology.reading.raw import describe
from tests.contract.source import SourceContract
from tests.golden_files import FOLDER

XML = """<PubmedArticleSet><PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">990000301</PMID>
<Article><Journal><ISSN IssnType="Print">9990-0017</ISSN><JournalIssue><Volume>8</Volume><Issue>2</Issue>
<PubDate><Year>2021</Year><Month>Mar</Month><Day>5</Day></PubDate></JournalIssue>
<Title>Illustrative medical journal</Title><ISOAbbreviation>Illus Med J</ISOAbbreviation></Journal>
<ArticleTitle>An illustrative trial of nothing in invented people: a title that goes on.</ArticleTitle>
<Pagination><MedlinePgn>11-19</MedlinePgn></Pagination>
<Abstract><AbstractText>BACKGROUND: Invented. METHODS: None. RESULTS: An abstract that goes on.</AbstractText>
</Abstract>
<AuthorList><Author ValidYN="Y"><LastName>Sample</LastName><ForeName>Ann B</ForeName>
<Identifier Source="ORCID">0000-0002-1825-0097</Identifier>
<AffiliationInfo><Affiliation>Department of Examples, Nowhere.</Affiliation></AffiliationInfo>
<AffiliationInfo><Affiliation>Second address, Nowhere.</Affiliation></AffiliationInfo></Author>
<Author ValidYN="Y"><LastName>Example</LastName><ForeName>Carl</ForeName></Author>
<Author ValidYN="Y"><CollectiveName>Illustrative Study Group</CollectiveName></Author></AuthorList>
<Language>eng</Language><PublicationTypeList><PublicationType UI="D016428">Journal Article</PublicationType>
<PublicationType UI="D016441">Retracted Publication</PublicationType></PublicationTypeList></Article>
<MedlineJournalInfo><Country>Nowhere</Country><MedlineTA>Illus Med J</MedlineTA><NlmUniqueID>9999999</NlmUniqueID>
</MedlineJournalInfo></MedlineCitation><PubmedData><ArticleIdList><ArticleId IdType="pubmed">990000301</ArticleId>
<ArticleId IdType="doi">10.5555/nbib.1</ArticleId></ArticleIdList></PubmedData></PubmedArticle></PubmedArticleSet>"""


class TestNbib(SourceContract):
    plugin = "nbib.v1"
    sample_name = "records.nbib"
    records = 4

    def long(self, count: int) -> bytes:
        rows = (f"PMID- {900_000_000 + at}\nTI  - Title {at * 7919}\n\n" for at in range(count))
        return "".join(rows).encode()


def read(path: Path) -> tuple[list[Document], list[Reject]]:
    items = list(Nbib().parse(describe(path), {}))
    return [one for one in items if isinstance(one, Document)], [one for one in items if isinstance(one, Reject)]


def test_what_the_fields_say() -> None:
    (first, second), rejects = read(FOLDER / "nbib.v1" / "records.nbib")
    assert (first.id, first.standing) == ("PMID:990000301", "retracted")
    assert {(one.scheme, one.value) for one in first.identifiers} == {
        ("pmid", "990000301"), ("doi", "10.5555/nbib.1"), ("pmcid", "PMC9900000"), ("pii", "S0000-0000(21)00001-1"),
    }  # fmt: skip
    assert [(relation.kind, relation.target) for relation in first.relations] == [
        ("RetractionIn", "PMID:990000399"), ("CommentIn", "PMID:990000398"),
    ]  # fmt: skip
    heading = first.headings[0]
    assert (heading.label, heading.major, [(one.label, one.major) for one in heading.qualifiers]) == (
        "Asthma", False, [("drug therapy", True), ("genetics", False)],
    )  # fmt: skip
    assert first.headings[1].major
    assert (first.grants[0].number, first.grants[0].acronym, first.grants[0].agency) == ("X0001", "XX", "Example HHS")
    assert first.dates == (("published", "2021-03-05"), ("epub", "2021-02-20"))
    assert [word.value for word in first.keywords] == ["illustration", "示例"]
    assert first.unread == (("XYZ", "a tag that nobody knows"),)
    assert (second.titles[0].value, second.vernacular_title) == ("An illustrative title in translation", "示例标题")
    assert (second.year, second.date_text, second.languages) == (2020, "2020 Spring", ("zh",))
    assert [reject.reason for reject in rejects] == ["no-title", "no-identifier"]


def test_the_same_record_in_xml_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(XML, "utf-8")
    (other,) = PubMed().parse(describe(path), {})
    (first, _), _ = read(FOLDER / "nbib.v1" / "records.nbib")
    assert isinstance(other, Document)
    for name in ("id", "titles", "authors", "volume", "issue", "pages", "languages", "types", "standing", "year"):
        assert getattr(first, name) == getattr(other, name), name
    assert first.passages == other.passages
    assert first.journal is not None
    assert other.journal is not None
    assert first.journal.nlm_id == other.journal.nlm_id == "9999999"


def test_a_record_without_end_is_no_flood(tmp_path: Path) -> None:
    path = tmp_path / "a.nbib"
    text = "x" * 100 + "\n"
    path.write_text("PMID- 1\nTI  - x\nAB  - " + f"      {text}" * 20_000 + "PMID- 2\nTI  - y\n", "utf-8")
    documents, rejects = read(path)
    assert [document.id for document in documents] == ["PMID:2"]
    assert {reject.reason for reject in rejects} == {"bad-record"}
