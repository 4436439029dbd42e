"""What a confined worker does with questions: gate, answer, frames. Imported once the walls stand."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import BinaryIO

import msgspec
import pyoxigraph

from kg.errors import MedkgError, QueryTooLarge
from kg.query import answering
from kg.query.answering import Begin, Emit
from kg.query.frames import DATA, END, FAILURE, HEAD, HEADER, WHOLE, End, Failure, Head, Question, Whole, frame, unframe
from kg.query.gate import check_query

SHORT = 65_536
"""Bytes of an answer that goes out in one piece: each write wakes the parent."""
_encode = msgspec.msgpack.Encoder().encode
_QUESTIONS = msgspec.msgpack.Decoder(Question)


def receive(reader: BinaryIO) -> Question | None:
    """The next question; None where the parent has closed its end."""
    header = reader.read(HEADER)
    if len(header) < HEADER:
        return None
    size = unframe(header)[1]
    body = reader.read(size)
    return _QUESTIONS.decode(body) if len(body) == size else None


class Reply:
    """One answer on its way: held while it may turn out short, then frame by frame."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._format = ""
        self._held: list[bytes] | None = []
        self._size = 0

    def begin(self, format_: str) -> None:
        self._format = format_

    def emit(self, block: bytes) -> None:
        self._size += len(block)
        if self._held is not None and self._size <= SHORT:
            self._held.append(block)
            return
        if self._held is not None:
            self._send(HEAD, _encode(Head(self._format)))
            for earlier in self._held:
                self._send(DATA, earlier)
            self._held = None
        self._send(DATA, block)

    def end(self, rows: int, tired: bool) -> None:
        if self._held is None:
            self._send(END, _encode(End(rows, tired)))
        else:
            self._send(WHOLE, _encode(Whole(self._format, rows, tired, b"".join(self._held))))

    def fail(self, error: MedkgError) -> None:
        params = {
            name: value if isinstance(value, str | int | float) else str(value) for name, value in error.params.items()
        }
        self._send(FAILURE, _encode(Failure(error.slug, params)))

    def _send(self, kind: bytes, body: bytes) -> None:
        self._channel.sendall(frame(kind, body))


def reply(channel: socket.socket, store: pyoxigraph.Store, question: Question, tired: Callable[[], bool]) -> None:
    """Answer one question. A MemoryError is told and raised: whatever did not fit is still there."""
    writing = Reply(channel)
    try:
        if not question.gated:
            check_query(question.text)
        rows = _answer(question)(store, question, writing.begin, writing.emit)
        writing.end(rows, tired())
    except MedkgError as error:
        writing.fail(error)
    except MemoryError:
        writing.fail(QueryTooLarge(why="memory", limit=0))
        raise


def _answer(question: Question) -> Callable[[pyoxigraph.Store, Question, Begin, Emit], int]:
    if question.explain:
        # Another parser comes with it, which most workers never need.
        from kg.query import explaining

        return explaining.answer
    return answering.answer
