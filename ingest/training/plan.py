"""How a network is fitted; without torch, so that a command can say it before anything heavy is loaded."""

from __future__ import annotations

import msgspec


class Plan(msgspec.Struct, frozen=True):
    """``pieces`` in one step (padding included); ``rate`` of learning of the encoder, what is new learns ten times as
    fast.

    The lowest ``frozen`` layers of the encoder do not learn: each epoch is shorter, the model somewhat worse. Of its
    layers the lowest ``layers`` are used (0: all): fewer train and read faster. One thread is best on busy cores, where
    threads wait for each other.
    """

    epochs: int = 8
    seed: int = 1
    threads: int = 1
    frozen: int = 0
    layers: int = 0
    pieces: int = 768
    rate: float = 2e-4
