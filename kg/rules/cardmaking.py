"""A rule that fired, as the card that is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kg.model.case import Amount, Patient
from kg.model.ids import digest
from kg.rules.base import Meanings
from kg.rules.decision import Card, UsedFact
from kg.rules.facts import Fact
from kg.rules.firing import Firing


def card(
    firing: Firing, used: Sequence[str], places: Mapping[str, Fact], patient: Patient, meanings: Meanings | None = None
) -> Card:  # fmt: skip
    """The card of a rule that the facts at ``used`` made fire; with ``meanings`` it says how they come to be what the
    rule is about. Its id stands for the rule and for each of these facts with its value."""
    rule = firing.rule
    named = rule.concepts if meanings else ()
    facts = tuple(_used(place, places.get(place), named, meanings) for place in used)
    told = (
        f"{','.join(one.concepts)}{_value(one.place, places.get(one.place), patient)}" or one.place for one in facts
    )
    # What was said more weakly has not been said as strongly as this.
    strong = () if firing.strength == rule.tier else (firing.strength,)
    return Card(
        id=digest(rule.id, rule.version, *sorted(told), *strong), rule=rule.id, version=rule.version,
        pack=firing.installed.pack, mode=firing.mode, tier=firing.strength, title=rule.title, message=rule.message,
        facts=facts, evidence=rule.evidence, no_recommendation=rule.no_recommendation,
        suggestions=rule.suggestions, override_reasons=rule.override_reasons, origin=rule.origin,
        review_due=rule.review_due, under_review=firing.under_review,
        patient=patient.token,
    )  # fmt: skip


def _used(place: str, fact: Fact | None, named: Sequence[str], meanings: Meanings | None) -> UsedFact:
    if fact is None:
        return UsedFact(place)
    own = tuple(sorted(fact.own))
    if meanings is None:
        return UsedFact(place, own)
    target = next((name for name in named if name in fact.within), "")
    path = next((steps for one in own if (steps := meanings.path(one, target))), ())
    return UsedFact(place, own, path)


_PATIENT = "/patient/"


def _value(place: str, fact: Fact | None, patient: Patient) -> str:
    """What beside its concept makes a fact another one: a result; a dose, how often, how long and which way; since when
    a disease is there; what is said of the patient, such as a weight or a week of pregnancy."""
    if place.startswith(_PATIENT):
        said = getattr(patient, place.removeprefix(_PATIENT))
        return f"{place}={said.value} {said.unit}" if isinstance(said, Amount) else f"{place}={said}"
    if fact is None:
        return ""
    amount = fact.value or (fact.order.dose if fact.order else None)
    told = f"={amount.value} {amount.unit}" if amount else ""
    order = fact.order
    if order is not None and (order.per_day or order.days or order.route):
        told += f" {order.per_day or ''}/d {order.days or ''}d {order.route}"
    return f"{told} {fact.since}" if fact.since else told
