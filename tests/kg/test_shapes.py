"""Shapes: good records keep them, each kind of bad record breaks one, texts stand in both languages."""

from __future__ import annotations

from pathlib import Path

import pyshacl
import pytest
from rdflib import SH, Graph

from kg import vocab
from kg.mapping.base import Context
from kg.mapping.statements import statements
from kg.model.case import Case
from kg.model.concept import Concept, ConceptMapping, Label, Xref
from kg.model.conceptset import ConceptSet, SetPart
from kg.model.correction import Correction
from kg.model.document import Document, Passage, Text
from kg.model.evidence import Candidate, Claim, Mention
from kg.model.guideline import Recommendation
from kg.model.record import Record
from kg.model.rule import Bilingual, PackedRule, Pregnant, Rule, RuleCase, RuleEvidence

FOLDER = Path(__file__).resolve().parents[2] / "kg" / "shapes"
RECORDS: dict[str, Record] = {
    "concept": Concept(
        "DOID:9990001", "disease", (Label("a", "en"), Label("甲", "zh"), Label("b", "en", "lay")), notations=("C1",),
        xrefs=(Xref("MESH:D999001"), Xref("LOINC:9-9", verified=False)), parents=("DOID:9990002",),
    ),
    "withdrawn": Concept("DOID:9990003", "disease", (), deprecated=True, replaced_by=("DOID:9990001",)),
    "document": Document(
        "PMID:900000001", (Passage("title", "title", "en", "Demonstratin"),), titles=(Text("Demonstratin", "en"),),
        year=2026,
    ),
    "mention": Mention(
        "PMID:900000001", "title-0123456789", 0, 12, "Demonstratin", "drug", (Candidate("DRUGBANK:DB99001", 0.9),),
    ),
    "claim": Claim(
        "DRUGBANK:DB99001", "biolink:treats", "DOID:9990001", "curated", "demo", score=0.5, qualifiers=(("a", "b"),),
        references=("PMID:900000001",),
    ),
    "recommendation": Recommendation(
        "PMID:900000001", "section.1-0123456789", 4, 60, "We recommend demonstratin (1A).", "for", "strong", "high",
        "GRADE", "1A", "adults", "demonstratin", "en", "3.1", 2,
    ),
    "correction": Correction(
        document="PMID:900000001", passage="title-0123456789", start=0, end=12, surface="Demonstratin",
        verdict="missing", category="drug", concept="DRUGBANK:DB99001", by="Curator A", reviewer="Reviewer B",
    ),
    "rule": PackedRule(
        pack="illustration", release="1", licence="CC0-1.0", example=True, rule=Rule(
            id="test:one", version="1", tier="warn", title=Bilingual("示例", "Illustration"),
            message=Bilingual("示例", "Illustration"), events=("order-sign",), when=Pregnant(),
            evidence=(RuleEvidence("Illustrators", "A made-up book"),
                      RuleEvidence("Illustrators", "A made-up paper", quote="Made up.", basis="quoted")),
            cases=(RuleCase("insufficient", Case()),),
        ),
    ),
    "set": ConceptSet(
        "demo", "1", (Label("甲", "zh"), Label("a", "en")), (SetPart("DOID:9990001"), SetPart(set="other")),
    ),
    "mapping": ConceptMapping("DOID:9990001", "skos:exactMatch", "MESH:D999001", confidence=0.5, negative=True),
}  # fmt: skip


SPACES = {"MKG": vocab.MEDKG, "SKOS": vocab.SKOS, "SSSOM": vocab.SSSOM, "XSD": vocab.NAMESPACES["xsd"]}


def expanded(line: str) -> str:
    for prefix, namespace in SPACES.items():
        line = line.replace(f"<{prefix}:", f"<{namespace}")
    return line


@pytest.fixture(scope="module")
def shapes() -> Graph:
    graph = Graph()
    for path in sorted(FOLDER.glob("*.ttl")):
        graph.parse(path, format="turtle")
    return graph


def lines(*names: str) -> list[str]:
    return [f"{statement} ." for name in names for statement in statements(RECORDS[name], Context())]


def broken(shapes: Graph, rows: list[str]) -> set[str]:
    """The English messages of everything that is broken."""
    data = Graph().parse(data="\n".join(rows), format="nt")
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes)
    assert isinstance(report, Graph)
    return {
        str(text)
        for result in report.objects(None, SH.result)
        for text in report.objects(result, SH.resultMessage)
        if getattr(text, "language", "") == "en"
    }


