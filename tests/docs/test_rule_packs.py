"""The pages of rule packs say what the packs hold."""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.rule_packs import PAGES, STARTER, Pack, packs, page
from tests.conftest import ROOT

FOUND = packs()


@pytest.mark.parametrize("language", sorted(PAGES))
def test_the_page_is_current(language: str) -> None:
    assert PAGES[language].read_text("utf-8") == page(FOUND, language), "run: python -m benchmarks.rule_packs --write"


def test_every_pack_of_the_folder_is_built_and_every_rule_stands_on_the_page_once() -> None:
    shipped = {
        path.name for path in (ROOT / "ingest" / "packs").iterdir() if path.suffix in (".csv", ".yaml", ".jsonl")
    }
    text = STARTER.read_text("utf-8")
    assert {name for name in shipped if f"package:ingest/packs/{name}" not in text} == set()
    ids = Counter(rule.id for pack in FOUND for rule in pack.rules)
    assert [name for name, number in ids.items() if number > 1] == []
    lines = PAGES["en"].read_text("utf-8").splitlines()
    assert {name for name in ids if sum(line.startswith(f"| `{name}` |") for line in lines) != 1} == set()


def test_at_least_sixty_rules_have_a_quote_and_none_has_a_grade_without_one() -> None:
    every = [evidence for pack in FOUND for rule in pack.rules for evidence in rule.evidence]
    assert sum(one.basis == "quoted" for one in every) >= 60
    assert [one for one in every if one.grade and one.basis != "quoted"] == []


def test_a_bar_in_a_text_breaks_no_table() -> None:
    rule = FOUND[0].rules[0]
    odd = type(rule)(
        **{name: getattr(rule, name) for name in rule.__struct_fields__} | {"title": type(rule.title)("甲|乙", "a|b")}
    )
    assert "| a\\|b |" in page([Pack("p", {"en": "P", "zh": "包"}, "p.csv", (odd,))], "en")
