"""Which kinds of FHIR R4 resources tell a list of a case, and which tell of the same things and are not read.

A list is whole where what came is of its own kinds, or nothing came. Administrations alone say what was given, and not
what is prescribed: they are no list of medicines.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from ingest.cases.chart import DEEPEST

OWN: dict[str, frozenset[str]] = {
    "patient": frozenset({"Patient"}), "conditions": frozenset({"Condition"}),
    "allergies": frozenset({"AllergyIntolerance"}),
    "medications": frozenset({"MedicationRequest", "MedicationStatement"}), "procedures": frozenset({"Procedure"}),
    "results": frozenset({"Observation"}),
}  # fmt: skip
"""List -> kinds that hold its entries."""
_BESIDE: dict[str, frozenset[str]] = {
    "medications": frozenset({"MedicationAdministration", "MedicationDispense", "MedicationUsage", "MedicationOrder",
                              "MedicationPrescription"}),
    "orders": frozenset({"MedicationOrder", "MedicationPrescription"}),
}  # fmt: skip
"""List -> kinds, of R4 and of other versions, that tell of further entries of it."""
_SILENT = frozenset({"OperationOutcome"})
"""What stands in the answer to a search without being a hit."""


def told(section: str, kinds: Iterable[str]) -> bool:
    """Whether resources of these kinds are the list ``section``: some are its own, or there are none at all.

    >>> told("medications", ["MedicationAdministration"]), told("medications", []), told("patient", ["Patient"])
    (False, True, True)
    """
    hits = set(kinds) - _SILENT
    return not hits or bool(hits & OWN[section])


def more(section: str, kinds: Iterable[str]) -> bool:
    """Whether among resources of these kinds some tell of entries of a list and are not read."""
    return bool(_BESIDE.get(section, frozenset()).intersection(kinds))


class _Holder(msgspec.Struct, frozen=True):
    resource: msgspec.Raw = msgspec.Raw(b"null")


class _Head(msgspec.Struct, frozen=True):
    resourceType: str | None = None  # noqa: N815 - FHIR's own name
    entry: tuple[_Holder, ...] | None = None


def kinds_of(raw: bytes | msgspec.Raw, depth: int = DEEPEST) -> set[str] | None:
    """The kinds of a resource, or of those in a bundle, an empty text for what has none; None for what cannot be
    read."""
    try:
        head = msgspec.json.decode(raw, type=_Head | None) or _Head()
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    if head.resourceType != "Bundle" or not depth:
        return {head.resourceType or ""}
    return set[str]().union(*(kinds_of(one.resource, depth - 1) or () for one in head.entry or ()))
