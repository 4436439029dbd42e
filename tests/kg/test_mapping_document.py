"""Documents to statements: what the golden files do not show."""

from __future__ import annotations

import pickle
import re
from pathlib import Path
from typing import get_args

import pytest
from rdflib import Graph, URIRef
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery

import kg
from kg.errors import IdentifierError
from kg.mapping.base import Context
from kg.mapping.document import CLASSES
from kg.mapping.statements import statements
from kg.model.document import Author, Document, DocumentKind, Heading, Identifier, Journal, Passage, Reference, Text
from kg.model.ids import Ids
from kg.model.terms import iri
from kg.query.named import named

NODE = "<http://identifiers.org/pubmed/900000001>"
VOCAB = "https://w3id.org/medkg/vocab#"


def rows(document: Document, context: Context | None = None) -> list[str]:
    return list(statements(document, context or Context()))


def test_abstracts_of_a_language_are_joined_escaped_as_their_passages_are() -> None:
    texts = ('say "a\\b"', "two\nlines\t", "二")
    passages = tuple(
        Passage(f"abstract.{number}", "abstract", "zh" if text == "二" else "en", text)
        for number, text in enumerate(texts, 1)
    )
    found = rows(Document("PMID:900000001", passages))
    abstracts = [row for row in found if "<http://purl.org/dc/terms/abstract>" in row]
    assert abstracts == [
        f'{NODE} <http://purl.org/dc/terms/abstract> "say \\"a\\\\b\\"\\ntwo\\nlines\\t"@en',
        f'{NODE} <http://purl.org/dc/terms/abstract> "二"@zh',
    ]


def test_a_cited_work_is_one_edge_however_many_numbers_it_has() -> None:
    ids = ("DOI:10.5555/x", "PMC:PMC9", "PMID:900000002")
    document = Document("PMID:900000001", (), references=(Reference("A", ids), Reference("A again", ids[2:])))
    found = rows(document)
    cites = [row for row in found if "/bibo/cites>" in row]
    assert cites == [f"{NODE} <http://purl.org/ontology/bibo/cites> <http://identifiers.org/pubmed/900000002>"]
    assert sum(f"<{VOCAB}target>" in row for row in found) == 4


def test_nothing_is_said_twice() -> None:
    author = Author("Sample", "Ann", "A", affiliations=("X", "X"))
    heading = Heading("MESH:D900001", "Heading")
    document = Document(
        "PMID:900000001",
        (),
        identifiers=(Identifier("pmid", "900000001"),),
        types=("Review", "Review"),
        authors=(author, author),
        headings=(heading, heading),
        substances=(heading, heading),
        titles=(Text("T", "en"),),
    )
    found = rows(document)
    assert len(found) == len(set(found))
    assert not any("sameAs" in row for row in found)


def test_the_journal_is_the_same_whatever_its_title_looks_like() -> None:
    def journal(**values: str) -> str:
        found = rows(Document("PMID:900000001", (), journal=Journal(**values)))
        return next(row for row in found if "isPartOf" in row)

    assert journal(title="A", nlm_id="1") == journal(title="B", nlm_id="1")
    assert journal(title="Old  Journal") == journal(title="old journal")
    assert journal(title="A", issn="0000-0001") != journal(title="A", issn="0000-0002")


def test_own_iris_follow_the_base_and_stay_below_the_document() -> None:
    context = Context(ids=Ids(base="https://example.org/kg/"))
    found = rows(Document("doc:a-1", (Passage("title", "title", "en", "T"),)), context)
    assert found[0].startswith("<https://example.org/kg/document/a-1> ")
    title = f"<https://example.org/kg/document/doc%3Aa-1/passage/{Passage('title', 'title', 'en', 'T').key}> "
    assert any(row.startswith(title) for row in found)


def test_an_unknown_prefix_is_an_error_not_a_made_up_iri() -> None:
    with pytest.raises(IdentifierError, match="NOPE"):
        rows(Document("NOPE:1", ()))


def test_a_context_that_has_been_used_goes_to_other_processes() -> None:
    context = Context(method="x")
    document = Document("PMID:900000001", (), headings=(Heading("MESH:D900001", "H"),))
    before = rows(document, context)
    assert rows(document, pickle.loads(pickle.dumps(context))) == before


def test_every_kind_of_document_is_known_wherever_documents_are_looked_for() -> None:
    assert set(CLASSES.values()) == set(get_args(DocumentKind))
    shape = Graph().parse(Path(kg.__file__).parent / "shapes" / "document.ttl")
    targets = shape.objects(URIRef(f"{VOCAB}DocumentShape"), URIRef("http://www.w3.org/ns/shacl#targetClass"))
    assert {iri(str(target)) for target in targets} == set(CLASSES)
    query = translateQuery(parseQuery(named("index/documents"))).algebra
    assert {f"<{node}>" for node in re.findall(r"URIRef\('([^']+)'\)", repr(query))} >= set(CLASSES)
