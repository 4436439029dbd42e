"""Orders of the text index: keys of titles and names, ranks, and pages through a whole result."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import cast, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.index.base import Card, TextEntry
from kg.index.boolean import Keys, Order
from kg.index.collation import WAYS, Collation, Way
from kg.index.fielded import Fielded
from kg.index.text import TextIndex
from kg.index.textwriter import build


@pytest.mark.parametrize(
    ("way", "ordered"),
    [
        # By syllable, then tone; numbers before, other scripts behind, whatever the case and accents.
        ("pinyin", ["10例", "2型糖尿病", "阿司匹林", "癌症", "艾滋病", "“白”内障", "麻黄", "马", "哮喘"]),
        ("stroke", ["一例", "丁香", "马来", "中医", "白内障", "阿司匹林", "哮喘", "癌症", "Asthma", "zinc"]),
        ("pinyin", ["哮喘", "Ärzte", "asthma", "[Breath]", "breathing", "Zinc", "Γ"]),
        ("pinyin", ["陈一", "丁三", "王五", "张伟", "Chen Y", "Zhang W", ""]),
        ("stroke", ["丁三", "王五", "张伟", "陈一", "Chen Y", "Zhang W", "— —"]),
    ],
)
def test_order_of_titles_and_names(way: Way, ordered: list[str]) -> None:
    keys = Collation().keys(ordered, way)
    assert [text for _, text in sorted(zip(keys, ordered, strict=True))] == ordered


TITLES = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)


@given(st.lists(st.one_of(TITLES, st.text("哮喘病一丁a b", max_size=4)), max_size=8))
@settings(max_examples=150)
def test_every_text_has_keys_that_do_not_depend_on_its_neighbours(texts: list[str]) -> None:
    collation = Collation()
    for way in WAYS:
        keys = collation.keys(texts, way)
        assert keys == [key for text in texts for key in collation.keys([text], way)]
        assert all(key and b"\0" not in key for key in keys)


WORK = st.tuples(st.sampled_from(["哮喘", "阿司匹林", "asthma", ""]), st.sampled_from(["张伟", "Zhang W", ""]),
                 st.one_of(st.none(), st.integers(2000, 2003)), st.integers(0, 2), st.booleans())  # fmt: skip


def _engine(folder: Path, works: list[tuple[str, str, int | None, int, bool]]) -> Fielded:
    entries = [
        TextEntry(
            card=Card(id=f"doc:{number:04}", kind="document", zh=title, year=year),
            fields={"la": ("zh",)} if listed else {},
            author=author,
            cited=cited,
        )
        for number, (title, author, year, cited, listed) in enumerate(works)
    ]
    build(folder / "text", entries)
    return TextIndex(folder / "text").fielded("document")


@given(st.lists(WORK, max_size=14), st.integers(1, 5))
@settings(max_examples=25)
def test_pages_give_every_hit_once_in_every_order(
    works: list[tuple[str, str, int | None, int, bool]], limit: int
) -> None:
    with tempfile.TemporaryDirectory() as name:
        engine = _engine(Path(name), works)
        listed = [row for row, work in enumerate(works) if work[-1]]
        collation = Collation()
        keys = {
            f"{column}-{way}": [(key, row) for row, key in enumerate(collation.keys([w[place] for w in works], way))]
            for place, column in enumerate(("title", "author"))
            for way in WAYS
        }
        years = [work[2] or 0 for work in works]
        keys["newest"] = [(-year, row) for row, year in enumerate(years)]  # type: ignore[misc]
        keys["oldest"] = [(year, -row) for row, year in enumerate(years)]  # type: ignore[misc]
        keys["cited-by"] = [(-works[row][3], -years[row], row) for row in range(len(works))]  # type: ignore[misc]
        for order in get_args(Order):
            found: list[int] = []
            while True:
                page = engine.search(Keys("la", ("zh",)), len(found), limit, cast(Order, order))
                assert page.total == len(listed)
                if not page.hits:
                    break
                found += [row for row, _ in page.hits]
            expected = listed if order == "relevance" else sorted(listed, key=keys[order].__getitem__)
            assert found == expected, order
