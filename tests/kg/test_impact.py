"""The preview over a small invented graph: each kind of dependent is counted once, named, and shown with samples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg import vocab
from kg.examples import Example, examples
from kg.generation.corpus import Corpus
from kg.impact.base import DEPENDENTS, Dependent, Sample, Touched, World, dependents
from kg.impact.changed import Changed, changed
from kg.impact.preview import Impact, impact
from kg.impact.queries import named_in, texts_in
from kg.index.text import TextIndex
from kg.index.textwriter import TextWriter
from kg.mapping.base import Context, term
from kg.mapping.concept import concept_statements
from kg.mapping.conceptset import conceptset_statements
from kg.mapping.correction import correction_statements
from kg.mapping.document import document_statements
from kg.mapping.evidence import claim_statements, mention_statements
from kg.mapping.guideline import recommendation_statements
from kg.messages import LANGUAGES, Catalogue
from kg.model.concept import Concept, ConceptMapping, Label, Xref
from kg.model.conceptset import ConceptSet, SetPart
from kg.model.correction import Correction
from kg.model.document import Document, Passage, Text
from kg.model.edit import AddLabel, AddMapping, AddParent, Deprecate, Edit, Merge, NewConcept
from kg.model.evidence import Candidate, Claim, Mention
from kg.model.guideline import Recommendation
from kg.model.ids import Ids
from kg.model.terms import Statement, literal
from kg.query.naming import Naming
from tests.kg.graph import small_reader

CONTEXT = Context()
TOP, FEVER, CHILL, HEAT = (f"DOID:900000{number}" for number in range(4))
CONCEPTS = (
    Concept(TOP, "disease", (Label("sample disease", "en"), Label("示例疾病", "zh"))),
    Concept(FEVER, "disease", (Label("sample fever", "en"), Label("示例热", "zh")), parents=(TOP,),
            xrefs=(Xref("MESH:D900001"),)),
    Concept(CHILL, "disease", (Label("sample chill", "en"),), parents=(FEVER,),
            xrefs=(Xref(FEVER, None, "relatedMatch"),)),
    Concept(HEAT, "disease", (Label("sample heat", "en"),)),
    Concept("DRUGBANK:DB90001", "drug", (Label("samplol", "en"), Label("示例素", "zh"))),
)  # fmt: skip
SENTENCE = "Sample fever is to be treated with samplol."


def document(number: int) -> Document:
    text = Passage("abstract.1", "abstract", "en", SENTENCE if number else "Sample chill.")
    return Document(f"doc:{number}", (text,), titles=(Text(f"Invented {number}", "en"),))


def mention(source: Document, curie: str, surface: str) -> Mention:
    passage = source.passages[0]
    start = passage.text.lower().index(surface.lower())
    end = start + len(surface)
    return Mention(source.id, passage.key, start, end, passage.text[start:end], "disease", (Candidate(curie, 0.9),))


def concept_set(name: str, *parts: SetPart) -> ConceptSet:
    return ConceptSet(name, "1", (Label(f"{name} set", "en"), Label(f"{name} 集", "zh")), parts)


SETS = (
    concept_set("named", SetPart(FEVER)),
    concept_set("below", SetPart(TOP, descendants=True)),
    concept_set("mapped", SetPart("MESH:D900001", mapped=("exactMatch",))),
    concept_set("user", SetPart(set="named")),
    concept_set("other", SetPart("DRUGBANK:DB90001")),
)


def statements() -> Iterator[Statement]:
    for one in CONCEPTS:
        yield from concept_statements(one, CONTEXT)
    documents = [document(number) for number in range(4)]
    for source in documents:
        yield from document_statements(source, CONTEXT)
        curie, surface = (FEVER, "Sample fever") if source.id != "doc:0" else (CHILL, "Sample chill")
        yield from mention_statements(mention(source, curie, surface), CONTEXT)
    place = documents[1].passages[0].key
    for number in range(3):
        yield from claim_statements(
            Claim("DRUGBANK:DB90001", "biolink:treats", FEVER, "text-mined", "demo", document=f"doc:{number + 1}"),
            CONTEXT,
        )
    yield from recommendation_statements(
        Recommendation("doc:1", place, 0, len(SENTENCE), SENTENCE, "for", "strong", "high", "GRADE", "1A"), CONTEXT
    )
    yield from correction_statements(
        Correction(document="doc:1", passage=place, start=0, end=12, surface="Sample fever", verdict="right",
                   category="disease", concept=FEVER, by="Curator A"), CONTEXT,
    )  # fmt: skip
    for one in SETS:
        yield from conceptset_statements(one, CONTEXT)
    node = {curie: CONTEXT.node(curie) for curie in (TOP, FEVER, CHILL)}
    for number, concept in enumerate((FEVER, TOP, "DRUGBANK:DB90001")):
        rule, named = f"<{vocab.DEFAULT_BASE}rule/{number}>", term(vocab.MEDKG, "ruleConcept")
        yield Statement(f"{rule} {named} {CONTEXT.node(concept)}")
        yield Statement(f"{rule} {term(vocab.DCTERMS, 'identifier')} {literal(f'rule-{number}')}")
        yield Statement(f"{rule} {term(vocab.SKOS, 'prefLabel')} {literal(f'规则 {number}', 'zh')}")
    above = term(vocab.MEDKG, "broaderTransitive")
    for low, high in ((FEVER, TOP), (CHILL, FEVER), (CHILL, TOP)):
        yield Statement(f"{node[low]} {above} {node[high]}")
    made = f"<{vocab.DEFAULT_BASE}assertion/1>"
    for name, value in (("Subject", CONTEXT.node("DRUGBANK:DB90001")), ("Object", node[FEVER]),
                        ("Predicate", term(vocab.BIOLINK, "treats"))):  # fmt: skip
        yield Statement(f"{made} {term(vocab.MEDKG, f'asserted{name}')} {value}")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder: Path = tmp_path_factory.mktemp("impact")
    reader = small_reader(folder, rows=list(statements()))
    corpus = Corpus(reader)
    with TextWriter(folder / "text") as writer:
        for page in corpus.pages():
            for entry in corpus.entries(page):
                writer.add(entry.text)
        for one in corpus.concepts():
            writer.add(one.text)
    texts = TextIndex(folder / "text")
    return World(reader, Naming(Ids(), texts), texts)


def told(world: World, *edits: Edit) -> Impact:
    return impact(changed(edits), dependents(), world)


def counts(found: Impact) -> dict[str, int]:
    return {one.kind: one.count for one in found.kinds if one.count}


MERGE = Merge(FEVER, HEAT)


def test_a_merge_tells_all_that_hangs_on_the_concept(world: World) -> None:
    found = told(world, MERGE)
    assert counts(found) == {
        "documents": 3, "claims": 3, "assertions": 1, "recommendations": 1, "concepts": 1, "mappings": 2,
        "corrections": 1, "value-sets": 4, "rules": 2,
    }  # fmt: skip
    assert [(one.id, one.ways) for one in found.concepts] == [(FEVER, ("merged",)), (HEAT, ("enlarged",))]


def test_samples_have_labels_or_words(world: World) -> None:
    found = told(world, MERGE)
    first = {one.kind: one.samples[0] for one in found.kinds if one.samples}
    assert first["documents"].label.en == "Invented 1"
    assert first["claims"].text == "samplol biolink:treats sample fever"
    assert first["assertions"].text == "samplol biolink:treats sample fever"
    assert first["recommendations"].text == SENTENCE
    assert (first["concepts"].id, first["concepts"].label.en) == (CHILL, "sample chill")
    assert {one.text for one in found.of("mappings").samples} == {
        "sample chill relatedMatch sample fever", "sample fever exactMatch MESH:D900001",
    }  # fmt: skip
    assert first["corrections"].text == "Sample fever"
    assert all(one.concepts == (FEVER,) for one in first.values())


def test_sets_say_how_they_hold_a_concept_and_what_may_take_its_place(world: World) -> None:
    found = told(world, MERGE).of("value-sets")
    assert [one.id for one in found.samples] == ["below 1", "mapped 1", "named 1", "user 1"]
    reasons = {one.name: one for one in found.reasons}
    assert {name: one.code for name, one in reasons.items()} == {
        "below 1": "set-below", "mapped 1": "set-mapped", "named 1": "set-names",
    }  # fmt: skip
    assert reasons["named 1"].others == (HEAT,)
    assert found.samples[2].label.zh == "named 集"


def test_rules_say_whether_they_name_it(world: World) -> None:
    found = told(world, MERGE).of("rules")
    assert [(one.code, one.name, one.others) for one in found.reasons] == [
        ("rule-names", "rule-0", ()), ("rule-below", "rule-1", (TOP,)),
    ]  # fmt: skip
    assert [(one.id, one.label.zh) for one in found.samples] == [("rule-0", "规则 0"), ("rule-1", "规则 1")]


def test_sets_that_a_concept_would_come_into(world: World) -> None:
    assert [one.id for one in told(world, AddParent(HEAT, FEVER)).of("value-sets").samples] == ["below 1"]
    mapping = ConceptMapping(HEAT, "skos:exactMatch", "MESH:D900001")
    assert "mapped 1" in [one.id for one in told(world, AddMapping(mapping)).of("value-sets").samples]


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (NewConcept(Concept("medkg:new", "disease", (Label("new", "en"),))), {}),
        (AddLabel(HEAT, Label("warmth", "en", "exact")), {}),
        (AddLabel(FEVER, Label("warmth", "en", "exact")),
         {"documents": 3, "claims": 3, "assertions": 1, "recommendations": 1}),
        (Deprecate(CHILL, (FEVER,)), {"documents": 1, "mappings": 1, "value-sets": 1, "rules": 2}),
        (AddParent(CHILL, HEAT), {"documents": 1, "value-sets": 1, "rules": 2}),
        (Deprecate("DOID:404"), {}),
        (Deprecate("nobody:1"), {}),
    ],
)  # fmt: skip
def test_other_edits(world: World, edit: Edit, expected: dict[str, int]) -> None:
    assert counts(told(world, edit)) == expected


def test_what_hangs_on_two_concepts_counts_once(world: World) -> None:
    found = told(world, MERGE, Deprecate("DRUGBANK:DB90001", ())).of("claims")
    assert found.count == 3
    assert found.by == {FEVER: 3, "DRUGBANK:DB90001": 3}
    assert found.samples[0].concepts == (FEVER, "DRUGBANK:DB90001")


def test_queries_are_read_for_iris_and_texts() -> None:
    one = next(one for one in examples() if "obo:DOID_9352" in one.query)
    assert f"{vocab.OBO}DOID_9352" in named_in(one)
    query = (
        'PREFIX obo: <http://purl.obolibrary.org/obo/>\nSELECT * { ?a ?b "obo:DOID_1 asthma" FILTER(?a != <urn:x>) }'
    )
    made = Example("a", "", "", {}, (), query)
    assert (named_in(made), texts_in(made)) == ({"urn:x"}, {"obo:DOID_1 asthma"})


def test_a_deprecated_concept_of_an_example_is_told(world: World) -> None:
    found = told(world, Deprecate("DOID:9352", ("DOID:1",))).of("queries")
    assert found.count == sum(f"{vocab.OBO}DOID_9352" in named_in(one) for one in examples()) > 0
    assert {one.code for one in found.reasons} == {"query-names"}
    assert all(one.label.zh and one.label.en for one in found.samples)


class Beds:
    """A kind that comes later: it enters by registration alone."""

    kind = "beds"

    def touched(self, changed: Changed, world: World) -> Touched:
        return Touched({curie: frozenset({"bed 1"}) for curie in changed.by({"merged"})})

    def shown(self, ids: object, world: World) -> Iterator[Sample]:
        yield Sample("bed 1", text="a bed")


def test_a_kind_that_comes_later_joins(world: World) -> None:
    own: Dependent = Beds()
    assert impact(changed([MERGE]), [*dependents(), own], world).of("beds").count == 1


def test_every_kind_has_a_title_in_both_languages(world: World) -> None:
    for one in told(world, MERGE).kinds:
        assert len(set(one.title.values())) == len(LANGUAGES)
        assert not any(title.startswith("impact.") for title in one.title.values())
    tables = Catalogue("kg").tables
    assert {key for key in tables["en"] if key.startswith("impact.")} == {
        key for key in tables["zh"] if key.startswith("impact.")
    }
    assert [one.kind for one in dependents()] == list(DEPENDENTS.targets())
