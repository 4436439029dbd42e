"""Rule packs: what every source promises, and what a pack refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.sources.rules import Rules
from kg.model.rule import PackedRule
from kg.model.source import Reject
from ontology.reading.raw import describe
from tests.contract.source import SourceContract

HEAD = 'pack: {id: p, version: "1", title: {zh: 包, en: Pack}, licence: CC0-1.0}\n'
RULE = """---
id: "test:%d"
version: "1"
tier: inform
title: {zh: 例, en: Example}
message: {zh: 例, en: Example}
events: [order-sign]
when: {is: pregnant}
evidence: [{organisation: O, title: T}]
cases: [{expect: silent, case: {}}]
"""


class TestRules(SourceContract):
    plugin = "rules.v1"
    sample_name = "pack.yaml"
    records = 7

    def long(self, count: int) -> bytes:
        return (HEAD + "".join(RULE % number for number in range(count))).encode()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (RULE % 1, "rule-pack"),
        (HEAD.replace("id: p", "id: P!"), "rule-pack"),
        ("pack: [1, 2", "rule-pack"),
        (HEAD + (RULE % 1).replace("pregnant", "vibes"), "rule"),
        (HEAD + (RULE % 1) + "wheather: bad\n", "rule"),
        (HEAD + (RULE % 1) + (RULE % 1), "rule-twice"),
        (HEAD + "---\nid: [\n", "rule"),
        (HEAD + "---\n- a list\n", "rule"),
    ],
)
def test_what_does_not_fit_is_rejected_where_it_stands(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "pack.yaml"
    path.write_text(text, "utf-8")
    rejects = [item for item in Rules().parse(describe(path), {}) if isinstance(item, Reject)]
    assert [(item.reason, item.position.startswith("line ")) for item in rejects] == [(reason, True)]


def test_one_bad_rule_stops_no_other(tmp_path: Path) -> None:
    path = tmp_path / "pack.yaml"
    path.write_text(HEAD + RULE % 1 + (RULE % 2).replace("inform", "shout") + RULE % 3, "utf-8")
    items = list(Rules().parse(describe(path), {}))
    assert [type(item).__name__ for item in items] == ["PackedRule", "Reject", "PackedRule"]
    first = items[0]
    assert isinstance(first, PackedRule)
    assert (first.pack, first.example, first.rule.id) == ("p", True, "test:1")
