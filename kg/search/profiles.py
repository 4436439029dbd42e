"""Profiles: for whom a search ranks, as data. A profile changes weights and labels, never what a document says.

Those that come with medkg stand in ``profiles.toml``; a file of one's own adds others, or replaces one by its name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal, get_args

import msgspec

from kg import vocab
from kg.errors import ConfigError, QueryError
from kg.model.document import DocumentKind
from kg.search.base import SIGNALS, Names
from kg.search.hints.designs import table, types

FILE = "profiles.toml"
Labels = Literal["preferred", "lay"]
_MOST_FACTOR = 10.0


class Preference(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What gains ``share`` of the whole score (0 to 1): a document of one of these designs or kinds, or a concept of
    one of these categories."""

    share: float
    designs: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()

    @property
    def types(self) -> tuple[str, ...]:
        """What a document is marked with in the field ``pt`` of the index."""
        return tuple(sorted({*types(self.designs, alone=True), *self.kinds}))


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``signals``: what the fitted weight of a signal is multiplied by. ``prefer``: the first that fits counts.
    ``without``: kinds of documents that are left out. ``labels``: ``lay`` shows lay terms first, where a terminology
    marks one as such."""

    name: str
    title: Names
    about: Names
    signals: dict[str, float] = {}
    prefer: tuple[Preference, ...] = ()
    without: tuple[str, ...] = ()
    labels: Labels = "preferred"

    def weighted(self, weights: Mapping[str, float]) -> dict[str, float]:
        """The weights of signals for this profile.

        >>> packaged()["clinical"].weighted({"text": 0.5, "concept": 0.5})
        {'text': 0.5, 'concept': 0.6}
        """
        return {name: round(weight * self.signals.get(name, 1.0), 6) for name, weight in weights.items()}


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    profile: tuple[Profile, ...]


def decoded(text: str, where: object) -> dict[str, Profile]:
    """Profiles by name; raises ConfigError for what is none, and for names of signals and others that do not exist."""
    try:
        found = msgspec.convert(tomllib.loads(text), _File).profile
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigError(where=where, reason=str(error)[:200]) from error
    for one in found:
        _check(one, where)
    if len(named := {one.name: one for one in found}) < len(found):
        raise ConfigError(where=where, reason="a name stands there twice")
    return named


def _check(one: Profile, where: object) -> None:
    if not one.name or len(one.name) > 40 or not all(part.isalnum() and part.isascii() for part in one.name.split("-")):
        raise ConfigError(where=where, reason=f"{one.name[:40]!r} is no name (letters, digits and hyphens)")
    for names in (one.title, one.about):
        if not (names.zh.strip() and names.en.strip()):
            raise ConfigError(where=where, reason=f"{one.name}: title and about stand in zh and en")
    known = (
        ("signal", one.signals, SIGNALS),
        ("design", (name for some in one.prefer for name in some.designs), table()),
        ("kind", (*one.without, *(name for some in one.prefer for name in some.kinds)), get_args(DocumentKind)),
        ("category", (name for some in one.prefer for name in some.categories), vocab.CATEGORIES),
    )
    for what, names_, there in known:
        for name in names_:
            if name not in there:
                raise ConfigError(where=where, reason=f"{one.name}: no {what} {name[:40]!r}; known: {', '.join(there)}")
    # Comparisons that are false for what is no number.
    if not all(0 <= factor <= _MOST_FACTOR for factor in one.signals.values()):
        raise ConfigError(where=where, reason=f"{one.name}: factors of signals lie between 0 and {_MOST_FACTOR:g}")
    if not all(0 <= some.share < 1 for some in one.prefer):
        raise ConfigError(where=where, reason=f"{one.name}: a share lies between 0 and 1")


@cache
def packaged() -> dict[str, Profile]:
    """Those that come with medkg."""
    return decoded(files("kg.search").joinpath(FILE).read_text("utf-8"), FILE)


def read(path: Path | None) -> dict[str, Profile]:
    """Those that come with medkg and those of a file, which count more; raises ConfigError."""
    if path is None:
        return packaged()
    try:
        return packaged() | decoded(path.read_text("utf-8"), path)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(where=path, reason=getattr(error, "strerror", "") or "no UTF-8") from error


def chosen(profiles: Mapping[str, Profile], name: str) -> Profile | None:
    """A profile by name, None for no name; raises QueryError, which lists the known."""
    if not name:
        return None
    if name not in profiles:
        raise QueryError(why="unknown-profile", name=name[:40], known=", ".join(_names(profiles.values())))
    return profiles[name]


def _names(profiles: Iterable[Profile]) -> list[str]:
    return [one.name for one in profiles]
