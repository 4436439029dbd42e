"""Rules of decision support: what must be so, what is then said, and on what it rests (ADR 31).

Conditions are trees of few kinds. Each is true, false or unknown; unknown is not false.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec

from kg.model.case import Case, Event

Tier = Literal["block", "interrupt", "warn", "inform", "silent"]
"""How a card comes up, strongest first; only the first may ask for a reason."""
FactKind = Literal["drug", "condition", "allergy", "test", "procedure"]
Among = Literal["orders", "current", "any"]
"""Drugs and procedures: those that are being ordered, those that the patient has, or both."""
Section = Literal["orders", "medications", "conditions", "allergies", "procedures", "results", "patient", "scope"]
SECTION_KIND: dict[str, FactKind] = {
    "orders": "drug", "medications": "drug", "conditions": "condition", "allergies": "allergy",
    "procedures": "procedure", "results": "test",
}  # fmt: skip
"""What the entries of a list of a case are."""
_OF_ORDERS = frozenset({"entry", "name", "codes", "dose", "per_day", "days", "route"})
_OF_ENTRIES = frozenset({"entry", "name", "codes", "time", "side"})
WRITTEN_FIELDS: dict[str, frozenset[str]] = {
    "orders": _OF_ORDERS, "medications": _OF_ORDERS, "conditions": _OF_ENTRIES, "allergies": _OF_ENTRIES,
    "procedures": _OF_ENTRIES, "results": frozenset({"entry", "name", "codes", "value", "time"}),
    "patient": frozenset({"sex", "age", "weight", "height", "pregnant", "lactating", "gestation_weeks"}),
    "scope": frozenset({"site", "department", "role"}),
}  # fmt: skip
"""What may be asked of each part of a record."""
FunctionName = Literal["egfr-ckd-epi-2021", "creatinine-clearance", "bmi", "bsa-mosteller", "fib-4", "meld", "meld-na"]

CREATININE = "medkg:test-creatinine"
LIVER = ("medkg:test-aspartate-aminotransferase", "medkg:test-alanine-aminotransferase", "medkg:test-platelet-count")
SODIUM = "medkg:test-serum-sodium"
MELD = ("medkg:test-total-bilirubin", "medkg:test-international-normalized-ratio", CREATININE)
FORMULA_TESTS: dict[FunctionName, tuple[str, ...]] = {
    "egfr-ckd-epi-2021": (CREATININE,), "creatinine-clearance": (CREATININE,), "bmi": (), "bsa-mosteller": (),
    "fib-4": LIVER, "meld": MELD, "meld-na": (*MELD, SODIUM),
}  # fmt: skip
"""The results that a formula needs."""

_Date = Annotated[str, msgspec.Meta(pattern=r"^(\d{4}-\d{2}-\d{2})?$")]
_Days = Annotated[float, msgspec.Meta(gt=0)]
_Concepts = Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]


class Bilingual(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text for people, in both languages."""

    zh: str
    en: str


