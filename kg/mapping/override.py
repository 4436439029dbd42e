"""Changes of rules to statements (ADR 39): beside the rule that they change, which stays as it is."""

from __future__ import annotations

import msgspec

from kg import vocab
from kg.mapping.base import TYPE, Context, term
from kg.model.override import PackedOverride
from kg.model.terms import Statement, iri, literal

_OVERRIDE = term(vocab.MEDKG, "RuleOverride")
_IDENTIFIER = term(vocab.DCTERMS, "identifier")
_VERSION = term(vocab.PAV, "version")
_LICENCE = term(vocab.DCTERMS, "license")
_PACK = term(vocab.MEDKG, "rulePack")
_BODY = term(vocab.MEDKG, "ruleBody")
_MESSAGE = term(vocab.MEDKG, "ruleMessage")
_CONCEPT = term(vocab.MEDKG, "ruleConcept")
_OF = term(vocab.MEDKG, "overridesRule")
_DOES = term(vocab.MEDKG, "overrideKind")


def override_statements(record: PackedOverride, context: Context) -> list[Statement]:
    """All statements about one change; raises IdentifierError for a CURIE with an unknown prefix."""
    ids, said = context.ids, record.override
    node = iri(ids.mint("override", record.pack, said.override))
    rows = [
        f"{node} {TYPE} {_OVERRIDE}",
        f"{node} {_IDENTIFIER} {literal(said.override)}",
        f"{node} {_VERSION} {literal(said.version)}",
        f"{node} {_PACK} {literal(record.pack)}",
        f"{node} {_OF} {literal(said.of)}",
        f"{node} {_DOES} {literal(said.does)}",
        f"{node} {_MESSAGE} {literal(said.reason.zh, 'zh')}",
        f"{node} {_MESSAGE} {literal(said.reason.en, 'en')}",
        f"{node} {_LICENCE} {literal(record.licence)}",
        f"{node} {_BODY} {literal(msgspec.json.encode(said, order='sorted').decode())}",
    ]
    rows += [f"{node} {_CONCEPT} {iri(ids.expand(name))}" for name in said.concepts]
    return [Statement(row) for row in rows]
