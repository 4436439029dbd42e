"""What the formats of trial registries ask of a document: its numbers, titles and longer texts."""

from __future__ import annotations

from kg.model.ids import digest
from kg.query.records import DocumentRecord, PassageRecord, RelationRecord
from kg.references.fields import passages

REGISTRIES = frozenset(
    ("actrn", "chictr", "cris", "ctis", "ctri", "drks", "eudract", "irct", "isrctn", "itmctr", "jprn", "lbctr", "nct",
     "ntr", "pactr", "rebec", "repec", "rpcec", "slctr", "tctr", "utn")
)  # fmt: skip
"""Schemes of numbers that tell by their form whose they are (``ingest.reading.registries``)."""


def is_study(record: DocumentRecord) -> bool:
    """Whether it is registered at ClinicalTrials.gov."""
    return record.kind == "trial" and record.id.startswith("NCT:")


def is_trial(record: DocumentRecord) -> bool:
    return record.kind == "trial"


def numbers(record: DocumentRecord) -> list[tuple[str, str]]:
    """(scheme, number) of all registrations, the number in its own registry first.

    That is in the id, either as it is or as what an id of our own is made of.
    """
    found = [(scheme, number) for one in record.identifiers for scheme, _, number in [one.partition(":")]]
    own = record.id.partition(":")[2]
    return sorted(found, key=lambda one: own not in (one[1], digest("trial", one[1].casefold())))


def own_number(record: DocumentRecord) -> str:
    """The number in the registry that the record is from; empty where that is not known."""
    scheme, _, own = record.id.partition(":")
    if scheme != "doc":
        return own
    return next((number for _, number in numbers(record) if digest("trial", number.casefold()) == own), "")


def titles(record: DocumentRecord) -> list[PassageRecord]:
    """Public before scientific ones, as the registry has them."""
    return passages(record, "title")


def texts(record: DocumentRecord, heading: str) -> list[PassageRecord]:
    """Longer texts whose heading is ``heading`` or begins with it and a colon."""
    return [one for one in passages(record, "section") if one.heading.partition(": ")[0] == heading]


def link(record: DocumentRecord, number: str) -> RelationRecord | None:
    """The relation to the trial that has ``number`` in another registry."""
    return next((one for one in record.relations if one.id and one.id.partition(":")[2] == number), None)
