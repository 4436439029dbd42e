"""The conditions of a rule in words, for people who decide about it and read no JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from api.texts import text
from kg.model.rule import (
    Aged,
    All,
    AtLeast,
    Changed,
    Computed,
    Condition,
    Either,
    Has,
    HowMany,
    Lactating,
    Measured,
    Not,
    OfSex,
    Pregnant,
    Range,
    Ratio,
    SameIngredient,
    Scored,
    Written,
)  # fmt: skip

Names = Callable[[str], str]
"""From a concept to its name in the language that is written."""


def in_words(condition: Condition, language: str, names: Names) -> str:
    """All of a condition, in ``zh`` or ``en``."""

    def phrase(key: str, **params: object) -> str:
        return text(f"rules.condition.{key}", language, **params)

    def inner(parts: Iterable[Condition], joint: str) -> str:
        return phrase(joint).join(_bracketed(part, in_words(part, language, names)) for part in parts)

    def named(concepts: Iterable[str]) -> str:
        return phrase("or").join(map(names, concepts))

    match condition:
        case All(of=parts):
            return inner(parts, "and")
        case Either(of=parts):
            return inner(parts, "or")
        case Not(of=part):
            return phrase("not", part=in_words(part, language, names))
        case AtLeast(count=count, of=parts):
            return phrase("at-least", count=count, parts=inner(parts, "comma"))
        case Has(kind=kind, concepts=concepts, among=among, days=days, routes=routes):
            limits = [(name, bounds) for name, bounds in (("dose", condition.dose), ("daily", condition.daily),
                                                          ("supply", condition.days_supply)) if bounds]  # fmt: skip
            more = [phrase(name, range=_range(bounds)) for name, bounds in limits]
            more += [phrase(f"among-{among}")] if kind in ("drug", "procedure") and among != "any" else []
            more += [phrase("within", days=_plain(days))] if days else []
            more += [phrase("exactly")] if condition.exact else []
            more += [phrase("routes", routes=phrase("or").join(routes))] if routes else []
            return phrase(f"has-{kind}", names=named(concepts)) + "".join(phrase("remark", text=one) for one in more)
        case Measured(tests=tests, range=bounds, days=days, pick=pick):
            return phrase(f"measured-{pick}", names=named(tests), range=_range(bounds), days=_plain(days))
        case Changed(tests=tests, range=bounds, days=days, against=against):
            return phrase(f"changed-{against}", names=named(tests), range=_range(bounds), days=_plain(days))
        case Ratio(tests=tests, by=others, unit=unit, range=bounds, days=days, apart=apart):
            said = {"names": named(tests), "by": named(others), "unit": unit, "apart": _plain(apart)}
            return phrase("ratio", **said, range=_range(bounds), days=_plain(days))
        case Computed(function=function, range=bounds, days=days):
            return phrase("computed", name=phrase(function), range=_range(bounds), days=_plain(days))
        case Aged(range=bounds):
            return phrase("aged", range=_range(bounds))
        case OfSex(sex=sex):
            return phrase(sex)
        case Pregnant(weeks=weeks):
            return phrase("pregnant") + (phrase("remark", text=_range(weeks)) if weeks else "")
        case Lactating():
            return phrase("lactating")
        case HowMany(kind=kind, range=bounds, concepts=concepts, days=days, among=among):
            among_said = phrase(f"among-{among}") if kind in ("drug", "procedure") and among != "any" else ""
            within = phrase("within", days=_plain(days)) if days else ""
            remarks = "".join(phrase("remark", text=one) for one in (among_said, within) if one)
            what = phrase(f"has-{kind}", names=named(concepts) or phrase("any"))
            return phrase("how-many", what=what, range=_range(bounds)) + remarks
        case SameIngredient(concepts=concepts):
            return phrase("same-ingredient", names=named(concepts) or phrase("any"))
        case Scored(name=name, items=items, range=bounds):
            rows = (f"{_plain(one.points)} {one.name.zh if language == 'zh' else one.name.en}" for one in items)
            title = name.zh if language == "zh" else name.en
            return phrase("scored", name=title, range=_range(bounds), items=phrase("comma").join(rows))
        case Written():
            return _written(condition, phrase, named)


def _written(condition: Written, phrase: Callable[..., str], named: Callable[[Iterable[str]], str]) -> str:
    place = phrase("place", section=phrase(f"section-{condition.section}"), field=phrase(f"field-{condition.field}"))
    more = [phrase("among-principal")] if condition.principal else []
    more += [named(condition.concepts)] if condition.concepts else []
    more += [" ".join(condition.systems)] if condition.systems else []
    if condition.range:
        told = phrase("written-range", place=place, range=_range(condition.range))
    elif condition.values or condition.beginning:
        values = (*condition.values, *(f"{value}…" for value in condition.beginning))
        told = phrase("written-values", place=place, values=phrase("or").join(values))
    else:
        told = phrase(f"written-{condition.state}", place=place)
    return told + "".join(phrase("remark", text=one) for one in more)


def _bracketed(part: Condition, told: str) -> str:
    return f"({told})" if isinstance(part, (All, Either)) and len(part.of) > 1 else told


def _range(bounds: Range) -> str:
    """As it is compared, with its unit in UCUM."""
    ends = (">", bounds.above), ("≥", bounds.at_least), ("<", bounds.below), ("≤", bounds.at_most)
    unit = "" if bounds.unit == "1" else f" {bounds.unit}"
    return ", ".join(f"{sign} {_plain(value)}{unit}" for sign, value in ends if value is not None)


def _plain(value: float) -> str:
    return f"{value:g}"
