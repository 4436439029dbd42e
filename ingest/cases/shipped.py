"""Invented patients that come with medkg, for the simulator: a chart, and moments at which rules are asked about it.

Each moment says which rules of the example packs must fire, stay silent, or lack data; a test asks the engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import as_file, files
from typing import Any

import msgspec

from kg.errors import UnknownName
from kg.model.case import Case, Event
from kg.model.rule import Bilingual
from ontology.reading.definitions import trees


class Moment(msgspec.Struct, frozen=True):
    """One question about a patient. ``told``: what happens; rule ids say what must come of it."""

    event: Event
    told: Bilingual
    case: Case
    fires: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    insufficient: tuple[str, ...] = ()


class Invented(msgspec.Struct, frozen=True):
    """A patient whom nobody ever met."""

    id: str
    title: Bilingual
    story: Bilingual
    moments: tuple[Moment, ...]


class _Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    event: Event
    told: Bilingual
    case: dict[str, Any] = {}
    fires: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    insufficient: tuple[str, ...] = ()


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    title: Bilingual
    story: Bilingual
    chart: dict[str, Any]
    moments: tuple[_Step, ...]


@lru_cache(maxsize=1)
def invented() -> tuple[Invented, ...]:
    """All of them, in the order in which they are written."""
    with as_file(files("ingest") / "packs" / "patients" / "patients.yaml") as path:
        return tuple(_patient(msgspec.convert(tree.value, _Document, strict=tree.typed)) for tree in trees(path))


def patient(name: str) -> Invented:
    """The one of a name; raises UnknownName, which lists those that there are."""
    for one in invented():
        if one.id == name:
            return one
    raise UnknownName(kind="patient", name=name, known=", ".join(one.id for one in invented()))


def at(name: str, event: Event | None = None) -> Iterator[Moment]:
    """The moments of a patient, those of one event where it is given; raises UnknownName for either."""
    moments = patient(name).moments
    if event is not None and all(one.event != event for one in moments):
        known = ", ".join(dict.fromkeys(one.event for one in moments))
        raise UnknownName(kind="event", name=event, known=known)
    yield from (one for one in moments if event in (None, one.event))


def _patient(document: _Document) -> Invented:
    return Invented(
        document.id, document.title, document.story, tuple(_moment(document.chart, one) for one in document.moments)
    )


def _moment(chart: dict[str, Any], step: _Step) -> Moment:
    """What a moment says goes before the chart, field by field; null takes a list of the chart away."""
    case = msgspec.convert(chart | step.case | {"event": step.event}, Case, strict=False)
    return Moment(step.event, step.told, case, step.fires, step.silent, step.insufficient)
