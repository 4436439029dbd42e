"""Sorting through files gives what sets give."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.model.terms import Statement
from kg.store.sorting import Counted, Sorted, missing

# Whatever a canonical statement may hold: no raw line feed, but other ends of lines that Python knows.
ROWS = st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=4).map(Statement))


@given(ROWS, ROWS, st.integers(1, 5))
def test_as_sets(rows: list[Statement], others: list[Statement], at_once: int) -> None:
    with TemporaryDirectory() as name:
        one, other = (Sorted(part, Path(name), kind, at_once) for part, kind in ((rows, "one"), (others, "other")))
        assert list(one) == list(one) == sorted(set(rows))
        found = Counted(missing(one, other))
        assert list(found) == sorted(set(rows) - set(others))
        assert found.number == len(set(rows) - set(others))


def test_a_file_of_that_name_is_not_written_over(tmp_path: Path) -> None:
    rows = [Statement(str(number)) for number in range(9)]
    Sorted(rows, tmp_path, "one", 3)
    with pytest.raises(FileExistsError):
        Sorted(rows, tmp_path, "one", 3)
