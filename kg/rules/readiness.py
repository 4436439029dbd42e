"""What a rule lacks before it may speak to anybody: the gate of every approval (complaint C5).

A shadow needs cases that pass; what makes cards needs evidence that was checked, or a committee that says so; texts in
both languages; and a day at which it is looked at again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from kg.model.rule import Bilingual, Rule
from kg.model.standing import RuleRequest
from kg.rules.firing import Installed
from kg.rules.testing import CaseResult

_WANTED = ("fires", "silent")


class Unready(msgspec.Struct, frozen=True):
    """One thing that a rule lacks. ``place``: where in the rule; ``why``: a key of ``[reason]`` in ``kg/locale``."""

    rule: str
    place: str
    why: str
    value: str = ""


def unready(
    rules: Iterable[Installed], request: RuleRequest, results: Sequence[CaseResult], today: str
) -> list[Unready]:  # fmt: skip
    """Everything that keeps ``rules`` from standing as ``request`` asks; ``results`` are those of their cases.

    ``today`` is ISO 8601.
    """
    failed: dict[str, list[CaseResult]] = {}
    for one in results:
        if not one.passed:
            failed.setdefault(one.rule, []).append(one)
    found: list[Unready] = []
    for installed in rules:
        rule = installed.rule
        found += [
            Unready(rule.id, f"cases[{one.number}]", "unready-case", str(one.number)) for one in failed.get(rule.id, ())
        ]
        found += _cases(rule)
        found += _dates(rule, request, today)
        if request.mode != "shadow":
            found += _texts(rule)
            if request.basis == "evidence" and not any(one.quote and one.grade for one in rule.evidence):
                found.append(Unready(rule.id, "evidence", "unready-evidence"))
        if request.mode == "pilot" and not request.scopes:
            found.append(Unready(rule.id, "scopes", "unready-scopes"))
    return found


def _cases(rule: Rule) -> Iterator[Unready]:
    said = {case.expect for case in rule.cases}
    yield from (Unready(rule.id, "cases", "unready-cases", one) for one in _WANTED if one not in said)


def _dates(rule: Rule, request: RuleRequest, today: str) -> Iterator[Unready]:
    for place, day in (("review_due", rule.review_due), ("request.review_due", request.review_due)):
        if day and day < today:
            yield Unready(rule.id, place, "unready-review", day)
    if rule.effective_to and rule.effective_to < today:
        yield Unready(rule.id, "effective_to", "unready-expired", rule.effective_to)


def _texts(rule: Rule) -> Iterator[Unready]:
    texts: list[tuple[str, Bilingual]] = [("title", rule.title), ("message", rule.message)]
    texts += [(f"suggestions[{number}].label", one.label) for number, one in enumerate(rule.suggestions)]
    for place, text in texts:
        for language in ("zh", "en"):
            if not getattr(text, language).strip():
                yield Unready(rule.id, place, "unready-language", language)
