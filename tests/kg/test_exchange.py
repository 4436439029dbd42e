"""Annotated texts in the formats of other tools: golden files, and any spans of any text read back as they were."""

from __future__ import annotations

import json

import msgspec
import pytest
import rdflib
from hypothesis import given

from kg.errors import TextNotHeld
from kg.exchange.annotated import AnnotatedText
from kg.exchange.formats import FORMATS
from kg.messages import Catalogue
from kg.model.evidence import Candidate
from tests.contract.annotation_format import (
    Reader,
    expected,
    read_bioc,
    read_pubtator,
    read_webannotation,
)
from tests.kg.annotated import ORIGIN, SIGNS, TEXTS, annotated, golden

READERS: dict[str, Reader] = {"bioc": read_bioc, "pubtator": read_pubtator, "webannotation": read_webannotation}


@pytest.mark.parametrize("name", FORMATS)
def test_texts_stand_in_each_format_as_the_golden_files_say(name: str) -> None:
    assert FORMATS[name].write(TEXTS, ORIGIN).encode() == golden(name).read_bytes()


@pytest.mark.parametrize("name", FORMATS)
@given(item=annotated())
def test_any_spans_are_read_back(name: str, item: AnnotatedText) -> None:
    wanted = expected(item)
    found = READERS[name](FORMATS[name].write([item], ORIGIN))
    if name == "webannotation" and not item.mentions:
        assert found == []
        return
    assert [(one.mentions, one.relations) for one in found] == [(wanted.mentions, wanted.relations)]
    assert found[0].text in (None, item.text)
    assert all(item.text[start:end] == surface for start, end, surface, _ in found[0].mentions)


REFUSED = "\t\r\x00\x0b\x1c\x85\u2028\u2029"


@given(item=annotated(signs=SIGNS + REFUSED, lines=4))
def test_pubtator_holds_a_text_wholly_or_not_at_all(item: AnnotatedText) -> None:
    form = FORMATS["pubtator"]
    if set(item.text) & set(REFUSED) or item.text.count("\n") > 1:
        with pytest.raises(TextNotHeld, match=r"\$\.texts\[0\]") as caught:
            form.write([item], ORIGIN)
        assert "$.texts[0]" in caught.value.text("zh")
        assert f"reason.{caught.value.params['why']}" in Catalogue("kg").tables["en"]
        return
    [found] = read_pubtator(form.write([item], ORIGIN))
    assert found.text == item.text


def test_what_is_denied_is_no_line_of_pubtator() -> None:
    item = TEXTS[0]
    denied = msgspec.structs.replace(item, claims=(msgspec.structs.replace(item.claims[0], direction="refutes"),))
    assert "treats" in FORMATS["pubtator"].write([item], ORIGIN)
    assert "treats" not in FORMATS["pubtator"].write([denied], ORIGIN)
    for name in ("bioc", "webannotation"):
        assert "refutes" in FORMATS[name].write([denied], ORIGIN)


@pytest.mark.parametrize("concept", ["medkg:a|b", "medkg:a,b", "medkg:a+b", "medkg:a;b", "medkg:a b"])
def test_an_id_that_pubtator_would_take_for_several_is_refused(concept: str) -> None:
    [mention] = TEXTS[1].mentions[:1]
    wrong = msgspec.structs.replace(mention, candidates=(Candidate(concept, 1.0),))
    item = msgspec.structs.replace(TEXTS[1], mentions=(wrong,))
    with pytest.raises(TextNotHeld) as caught:
        FORMATS["pubtator"].write([TEXTS[0], item], ORIGIN)
    assert caught.value.params["why"] == "pubtator-concept"
    assert caught.value.params["where"] == "$.texts[1]"


