"""The hints of one query weighed: which act, and what comes of them.

What acts is sure, not switched off, and not said otherwise by the caller's own filters. Unknown is not false: a
document without a year, or of which no source tells the kind of study, is never left out by a hint.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

import msgspec
from msgspec.structs import replace

from kg.index.base import Filters
from kg.search.base import ConceptMatch
from kg.search.hints.base import Comparison, Hint, Role, Why, narrow
from kg.search.hints.dates import Dated, dates
from kg.search.hints.designs import Named, designs, types
from kg.search.hints.exclusions import Compared, Scope, comparisons, exclusions
from kg.search.narrowing import narrowed

Span = tuple[int, int]
_UNSURE: Why = "unsure"
_CONTENT = re.compile(r"[^\W_]+")
_JOINING = re.compile(r"\b(?:and|or|the|an?|any)\b|以及|或者|[和与及或]")


class Hinted(msgspec.Struct, frozen=True):
    """``filters`` are those of the caller with what the hints add, but for ``excluded`` concepts, which are to be left
    out by what they mean; ``removed`` are stretches that are no longer looked for; ``roles`` of stretches."""

    hints: tuple[Hint, ...]
    comparisons: tuple[Comparison, ...]
    filters: Filters
    excluded: tuple[ConceptMatch, ...]
    removed: tuple[Span, ...]
    roles: dict[Span, Role]


class Hinting:
    """``today``: the year of the generation, None where it is not known; ``fields``: whether its index has any."""

    def __init__(self, today: int | None, *, fields: bool) -> None:
        self._today = today
        self._fields = fields

    def read(self, query: str, matches: Sequence[ConceptMatch], filters: Filters, on: Collection[str]) -> Hinted:
        """``on``: the kinds of hints that may act."""
        text = narrow(query)
        scopes = list(exclusions(query, text))
        named = [_negated(one, scopes) for one in designs(text)]
        about_designs = {scope for scope in scopes if any(_within(one, scope) for one, _ in named)}
        told = [self._dated(one, query, filters, on) for one in dates(text, self._today)]
        told += [self._design(one, query, filters, on, negated=negated) for one, negated in named]
        told += [self._excluded(scope, query, matches, on) for scope in scopes if scope not in about_designs and (
            scope.sure or _inside(matches, scope)
        )]  # fmt: skip
        hints = _leaving_something(query, sorted(told, key=lambda one: (one.start, one.end)))
        acting = [hint for hint in hints if hint.applied]
        excluded = {hint.start: hint for hint in acting if hint.kind == "exclusion"}
        return Hinted(
            hints=tuple(hints),
            comparisons=tuple(one for found in comparisons(text) if (one := _compared(found, query, matches))),
            filters=narrowed(filters, acting),
            excluded=tuple(match for scope in scopes if scope.start in excluded for match in _inside(matches, scope)),
            removed=tuple((hint.start, hint.end) for hint in acting if hint.kind != "design" or "not " in hint.value),
            roles=_roles(scopes, matches, set(excluded)),
        )

    def _dated(self, one: Dated, query: str, filters: Filters, on: Collection[str]) -> Hint:
        given = filters.year_from is not None or filters.year_to is not None
        unknown = one.first is None and one.last is None
        value = "" if unknown else f"{one.first or ''}-{one.last or ''}"
        why: Why = "no-date" if unknown else "unsure" if not one.sure else "given" if given else ""
        return _hint("date", query, one.start, one.end, why, on, value)

    def _design(self, one: Named, query: str, filters: Filters, on: Collection[str], *, negated: Scope | None) -> Hint:
        why: Why = "unsure" if not one.sure and not negated else ""
        if not types([one.design], alone=negated is not None):
            why = "no-types"
        elif not why and not self._fields:
            why = "no-fields"
        start = negated.start if negated else one.start
        end = max(negated.end, one.end) if negated else one.end
        return _hint("design", query, start, end, why, on, f"not {one.design}" if negated else one.design)

    def _excluded(self, scope: Scope, query: str, matches: Sequence[ConceptMatch], on: Collection[str]) -> Hint:
        inside = _inside(matches, scope)
        why: Why = "unsure" if not scope.sure else "no-concept" if not inside else ""
        if not why and not _covered(query, scope, inside):
            why = "unsure"
        elif not why and not self._fields:
            why = "no-fields"
        concepts = tuple(dict.fromkeys(match.concept for match in inside))
        value = query[scope.first : scope.last]
        return replace(_hint("exclusion", query, scope.start, scope.end, why, on, value), concepts=concepts)


def _hint(kind: str, query: str, start: int, end: int, why: Why, on: Collection[str], value: str) -> Hint:
    why = why or ("" if kind in on else "off")
    return Hint(kind, start, end, query[start:end], value, applied=not why, why=why)  # type: ignore[arg-type]


def _within(one: Named, scope: Scope) -> bool:
    return scope.first <= one.start < scope.last


def _negated(one: Named, scopes: Sequence[Scope]) -> tuple[Named, Scope | None]:
    """With the scope that leaves a design out: any that surely does, or that begins with it (*not reviews*)."""
    for scope in scopes:
        if _within(one, scope) and (scope.sure or scope.first == one.start):
            return one, scope
    return one, None


def _inside(matches: Sequence[ConceptMatch], scope: Scope) -> list[ConceptMatch]:
    return [match for match in matches if scope.first <= match.start and match.end <= scope.last]


def _covered(query: str, scope: Scope, inside: Sequence[ConceptMatch]) -> bool:
    """Whether a scope says nothing but its concepts: *excluding severe asthma in pregnancy* leaves no asthma out."""
    letters = list(query[scope.first : scope.last])
    for match in inside:
        letters[match.start - scope.first : match.end - scope.first] = " " * (match.end - match.start)
    return _CONTENT.search(_JOINING.sub(" ", "".join(letters).lower())) is None


def _leaving_something(query: str, hints: list[Hint]) -> list[Hint]:
    """No hint acts where nothing but hints would be left of a query: they are what it is about."""
    rest = list(query)
    for hint in hints:
        if hint.applied and (hint.kind != "design" or hint.value.startswith("not ")):
            rest[hint.start : hint.end] = " " * (hint.end - hint.start)
    if _CONTENT.search("".join(rest)):
        return hints
    return [replace(hint, applied=False, why=_UNSURE) if hint.applied else hint for hint in hints]


def _roles(scopes: Sequence[Scope], matches: Sequence[ConceptMatch], excluded: Collection[int]) -> dict[Span, Role]:
    roles: dict[Span, Role] = {}
    for scope in scopes:
        for match in _inside(matches, scope):
            roles[match.start, match.end] = "excluded" if scope.start in excluded else "negated"
    return roles


def _compared(one: Compared, query: str, matches: Sequence[ConceptMatch]) -> Comparison | None:
    """The concepts nearest to either side; None where one side names none."""
    left = max((match.end for match in matches if match.end <= one.left), default=None)
    right = min((match.start for match in matches if match.start >= one.right), default=None)
    if left is None or right is None:
        return None
    return Comparison(
        one.start,
        one.end,
        query[one.start : one.end],
        tuple(dict.fromkeys(match.concept for match in matches if match.end == left)),
        tuple(dict.fromkeys(match.concept for match in matches if match.start == right)),
    )
