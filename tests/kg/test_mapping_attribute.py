"""Attributes of mentions in the graph: a node each, which dumps in full form leave as it is."""

from __future__ import annotations

import msgspec

from kg.bulk.annotations import WebAnnotations
from kg.mapping.base import Context
from kg.mapping.evidence import mention_statements
from kg.model.attribute import Attribute
from kg.model.evidence import Candidate, Mention
from kg.vocab import DEFAULT_BASE

MENTION = Mention(
    "PMID:1", "title-0123456789", 3, 8, "fever", "symptom", (Candidate("HP:0001945", 0.9),), (0, 9),
    (Attribute("negated", 0, 2), Attribute("history", 9, 12)),
)  # fmt: skip


def test_each_attribute_has_a_node_with_the_place_of_its_cue() -> None:
    rows = mention_statements(MENTION, Context())
    nodes = [row.split(" ")[2] for row in rows if "#attribute> " in row]
    assert len(set(nodes)) == 2
    assert sorted(row.split(" ")[2] for row in rows if "#attributeKind> " in row) == ['"history"', '"negated"']
    assert sum(row.startswith(f"{node} ") for row in rows for node in nodes) == 6


def test_the_full_form_of_mentions_keeps_them() -> None:
    forms = WebAnnotations(DEFAULT_BASE)
    rows = mention_statements(MENTION, Context())
    full = [row for one in rows for row in forms.expand(one)]
    assert sorted(filter(None, map(forms.contract, full))) == sorted(rows)


def test_a_mention_that_a_trained_model_found_names_it() -> None:
    found = msgspec.structs.replace(MENTION, method="bc5cdr-1@0123456789ab")
    told = [row for row in mention_statements(found, Context()) if "#method> " in row]
    assert [row.split(" ")[2] for row in told] == ['"bc5cdr-1@0123456789ab"']
    assert not any("#method> " in row for row in mention_statements(MENTION, Context()))
