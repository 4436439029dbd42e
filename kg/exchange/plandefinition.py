"""Rules as FHIR R4 PlanDefinition of type ``eca-rule`` (https://hl7.org/fhir/R4/plandefinition.html).

One action: triggered by the events, conditioned by the rule's tree, which stands as JSON in an expression of our own
language, because neither CQL nor FHIRPath has its three values and memberships. A status is always ``draft``: whether a
rule is active is decided in each place, not in the document.
"""

from __future__ import annotations

from typing import Any

import msgspec

from kg.model.ids import Ids
from kg.model.rule import Condition, Rule, RuleEvidence, Tier

LANGUAGE = "application/x-medkg-condition+json"
_TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
_PRIORITY: dict[Tier, str] = {
    "block": "stat", "interrupt": "asap", "warn": "urgent", "inform": "routine", "silent": "routine",
}  # fmt: skip


def plan_definition(rule: Rule, ids: Ids, *, pack: str, licence: str, example: bool) -> dict[str, Any]:
    """The resource as plain JSON values.

    >>> from kg.model.case import Case
    >>> from kg.model.rule import Bilingual, Pregnant, RuleCase
    >>> text = Bilingual("例", "Example")
    >>> rule = Rule(id="a:b", version="1", tier="warn", title=text, message=text, events=("order-sign",),
    ...             when=Pregnant(), evidence=(RuleEvidence("O", "T"),), cases=(RuleCase("silent", Case()),))
    >>> made = plan_definition(rule, Ids(), pack="p", licence="CC0-1.0", example=True)
    >>> made["type"]["coding"][0]["code"], made["experimental"], made["action"][0]["trigger"]
    ('eca-rule', True, [{'type': 'named-event', 'name': 'order-sign'}])
    """
    url = ids.mint("rule", pack, rule.id)
    action: dict[str, Any] = {
        "title": rule.message.en,
        "_title": _translated(rule.message.zh),
        "priority": _PRIORITY[rule.tier],
        "trigger": [{"type": "named-event", "name": event} for event in rule.events],
        "condition": [_condition(tree) for tree in (rule.applies, rule.when) if tree is not None],
        "documentation": [_document(evidence) for evidence in rule.evidence],
    }
    if rule.suggestions:
        action["action"] = [{"title": one.label.en, "_title": _translated(one.label.zh)} for one in rule.suggestions]
    made = {
        "resourceType": "PlanDefinition",
        "id": url.rsplit("/", 1)[-1],
        "url": url,
        "identifier": [{"value": rule.id}],
        "version": rule.version,
        "name": "Rule" + "".join(part.capitalize() for part in rule.id.replace(":", "-").split("-") if part.isalnum()),
        "title": rule.title.en,
        "_title": _translated(rule.title.zh),
        "type": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/plan-definition-type", "code": "eca-rule"}]
        },
        "status": "draft",
        "experimental": example,
        "copyright": rule.licence or licence,
        "action": [action],
    }
    period = {"start": rule.effective_from, "end": rule.effective_to}
    if any(period.values()):
        made["effectivePeriod"] = {name: value for name, value in period.items() if value}
    return made


def _condition(tree: Condition) -> dict[str, Any]:
    expression = {"language": LANGUAGE, "expression": msgspec.json.encode(tree, order="sorted").decode()}
    return {"kind": "applicability", "expression": expression}


def _document(evidence: RuleEvidence) -> dict[str, Any]:
    parts = (evidence.organisation, evidence.title, evidence.edition, evidence.section, evidence.basis)
    return {"type": "citation", "citation": ". ".join(part for part in parts if part)}


def _translated(zh: str) -> dict[str, Any]:
    """The Chinese form beside an English one, as FHIR's translation extension."""
    parts = [{"url": "lang", "valueCode": "zh"}, {"url": "content", "valueString": zh}]
    return {"extension": [{"url": _TRANSLATION, "extension": parts}]}
