"""Mappings, and the editions of what states concepts, for the code table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from kg import vocab
from kg.mapping.base import term
from kg.model.ids import Ids
from kg.model.terms import Term, language, lexical
from kg.query.named import named
from kg.store.base import Reader
from kg.terminology.entry import Edition, MappingEntry
from kg.terminology.writer import CodeWriter

_RELATIONS: dict[str, Term] = {
    **{
        f"skos:{name}Match": term(vocab.SKOS, f"{name}Match")
        for name in ("exact", "close", "broad", "narrow", "related")
    },
    "owl:equivalentClass": term(vocab.OWL, "equivalentClass"),
    "owl:sameAs": term(vocab.OWL, "sameAs"),
}  # fmt: skip
_PROPERTY = "#PROPERTY"
_TITLE = term(vocab.DCTERMS, "title")
_LICENCE = term(vocab.DCTERMS, "license")
_VERSION = term(vocab.PAV, "version")
_NEGATED = "Not"
_DOCUMENTS = "/graph/source/"
"""In the IRI of a graph of documents: what is the same there are their ids, which are no codes."""


def add_sources(reader: Reader, writer: CodeWriter, curie: Callable[[Term], str]) -> None:
    """Tell ``writer`` of every mapping of every named graph, and which graphs state concepts.

    ``curie`` names the node of a concept. Nothing that publishing derives is read.
    """
    graphs: set[Term] = set()
    # The IRI of a code that is no concept here is compared with every prefix: some hundred thousand times, if let.
    curie = cache(curie)
    for row in reader.select(named("index/concept-graphs")):
        graphs.add(row["graph"])
        writer.stated(curie(row["concept"]), lexical(row["graph"]))
    for graph, mapping in _mappings(reader, writer, curie):
        graphs.add(graph)
        writer.add_mapping(mapping)
    for graph in sorted(graphs):
        writer.edition(_edition(reader, graph))


def _mappings(reader: Reader, writer: CodeWriter, curie: Callable[[Term], str]) -> Iterator[tuple[Term, MappingEntry]]:
    for predicate, relation in _RELATIONS.items():
        for row in reader.select(named("index/links").replace(_PROPERTY, relation)):
            graph = row["graph"]
            if _DOCUMENTS in graph:
                continue
            yield (
                graph,
                MappingEntry(curie(row["subject"]), predicate, curie(row["object"]), writer.map(lexical(graph))),
            )
    predicates = {relation: predicate for predicate, relation in _RELATIONS.items()}
    ids = Ids()
    for row in reader.select(named("index/mapping-nodes")):
        graph, relation = row["graph"], row["relation"]
        confidence = row.get("confidence")
        yield (
            graph,
            MappingEntry(
                subject=curie(row["subject"]),
                predicate=predicates.get(relation) or _named(lexical(relation), ids),
                object=curie(row["object"]),
                map=writer.map(lexical(graph)),
                justification=lexical(row["justification"]) if "justification" in row else "",
                confidence=None if confidence is None else float(lexical(confidence)),
                author=lexical(row["author"]) if "author" in row else "",
                negative="modifier" in row and lexical(row["modifier"]) == _NEGATED,
            ),
        )


def _named(relation: str, ids: Ids) -> str:
    for prefix, namespace in vocab.NAMESPACES.items():
        if relation.startswith(namespace):
            return f"{prefix}:{relation.removeprefix(namespace)}"
    return ids.curie(relation)


def _edition(reader: Reader, graph: Term) -> Edition:
    said = sorted(reader.about(graph))
    versions = [lexical(value) for name, value in said if name == _VERSION]
    licences = [lexical(value) for name, value in said if name == _LICENCE]
    titles = {language(value): lexical(value) for name, value in reversed(said) if name == _TITLE}
    return Edition(lexical(graph), next(iter(versions), ""), next(iter(licences), ""), titles)
