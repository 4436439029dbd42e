"""A document agrees with itself: short forms after their definition, names that were found in half of their places."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text.agreement import agreed
from ingest.text.tagger import TaggedSpan


def spans(text: str, *names: tuple[str, int]) -> list[TaggedSpan]:
    """The n-th place of each name."""
    found = []
    for name, number in names:
        start = -1
        for _ in range(number):
            start = text.index(name, start + 1)
        found.append(TaggedSpan(start, start + len(name), "disease", 0.8))
    return sorted(found)


def surfaces(texts: list[str], found: list[list[TaggedSpan]]) -> list[list[str]]:
    made = agreed(texts, found)
    return [[text[span.start : span.end] for span in row] for text, row in zip(texts, made, strict=True)]


def test_a_short_form_counts_in_all_passages() -> None:
    texts = ["Grey disease in mice", "We made up grey disease (GD). GDs and MGD are shown; GD's cause is not."]
    found = [spans(texts[0], ("Grey disease", 1)), spans(texts[1], ("grey disease", 1))]
    assert surfaces(texts, found) == [["Grey disease"], ["grey disease", "GD", "GDs", "GD"]]


@pytest.mark.parametrize(("seen", "count"), [((1, 2), 4), ((1,), 1)])
def test_half_of_the_places_decide(seen: tuple[int, ...], count: int) -> None:
    text = "grue, grue, grue and grue, not grues or grue2"
    [row] = surfaces([text], [spans(text, *(("grue", number) for number in seen))])
    assert row == ["grue"] * count


def test_a_name_within_a_found_one_stays_within() -> None:
    text = "grue and bleen grue"
    assert surfaces([text], [spans(text, ("grue", 1), ("bleen grue", 1))]) == [["grue", "bleen grue"]]


@given(st.text("aB (-)\n肿", max_size=40), st.data())
def test_spans_stay_apart_and_in_order(text: str, data: st.DataObject) -> None:
    edges = data.draw(st.lists(st.integers(0, len(text)), max_size=6, unique=True).map(sorted))
    found = [TaggedSpan(start, end, "disease", 0.9) for start, end in zip(edges[::2], edges[1::2], strict=False)]
    [made] = agreed([text], [found])
    assert set(found) <= set(made)
    assert all(one.end <= other.start for one, other in pairwise(made))
    known = {text[one.start : one.end] for one in found}
    assert all(text[one.start : one.end].removesuffix("s") in known for one in made if "(" not in text)
