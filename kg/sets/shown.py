"""Concept sets as the doors show them: definitions and members with names."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from kg.model.concept import Label
from kg.model.conceptset import ConceptSet, SetPart
from kg.query.records import LabelPair
from kg.sets.compilation import Became, Compiled, Member, Removed, SetReason

Names = Callable[[str], LabelPair]
"""CURIE -> preferred names."""


class ConceptSetRecord(msgspec.Struct, frozen=True):
    """One version of a set as it is defined. ``illustrative``: made up to show how sets work, for no use."""

    id: str
    version: str
    label: LabelPair
    status: str
    source: str
    description: LabelPair
    illustrative: bool
    include: tuple[SetPartRecord, ...]
    exclude: tuple[SetPartRecord, ...]


class SetPartRecord(msgspec.Struct, frozen=True):
    """One line: a concept with its names, or another set."""

    concept: str
    label: LabelPair
    set: str
    version: str
    descendants: bool
    mapped: tuple[str, ...]


class SetMember(msgspec.Struct, frozen=True):
    """A member and why it is one; ``known`` is false for a code that only a mapping names."""

    id: str
    label: LabelPair
    known: bool
    reasons: tuple[SetReason, ...]


class RemovedMember(msgspec.Struct, frozen=True):
    """A concept that one line includes and another takes away."""

    id: str
    label: LabelPair
    included: tuple[SetReason, ...]
    excluded: tuple[SetReason, ...]


class SetSummary(msgspec.Struct, frozen=True):
    """What pins a list of members: set, version, generation; ``digest`` stands for the ids of all of them.

    ``became``: concepts that a line names or reaches and that nobody should use, and what replaces them.
    """

    set: str
    version: str
    status: str
    digest: str
    members: int
    removed: int
    became: tuple[Became, ...]
    illustrative: bool


def record(found: ConceptSet, names: Names) -> ConceptSetRecord:
    def part(line: SetPart) -> SetPartRecord:
        label = names(line.concept) if line.concept else LabelPair()
        return SetPartRecord(line.concept, label, line.set, line.version, line.descendants, line.mapped)

    return ConceptSetRecord(
        id=found.id,
        version=found.version,
        label=pair(found.titles),
        status=found.status,
        source=found.source,
        description=pair(found.descriptions),
        illustrative=found.illustrative,
        include=tuple(part(line) for line in found.include),
        exclude=tuple(part(line) for line in found.exclude),
    )


def pair(texts: tuple[Label, ...]) -> LabelPair:
    by_language = {text.language: text.value for text in texts}
    return LabelPair(by_language.get("zh"), by_language.get("en"))


def summary(definition: ConceptSet, found: Compiled) -> SetSummary:
    return SetSummary(
        set=found.id, version=found.version, status=definition.status, digest=found.digest, members=len(found.members),
        removed=len(found.removed), became=found.became, illustrative=definition.illustrative,
    )  # fmt: skip


def member(one: Member, names: Names) -> SetMember:
    return SetMember(one.id, names(one.id), one.known, one.reasons)


def removed(one: Removed, names: Names) -> RemovedMember:
    return RemovedMember(one.id, names(one.id), one.included, one.excluded)
