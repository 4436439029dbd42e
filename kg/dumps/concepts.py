"""Concepts as records again, the way back from ``kg.mapping.concept``: of one code system, curation included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from kg import vocab
from kg.mapping.base import term
from kg.mapping.concept import STATED
from kg.model.concept import Concept, Label, Xref
from kg.model.ids import Ids
from kg.model.terms import Term, iri, language, lexical
from kg.query.concepts import Properties, described, flag, texts
from kg.query.named import named
from kg.store.base import Reader

Match = Literal["exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch"]
MATCHES: tuple[Match, ...] = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
_IDENTIFIER = term(vocab.DCTERMS, "identifier")
_CATEGORY = term(vocab.MEDKG, "category")
_DEFINITION = term(vocab.SKOS, "definition")
_NOTATION = term(vocab.SKOS, "notation")
_BROADER = term(vocab.SKOS, "broader")
_UNVERIFIED = term(vocab.MEDKG, "unverifiedId")
_DEPRECATED = term(vocab.OWL, "deprecated")
_REPLACED = term(vocab.DCTERMS, "isReplacedBy")
_ILLUSTRATIVE = term(vocab.MEDKG, "illustrative")
_CATEGORIES = {iri(value): slug for slug, value in reversed(vocab.CATEGORIES.items())}


def schemes(reader: Reader, ids: Ids) -> dict[str, int]:
    """CURIE prefix -> how many concepts have it; IRIs without a prefix stand under ``""``."""
    found: dict[str, int] = {}
    for row in reader.select(named("dumps/concepts")):
        prefix = (ids.contract(lexical(row["concept"])) or "").partition(":")[0]
        found[prefix] = found.get(prefix, 0) + 1
    return dict(sorted(found.items()))


def concepts(reader: Reader, ids: Ids, prefix: str) -> Iterator[Concept]:
    """The concepts of one code system, sorted by IRI; each is read when its turn comes."""
    start = f"<{ids.expand(f'{prefix}:x')[:-1]}"
    own = (row["concept"] for row in reader.select(named("dumps/concepts")) if row["concept"].startswith(start))
    for node in sorted(own):
        if (ids.contract(lexical(node)) or "").startswith(f"{prefix}:"):
            yield concept(node, described(reader, node), ids)


def concept(node: Term, found: Properties, ids: Ids) -> Concept:
    """One concept as the default graph describes it. Categories that share a Biolink class cannot be told apart."""
    curie = ids.curie(lexical(node))
    return Concept(
        id=curie,
        category=next((_CATEGORIES[value] for value in found.get(_CATEGORY, ()) if value in _CATEGORIES), "other"),
        labels=_labels(found),
        definitions=tuple(Label(lexical(value), language(value)) for value in found.get(_DEFINITION, ())),
        parents=_curies(found.get(_BROADER, ()), ids),
        xrefs=(
            *(
                Xref(other, relation=relation)
                for relation in MATCHES
                for other in _curies(found.get(term(vocab.SKOS, relation), ()), ids)
            ),
            *(Xref(code, verified=False) for code in texts(found, _UNVERIFIED)),
        ),
        notations=texts(found, _NOTATION),
        deprecated=flag(found, _DEPRECATED),
        replaced_by=_curies(found.get(_REPLACED, ()), ids),
        illustrative=flag(found, _ILLUSTRATIVE),
    )


def _labels(found: Properties) -> tuple[Label, ...]:
    kinds: dict[Term, Label] = {}
    for name, kind in STATED:
        for value in found.get(name, ()):
            kinds.setdefault(value, Label(lexical(value), language(value), kind))
    return tuple(kinds.values())


def _curies(values: Sequence[Term], ids: Ids) -> tuple[str, ...]:
    return tuple(ids.curie(lexical(value)) for value in values)
