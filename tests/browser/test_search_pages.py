"""Search in a browser: asked in both languages, a hit opened, a filter set, an opinion sent."""

from __future__ import annotations

import pytest

from tests.browser.conftest import SIZES, Look

pytestmark = pytest.mark.slow
BOTH = pytest.mark.parametrize("language", ["zh", "en"])


@BOTH
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "path", ["/", "/search?q=metformin", "/search?q=心梗 aspirin", "/search?q=zzzz", "/concept/medkg:drug-metformin",
             "/document/doc:S0001", "/docs", "/examples"]
)  # fmt: skip
def test_every_page_is_fine_in_every_width(look: Look, path: str, size: str, language: str) -> None:
    window = look(language, size)
    assert window.open(path).status == 200
    window.fine()


@BOTH
@pytest.mark.parametrize("asked", ["糖尿病", "type 2 diabetes"])
def test_somebody_searches_opens_a_hit_and_says_what_is_missing(look: Look, language: str, asked: str) -> None:
    window = look(language)
    page = window.page
    window.open("/")
    page.get_by_role("searchbox").fill(asked)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?*")
    window.fine()
    assert ("理解为" if language == "zh" else "Read as") in window.said()
    hits = page.locator("ol.hits > li")
    assert hits.count() >= 2
    assert page.locator("mark").count() >= 1
    before = hits.count()

    page.get_by_label("研究设计" if language == "zh" else "Study design").select_option("review")
    page.get_by_role("button", name="应用" if language == "zh" else "Apply").click()
    page.wait_for_url("**design=review**")
    window.fine()
    assert 0 < hits.count() < before

    title = hits.first.locator("h2 a").inner_text()
    hits.first.locator("h2 a").click()
    page.wait_for_url("**/document/**")
    window.fine()
    assert page.locator("h1").inner_text() == title
    page.locator("a.mention").first.click()
    page.wait_for_url("**/concept/**")
    window.fine()
    page.locator("#opinion").fill("示例 / an illustration")
    with page.expect_navigation():
        page.locator("form[action^='/feedback'] button").click()
    window.fine()


@BOTH
def test_the_keyboard_reaches_all_that_a_search_needs(look: Look, language: str) -> None:
    window = look(language)
    window.open("/search?q=metformin")
    stops = window.tabbed()
    assert stops[0]["href"] == "#main"
    names = [stop["name"] for stop in stops if stop["tag"] in ("input", "select")]
    assert names == ["q", "profile", "design"]
    links = [stop["href"] for stop in stops]
    assert any(link.startswith("/document/") for link in links)
    assert any("lang=" in link and "q=metformin" in link for link in links)
    window.page.keyboard.press("Tab")
    window.page.keyboard.press("Enter")
    window.page.wait_for_url("**#main")


@BOTH
def test_what_is_not_there_is_a_page_too(look: Look, language: str) -> None:
    window = look(language)
    window.refused("/concept/DOID:0", 404)
    window.fine()
