"""The pages on very large collections are what the script reckons."""

from __future__ import annotations

import msgspec
import pytest

from benchmarks.scale import Language, page, read, rows
from tests.conftest import ROOT

PAGES: dict[Language, str] = {"en": "scale.md", "zh": "scale.zh.md"}


@pytest.mark.parametrize("language", PAGES)
def test_the_page_is_what_is_reckoned(language: Language) -> None:
    assert (ROOT / "docs" / PAGES[language]).read_text("utf-8") == page(language, read())


def test_twice_as_many_take_twice_the_time_of_encoding() -> None:
    inputs = read()
    double = msgspec.structs.replace(inputs, assumed=msgspec.structs.replace(inputs.assumed, abstracts=76_000_000))
    one, other = (next(row for row in rows(some) if row.en == "encoding, one core") for some in (inputs, double))
    assert float(other.faiss.split()[0]) == pytest.approx(2 * float(one.faiss.split()[0]), rel=0.02)
