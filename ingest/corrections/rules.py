"""What corrections teach the lexicon: rules of names, each with the corrections that it rests on.

Only what was reviewed and is undisputed counts, and documents are counted, not rows: a name that one document has
ten times was seen wrong once.

- ``stop``: a name that stands for nothing of its category in at least ``STOP_DOCUMENTS`` documents and in at least
  ``SHARE`` of those in which it was judged is not looked for any more, in that family of categories.
- ``meaning``: a name that means another concept in as many means that one, and no more what the program had.
- ``name``: a name that was missing in at least ``NAME_DOCUMENTS`` documents, and means one concept in at least
  ``SHARE`` of them, is looked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec

from ingest.text.annotate import guess_language
from kg.model.correction import Correction
from ontology.admission import Admission
from ontology.lessons import Lessons, Taught, family
from ontology.normalize import normalize

STOP_DOCUMENTS = 3
NAME_DOCUMENTS = 2
SHARE = 0.8
SOURCE = "correction"
"""Source of a sense that corrections taught: it stands in the reason of every candidate that came of it."""

Kind = Literal["stop", "meaning", "name"]


class Rule(msgspec.Struct, frozen=True, order=True):
    """One rule: ``name`` is normalised, ``exact`` its form where capitals count. ``found`` are concepts that the name
    does not mean any more, ``rows`` the identities of the corrections that it rests on."""

    kind: Kind
    name: str
    category: str
    concept: str = ""
    exact: str = ""
    language: str = "en"
    found: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def rules(applied: Iterable[Correction]) -> list[Rule]:
    """The rules that corrections give, sorted. ``applied`` are those that nobody contradicts."""
    judged: dict[str, list[Correction]] = defaultdict(list)
    for one in applied:
        name = normalize(one.surface).text.strip()
        if one.reviewer and not one.about_relation and name:
            judged[name].append(one)
    return sorted(rule for name, rows in judged.items() for rule in _of(name, rows))


def lessons(found: Sequence[Rule]) -> Lessons:
    """The rules as a lexicon takes them."""
    return Lessons(
        names=tuple(
            Taught(one.name, one.category, (one.concept,), (one.exact,) if one.exact else (), SOURCE, one.language)
            for one in found
            if one.concept
        ),
        stops=tuple((one.name, family(one.category)) for one in found if one.kind == "stop"),
        dropped=tuple((one.name, concept) for one in found for concept in one.found),
    )


def _of(name: str, rows: Sequence[Correction]) -> Iterator[Rule]:
    """The rules of one name. A place that is right counts against a rule of any family where it tells no category."""
    for kind in sorted({family(one.category) for one in rows if one.category}):
        of_kind = [one for one in rows if not one.category or family(one.category) == kind]
        nothing = [one for one in of_kind if one.verdict == "wrong-entity" and not one.concept]
        if _holds(nothing, of_kind, STOP_DOCUMENTS):
            yield _rule("stop", name, nothing)
        for agreeing in _by_concept(of_kind, "missing"):
            if _holds(agreeing, of_kind, NAME_DOCUMENTS):
                yield _rule("name", name, agreeing)
    # What the program had is of another family, as often as not: so all that was said of the name counts.
    for agreeing in _by_concept(rows, "wrong-entity"):
        if _holds(agreeing, rows, STOP_DOCUMENTS):
            yield _rule("meaning", name, agreeing)


def _by_concept(rows: Sequence[Correction], verdict: str) -> Iterator[list[Correction]]:
    told = [one for one in rows if one.verdict == verdict and one.concept]
    for concept in sorted({one.concept for one in told}):
        yield [one for one in told if one.concept == concept]


def _holds(agreeing: Sequence[Correction], rows: Sequence[Correction], least: int) -> bool:
    for_, all_ = {one.document for one in agreeing}, {one.document for one in rows}
    return len(for_) >= least and len(for_) >= SHARE * len(all_)


def _rule(kind: Kind, name: str, rows: Sequence[Correction]) -> Rule:
    first = min(rows, key=lambda one: one.identity)
    exact = {Admission().exact(one.surface, first.category) for one in rows}
    return Rule(
        kind,
        name,
        first.category,
        first.concept,
        # Capitals count where they stood in every document alike.
        exact.pop() if len(exact) == 1 else "",
        guess_language(first.surface),
        tuple(sorted({one.found for one in rows if one.found})) if kind == "meaning" else (),
        tuple(sorted(one.identity for one in rows)),
    )
