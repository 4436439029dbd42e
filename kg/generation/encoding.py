"""Encoding in several processes, each with one thread: threads of one process wait for each other and spin.

A page of texts is dealt out in chunks of like length, longest first, so that none waits long for another at its end.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager

import numpy as np

from kg.index.base import Encoder, Vectors
from kg.query.confinement import die_with_parent

FEW = 512
"""Texts that are encoded faster than processes start."""
_CHUNK = 128


class ManyEncoders:
    """An Encoder that has others: see ``encoders``. Small pages are encoded here."""

    def __init__(self, encoder: Encoder, processes: int) -> None:
        self._encoder = encoder
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None

    @property
    def id(self) -> str:
        return self._encoder.id

    @property
    def dimension(self) -> int:
        return self._encoder.dimension

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See ``Encoder.encode``."""
        if len(texts) < FEW:
            return self._encoder.encode(texts)
        if self._pool is None:
            # Spawned, not forked: this process holds threads and open stores.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(
                self._processes, mp_context=context, initializer=_begin, initargs=(self._encoder,)
            )
        order = sorted(range(len(texts)), key=lambda at: (-len(texts[at]), texts[at]))
        chunks = [order[start : start + _CHUNK] for start in range(0, len(order), _CHUNK)]
        made: Vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for places, vectors in zip(
            chunks, self._pool.map(_encode, [[texts[at] for at in places] for places in chunks]), strict=True
        ):
            made[places] = vectors
        return made

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


@contextmanager
def encoders(encoder: Encoder, processes: int) -> Iterator[Encoder]:
    """``encoder`` in so many processes, which are started with the first large page."""
    if processes < 2:
        yield encoder
        return
    many = ManyEncoders(encoder, processes)
    try:
        yield many
    finally:
        many.close()


_OWN: list[Encoder] = []
"""The encoder of this process, if it is one of the pool."""


def _begin(encoder: Encoder) -> None:
    die_with_parent()
    _OWN.append(encoder)


def _encode(texts: Sequence[str]) -> Vectors:
    return _OWN[0].encode(texts)
