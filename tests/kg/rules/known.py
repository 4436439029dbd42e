"""The exact implementations of what the engine asks of others, over small tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from kg.model.case import Case, Code
from kg.model.rule import Bilingual, Rule, RuleEvidence
from kg.rules.base import Meaning, PathStep, Resolved
from kg.rules.engine import Engine
from kg.rules.facts import Facts
from kg.rules.firing import Firing, Installed
from kg.rules.units import Units

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
NAMES = {
    "华法林": "medkg:drug-warfarin", "warfarin": "medkg:drug-warfarin", "ibuprofen": "medkg:drug-ibuprofen",
    "naproxen": "medkg:drug-naproxen", "metformin": "medkg:drug-metformin", "gout": "medkg:disease-gout",
    "creatinine": "medkg:test-creatinine", "肌酐": "medkg:test-creatinine", "potassium": "medkg:test-serum-potassium",
    "penicillin": "medkg:drug-class-penicillin", "paracetamol": "medkg:drug-paracetamol",
}  # fmt: skip
PARENTS = {"medkg:drug-ibuprofen": "medkg:drug-class-nsaid", "medkg:drug-naproxen": "medkg:drug-class-nsaid"}
UNITS = Units()


class Table:
    """A resolver over names and codes, and meanings over one level of parents."""

    def __init__(self, names: Mapping[str, str], parents: Mapping[str, str]) -> None:
        self._names, self._parents = names, parents

    def code(self, code: Code) -> Resolved:
        known = code.code in {*self._names.values(), *self._parents.values()}
        return Resolved((code.code,) if known and not code.system else ())

    def name(self, name: str, kind: str) -> Resolved:
        if name in self._names:
            return Resolved((self._names[name],))
        return Resolved((), tuple(found for known, found in self._names.items() if known[:3] == name[:3]))

    def of(self, concept: str) -> Meaning:
        above = {self._parents[concept]} if concept in self._parents else set()
        return Meaning(frozenset({concept}), frozenset({concept, *above}))

    def path(self, concept: str, target: str) -> tuple[PathStep, ...]:
        if self._parents.get(concept) != target:
            return ()
        return (PathStep(concept, "mkg:broaderTransitive", target),)


TABLE = Table(NAMES, PARENTS)


def facts(**case: object) -> Facts:
    """The facts of a case, given as a request body."""
    return Facts(msgspec.convert(case, Case), TABLE, TABLE, UNITS, NOW)


def rule(when: object, **more: object) -> Rule:
    """A rule around a condition; its evidence says that it is an illustration."""
    body = {
        "id": "test:one", "version": "1", "tier": "warn", "events": ["order-sign"], "when": when,
        "title": Bilingual("示例", "Illustration"), "message": Bilingual("示例", "Illustration"),
        "evidence": [RuleEvidence("medkg", "Illustration")],
        "cases": [{"expect": "silent", "case": {}}],
    } | more  # fmt: skip
    return msgspec.convert(msgspec.to_builtins(body), Rule)


def engine(*rules: Rule) -> Engine:
    return Engine([Firing(Installed("test", one), "active") for one in rules], TABLE, TABLE, UNITS)
