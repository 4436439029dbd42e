"""The engine's answers as CDS Hooks 2.0 says them (https://cds-hooks.hl7.org/2.0/#cds-service-response)."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid5

from api.decisions import Evaluation
from api.texts import text
from kg.model.rule import Bilingual, Tier
from kg.rules.decision import Card

LONGEST = 139
"""Characters of a summary."""
EXTENSION = "org.medkg"
REASONS = "id/override-reason"
"""Below the address of the service: the code system of override reasons."""
_INDICATORS: dict[Tier, str] = {
    "block": "critical", "interrupt": "critical", "warn": "warning", "inform": "info", "silent": "info",
}  # fmt: skip
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
"""What Markdown or HTML would read as more than text."""


def response(found: Evaluation, language: str, base: str, others: tuple[str, ...] = ()) -> dict[str, Any]:
    """Cards, and under ``extension`` everything that is no card: an empty list is never all that is said.

    ``others``: where resources stood in the context that name another patient than the context does. Nothing empty is
    sent but ``cards`` itself (*Null and empty JSON elements*).
    """
    reading = found.interpretation
    return {
        "cards": [card_of(card, language, base) for card in found.items if card.tier != "silent"],
        "extension": {
            EXTENSION: _filled({
                "generation": found.generation, "demo": found.demo, "decision": found.decision,
                "notice": _said(found.notice, language), "summary": _said(reading.summary, language),
                "insufficient": [
                    {"rule": one.rule, "title": _said(one.title, language), "missing": one.missing}
                    for one in reading.insufficient
                ],
                "notUnderstood": [{"place": one.place, "reason": one.reason, "nearest": one.nearest}
                                  for one in reading.problems],
                "unjudged": [{"list": one.list, "rules": one.rules, "gap": one.gap} for one in reading.unjudged],
                "cut": [{"rule": one.rule, "title": _said(one.title, language)} for one in reading.cut],
                "contradictions": [{"suggests": one.suggests, "warns": one.warns, "concept": one.concept}
                                   for one in reading.contradictions],
                "folded": reading.folded,
                "suppressed": [{"card": one.card, "rule": one.rule, "title": _said(one.title, language),
                                "because": one.because} for one in reading.suppressed],
                "ordering": _said(reading.ordering, language),
                "conflicts": [{"winner": one.winner, "loser": one.loser, "message": _said(one.message, language)}
                              for one in reading.conflicts],
                "otherPatient": others,
            })
        },
    }  # fmt: skip


def _filled(record: dict[str, Any]) -> dict[str, Any]:
    """``record`` without what is empty, at every depth.

    >>> _filled({"a": [], "b": 0, "c": False, "d": [{"e": "", "f": "g"}]})
    {'b': 0, 'c': False, 'd': [{'f': 'g'}]}
    """
    made = {
        name: [_filled(one) if isinstance(one, dict) else one for one in value] if isinstance(value, list) else value
        for name, value in record.items()
    }
    return {name: value for name, value in made.items() if value not in (None, "", [], (), {})}


def card_of(card: Card, language: str, base: str) -> dict[str, Any]:
    """One card. Suggestions have no actions: what could be done instead is a class of drugs, and no resource."""
    evidence = card.evidence[0]
    url = f"{base}api/v1/rules/{card.rule}"
    made: dict[str, Any] = {
        "uuid": card.uuid,
        "summary": _shortened(_said(card.title, language)),
        "detail": _detail(card, language),
        "indicator": _INDICATORS[card.tier],
        "source": {
            "label": evidence.organisation, "url": url,
            "topic": {"system": f"{base}id/pack/{card.pack}", "code": card.rule, "display": card.pack},
        },
        "extension": {EXTENSION: {"id": card.id}},
        "links": [{"label": text("rules.link", language), "url": url, "type": "absolute"}],
    }  # fmt: skip
    if card.suggestions:
        made["suggestions"] = [
            {"label": _said(one.label, language), "uuid": str(uuid5(UUID(card.uuid), str(number)))}
            for number, one in enumerate(card.suggestions)
        ]
        made["selectionBehavior"] = "any"
    if card.override_reasons:
        made["overrideReasons"] = [
            {"code": code, "system": base + REASONS,
             "display": text(f"rules.override.{code}", language)} for code in card.override_reasons
        ]  # fmt: skip
    return made


def _detail(card: Card, language: str) -> str:
    rows = [_plain(_said(card.message, language)), ""]
    for evidence in card.evidence:
        parts = (evidence.organisation, evidence.title, evidence.edition, evidence.section)
        basis = text(f"rules.basis.{'quoted' if evidence.quote else 'paraphrase'}", language)
        rows.append(f"- {_plain('; '.join(part for part in parts if part))} ({basis})")
        if evidence.quote:
            graded = f"{evidence.scheme} {evidence.grade}" if evidence.grade else ""
            told = (evidence.quote, evidence.document, evidence.strength, graded)
            rows.append(f"  > {_plain('; '.join(part for part in told if part))}")
    rows += ["", f"{card.rule} {card.version}"]
    return "\n".join(rows)


def _said(both: Bilingual, language: str) -> str:
    return both.zh if language == "zh" else both.en


def _plain(text_: str) -> str:
    """Text that Markdown shows as it is.

    >>> _plain("<b>5*3</b>")
    '\\\\<b\\\\>5\\\\*3\\\\</b\\\\>'
    """
    return _MARKS.sub(r"\\\1", text_)


def _shortened(text_: str) -> str:
    return text_ if len(text_) <= LONGEST else f"{text_[: LONGEST - 1]}…"
