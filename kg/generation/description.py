"""A generation as a dataset that describes itself: VoID (https://www.w3.org/TR/void/) and DCAT
(https://www.w3.org/TR/vocab-dcat-2/), made from what its graph says of its sources and from its manifest."""

from __future__ import annotations

from collections.abc import Iterator

from kg import vocab
from kg.generation.manifest import GenerationManifest
from kg.mapping.base import TYPE, term
from kg.messages import Catalogue
from kg.model.terms import Statement, Term, integer, iri, literal
from kg.store.base import Reader

_TITLE = term(vocab.DCTERMS, "title")
_LICENCE = term(vocab.DCTERMS, "license")
_IDENTIFIER = term(vocab.DCTERMS, "identifier")
_ISSUED = term(vocab.DCTERMS, "issued")
_VERSION = term(vocab.PAV, "version")
_TRIPLES = term(vocab.VOID, "triples")
_SUBSET = term(vocab.VOID, "subset")
_SPACE = term(vocab.VOID, "uriSpace")
_VOCABULARY = term(vocab.VOID, "vocabulary")
_PARTITIONS = (term(vocab.VOID, "propertyPartition"), term(vocab.VOID, "classPartition"))
_TERMS = (term(vocab.VOID, "property"), term(vocab.VOID, "class"))
_DATASETS = (term(vocab.VOID, "Dataset"), term(vocab.DCAT, "Dataset"))
_DATE_TIME = term(vocab.NAMESPACES["xsd"], "dateTime")
_STATE = 12
"""Characters of a graph's digest that stand for the version of one that has none of its own."""
_TEXTS = Catalogue("kg")


def dataset_iri(base: str) -> Term:
    """The IRI of the whole dataset, whatever its generation."""
    return iri(f"{base}dataset")


def described(reader: Reader, manifest: GenerationManifest) -> list[Statement]:
    """What a generation says of itself, the dataset first.

    Titles, date, licences, counts, partitions, vocabularies; each named graph with its title, licence,
    version, files and count.
    """
    dataset = dataset_iri(manifest.base)
    rows = [*_whole(dataset, manifest), *_counted(reader, dataset), *_parts(reader, dataset, manifest)]
    return sorted(rows, key=lambda row: (not row.startswith(f"{dataset} "), row))


def _whole(dataset: Term, manifest: GenerationManifest) -> Iterator[Statement]:
    yield from (Statement(f"{dataset} {TYPE} {kind}") for kind in _DATASETS)
    for language in ("en", "zh"):
        yield Statement(f"{dataset} {_TITLE} {literal(_TEXTS.text('dataset.title', language), language)}")
    yield Statement(f"{dataset} {_IDENTIFIER} {literal(manifest.id)}")
    yield Statement(f"{dataset} {_VERSION} {literal(manifest.id)}")
    yield Statement(f"{dataset} {_ISSUED} {literal(manifest.published)}^^{_DATE_TIME}")
    yield Statement(f"{dataset} {_SPACE} {literal(manifest.base)}")


def _parts(reader: Reader, dataset: Term, manifest: GenerationManifest) -> Iterator[Statement]:
    licences: set[Term] = set()
    for name in sorted(filter(None, manifest.counts)):
        graph = iri(name)
        yield Statement(f"{dataset} {_SUBSET} {graph}")
        yield Statement(f"{graph} {_TRIPLES} {integer(manifest.counts[name])}")
        said = reader.about(graph)
        yield from (Statement(f"{graph} {predicate} {value}") for predicate, value in said)
        if not any(predicate == _VERSION for predicate, _ in said):
            yield Statement(f"{graph} {_VERSION} {literal(manifest.states.get(name, manifest.id)[:_STATE])}")
        licences |= {value for predicate, value in said if predicate == _LICENCE}
    yield from (Statement(f"{dataset} {_LICENCE} {licence}") for licence in sorted(licences))


def _counted(reader: Reader, dataset: Term) -> Iterator[Statement]:
    """What publishing materialised about the dataset (``kg.generation.derivation``), and the vocabularies in it."""
    used: set[Term] = set()
    for predicate, value in sorted(reader.about(dataset)):
        yield Statement(f"{dataset} {predicate} {value}")
        if predicate in _PARTITIONS:
            rows = sorted(reader.about(value))
            yield from (Statement(f"{value} {inner} {found}") for inner, found in rows)
            used |= {found for inner, found in rows if inner in _TERMS}
    for namespace in vocab.NAMESPACES.values():
        if any(node[1:].startswith(namespace) for node in used):
            yield Statement(f"{dataset} {_VOCABULARY} {iri(namespace)}")