CONTEXT = {
    "oa": "http://www.w3.org/ns/oa#", "as": "http://www.w3.org/ns/activitystreams#",
    "dcterms": "http://purl.org/dc/terms/", "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "schema": "http://schema.org/", "id": "@id", "type": "@type", "Annotation": "oa:Annotation",
    "Choice": "oa:Choice", "body": {"@type": "@id", "@id": "oa:hasBody"},
    "target": {"@type": "@id", "@id": "oa:hasTarget"},
    "source": {"@type": "@id", "@id": "oa:hasSource"}, "selector": {"@type": "@id", "@id": "oa:hasSelector"},
    "motivation": {"@type": "@vocab", "@id": "oa:motivatedBy"}, "identifying": "oa:identifying",
    "describing": "oa:describing", "items": {"@type": "@id", "@id": "as:items", "@container": "@list"},
    "first": {"@type": "@id", "@id": "as:first"}, "start": "oa:start", "end": "oa:end", "exact": "oa:exact",
}  # fmt: skip
"""What the terms that we use mean in http://www.w3.org/ns/anno.jsonld, which no test fetches."""


def test_as_rdf_a_web_annotation_says_what_the_graph_would() -> None:
    written = json.loads(FORMATS["webannotation"].write(TEXTS, ORIGIN))
    graph = rdflib.Graph()
    graph.parse(data=json.dumps(written | {"@context": [CONTEXT, written["@context"][1]]}), format="json-ld")
    rows = graph.query(
        """PREFIX oa: <http://www.w3.org/ns/oa#> PREFIX as: <http://www.w3.org/ns/activitystreams#>
        PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
        SELECT ?start ?end ?exact ?best { ?a a oa:Annotation ; oa:motivatedBy oa:identifying ; oa:hasTarget ?t .
          ?t oa:hasSelector ?p, ?q . ?p oa:start ?start ; oa:end ?end . ?q oa:exact ?exact .
          OPTIONAL { ?a oa:hasBody ?b OPTIONAL { ?b as:items/rdf:first ?first } }
          BIND(COALESCE(?first, ?b) AS ?best) }"""
    )
    found = {(int(start), int(end), str(exact), str(best or "")) for start, end, exact, best in rows}  # type: ignore[union-attr]
    ids = ORIGIN.ids
    wanted = {
        (one.start, one.end, one.surface, ids.expand(one.candidates[0].concept) if one.candidates else "")
        for item in TEXTS
        for one in item.mentions
    }
    assert found == wanted
    ends = graph.query(
        """PREFIX mkg: <https://w3id.org/medkg/vocab#> PREFIX oa: <http://www.w3.org/ns/oa#>
        ASK { ?c a mkg:Claim ; mkg:subjectMention/oa:hasBody <https://w3id.org/medkg/concept/drug-demonstratin> ;
              mkg:objectMention/a oa:Annotation }"""
    )
    assert ends.askAnswer


def test_a_text_with_an_iri_for_its_id_is_the_source_of_its_annotations() -> None:
    for name, kept in {
        "https://example.org/notes/1?a=b": True,
        "PMID:1": False,
        "http://a b": False,
        "": False,
    }.items():
        item = msgspec.structs.replace(TEXTS[1], id=name)
        source = json.loads(FORMATS["webannotation"].write([item], ORIGIN))["first"]["items"][0]["target"]["source"]
        assert (source["id"] == name) is kept
        assert kept or source["id"].startswith("urn:uuid:")


def test_ids_differ_by_text_and_place_and_by_nothing_else() -> None:
    def ids(*texts: AnnotatedText) -> list[str]:
        return [one["id"] for one in json.loads(FORMATS["webannotation"].write(texts, ORIGIN))["first"]["items"]]

    whole = ids(*TEXTS)
    assert len(set(whole)) == len(whole)
    assert ids(TEXTS[1]) == whole[-2:]
    other = msgspec.structs.replace(TEXTS[1], id="900000009")
    assert not set(ids(other)) & set(whole)


def test_the_golden_texts_quote_what_they_say() -> None:
    for item in TEXTS:
        assert all(item.text[one.start : one.end] == one.surface for one in item.mentions)
        assert all(item.text[one.start : one.end] == one.sentence for one in item.claims)
