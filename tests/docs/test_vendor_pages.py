"""The pages for vendors say what the code does, and the list of errors is whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from api import problems
from kg.messages import Catalogue
from tests.docs.test_docs import test_both_languages_have_the_same_shape as same_shape
from tests.vendor_pages import ERRORS, EVALUATE, evaluate, problem_page, remedies, statuses


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("pages", "made"), [(EVALUATE, evaluate), (ERRORS, problem_page)])
def test_pages_are_made_from_the_code(pages: dict[str, object], made: Callable[[str], str], language: str) -> None:
    assert pages[language].read_text("utf-8") == made(language)  # type: ignore[attr-defined]


def test_pages_have_the_same_shape() -> None:
    same_shape("docs/evaluate.md", "docs/evaluate.zh.md")
    same_shape("docs/errors.md", "docs/errors.zh.md")


def test_every_code_that_can_be_answered_stands_on_the_page() -> None:
    titles = {key.partition(".")[2] for key in Catalogue("api").tables["en"] if key.startswith("problem.")}
    assert statuses().keys() <= titles
    for language in ("en", "zh"):
        page = problem_page(language)
        assert [slug for slug in statuses() if f"`{slug}`" not in page] == []


def test_what_to_do_is_told_for_real_codes_with_their_status() -> None:
    assert remedies().keys() <= statuses().keys()
    for slug, (status, *told) in remedies().items():
        assert status.replace("、", ", ") == statuses()[slug], slug
        assert all(told), slug
    # Whatever is refused before anything is asked may come from any door.
    assert set(problems._HTTP.values()) - remedies().keys() == {"precondition-required"}