def test_what_the_mappings_make_keeps_the_shapes(shapes: Graph) -> None:
    assert broken(shapes, lines(*RECORDS)) == set()


@pytest.mark.parametrize(
    ("name", "drop", "add", "message"),
    [
        ("concept", "prefLabel|altLabel|layLabel", "", "A concept that is not withdrawn has a name"),
        ("concept", "#category", "", "a category"),
        ("concept", "", '{s} <SKOS:prefLabel> "c"@en .', "at most one preferred label"),
        ("concept", "", '{s} <SKOS:altLabel> "c" .', "A synonym has a language"),
        ("concept", "", '{s} <SKOS:exactMatch> "LOINC:9-9" .', "A match is an IRI"),
        ("concept", "#unverifiedId", "{s} <MKG:unverifiedId> <http://loinc.org/rdf/9-9> .", "never a link"),
        ("document", "#standing", '{s} <MKG:standing> "fine" .', "a standing that is known"),
        ("document", "terms/identifier", "", "one identifier"),
        ("document", "#year", '{s} <MKG:year> "MMXV" .', "A year is a whole number"),
        ("mention", "#end", "", "The end is one code point"),
        ("mention", "#exact", "", "quotes the text"),
        ("mention", "#score", '{s} <MKG:score> "2.0"^^<XSD:decimal> .', "between 0 and 1"),
        ("claim", "#direction", '{s} <MKG:direction> "maybe" .', "supports, refutes"),
        ("claim", "#object>", "", "one object"),
        ("claim", "#method", "", "names its method"),
        ("recommendation", "#strength", '{s} <MKG:strength> "likely" .', "unknown among them"),
        ("recommendation", "#gradingScheme", '{s} <MKG:gradingScheme> "Ours" .', "GRADE, CSCO or Oxford"),
        ("recommendation", "#inPassage", "", "in one passage"),
        ("recommendation", "#end", '{s} <MKG:end> "4"^^<XSD:integer> .', "before the end"),
        ("correction", "#verdict", '{s} <MKG:verdict> "perhaps" .', "one verdict that is known"),
        ("correction", "#correctedBy", '{s} <MKG:correctedBy> "Reviewer B" .', "not its reviewer"),
        ("correction", "#exact", "", "quotes the words"),
        ("correction", "#end", '{s} <MKG:end> "0"^^<XSD:integer> .', "starts before it ends"),
        ("rule", "#ruleTier", '{s} <MKG:ruleTier> "loud" .', "one tier"),
        ("rule", "#ruleEvidence", "", "rests on a named source"),
        ("rule", "#ruleMessage", '{s} <MKG:ruleMessage> "x"@en .', "in Chinese and in English"),
        ("rule", "oa#exact", "", "says that nobody compared it"),
        ("set", "setStatus", '{s} <MKG:setStatus> "fine" .', "a status that is known"),
        ("set", "terms/title", "", "a title in Chinese and in English"),
        ("set", "includesPart", "", "includes something"),
        ("set", "partConcept|partSet", "", "one concept or one other set"),
        ("mapping", "mapping_justification", "", "says how it was found"),
        ("mapping", "predicate_modifier", '{s} <SSSOM:predicate_modifier> "Maybe" .', "only modifier"),
    ],
)  # fmt: skip
def test_each_fault_is_found(shapes: Graph, name: str, drop: str, add: str, message: str) -> None:
    rows = lines(name)
    subject = rows[0].split(" ")[0]
    dropped = [row for row in rows if drop and any(part in row.split(" ")[1] for part in drop.split("|"))]
    assert bool(dropped) == bool(drop)
    kept = [row for row in rows if row not in dropped]
    found = broken(shapes, [*kept, expanded(add).format(s=subject)] if add else kept)
    assert any(message in text for text in found), found


def test_offsets_must_not_run_backwards(shapes: Graph) -> None:
    rows = [row.replace('"12"^^', '"0"^^') for row in lines("mention")]
    assert any("before the end" in text for text in broken(shapes, rows))


def test_every_message_stands_in_both_languages(shapes: Graph) -> None:
    for shape in {*shapes.subjects(SH.path), *shapes.subjects(SH.targetClass)}:
        texts = [getattr(text, "language", "") for text in shapes.objects(shape, SH.message)]
        if texts:
            assert sorted(texts) == ["en", "zh"]
    for shape in shapes.objects(None, SH.property):
        parents = list(shapes.subjects(SH.property, shape))
        if any((parent, SH.targetClass, None) in shapes for parent in parents):
            assert len(list(shapes.objects(shape, SH.message))) == 2