class Range(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which numbers are meant, in ``unit`` (UCUM; ``1`` for plain numbers); at least one bound."""

    unit: str
    above: float | None = None
    at_least: float | None = None
    below: float | None = None
    at_most: float | None = None

    def __post_init__(self) -> None:
        if self.above is self.at_least is self.below is self.at_most is None:
            raise ValueError("a range needs a bound")

    def holds(self, value: float) -> bool:
        return (
            (self.above is None or value > self.above)
            and (self.at_least is None or value >= self.at_least)
            and (self.below is None or value < self.below)
            and (self.at_most is None or value <= self.at_most)
        )


class _Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="is", tag=str.lower):
    """Written as ``{is: has, …}``."""


class All(_Condition, frozen=True):
    of: Annotated[tuple[Condition, ...], msgspec.Meta(min_length=1)]


class Either(_Condition, frozen=True):
    of: Annotated[tuple[Condition, ...], msgspec.Meta(min_length=1)]


class Not(_Condition, frozen=True):
    of: Condition


class AtLeast(_Condition, frozen=True):
    """So many of the conditions are true."""

    count: Annotated[int, msgspec.Meta(ge=1)]
    of: Annotated[tuple[Condition, ...], msgspec.Meta(min_length=1)]


class Has(_Condition, frozen=True):
    """A fact of ``kind`` that is one of ``concepts``, or something below them unless ``exact``.

    ``days``: not longer ago than that (for what has a time; without one it counts as now). ``routes``, ``among``: of
    drugs. ``dose``: of one dose, ``daily``: of a day, ``days_supply``: of the order, in days.
    """

    kind: FactKind
    concepts: _Concepts
    exact: bool = False
    among: Among = "any"
    days: _Days | None = None
    routes: tuple[str, ...] = ()
    dose: Range | None = None
    daily: Range | None = None
    days_supply: Range | None = None


class Measured(_Condition, frozen=True):
    """A result of one of ``tests`` within ``range``, not older than ``days``. ``pick``: which of several counts."""

    tests: _Concepts
    range: Range
    days: _Days
    pick: Literal["latest", "highest", "lowest"] = "latest"


class Changed(_Condition, frozen=True):
    """The newest result of ``tests`` against the one before it: their difference, or with the unit ``%`` their ratio
    less one, within ``range``; both within ``days``. ``against``: which of the earlier ones of these days."""

    tests: _Concepts
    range: Range
    days: _Days
    against: Literal["previous", "earliest", "lowest", "highest"] = "previous"


class Ratio(_Condition, frozen=True):
    """The newest result of ``tests`` divided by the newest of ``by``, both read in ``unit``, is within ``range`` (of
    unit ``1``); neither is older than ``days``, nor are they more than ``apart`` days from each other."""

    tests: _Concepts
    by: _Concepts
    unit: str
    range: Range
    days: _Days
    apart: _Days = 1.0

    def __post_init__(self) -> None:
        if self.range.unit != "1":
            raise ValueError("a ratio is a plain number")


class Computed(_Condition, frozen=True):
    """A formula over facts; ``days``: how old its measurements may be."""

    function: FunctionName
    range: Range
    days: _Days


class Aged(_Condition, frozen=True):
    """``range`` in ``a`` (years), ``mo`` or ``d``."""

    range: Range


class OfSex(_Condition, frozen=True):
    sex: Literal["female", "male"]


class Pregnant(_Condition, frozen=True):
    """``weeks``: of gestation, where they matter."""

    weeks: Range | None = None


class Lactating(_Condition, frozen=True):
    pass


class HowMany(_Condition, frozen=True):
    """So many different facts of ``kind``; any, where ``concepts`` is empty."""

    kind: FactKind
    range: Range
    concepts: tuple[str, ...] = ()
    among: Among = "any"
    days: _Days | None = None


class SameIngredient(_Condition, frozen=True):
    """Two drugs hold the same one of ``concepts``, or of any substance where that is empty."""

    concepts: tuple[str, ...] = ()


class Point(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an item of a score adds when its condition is true."""

    points: float
    when: Condition
    name: Bilingual


class Scored(_Condition, frozen=True):
    """The sum of ``items`` within ``range``. Unknown items leave it open unless no value of theirs could matter."""

    name: Bilingual
    items: Annotated[tuple[Point, ...], msgspec.Meta(min_length=1)]
    range: Range


class Written(_Condition, frozen=True):
    """What the record says, whatever it means: in ``section`` an entry whose ``field`` is ``absent``, ``unreadable`` or
    ``present``; with ``values`` is one of these, with ``beginning`` begins with one of these, with ``range`` is such a
    number (``days`` and ``per_day``). ``entry`` asks for an entry at all.

    ``concepts``: only entries that are one of these, or below; ``principal``: only the diagnosis or procedure of that
    rank; ``systems``: only codes of these, as they were sent. Of orders only drugs are meant. An empty field is absent,
    and is not known to differ from what is asked for; of a list that was not sent nothing is known.
    """

    section: Section
    field: str
    state: Literal["absent", "unreadable", "present"] = "present"
    values: tuple[str, ...] = ()
    beginning: tuple[str, ...] = ()
    range: Range | None = None
    concepts: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    principal: bool = False

    def __post_init__(self) -> None:
        if self.field not in WRITTEN_FIELDS[self.section]:
            raise ValueError(f"{self.section} has no field {self.field}")
        if (self.values or self.beginning or self.range) and (self.state != "present" or self.field == "entry"):
            raise ValueError("a value is asked for of a field that is present")
        if self.range is not None and self.field not in ("days", "per_day"):
            raise ValueError("a range is asked for of days and per_day")
        if self.systems and self.field != "codes":
            raise ValueError("systems are those of codes")
        if self.principal and self.section not in ("conditions", "procedures"):
            raise ValueError("of diagnoses and procedures one may come first")


Condition = (
    All | Either | Not | AtLeast | Has | Measured | Changed | Ratio | Computed | Aged | OfSex | Pregnant | Lactating
    | HowMany | SameIngredient | Scored | Written
)  # fmt: skip


def concepts(condition: Condition) -> Iterator[str]:
    """Every concept that a condition names, as often as it does."""
    match condition:
        case Has(concepts=named) | HowMany(concepts=named) | SameIngredient(concepts=named) | Written(concepts=named):
            yield from named
        case Measured(tests=named) | Changed(tests=named):
            yield from named
        case Ratio(tests=named, by=others):
            yield from (*named, *others)
        case Computed(function=function):
            yield from FORMULA_TESTS[function]
        case All(of=parts) | Either(of=parts) | AtLeast(of=parts):
            for part in parts:
                yield from concepts(part)
        case Not(of=part):
            yield from concepts(part)
        case Scored(items=items):
            for item in items:
                yield from concepts(item.when)
        case _:
            return


class RuleEvidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a rule rests on.

    ``quote`` and ``grade`` only where a check found the quote in ``document`` (CURIE) at ``start`` of passage
    ``passage``, or in the named file of test data; otherwise ``basis`` says that nobody compared it.
    """

    organisation: str
    title: str
    edition: str = ""
    section: str = ""
    document: str = ""
    passage: str = ""
    start: int | None = None
    quote: str = ""
    strength: str = ""
    grade: str = ""
    scheme: str = ""
    polarity: Literal["supports", "refutes"] = "supports"
    basis: Literal["quoted", "paraphrase, not checked against the source"] = (
        "paraphrase, not checked against the source"
    )

    def __post_init__(self) -> None:
        if (self.basis == "quoted") != bool(self.quote):
            raise ValueError("a quote stands where basis is quoted, and only there")
        if self.grade and self.basis != "quoted":
            raise ValueError("a grade needs a quote that was found")


class RuleCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A test of a rule: what it must come to for ``case``. ``problems``: places that are not to be understood."""

    expect: Literal["fires", "silent", "insufficient", "outside"]
    case: Case
    name: str = ""
    problems: tuple[str, ...] = ()


class Suggestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What could be done instead. Nothing is ever ordered by itself."""

    label: Bilingual
    concepts: tuple[str, ...] = ()


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One rule. ``applies``: to whom it speaks at all; for others the answer is *outside coverage*.

    ``id`` is a CURIE; ``version`` of the rule itself. ``family``: a key of the pack (interaction, renal, …).
    ``no_recommendation``: experts looked, and decided to recommend nothing; ``message`` says why, and there is nothing
    to suggest. ``supersedes``: ids of rules that it takes the place of. ``loses_to``: rules of the same or a stronger
    tier that silence it where both fire.
    """

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9]*:[A-Za-z0-9._/-]+$")]
    version: str
    tier: Tier
    title: Bilingual
    message: Bilingual
    events: Annotated[tuple[Event, ...], msgspec.Meta(min_length=1)]
    when: Condition
    evidence: Annotated[tuple[RuleEvidence, ...], msgspec.Meta(min_length=1)]
    cases: Annotated[tuple[RuleCase, ...], msgspec.Meta(min_length=1)]
    applies: Condition | None = None
    family: str = ""
    origin: Literal["literature", "own-hospital", "other-hospital"] = "literature"
    no_recommendation: bool = False
    suggestions: tuple[Suggestion, ...] = ()
    override_reasons: tuple[str, ...] = ()
    effective_from: _Date = ""
    effective_to: _Date = ""
    review_due: _Date = ""
    author: str = ""
    supersedes: tuple[str, ...] = ()
    loses_to: tuple[str, ...] = ()
    licence: str = ""

    def __post_init__(self) -> None:
        if self.no_recommendation and self.suggestions:
            raise ValueError("who recommends nothing has nothing to suggest")

    @property
    def concepts(self) -> tuple[str, ...]:
        """Every concept that its conditions and suggestions name, in order."""
        trees = [tree for tree in (self.applies, self.when) if tree is not None]
        found = {name for tree in trees for name in concepts(tree)}
        return tuple(sorted(found | {name for one in self.suggestions for name in one.concepts}))


class PackedRule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule with what its pack says of all of its rules."""

    pack: str
    release: str
    licence: str
    example: bool
    rule: Rule


class RulePack(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Rules that are installed, dated and tested together. ``example``: not for care until approved locally."""

    id: Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9-]*$")]
    version: str
    title: Bilingual
    licence: str
    example: bool = True
