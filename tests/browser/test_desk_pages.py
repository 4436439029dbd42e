"""The curators' desk in a browser: a proposal from its form to acceptance by somebody else, and what strangers see."""

from __future__ import annotations

import pytest

from tests.browser.conftest import SIZES, Look

pytestmark = pytest.mark.slow
BOTH = pytest.mark.parametrize("language", ["zh", "en"])


@BOTH
def test_a_proposal_from_its_form_to_acceptance(look: Look, keys: dict[str, str], language: str) -> None:
    author = look(language, key=keys["curator"])
    page = author.page
    author.open("/desk/new/synonym?concept=medkg:drug-metformin")
    author.fine()
    page.locator("#f-value").fill("示例说法" if language == "zh" else "an illustrative name")
    page.locator("#f-language").select_option(language)
    page.locator("#f-kind").select_option("lay")
    page.locator("#reason").fill("示例" if language == "zh" else "illustrative")
    with page.expect_navigation():
        page.locator("button[name=submit]").click()
    author.fine()
    where = page.url.removeprefix(author.address).partition("?")[0]
    assert page.locator("button[formaction*='/accept']").count() == 0

    reviewer = look(language, key=keys["reviewer"])
    page = reviewer.page
    reviewer.open("/desk/queue")
    reviewer.fine()
    page.locator(f"a[href^='{where}?']").click()
    page.wait_for_url(f"**{where}**")
    reviewer.fine()
    assert page.locator("table").is_visible(), "what it would change elsewhere"
    page.locator("#text").fill("看过了" if language == "zh" else "I have looked at it")
    with page.expect_navigation():
        page.locator("form[action*='/comments'] button").click()
    reviewer.fine()
    assert ("看过了" if language == "zh" else "I have looked at it") in reviewer.said()
    page.locator("#note").fill("可用" if language == "zh" else "in use")
    with page.expect_navigation():
        page.locator("button[formaction*='/accept']").click()
    reviewer.fine()
    assert page.locator("main .mark").first.inner_text() == ("已通过" if language == "zh" else "accepted")
    assert page.locator("button[formaction*='/reopen']").is_visible()
    reviewer.open("/desk/queue?state=accepted&concept=medkg:drug-metformin")
    assert page.locator(f"a[href^='{where}?']").is_visible()


@BOTH
@pytest.mark.parametrize("size", SIZES)
def test_every_page_is_fine_in_every_width(look: Look, keys: dict[str, str], size: str, language: str) -> None:
    window = look(language, size, keys["curator"])
    forms = ("label", "synonym", "definition", "parent", "mapping", "deprecate", "merge", "split", "concept")
    for path in ("queue", "queue?state=accepted", *(f"new/{form}" for form in forms)):
        assert window.open(f"/desk/{path}").status == 200
        window.fine()
    window.open("/desk/new/parent")
    window.page.locator("#f-concept").fill("medkg:drug-metformin")
    window.page.locator("#f-parent").fill("medkg:drug-class-nsaid")
    with window.page.expect_navigation():
        window.page.locator("form.stack button").first.click()
    window.fine()


@BOTH
def test_the_keyboard_fills_in_a_form(look: Look, keys: dict[str, str], language: str) -> None:
    window = look(language, key=keys["curator"])
    window.open("/desk/new/synonym")
    names = [stop["name"] for stop in window.tabbed() if stop["tag"] in ("input", "select", "textarea", "button")]
    assert names == ["q", "", "concept", "value", "language", "kind", "remove", "title", "reason", "", "submit"]
    window.open("/desk/queue")
    names = [stop["name"] for stop in window.tabbed() if stop["tag"] in ("input", "select")]
    assert names == ["q", "state", "kind", "concept", "mine", "unseen"]


@BOTH
def test_what_does_not_fit_comes_back_with_what_was_written(look: Look, keys: dict[str, str], language: str) -> None:
    window = look(language, key=keys["curator"])
    page = window.page
    window.open("/desk/new/mapping")
    page.locator("#f-subject").fill("medkg:drug-metformin")
    page.locator("#f-object").fill("medkg:drug-aspirin")
    page.locator("#f-confidence").fill("2")
    with page.expect_navigation():
        page.locator("form.stack button").first.click()
    assert page.get_by_role("alert").is_visible()
    assert page.locator("#f-object").input_value() == "medkg:drug-aspirin"
    (said,) = window.troubles
    assert "status of 422" in said
    window.troubles.clear()
    window.fine()


@BOTH
@pytest.mark.parametrize(("role", "status"), [("wrong", 401), ("reader", 403)])
def test_strangers_are_told(look: Look, keys: dict[str, str], role: str, status: int, language: str) -> None:
    window = look(language, key=keys.get(role, "mk_wrong"))
    window.refused("/desk/queue", status)
    window.fine()
