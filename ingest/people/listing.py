"""Under which keys a name is listed, and under which it is sought: they meet wherever two names can be one person's."""

from __future__ import annotations

from ingest.people.names import PersonName


def listed(name: PersonName) -> tuple[str, ...]:
    """Under which keys a name is listed; with a full stop what can be short for a longer one, or the reverse.

    >>> from ingest.people.names import written
    >>> listed(written("张伟")), listed(written("Zhang W"))
    (('zhang wei', 'zhang w'), ('zhang w', 'zhang w.'))
    """
    short = name.short_keys
    return tuple(dict.fromkeys((*name.full_keys, *short, *(() if name.complete else _open(short)))))


def sought(name: PersonName) -> tuple[str, ...]:
    """Under which keys all names are listed that can be one person's with this one.

    >>> from ingest.people.names import written
    >>> sought(written("张伟")), sought(written("Zhang W"))
    (('zhang wei', 'zhang w.'), ('zhang w', 'zhang w.'))
    """
    short = name.short_keys
    return tuple(dict.fromkeys((*name.full_keys, *(() if name.complete else short), *_open(short))))


def _open(keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{key}." for key in keys)
