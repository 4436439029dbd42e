"""The page of results: for whom to rank and which study design are chosen there, and kept from page to page."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from kg.search.filtering import DESIGNS
from kg.search.hints.designs import table


def options(page: str, name: str) -> dict[str, str]:
    """Value of each choice -> what it is called."""
    inside = re.search(rf'<select id="{name}".*?</select>', page, re.S)
    assert inside is not None
    return dict(re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)</option>', inside[0]))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_choices_come_from_data_in_the_language_of_the_page(client: TestClient, language: str) -> None:
    page = client.get("/search", params={"q": "fever", "lang": language}).text
    known = client.get("/api/v1/profiles").json()["items"]
    profiles, designs = options(page, "profile"), options(page, "design")
    assert profiles.pop("")
    assert profiles == {one["name"]: one["title"][language] for one in known}
    assert designs.pop("")
    assert tuple(designs) == DESIGNS
    assert len(set(designs.values())) == len(DESIGNS)


def test_every_design_that_a_hit_can_have_has_a_name_here(client: TestClient) -> None:
    from api.texts import text

    for name in table():
        assert len({text(f"page.design-{name}", language) for language in ("zh", "en")}) == 2
    assert set(DESIGNS) <= set(table())


def test_what_is_chosen_acts_and_is_kept(client: TestClient) -> None:
    asked = {"q": "fever", "profile": "clinical", "design": "review", "hints": "none", "lang": "en"}
    page = client.get("/search", params=asked).text
    assert '<option value="clinical" selected>' in page
    assert '<option value="review" selected>' in page
    form = re.search(r'<form class="narrow".*?</form>', page, re.S)
    assert form is not None
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form[0]))
    assert hidden == {"q": "fever", "hints": "none", "lang": "en"}
    filtered = client.get("/api/v1/search", params={"q": "fever", "profile": "clinical", "filter": "design:review"})
    found = re.findall(r'<span class="id">([^<]*)</span>', page.split('<ol class="hits">')[1])
    assert found == [one["id"] for one in filtered.json()["items"]]
    plain = client.get("/search", params={"q": "fever", "lang": "en"}).text
    assert "selected" not in plain


@pytest.mark.parametrize(
    "bad", [{"profile": "astrology"}, {"design": "horoscope"}, {"design": "<script>"}, {"profile": '"><script>'}]
)
def test_an_unknown_choice_is_told_and_not_repeated_raw(client: TestClient, bad: dict[str, str]) -> None:
    answer = client.get("/search", params={"q": "fever", **bad})
    assert answer.status_code == 400
    assert "<script" not in answer.text
