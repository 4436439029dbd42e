"""Synthetic patients from files, for dry runs: FHIR R4 bundles, and cases as the plain door takes them."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from ingest.cases import fhir
from ingest.cases.chart import Chart, Unread, resources
from ingest.cases.kinds import kinds_of, more, told
from kg.errors import InputError
from kg.model.case import Case, Event

_LISTS = ("medications", "conditions", "allergies", "procedures", "results")
_ORDERING = ("order-select", "order-sign", "order-dispatch", "medication-refill", "prescription-review")
MOST_BYTES = 200_000_000
"""Of one file, unpacked."""


def bundle_cases(raw: bytes | msgspec.Raw, events: Iterable[Event], place: str = "$", at: str = "") -> Iterator[Case]:
    """The patient of a bundle at each of ``events``; none where the bundle has no patient.

    The bundle is all there is of the patient. Where something is ordered, the requests that are active are what is
    ordered. Raises Unread for what is no bundle, or holds more than a case may.
    """
    found = list(resources(raw, place))
    if not any(isinstance(one, fhir.Patient) for _, one in found):
        return
    kinds = kinds_of(raw) or set()
    # Where a patient was given medicines and nothing says what is prescribed, nobody knows what is taken.
    prescribed = not more("medications", kinds) or told("medications", kinds)
    for event in events:
        chart = Chart(event, at=at)
        ordering = event in _ORDERING
        for section in (*_LISTS, *(("orders",) if ordering else ())):
            if section != "medications" or prescribed:
                chart.open(section)
        for _, one in found:
            chart.take(one, ordered=ordering and isinstance(one, fhir.MedicationRequest) and one.status == "active")
        yield chart.case()


def file_cases(path: Path, events: Iterable[Event], at: str = "") -> Iterator[Case]:
    """The cases of a file (.json, .jsonl, either packed with gzip); raises InputError with the place."""
    try:
        data = path.read_bytes()
        if path.suffix == ".gz":
            with gzip.open(path) as stream:
                data = stream.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise InputError(path=path, position="byte 0", reason=f"more than {MOST_BYTES} bytes")
    except (OSError, EOFError) as error:
        raise InputError(path=path, position="byte 0", reason=str(error)) from error
    if ".jsonl" in path.suffixes:
        for number, line in enumerate(data.splitlines(), 1):
            if line.strip():
                yield _case(path, f"line {number}", line)
        return
    try:
        head = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise InputError(path=path, position="byte 0", reason=str(error)) from None
    if "resourceType" not in head:
        yield _case(path, "$", data)
        return
    try:
        yield from bundle_cases(data, events, at=at)
    except Unread as error:
        raise InputError(path=path, position=error.place, reason=str(error)) from None


def _case(path: Path, place: str, data: bytes) -> Case:
    try:
        return msgspec.json.decode(data, type=Case)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise InputError(path=path, position=place, reason=str(error)) from None
