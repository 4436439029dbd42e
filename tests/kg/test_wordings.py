"""Two sources word the same passage differently: every offset still fits the text that it points into."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.generation.indexes import Indexes, open_indexes
from kg.generation.pointer import Shelf
from kg.mapping.evidence import passage_iri, passage_key
from kg.model.document import Passage
from kg.model.ids import Ids
from kg.model.terms import lexical
from kg.query.documents import Documents
from kg.query.naming import Naming
from kg.query.records import DocumentRecord
from kg.search.base import Query
from kg.search.reference import ExactReader
from kg.search.searcher import Searcher
from kg.store.base import STORES, Reader, Snapshot
from tests.corpus import TERMS
from tests.kg.graph import WordEncoder
from tests.kg.test_generation import build

NAMES = ("sample fever", "example nephropathy")
FILLERS = (
    "Once",
    "the β-blocker",
    "𝒙 = 0.5",
    'a "quoted" word',
    "C:\\x",
    "e\u0301tude",
    "🧪",
    "was followed by",
    "naïve",
)
DOCUMENTS = 24
TITLE = "An illustrative title about sample fever"
ENCODER = WordEncoder()
INPUT = """
[[input]]
name = "{name}"
format = "{format}"
kind = "{kind}"
paths = ["{name}.txt"]
version = "1"
licence = "CC0-1.0"
title = {{ zh = "示例", en = "Illustrative" }}
illustrative = true
"""


def differs(number: int) -> bool:
    """Two of three documents are worded differently by the two corpora."""
    return number % 3 != 0


def wording(rng: random.Random) -> str:
    """A few sentences that name both conditions at places that no other wording shares by design."""
    sentences = []
    for name in rng.sample(NAMES, 2):
        before, after = (" ".join(rng.choices(FILLERS, k=rng.randrange(1, 6))) for _ in range(2))
        sentences.append(f"{before} {name} {after}.")
    return " ".join(sentences)


def block(number: int, abstract: str) -> str:
    """One document of a gold corpus with every name in it annotated."""
    whole = f"{TITLE} {abstract}"
    rows = [f"{number}|t|{TITLE}", f"{number}|a|{abstract}"]
    for name in NAMES:
        start = whole.find(name)
        while start >= 0:
            rows.append(f"{number}\t{start}\t{start + len(name)}\t{name}\tDisease\tD9000001")
            start = whole.find(name, start + 1)
    return "\n".join(rows) + "\n\n"


class Built(msgspec.Struct, frozen=True):
    reader: Reader
    indexes: Indexes
    abstracts: dict[str, tuple[str, ...]]
    """By CURIE: the wordings of the abstract, each once."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """A generation of two corpora about the same documents."""
    folder, data = tmp_path_factory.mktemp("in"), tmp_path_factory.mktemp("data")
    rng = random.Random(27084744)
    corpora: dict[str, list[str]] = {"one": [], "two": []}
    abstracts: dict[str, tuple[str, ...]] = {}
    for number in range(900000001, 900000001 + DOCUMENTS):
        first = wording(rng)
        second = wording(rng) if differs(number) else first
        corpora["one"].append(block(number, first))
        corpora["two"].append(block(number, second))
        abstracts[f"PMID:{number}"] = tuple(dict.fromkeys((first, second)))
    (folder / "terms.txt").write_text(TERMS, "utf-8")
    for name, blocks in corpora.items():
        (folder / f"{name}.txt").write_text("".join(blocks), "utf-8", newline="\n")
    config = folder / "build.toml"
    inputs = [("terms", "obo.v1", "terminology"), ("one", "pubtator.v1", "source"), ("two", "pubtator.v1", "source")]
    config.write_text("".join(INPUT.format(name=n, format=f, kind=k) for n, f, k in inputs), "utf-8")
    manifest = build(data, config, encoder=ENCODER)
    assert manifest is not None
    generation = Shelf(data).path(manifest.id)
    reader = STORES.load("oxigraph").open(Snapshot(store="oxigraph", path=generation / "store"))
    yield Built(reader, open_indexes(generation, ENCODER), abstracts)
    reader.close()


@pytest.fixture(scope="module")
def records(built: Built) -> dict[str, DocumentRecord]:
    documents = Documents(built.reader, Naming(Ids(), built.indexes.text))
    return {curie: documents.record(curie) for curie in built.abstracts}


def test_each_wording_is_one_passage_and_the_same_wording_is_one(
    built: Built, records: dict[str, DocumentRecord]
) -> None:
    assert Counter(map(len, built.abstracts.values())) == {2: DOCUMENTS * 2 // 3, 1: DOCUMENTS // 3}
    for curie, wordings in built.abstracts.items():
        passages = records[curie].passages
        assert [passage.name for passage in passages] == ["title", *["abstract.1"] * len(wordings)]
        assert {passage.text for passage in passages} == {TITLE, *wordings}
        assert len({passage.key for passage in passages}) == len(passages)
        for passage in passages:
            assert passage.key == Passage(passage.name, "abstract", passage.language, passage.text).key


def test_every_mention_of_a_document_fits_its_passage(records: dict[str, DocumentRecord]) -> None:
    for record in records.values():
        for passage in record.passages:
            found = {mention.surface for mention in passage.mentions}
            assert found >= ({"sample fever"} if passage.kind == "title" else set(NAMES))
            for mention in passage.mentions:
                assert passage.text[mention.start : mention.end] == mention.surface


def test_every_mention_of_every_graph_fits_its_one_text(built: Built) -> None:
    """The gold corpora too, which stand in graphs of their own."""
    prefixes = "PREFIX oa: <http://www.w3.org/ns/oa#> PREFIX mkg: <https://w3id.org/medkg/vocab#>"
    rows = built.reader.select(
        f"{prefixes} SELECT DISTINCT ?graph ?mention ?text ?start ?end ?surface WHERE {{"
        " GRAPH ?graph { ?mention oa:hasTarget ?passage ; mkg:start ?start ; mkg:end ?end ; oa:exact ?surface }"
        " GRAPH ?source { ?passage <http://www.w3.org/1999/02/22-rdf-syntax-ns#value> ?text } }"
    )
    mentions = built.reader.select(
        f"{prefixes} SELECT DISTINCT ?graph ?mention WHERE {{ GRAPH ?graph {{ ?mention oa:hasTarget ?passage }} }}"
    )
    assert len(rows) == len(mentions), "each mention has one text, none has no text"
    kinds = Counter(lexical(row["graph"]).removeprefix(Ids().base).split("/")[1] for row in rows)
    assert kinds.keys() == {"gold", "annotation"}
    assert kinds["gold"] == kinds["annotation"] == 2 * 3 * DOCUMENTS
    for row in rows:
        text = lexical(row["text"])
        assert text[int(lexical(row["start"])) : int(lexical(row["end"]))] == lexical(row["surface"])


def test_excerpts_are_exact_in_the_wording_that_the_query_quotes(
    built: Built, records: dict[str, DocumentRecord]
) -> None:
    searcher = Searcher(
        built.indexes.text,
        built.reader,
        ExactReader([("sample fever", "DOID:9000002")]),
        built.indexes.passages,
        ENCODER,
    )
    quoted = Counter[int]()
    for curie, wordings in built.abstracts.items():
        texts = {passage.key: passage.text for passage in records[curie].passages}
        for number, text in enumerate(wordings):
            hits = {hit.id: hit for hit in searcher.search(Query(text, limit=100)).items}
            excerpt = hits[curie].excerpt
            assert excerpt is not None
            assert texts[excerpt.passage][excerpt.start : excerpt.end] == excerpt.text
            # The nephropathy of the test is a kind of fever: what is narrower is marked, too.
            assert {texts[excerpt.passage][start:end] for start, end in excerpt.marks} <= set(NAMES)
            quoted[number] += texts[excerpt.passage] == text
    assert min(quoted[0], quoted[1]) > DOCUMENTS // 3, "both wordings are indexed and found"


@given(st.text(max_size=30), st.text(max_size=30), st.sampled_from(["en", "zh"]), st.sampled_from(["en", "zh"]))
def test_a_key_stands_for_language_and_text(one: str, two: str, first: str, second: str) -> None:
    keys = [Passage("title", "title", language, text).key for language, text in ((first, one), (second, two))]
    assert (keys[0] == keys[1]) == ((first, one) == (second, two))


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_the_key_of_a_passage_stands_in_its_iri(name: str) -> None:
    key = Passage(name, "section", "en", "").key
    assert passage_key(passage_iri("https://example.org/passage/", "PMID:1", key)) == key
