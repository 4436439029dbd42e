"""What publishing materialises: closure, aggregates of claims, document counts, standing, flags, tallies, VoID.

Computed in Python from a few scans; the same as SPARQL would cost seconds for each of them
(measured: subtree counts 535 ms to 0.3 ms, concepts by year 71 to 1.4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

from kg import vocab
from kg.generation.citations import citations
from kg.generation.edges import edges
from kg.generation.listings import listings
from kg.generation.methods import METHODS
from kg.generation.standings import Rows, standings
from kg.generation.tallies import KINDS, tallies
from kg.mapping.base import term
from kg.model.ids import slug
from kg.model.terms import Statement, Term, integer, iri
from kg.query.named import named
from kg.store.base import Reader

_CLOSURE = term(vocab.MEDKG, "broaderTransitive")
_DOCUMENTS = term(vocab.MEDKG, "documentCount")
_SUBTREE = term(vocab.MEDKG, "subtreeDocumentCount")
_TRIPLES = term(vocab.VOID, "triples")
_CLASS_PARTITION = term(vocab.VOID, "classPartition")
_CLASS = term(vocab.VOID, "class")
_ENTITIES = term(vocab.VOID, "entities")
_PROPERTY_PARTITION = term(vocab.VOID, "propertyPartition")
_PROPERTY = term(vocab.VOID, "property")

_QUERIES = (
    "broader", "claims", "mentions", "standing", "same", "described", "rests", "versions", "cited", "cited-same",
    "predicates", "classes", *KINDS,
)  # fmt: skip


Derivation = Callable[[Reader, str], Iterable[Statement]]
"""What a room above adds: statements made from the asserted graph, for this base."""
FurtherDerivation = Callable[[Reader, str, Sequence[Statement]], Iterable[Statement]]
"""The same, made also from the standings and what the derivations before it gave; nothing rests on it, so it is never
held whole."""


def derived(
    reader: Reader, base: str, more: Sequence[Derivation] = (), then: Sequence[FurtherDerivation] = ()
) -> Iterator[Statement]:
    """All materialised statements of the asserted graph that ``reader`` answers from, those of ``more`` and ``then``
    included.

    The reader may hold what was derived before; nothing here depends on it.
    """
    # The engine releases the interpreter while it answers, so two threads use two cores.
    with ThreadPoolExecutor(2) as pool:
        answers = {name: pool.submit(reader.select, named(f"derive/{name}")) for name in _QUERIES}
        rows = {name: answer.result() for name, answer in answers.items()}
    emitted: set[str] = set()
    added = [row for derivation in more for row in derivation(reader, base)]
    counted = (tallies(name, rows[name], base) for name in KINDS)
    stood = list(standings(reader, rows, added))
    for row in chain(
        _facts(rows),
        stood,
        edges(reader, rows["claims"], stood),
        citations(reader, rows, added),
        listings(reader),
        *counted,
    ):
        emitted.add(row.split(" ", 2)[1])
        yield row
    yield from added
    known = (*stood, *added)
    for further in then:
        yield from further(reader, base, known)
    yield from _void(rows, base, emitted)


def _facts(rows: Rows) -> Iterator[Statement]:
    parents: dict[Term, set[Term]] = {}
    for row in rows["broader"]:
        parents.setdefault(row["concept"], set()).add(row["parent"])
    ancestors = closure(parents)
    for concept, above in ancestors.items():
        for ancestor in above:
            yield Statement(f"{concept} {_CLOSURE} {ancestor}")
    yield from _counts(((row["document"], row["concept"]) for row in rows["mentions"]), ancestors)


def closure(parents: dict[Term, set[Term]]) -> dict[Term, set[Term]]:
    """Every concept's ancestors, without itself; cycles in the source do not loop.

    >>> closure({"c": {"b"}, "b": {"a"}, "a": {"b"}})["c"] == {"a", "b"}
    True
    """
    found: dict[Term, set[Term]] = {}
    for start in parents:
        above: set[Term] = set()
        stack = list(parents[start])
        while stack:
            node = stack.pop()
            if node in above:
                continue
            above.add(node)
            # An ancestor that is done brings all of its own at once.
            if node in found:
                above |= found[node]
            else:
                stack.extend(parents.get(node, ()))
        above.discard(start)
        found[start] = above
    return found


def _counts(pairs: Iterable[tuple[Term, Term]], ancestors: dict[Term, set[Term]]) -> Iterator[Statement]:
    own: dict[Term, set[Term]] = {}
    for document, concept in pairs:
        own.setdefault(concept, set()).add(document)
    subtree: dict[Term, set[Term]] = {}
    for concept, documents in own.items():
        for node in (concept, *ancestors.get(concept, ())):
            subtree.setdefault(node, set()).update(documents)
    for concept, documents in own.items():
        yield Statement(f"{concept} {_DOCUMENTS} {integer(len(documents))}")
    for concept, documents in subtree.items():
        yield Statement(f"{concept} {_SUBTREE} {integer(len(documents))}")


def _void(rows: Rows, base: str, emitted: set[str]) -> Iterator[Statement]:
    """Counts of asserted statements: predicates that publishing itself writes are left out."""
    dataset = iri(f"{base}dataset")
    own = {*emitted, *METHODS}
    total = 0
    for row in rows["predicates"]:
        if row["predicate"] in own:
            continue
        total += int(row["count"].split('"')[1])
        node = iri(f"{base}dataset/property/{slug(row['predicate'][1:-1])}")
        yield Statement(f"{dataset} {_PROPERTY_PARTITION} {node}")
        yield Statement(f"{node} {_PROPERTY} {row['predicate']}")
        yield Statement(f"{node} {_TRIPLES} {row['count']}")
    for row in rows["classes"]:
        node = iri(f"{base}dataset/class/{slug(row['class'][1:-1])}")
        yield Statement(f"{dataset} {_CLASS_PARTITION} {node}")
        yield Statement(f"{node} {_CLASS} {row['class']}")
        yield Statement(f"{node} {_ENTITIES} {row['count']}")
    yield Statement(f"{dataset} {_TRIPLES} {integer(total)}")
