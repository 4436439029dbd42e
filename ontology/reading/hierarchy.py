"""Hierarchies as releases state them: which statements make a circle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence


def closing(parents: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """The (child, parent) pairs without which no concept is its own ancestor, in the order of ``parents``.

    Of each circle it is the pair that leads back to where the walk upwards came from, so that the same mapping
    gives the same pairs. Parents that are no keys end the walk.

    >>> list(closing({"a": ["b"], "b": ["c"], "c": ["a", "d"]}))
    [('c', 'a')]
    """
    finished: set[str] = set()
    for start in parents:
        if start in finished:
            continue
        walk: dict[str, Iterator[str]] = {start: iter(parents[start])}
        while walk:
            child = next(reversed(walk))
            for parent in walk[child]:
                if parent in walk:
                    yield child, parent
                elif parent not in finished and parent in parents:
                    walk[parent] = iter(parents[parent])
                    break
            else:
                finished.add(child)
                del walk[child]
