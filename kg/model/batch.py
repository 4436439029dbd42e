"""Batches: immutable folders of N-Quads with a manifest, the only way into a store."""

from __future__ import annotations

from typing import Literal

import msgspec


class Part(msgspec.Struct, frozen=True):
    """One file of a batch: name below its folder, hex SHA-256, bytes and lines."""

    name: str
    digest: str
    size: int
    lines: int


class GraphChange(msgspec.Struct, frozen=True):
    """What a batch does to one named graph.

    ``replace``: ``added`` holds the whole graph. ``patch``: ``removed`` and ``added`` are sorted
    N-Quads; ``base`` must be the graph's state before, ``state`` is what it is afterwards.
    A state is a digest that the maker computes from the record digests of the graph.
    """

    graph: str
    mode: Literal["replace", "patch"]
    added: tuple[Part, ...]
    removed: tuple[Part, ...] = ()
    base: str = ""
    state: str = ""
    default: bool = True
    """Whether the graph's statements also stand in the default graph (gold graphs do not)."""


class BatchManifest(msgspec.Struct, frozen=True):
    """``manifest.json`` of a batch folder. No clock: the same input gives the same manifest."""

    id: str
    source: str
    release: str
    licence: str
    graphs: tuple[GraphChange, ...]
    inputs: tuple[tuple[str, str], ...] = ()
    """(file name, hex SHA-256) of every raw file."""
    pipeline: str = ""
    counts: dict[str, int] = {}
    rejects: int = 0
    sides: tuple[Part, ...] = ()
    """Side tables that are not RDF, such as the labels for the lexicon."""
