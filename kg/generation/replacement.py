"""What a new release of a terminology changed, concept by concept, in the words that librarians ask in.

The same Change that a diff of generations tells of (``kg.generation.diff``), sorted by what became of the concept: new,
gone, deprecated, reinstated, replaced, relabelled, moved, or another change. One concept may be in several.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec

from kg.generation.diff import Change
from kg.generation.diff_markdown import plain, values
from kg.generation.kinds import FieldChange
from kg.messages import Catalogue

WAYS = ("new", "gone", "deprecated", "reinstated", "replaced", "relabelled", "moved", "other")
_FIELDS = {"replaced_by": "replaced", "label": "relabelled", "parent": "moved"}
_CATALOGUE = Catalogue("kg")


class Replacement(msgspec.Struct, frozen=True):
    """A release of ``input`` that took the place of another: their versions, how many concepts each has, and how many
    changed in which way."""

    input: str
    before: str
    after: str
    concepts_before: int
    concepts_after: int
    counts: dict[str, int]


def way_of(field: FieldChange) -> str:
    """What a change of one field makes of the concept."""
    if field.field == "status":
        return "deprecated" if "deprecated" in field.added else "reinstated"
    return _FIELDS.get(field.field, "other")


def ways(change: Change) -> tuple[str, ...]:
    """All that became of a concept, in the order of ``WAYS``.

    >>> from kg.query.records import LabelPair
    >>> fields = (FieldChange("parent", "", ("X:1",), ("X:2",)), FieldChange("label", "en", ("a",), ("b",)))
    >>> ways(Change("concept", "changed", "X:3", LabelPair(None, "b"), fields))
    ('relabelled', 'moved')
    """
    if change.action != "changed":
        return ("new",) if change.action == "added" else ("gone",)
    found = {way_of(field) for field in change.fields}
    return tuple(way for way in WAYS if way in found)


def counted(changes: Iterable[Change]) -> dict[str, int]:
    """How many concepts changed in which way."""
    counts = dict.fromkeys(WAYS, 0)
    for change in changes:
        for way in ways(change):
            counts[way] += 1
    return counts


def replacement_markdown(summary: Replacement, changes: Callable[[], Iterable[Change]], language: str) -> Iterator[str]:
    """The report as lines, in Chinese or English; ``changes`` gives them anew at each call, once for each way."""

    def say(key: str, /, **params: object) -> str:
        return _CATALOGUE.text(key, language, **params)

    yield f"# {say('replacement.title', input=summary.input, before=summary.before, after=summary.after)}\n\n"
    yield f"{say('replacement.sizes', before=summary.concepts_before, after=summary.concepts_after)}\n\n"
    yield f"| {say('replacement.way')} | {say('replacement.number')} |\n|---|---|\n"
    for way in WAYS:
        yield f"| {say(f'replacement.{way}')} | {summary.counts.get(way, 0)} |\n"
    for way in WAYS:
        if not summary.counts.get(way):
            continue
        yield f"\n## {say(f'replacement.{way}')}\n"
        for change in changes():
            if way in ways(change):
                yield _line(change, language)
                shown = change.fields if change.action != "changed" else _of(change, way)
                for field in shown:
                    name = say(f"diff.field-{field.field}".replace("_", "-"))
                    yield f"  - {name}{values(field)}\n"


def _of(change: Change, way: str) -> tuple[FieldChange, ...]:
    return tuple(field for field in change.fields if way_of(field) == way)


def _line(change: Change, language: str) -> str:
    names = (change.label.zh, change.label.en) if language == "zh" else (change.label.en, change.label.zh)
    label = names[0] or names[1]
    return f"- `{change.id}`{' ' + plain(label) if label else ''}\n"
