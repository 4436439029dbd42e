"""A small library of invented records in a serving store, for tests of strategies."""

from __future__ import annotations

from kg.mapping.base import Context
from kg.mapping.concept import concept_statements
from kg.mapping.document import document_statements
from kg.mapping.serial import serial_statements
from kg.model.concept import Concept, Label
from kg.model.document import (
    Author,
    Document,
    Grant,
    Heading,
    Identifier,
    Journal,
    Passage,
    Qualifier,
    Text,
)
from kg.model.serial import Serial
from kg.model.terms import Statement, Term, iri
from kg.vocab import MEDKG, SKOS

CONCEPTS = (
    Concept("DOID:900009", "disease", (Label("invented airway disease", "en"), Label("虚构气道病", "zh"))),
    Concept("MESH:D900001", "disease", (Label("Lung Diseases", "en"), Label("肺疾病", "zh"))),
    Concept(
        "MESH:D900002",
        "disease",
        (Label("Asthma", "en"), Label("哮喘", "zh"), Label("Bronchial Asthma", "en", "exact")),
        parents=("MESH:D900001",),
    ),
    Concept(
        "MESH:D900003", "disease", (Label("Asthma, Invented", "en"), Label("虚构哮喘", "zh")), parents=("MESH:D900002",)
    ),
)
SAME = ("DOID:900009", "MESH:D900002")
ABOVE = {"MESH:D900002": ["MESH:D900001"], "MESH:D900003": ["MESH:D900002", "MESH:D900001"]}

LANCET = Journal("The Invented Lancet", "Inv Lancet", "1234-5679", "2345-6786", country="England")
CHINESE = Journal("虚构医学杂志", "", "0253-9999")
THERAPY = Qualifier("MESH:Q900188", "drug therapy", major=True)


def _record(number: int, title: str, abstract: str, language: str, **more: object) -> Document:
    passages = (Passage("title", "title", language, title), Passage("abstract.1", "abstract", language, abstract))
    titles = (Text(title, language),)
    return Document(f"PMID:90000000{number}", passages, titles=titles, languages=(language,), **more)  # type: ignore[arg-type]


DOCUMENTS = (
    _record(
        1, "Inhaled IL-6 antagonists for asthma in women", "A randomised study of heart failure was not done.", "en",
        authors=(
            Author("Zhang", "Wei", "W", affiliations=("Department of Invention, Beijing",)),
            Author("Smith", "Jo Ann", "JA"),
        ),
        journal=LANCET, volume="12", issue="3", pages="101-110", year=2015, types=("Journal Article", "Review"),
        identifiers=(Identifier("pmid", "900000001"), Identifier("doi", "10.5555/ABC.1")),
        headings=(Heading("MESH:D900002", "Asthma", qualifiers=(THERAPY,)),),
        grants=(Grant("X-81", "Invented Science Fund"),),
    ),
    _record(
        2, "2型糖尿病合并哮喘儿童的治疗", "目的 观察糖尿病患者的心力衰竭。", "zh",
        authors=(Author("张", "伟", affiliations=("虚构大学附属医院呼吸科",)), Author("王", "小明")),
        journal=CHINESE, volume="40", issue="2", pages="55-60", year=2018, classes=("R562.25", "R725.6"),
        keywords=(Text("哮喘", "zh"), Text("儿童", "zh")),
        headings=(Heading("", "哮喘", major=True),), grants=(Grant("81000000", "虚构自然科学基金"),),
    ),
    _record(
        3, "Invented asthma: the failing heart", "Treatments of women and studies of men.", "en",
        authors=(Author("Zhang", "Wenhua", "WH"), Author(collective="Invention Group")), journal=LANCET, year=2020,
        headings=(Heading("MESH:D900003", "Asthma, Invented", major=True),), kind="guideline",
    ),
    _record(4, "Lung diseases", "IL6 receptor.", "en", headings=(Heading("MESH:D900001", "Lung Diseases"),)),
    _record(5, "Nothing of that kind", "糖尿、肾病", "zh", year=2020, authors=(Author("张", "伟明"),)),
)  # fmt: skip
SERIAL = Serial("issn:0253-9999", journal=CHINESE, titles=(Text("虚构医学杂志", "zh"),), cn="11-9999/R")


def rows() -> list[Statement]:
    """The statements of the serving store, with the closure that publishing derives."""
    context = Context()
    found = [row for concept in CONCEPTS for row in concept_statements(concept, context)]
    for source in DOCUMENTS:
        found += document_statements(source, context)
    found += serial_statements(SERIAL, context)
    transitive: Term = iri(MEDKG + "broaderTransitive")
    for below, above in ABOVE.items():
        found += [Statement(f"{context.node(below)} {transitive} {context.node(concept)}") for concept in above]
    exact = iri(SKOS + "exactMatch")
    found.append(Statement(f"{context.node(SAME[0])} {exact} {context.node(SAME[1])}"))
    return found
