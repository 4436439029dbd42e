"""A big PubmedArticleSet for the benchmark: seeded, the same on any machine.

Real titles and abstracts (the PubTator corpora of the test data) stand in records as dense as the
real ones of the test data: on average 8 authors with an affiliation each, 21 references, 10 MeSH
headings, dates, grants; indented as NLM's baseline files are.
"""

from __future__ import annotations

import gzip
import os
import random
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from ingest.sources.pubtator import PubTator
from kg.model.document import Document
from ontology.reading.raw import describe

ROOT = Path(__file__).resolve().parent.parent

CORPORA = (
    "bc5cdr/CDR_TrainingSet.PubTator.txt",
    "bc5cdr/CDR_DevelopmentSet.PubTator.txt",
    "ncbi-disease/NCBItrainset_corpus.txt",
    "pubtator-bioner/DrugProt_abstracts.PubTator",
)
FAMILY = ["Zhang", "Smith", "García", "O'Byrne", "Nakamura", "Müller", "Kowalski", "Ivanov", "Okafor", "Rossi", "Silva"]
GIVEN = ["Wei", "Anna M", "José", "Paul", "Yuki", "Jürgen", "Ewa", "Ivan", "Chidi", "Luca", "Li", "João"]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
FIRST = 900_000_000
"""PMIDs from here on belong to no real record."""
HEAD = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE PubmedArticleSet SYSTEM "http://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">
<PubmedArticleSet>
"""


def texts() -> list[tuple[str, str]]:
    folder = Path(os.environ.get("MEDKG_TEST_DATA") or ROOT.parent / "shared" / "data")
    found = []
    for name in CORPORA:
        for item in PubTator().parse(describe(folder / name), {}):
            if isinstance(item, Document) and len(item.passages) == 2:
                found.append((item.passages[0].text, item.passages[1].text))
    return found


def record(
    number: int,
    title: str,
    abstract: str,
    dice: random.Random,
    authors_wanted: int | None = None,
    cited: Sequence[int] | None = None,
) -> str:
    """One record; ``authors_wanted`` and the PMIDs it cites are drawn here unless given."""
    pmid = FIRST + number
    if authors_wanted is None:
        authors_wanted = dice.randint(2, 14)
    if cited is None:
        cited = [dice.randint(FIRST, 999_999_999) for _ in range(dice.randint(5, 37))]
    year = dice.randint(1980, 2025)
    sentences = abstract.split(". ")
    third = max(1, len(sentences) // 3)
    parts = [". ".join(sentences[at : at + third]) for at in range(0, len(sentences), third)]
    structured = dice.random() < 0.4
    sections = "".join(
        f'<AbstractText Label="{label}" NlmCategory="{label}">{escape(part)}</AbstractText>\n          '
        for label, part in zip(("BACKGROUND", "METHODS", "RESULTS", "CONCLUSIONS"), parts, strict=False)
    ) if structured else f"<AbstractText>{escape(abstract)}</AbstractText>"  # fmt: skip
    authors = "".join(
        f"""
          <Author ValidYN="Y">
            <LastName>{escape(dice.choice(FAMILY))}</LastName>
            <ForeName>{dice.choice(GIVEN)}</ForeName>
            <Initials>{dice.choice("ABCDEFGH")}</Initials>
            <Identifier Source="ORCID">0000-0002-{dice.randint(1000, 9999)}-{dice.randint(1000, 9999)}</Identifier>
            <AffiliationInfo>
              <Affiliation>Department of Illustration {dice.randint(1, 400)}, University of Example, City.</Affiliation>
            </AffiliationInfo>
          </Author>"""
        for _ in range(authors_wanted)
    )
    headings = "".join(
        f"""
        <MeshHeading>
          <DescriptorName UI="D{dice.randint(1, 60000):06d}" MajorTopicYN="{dice.choice("NNY")}">Heading {
            at
        }</DescriptorName>{
            f'''
          <QualifierName UI="Q{dice.randint(1, 999):06d}" MajorTopicYN="N">drug therapy</QualifierName>'''
            if dice.random() < 0.3
            else ""
        }
        </MeshHeading>"""
        for at in range(dice.randint(4, 16))
    )
    references = "".join(
        f"""
        <Reference>
          <Citation>J Illustr Med. {dice.randint(1980, 2020)};{dice.randint(1, 99)}(2):{at}-{at + 9}</Citation>
          <ArticleIdList>
            <ArticleId IdType="pubmed">{target}</ArticleId>
          </ArticleIdList>
        </Reference>"""
        for at, target in enumerate(cited)
    )
    keywords = "".join(
        f'\n        <Keyword MajorTopicYN="N">keyword {at}</Keyword>' for at in range(dice.randint(0, 5))
    )
    return f"""  <PubmedArticle>
    <MedlineCitation Status="MEDLINE" Owner="NLM" IndexingMethod="Automated">
      <PMID Version="1">{pmid}</PMID>
      <DateCompleted>
        <Year>{year}</Year>
        <Month>12</Month>
        <Day>30</Day>
      </DateCompleted>
      <DateRevised>
        <Year>2024</Year>
        <Month>11</Month>
        <Day>15</Day>
      </DateRevised>
      <Article PubModel="Print-Electronic">
        <Journal>
          <ISSN IssnType="Print">{dice.randint(1000, 1400)}-0000</ISSN>
          <JournalIssue CitedMedium="Print">
            <Volume>{dice.randint(1, 99)}</Volume>
            <Issue>{dice.randint(1, 12)}</Issue>
            <PubDate>
              <Year>{year}</Year>
              <Month>{dice.choice(MONTHS)}</Month>
            </PubDate>
          </JournalIssue>
          <Title>Journal of illustrative medicine {year}</Title>
          <ISOAbbreviation>J Illustr Med</ISOAbbreviation>
        </Journal>
        <ArticleTitle>{escape(title)}</ArticleTitle>
        <Pagination>
          <StartPage>113</StartPage>
          <EndPage>125</EndPage>
          <MedlinePgn>113-25</MedlinePgn>
        </Pagination>
        <ELocationID EIdType="doi" ValidYN="Y">10.5555/medkg.{number}</ELocationID>
        <Abstract>
          {sections}
        </Abstract>
        <AuthorList CompleteYN="Y">{authors}
        </AuthorList>
        <Language>eng</Language>
        <GrantList CompleteYN="Y">
          <Grant>
            <GrantID>Z01 {dice.randint(100000, 999999)}</GrantID>
            <Acronym>CP</Acronym>
            <Agency>Example Agency</Agency>
            <Country>Nowhere</Country>
          </Grant>
        </GrantList>
        <PublicationTypeList>
          <PublicationType UI="D016428">Journal Article</PublicationType>
          <PublicationType UI="D016454">Review</PublicationType>
        </PublicationTypeList>
        <ArticleDate DateType="Electronic">
          <Year>{year}</Year>
          <Month>01</Month>
          <Day>22</Day>
        </ArticleDate>
      </Article>
      <MedlineJournalInfo>
        <Country>Nowhere</Country>
        <MedlineTA>J Illustr Med</MedlineTA>
        <NlmUniqueID>99{dice.randint(1000, 1400)}</NlmUniqueID>
        <ISSNLinking>1043-0000</ISSNLinking>
      </MedlineJournalInfo>
      <ChemicalList>
        <Chemical>
          <RegistryNumber>0</RegistryNumber>
          <NameOfSubstance UI="D{dice.randint(1, 60000):06d}">Example acid</NameOfSubstance>
        </Chemical>
      </ChemicalList>
      <MeshHeadingList>{headings}
      </MeshHeadingList>
      <KeywordList Owner="NOTNLM">{keywords}
      </KeywordList>
    </MedlineCitation>
    <PubmedData>
      <History>
        <PubMedPubDate PubStatus="received">
          <Year>{year}</Year>
          <Month>1</Month>
          <Day>2</Day>
        </PubMedPubDate>
        <PubMedPubDate PubStatus="pubmed">
          <Year>{year}</Year>
          <Month>4</Month>
          <Day>1</Day>
          <Hour>0</Hour>
          <Minute>0</Minute>
        </PubMedPubDate>
      </History>
      <PublicationStatus>ppublish</PublicationStatus>
      <ArticleIdList>
        <ArticleId IdType="pubmed">{pmid}</ArticleId>
        <ArticleId IdType="doi">10.5555/medkg.{number}</ArticleId>
        <ArticleId IdType="pmc">PMC{pmid}</ArticleId>
      </ArticleIdList>
      <ReferenceList>{references}
      </ReferenceList>
    </PubmedData>
  </PubmedArticle>
"""


def write(path: Path, count: int, seed: int) -> None:
    dice = random.Random(seed)
    source = texts()
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as stream:
        stream.write(HEAD)
        for number in range(count):
            title, abstract = source[(number + seed) % len(source)]
            stream.write(record(seed * 10_000_000 + number, title, abstract, dice))
        stream.write("</PubmedArticleSet>\n")
