"""The example queries: complete, in both languages, safe, documented as they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kg.examples import TOPICS, Example, examples
from kg.examples.page import FILES, page
from kg.model.terms import iri
from kg.query.calls import find_calls
from kg.query.gate import check_query
from kg.query.inlining import inline

ROOT = Path(__file__).resolve().parents[2]


def test_there_are_enough_of_each_kind() -> None:
    found = examples()
    assert len({example.id for example in found}) == len(found) >= 40
    assert len({example.query for example in found}) == len(found)
    assert {example.topic for example in found} == set(TOPICS)
    assert sum("COUNT(" in example.query for example in found) >= 10
    assert sum(bool(re.search(r"\S[+*?] \?|\)\+|/\w+:", example.query)) for example in found) >= 5
    assert sum(bool(find_calls(example.query)) for example in found) >= 5


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.id)
def test_an_example_is_titled_in_both_languages_and_passes_the_gate(example: Example) -> None:
    assert set(example.title) == {"en", "zh"}
    assert re.search(r"[\u4e00-\u9fff]", example.title["zh"])
    assert example.keywords
    assert example.id == example.iri.rpartition("/")[2]
    assert not re.search(r"[\u4e00-\u9fff]", example.title["en"])
    found = inline(example.query, lambda call: [{"": iri("urn:x")}])
    if found is None:
        check_query(example.query)


@pytest.mark.parametrize(("language", "name"), FILES.items())
def test_the_page_in_the_documentation_is_that_of_the_files(language: str, name: str) -> None:
    assert (ROOT / "docs" / name).read_text("utf-8") == page(language), "run: python -m kg.examples.page"
