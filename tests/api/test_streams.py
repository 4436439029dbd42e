"""Answers on their way: cut where they break or the asker stops reading, and never whole-looking."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest
from starlette.types import Message

from api import answers
from api.answers import Stream
from kg.errors import QueryTimeout
from kg.query.pool import Answer


def run(blocks: int, wait: float, failure: Exception | None = None) -> tuple[list[Message], BaseException | None, bool]:
    """What is sent of an answer of 10 kB blocks whose reader takes ``wait`` seconds each; and whether it was let go."""
    sent: list[Message] = []
    freed = False

    async def rest() -> AsyncGenerator[bytes, None]:
        nonlocal freed
        try:
            yield b""  # as the pool's own begins, before it is handed on
            for _ in range(blocks):
                yield b"x" * 10_000
            if failure:
                raise failure
        finally:
            freed = True

    async def send(message: Message) -> None:
        await asyncio.sleep(wait if message["type"] == "http.response.body" else 0)
        sent.append(message)

    async def go() -> BaseException | None:
        found = rest()
        await anext(found)
        try:
            await Stream(Answer("json", b"begin", found), "text/plain", {})({}, None, send)  # type: ignore[arg-type]
        except Exception as error:
            return error
        return None

    error = asyncio.run(go())
    return sent, error, freed


def test_a_whole_answer_ends_cleanly() -> None:
    sent, error, freed = run(5, 0)
    assert error is None
    assert freed
    assert sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}
    assert b"".join(message.get("body", b"") for message in sent) == b"begin" + b"x" * 50_000


def test_a_broken_answer_does_not_end() -> None:
    sent, error, freed = run(2, 0, QueryTimeout(seconds=1))
    assert isinstance(error, QueryTimeout)
    assert freed
    assert all(message.get("more_body", True) for message in sent)


@pytest.mark.parametrize("wait", [5.0, 0.1])
def test_a_slow_reader_is_cut_off(monkeypatch: pytest.MonkeyPatch, wait: float) -> None:
    """One that stops, and one that takes a little now and then: 100 kB a second where 1 MB is asked for."""
    monkeypatch.setattr(answers, "STALL_SECONDS", 0.4)
    monkeypatch.setattr(answers, "SLOWEST", 1_000_000)
    sent, error, freed = run(1_000, wait)
    assert isinstance(error, TimeoutError)
    assert freed
    assert len(sent) < 10
    assert all(message.get("more_body", True) for message in sent)
