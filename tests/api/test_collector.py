"""The collector of a service does not go through what stays."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from api.collector import THRESHOLDS, settle


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_what_is_there_is_left_alone_and_what_comes_is_gone_through_seldom() -> None:
    kept = [[number] for number in range(5_000)]
    settle()
    assert gc.get_threshold() == THRESHOLDS
    assert gc.get_freeze_count() >= len(kept)
    walked = {id(one) for one in gc.get_objects()}
    assert not walked & {id(one) for one in kept}


def test_garbage_that_comes_later_is_still_cleared() -> None:
    settle()
    ends = gc.get_stats()[0]["collections"]
    for _ in range(THRESHOLDS[0] + 10_000):
        own: list[object] = []
        own.append(own)
    assert gc.get_stats()[0]["collections"] > ends
    assert len(gc.get_objects(generation=0)) < THRESHOLDS[0]
