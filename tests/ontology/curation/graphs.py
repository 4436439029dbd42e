"""A small graph of invented concepts for the gate: in memory, and in a store with its text index."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kg.generation.corpus import Corpus
from kg.index.text import TextIndex
from kg.index.textwriter import TextWriter
from kg.mapping.base import Context
from kg.mapping.concept import concept_statements
from kg.model.concept import Concept, Label, Xref
from kg.model.ids import Ids
from kg.store.base import Reader
from ontology.curation.graph import GraphConcepts
from tests.kg.graph import small_reader


def concept(number: int, en: str, zh: str = "", *, category: str = "disease", **more: object) -> Concept:
    """``DOID:<number>`` with names in both languages and a definition of its own."""
    labels = (Label(en, "en"), Label(zh or f"示例{en}", "zh"))
    more.setdefault("definitions", (Label(f"An invented state, number {number}.", "en"),))
    more["labels"] = (*labels, *more.pop("labels", ()))  # type: ignore[misc]
    return Concept(f"DOID:{number}", category, **more)  # type: ignore[arg-type]


TOP = concept(9000000, "sample disease", "示例疾病")
FEVER = concept(
    9000001, "sample fever", "示例热", parents=("DOID:9000000",), labels=(Label("made-up ague", "en", "exact"),),
    xrefs=(Xref("MESH:D900001"),), notations=("S1",),
)  # fmt: skip
CHILL = concept(9000002, "sample chill", "示例寒战", parents=("DOID:9000001",), notations=("S2",))
RASH = concept(9000003, "sample rash", "示例疹", parents=("DOID:9000000",), xrefs=(Xref("MESH:D900002"),))
OLD = concept(9000004, "former rash", "旧示例疹", deprecated=True, replaced_by=("DOID:9000003",))
GENE = Concept("NCBIGENE:90001", "gene", (Label("SAMPL1", "en"),))
ALL = (TOP, FEVER, CHILL, RASH, OLD, GENE)


def graph(folder: Path, concepts: Iterable[Concept]) -> tuple[Reader, TextIndex, GraphConcepts]:
    """A store and the text index of its concepts, opened."""
    rows = [row for one in concepts for row in concept_statements(one, Context())]
    reader = small_reader(folder, rows=rows)
    with TextWriter(folder / "text") as writer:
        for entry in Corpus(reader).concepts():
            writer.add(entry.text)
    texts = TextIndex(folder / "text")
    return reader, texts, GraphConcepts(reader, texts, Ids())
