"""A small serving store for tests of indexes and search: invented documents and concepts."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from kg.index.base import Vectors
from kg.mapping.base import Context
from kg.mapping.concept import concept_statements
from kg.mapping.document import document_statements
from kg.mapping.evidence import mention_statements
from kg.model.concept import Concept, Label, Xref
from kg.model.document import Author, Document, Identifier, Passage, Text
from kg.model.evidence import Candidate, Mention
from kg.model.terms import Statement
from kg.store.base import STORES, Reader, Snapshot

CONCEPTS = (
    Concept("medkg:respiratory", "disease", (Label("respiratory disease", "en"), Label("呼吸系统疾病", "zh"))),
    Concept(
        "medkg:asthma",
        "disease",
        (
            Label("asthma", "en"),
            Label("哮喘", "zh"),
            Label("bronchial asthma", "en", "exact"),
            Label("气喘", "zh", "lay"),
        ),
        definitions=(Label("A disease with narrow airways.", "en"),),
        parents=("medkg:respiratory",),
        xrefs=(Xref("MESH:D900001"),),
    ),
    Concept(
        "medkg:stroke",
        "disease",
        (Label("stroke", "en"), Label("脑卒中", "zh"), Label("apoplexy", "en", "old"), Label("中风", "zh", "lay")),
        notations=("I64",),
    ),
    Concept(
        "medkg:t2d",
        "disease",
        (Label("type 2 diabetes mellitus", "en"), Label("2型糖尿病", "zh"), Label("T2DM", "en", "abbreviation")),
        illustrative=True,
    ),
    Concept(
        "medkg:metformin",
        "drug",
        (Label("metformin", "en"), Label("二甲双胍", "zh"), Label("Glucoform", "en", "brand")),
    ),
    Concept("medkg:oldasthma", "disease", (Label("asthma, former", "en"),), deprecated=True),
)


def document(
    number: int, title: str, *sentences: str, language: str = "en", year: int = 2000, illustrative: bool = False
) -> Document:
    return Document(
        id=f"PMID:{900000000 + number}",
        passages=(
            Passage("title", "title", language, title),
            Passage("abstract.1", "abstract", language, " ".join(sentences)),
        ),
        identifiers=(Identifier("doi", f"10.5555/x{number}"),),
        languages=(language,),
        titles=(Text(title, language),),
        authors=(Author(family="Beispiel", initials="A"),),
        year=year,
        illustrative=illustrative,
    )


DOCUMENTS = (
    document(
        1,
        "Inhaled steroids for wheezing children",
        "Many children wheeze.",
        "We treated asthma with inhaled steroids.",
        "Metformin was not given.",
        year=2001,
    ),
    document(
        2,
        "Metformin and the outcome of stroke",
        "Stroke is frequent in type 2 diabetes mellitus.",
        "Metformin lowered the rate of stroke.",
        year=2010,
    ),
    document(3, "Bronchial asthma in adults", "Bronchial asthma lasts for life.", "Airways are narrow.", year=2015),
    document(4, "二甲双胍与脑卒中", "二甲双胍降低脑卒中的风险。", "研究了糖尿病患者。", language="zh", year=2018),
    document(5, "A garden of herbs", "Nothing here concerns medicine.", "Herbs grow slowly.", illustrative=True),
)

_NAMES = {
    "asthma": "medkg:asthma", "bronchial asthma": "medkg:asthma", "哮喘": "medkg:asthma", "stroke": "medkg:stroke",
    "脑卒中": "medkg:stroke", "metformin": "medkg:metformin", "二甲双胍": "medkg:metformin",
    "type 2 diabetes mellitus": "medkg:t2d",
}  # fmt: skip


def mentions(source: Document) -> list[Mention]:
    found = []
    for passage in source.passages:
        taken: set[int] = set()
        for name in sorted(_NAMES, key=len, reverse=True):
            start = passage.text.lower().find(name)
            while start >= 0:
                span = range(start, start + len(name))
                if not taken.intersection(span):
                    taken.update(span)
                    surface = passage.text[start : span.stop]
                    candidates = (Candidate(_NAMES[name], 0.9),)
                    found.append(Mention(source.id, passage.key, start, span.stop, surface, "disease", candidates))
                start = passage.text.lower().find(name, start + 1)
    return found


def statements() -> list[Statement]:
    context = Context()
    rows = [row for concept in CONCEPTS for row in concept_statements(concept, context)]
    for source in DOCUMENTS:
        rows += document_statements(source, context)
        rows += [row for mention in mentions(source) for row in mention_statements(mention, context)]
    return rows


def small_reader(folder: Path, kind: str = "oxigraph", rows: list[Statement] | None = None) -> Reader:
    """A read-only checkpoint of the graph above (or of ``rows``) in a store of this kind."""
    store = STORES.load(kind).create(folder / "store")
    store.derive(statements() if rows is None else rows)
    snapshot: Snapshot = store.checkpoint(folder / "snapshot")
    store.close()
    return STORES.load(kind).open(snapshot)


class WordEncoder:
    """An exact, tiny Encoder: each word a direction, so that texts with the same words are near."""

    id = "words:1:float32"
    dimension = 64

    def encode(self, texts: Sequence[str]) -> Vectors:
        made: Vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().replace(".", " ").split():
                made[row, zlib.crc32(word.encode()) % self.dimension] += 1.0
        made /= np.maximum(np.linalg.norm(made, axis=1, keepdims=True), 1e-9)
        return made
