"""SKOS as Turtle, a subject a block; ``skos.v1`` reads the same statements again.

Turtle that is also N-Triples but for its prefixes and semicolons: https://www.w3.org/TR/turtle/.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg import vocab
from kg.dumps.release import DumpHead
from kg.mapping.base import TYPE, Context, term
from kg.mapping.concept import concept_statements
from kg.model.concept import Concept
from kg.model.terms import Term, iri, lexical, literal

_PREFIXES = {name: vocab.NAMESPACES[name] for name in ("dcterms", "mkg", "owl", "pav", "rdf", "skos")}
_IN_SCHEME = term(vocab.SKOS, "inScheme")


def lines(head: DumpHead, concepts: Iterable[Concept], context: Context) -> Iterator[str]:
    """The whole file."""
    scheme = iri(f"{context.ids.base}scheme/{head.scheme}")
    yield from (f"@prefix {name}: <{namespace}> .\n" for name, namespace in _PREFIXES.items())
    about = [
        (TYPE, term(vocab.SKOS, "ConceptScheme")),
        (term(vocab.DCTERMS, "title"), literal(head.scheme, "en")),
        (term(vocab.DCTERMS, "identifier"), literal(head.url)),
        (term(vocab.PAV, "version"), literal(head.version)),
        (term(vocab.DCTERMS, "issued"), literal(head.date)),
        *((term(vocab.DCTERMS, "license"), _licence(text)) for text in head.licences),
    ]
    yield from _block(scheme, about)
    for concept in concepts:
        rows = [row.split(" ", 2) for row in concept_statements(concept, context)]
        pairs = [(Term(name), Term(value)) for _, name, value in rows]
        yield from _block(Term(rows[0][0]), [*pairs, (_IN_SCHEME, scheme)])


def _block(subject: Term, pairs: list[tuple[Term, Term]]) -> Iterator[str]:
    yield f"\n{subject}\n"
    last = len(pairs) - 1
    for place, (name, value) in enumerate(pairs):
        yield f"    {_short(name)} {_short(value)} {'.' if place == last else ';'}\n"


def _short(found: Term) -> str:
    """A vocabulary term with its prefix; everything else in full."""
    if found.startswith("<"):
        name = lexical(found)
        for prefix, namespace in _PREFIXES.items():
            local = name.removeprefix(namespace)
            if local != name and local.isascii() and local.isalpha():
                return f"{prefix}:{local}"
    return found


def _licence(text: str) -> Term:
    return iri(text) if text.startswith(("http://", "https://")) else literal(text)
