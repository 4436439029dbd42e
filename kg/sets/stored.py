"""Definitions of concept sets as a graph states them: the way back from ``kg.mapping.conceptset``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import cast

from kg import vocab
from kg.mapping.base import term
from kg.model.concept import Label
from kg.model.conceptset import ConceptSet, Relation, SetPart, SetStatus
from kg.model.ids import Ids
from kg.model.terms import Term, language, lexical
from kg.query.named import named
from kg.store.base import Reader, Row

_Values = dict[Term, list[Term]]
_IDENTIFIER = term(vocab.DCTERMS, "identifier")
_VERSION = term(vocab.PAV, "version")
_TITLE = term(vocab.DCTERMS, "title")
_DESCRIPTION = term(vocab.DCTERMS, "description")
_SOURCE = term(vocab.DCTERMS, "source")
_STATUS = term(vocab.MEDKG, "setStatus")
_ILLUSTRATIVE = term(vocab.MEDKG, "illustrative")
_INCLUDES = term(vocab.MEDKG, "includesPart")
_EXCLUDES = term(vocab.MEDKG, "excludesPart")
_PLACE = term(vocab.MEDKG, "partPlace")
_CONCEPT = term(vocab.MEDKG, "partConcept")
_SET = term(vocab.MEDKG, "partSet")
_PINNED = term(vocab.MEDKG, "partSetVersion")
_DESCENDANTS = term(vocab.MEDKG, "withDescendants")
_MAPPED = term(vocab.MEDKG, "withMapped")


def stored(reader: Reader, ids: Ids) -> list[ConceptSet]:
    """Every version of every set of the default graph, in no particular order."""
    parts = _gathered(reader.select(named("sets/parts")), "part")
    sets = _gathered(reader.select(named("sets/definitions")), "set")
    return [_set(values, parts, ids) for values in sets.values()]


def _gathered(rows: Iterable[Row], key: str) -> dict[Term, _Values]:
    found: dict[Term, _Values] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        found[row[key]][row["property"]].append(row["value"])
    return found


def _set(values: _Values, parts: dict[Term, _Values], ids: Ids) -> ConceptSet:
    def lines(name: Term) -> tuple[SetPart, ...]:
        own = [parts[line] for line in values.get(name, ()) if line in parts]
        return tuple(_part(line, ids) for line in sorted(own, key=lambda line: int(_one(line, _PLACE))))

    return ConceptSet(
        id=_one(values, _IDENTIFIER),
        version=_one(values, _VERSION),
        titles=_labels(values, _TITLE),
        include=lines(_INCLUDES),
        exclude=lines(_EXCLUDES),
        status=cast(SetStatus, _one(values, _STATUS)),
        source=_one(values, _SOURCE),
        descriptions=_labels(values, _DESCRIPTION),
        illustrative=_one(values, _ILLUSTRATIVE) == "true",
    )


def _part(values: _Values, ids: Ids) -> SetPart:
    return SetPart(
        concept=ids.curie(_one(values, _CONCEPT)) if _CONCEPT in values else "",
        set=_one(values, _SET),
        version=_one(values, _PINNED),
        descendants=_one(values, _DESCENDANTS) == "true",
        mapped=tuple(cast(Relation, lexical(value)) for value in sorted(values.get(_MAPPED, ()))),
    )


def _one(values: _Values, name: Term) -> str:
    return min((lexical(value) for value in values.get(name, ())), default="")


def _labels(values: _Values, name: Term) -> tuple[Label, ...]:
    found = sorted(values.get(name, ()), key=language, reverse=True)  # zh before en, as definitions have them
    return tuple(Label(lexical(value), language(value)) for value in found)
