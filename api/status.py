"""What the service says of itself."""

from __future__ import annotations

import msgspec


class Health(msgspec.Struct, frozen=True):
    """The process answers."""

    status: str


class Walls(msgspec.Struct, frozen=True):
    """What stands between query workers and the network, beside the gate before them."""

    network_namespace: bool
    system_call_filter: bool


class Readiness(msgspec.Struct, frozen=True):
    """Whether questions can be answered, and from what.

    ``vectors``: id of the encoder, empty for none. ``search``: ``ready``, ``warming`` while the encoder is
    being loaded and a first search would wait for it, ``text`` where there are no vectors, ``degraded`` where they
    cannot be asked.
    """

    ready: bool
    generation: str
    generations: tuple[str, ...]
    published: str
    statements: int
    documents: int
    concepts: int
    vectors: str
    search: str
    workers: int
    walls: Walls
