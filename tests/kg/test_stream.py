"""Statements as streams: blocks of whole lines whatever their size, and portions that lose nothing."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import IntegrityError
from kg.store.stream import line_blocks, portions

LINES = st.lists(st.binary(max_size=9).map(lambda line: line.replace(b"\n", b" ") + b"\n"), max_size=12)


@given(lines=LINES, size=st.integers(1, 20))
def test_blocks_are_whole_lines(lines: list[bytes], size: int) -> None:
    """Also where a line is longer than a block: half a line cannot be loaded, nor its graph be taken off."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "lines")
        path.write_bytes(b"".join(lines))
        found = list(line_blocks(path, size))
    assert all(block.endswith(b"\n") for block in found)
    assert b"".join(found) == b"".join(lines)


def test_a_line_that_is_not_ended(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    path.write_bytes(b"one\ntwo")
    with pytest.raises(IntegrityError):
        list(line_blocks(path, 3))


@given(blocks=st.lists(st.binary(min_size=1, max_size=9), max_size=12), size=st.integers(1, 30))
def test_portions_hold_everything_in_order(blocks: list[bytes], size: int) -> None:
    found = [list(run) for run in portions(blocks, size)]
    assert [block for run in found for block in run] == blocks
    assert all(sum(map(len, run)) >= size for run in found[:-1])
    assert all(sum(map(len, run[:-1])) < size for run in found)
