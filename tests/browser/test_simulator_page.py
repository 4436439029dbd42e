"""The simulator in a browser: a patient chosen, every moment fired, cards with explanation and time."""

from __future__ import annotations

import re

import pytest

from ingest.cases.shipped import invented
from tests.browser.conftest import SIZES, Look

pytestmark = pytest.mark.slow
BOTH = pytest.mark.parametrize("language", ["zh", "en"])


@BOTH
def test_each_event_of_a_patient_by_the_form(look: Look, language: str) -> None:
    window = look(language)
    page = window.page
    window.open("/simulator")
    window.fine()
    patient = next(one for one in invented() if one.id == "warfarin-knee")
    ask = page.get_by_role("button", name="询问规则" if language == "zh" else "Ask the rules")
    for event in dict.fromkeys(moment.event for moment in patient.moments):
        page.get_by_label("患者" if language == "zh" else "Patient", exact=True).select_option("warfarin-knee")
        page.get_by_label("时机" if language == "zh" else "Moment", exact=True).select_option(event)
        with page.expect_navigation():
            ask.click()
        window.fine()
        moments = [moment for moment in patient.moments if moment.event == event]
        assert page.locator("main section").count() == len(moments)
        for moment, section in zip(moments, page.locator("main section").all(), strict=True):
            cards = section.locator("ul.hits")
            shown = cards.inner_text() if cards.count() else ""
            assert all(rule in shown for rule in moment.fires)
            assert not any(rule in shown for rule in moment.silent)
            note = "示例，不可用于诊疗" if language == "zh" else "Example, not for care"
            assert not moment.fires or note in shown
            assert re.search(r"\d 毫秒" if language == "zh" else r"\d ms", section.inner_text())


@BOTH
@pytest.mark.parametrize("size", SIZES)
def test_every_patient_at_every_moment(look: Look, size: str, language: str) -> None:
    window = look(language, size)
    for one in invented():
        assert window.open(f"/simulator?patient={one.id}").status == 200, one.id
        window.fine()
        assert window.page.locator("main section").count() == len(one.moments)


@BOTH
def test_the_explanation_unfolds_by_keyboard(look: Look, language: str) -> None:
    window = look(language)
    page = window.page
    window.open("/simulator?patient=warfarin-knee&event=order-sign")
    stops = window.tabbed()
    assert [stop["name"] for stop in stops if stop["tag"] == "select"] == ["patient", "event"]
    assert sum(stop["tag"] == "summary" for stop in stops) == page.locator("summary").count() >= 4
    why = page.locator("summary").first
    told = page.locator("details").first.locator("pre")
    assert not told.is_visible()
    why.focus()
    page.keyboard.press("Enter")
    assert told.is_visible()
    assert "example:warfarin-nsaid" in told.inner_text()
    window.fine()


@BOTH
def test_who_is_not_there_is_told(look: Look, language: str) -> None:
    window = look(language)
    window.refused("/simulator?patient=nobody", 404)
    window.fine()
