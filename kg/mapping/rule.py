"""Rules to statements (ADR 31): what people ask of a rule as triples, the rule itself as canonical JSON.

The tree of conditions is one literal, because nobody asks for a part of it alone; which concepts it names, which is
what previews of changes and queries ask for, stands beside it as links.
"""

from __future__ import annotations

import msgspec

from kg import vocab
from kg.mapping.base import TYPE, Context, term
from kg.model.rule import PackedRule, RuleEvidence
from kg.model.terms import Statement, Term, boolean, iri, literal

_RULE = term(vocab.MEDKG, "Rule")
_EVIDENCE_CLASS = term(vocab.MEDKG, "RuleEvidence")
_IDENTIFIER = term(vocab.DCTERMS, "identifier")
_LABEL = term(vocab.SKOS, "prefLabel")
_VERSION = term(vocab.PAV, "version")
_LICENCE = term(vocab.DCTERMS, "license")
_ILLUSTRATIVE = term(vocab.MEDKG, "illustrative")
_PACK = term(vocab.MEDKG, "rulePack")
_BODY = term(vocab.MEDKG, "ruleBody")
_MESSAGE = term(vocab.MEDKG, "ruleMessage")
_TIER = term(vocab.MEDKG, "ruleTier")
_FAMILY = term(vocab.MEDKG, "ruleFamily")
_EVENT = term(vocab.MEDKG, "ruleEvent")
_CONCEPT = term(vocab.MEDKG, "ruleConcept")
_EVIDENCE = term(vocab.MEDKG, "ruleEvidence")
_SOURCE = term(vocab.MEDKG, "source")
_BASIS = term(vocab.MEDKG, "evidenceBasis")
_QUOTE = term(vocab.OA, "exact")
_PUBLISHER = term(vocab.DCTERMS, "publisher")
_TITLE = term(vocab.DCTERMS, "title")


def rule_statements(record: PackedRule, context: Context) -> list[Statement]:
    """All statements about one rule; raises IdentifierError for a CURIE with an unknown prefix."""
    ids, rule = context.ids, record.rule
    node = iri(ids.mint("rule", record.pack, rule.id))
    body = msgspec.json.encode(rule, order="sorted").decode()
    rows = [
        f"{node} {TYPE} {_RULE}",
        f"{node} {_IDENTIFIER} {literal(rule.id)}",
        f"{node} {_VERSION} {literal(rule.version)}",
        f"{node} {_PACK} {literal(record.pack)}",
        f"{node} {_TIER} {literal(rule.tier)}",
        f"{node} {_LABEL} {literal(rule.title.zh, 'zh')}",
        f"{node} {_LABEL} {literal(rule.title.en, 'en')}",
        f"{node} {_MESSAGE} {literal(rule.message.zh, 'zh')}",
        f"{node} {_MESSAGE} {literal(rule.message.en, 'en')}",
        f"{node} {_LICENCE} {literal(rule.licence or record.licence)}",
        f"{node} {_BODY} {literal(body)}",
    ]
    if rule.family:
        rows.append(f"{node} {_FAMILY} {literal(rule.family)}")
    rows += [f"{node} {_EVENT} {literal(event)}" for event in rule.events]
    rows += [f"{node} {_CONCEPT} {iri(ids.expand(name))}" for name in rule.concepts]
    for number, evidence in enumerate(rule.evidence, 1):
        rows += _evidence_rows(node, iri(f"{node[1:-1]}/evidence/{number}"), evidence, context)
    if record.example:
        rows.append(f"{node} {_ILLUSTRATIVE} {boolean(True)}")
    return [Statement(row) for row in rows]


def _evidence_rows(rule: Term, node: Term, evidence: RuleEvidence, context: Context) -> list[str]:
    rows = [
        f"{rule} {_EVIDENCE} {node}",
        f"{node} {TYPE} {_EVIDENCE_CLASS}",
        f"{node} {_PUBLISHER} {literal(evidence.organisation)}",
        f"{node} {_TITLE} {literal(evidence.title)}",
        f"{node} {_BASIS} {literal(evidence.basis)}",
    ]
    if evidence.edition:
        rows.append(f"{node} {_VERSION} {literal(evidence.edition)}")
    if evidence.document:
        rows.append(f"{node} {_SOURCE} {iri(context.ids.expand(evidence.document))}")
    if evidence.quote:
        rows.append(f"{node} {_QUOTE} {literal(evidence.quote)}")
    return rows
