"""Input of operations, from a query string or a Parameters resource, and output as one.

A parameter that is not known is refused: one that is accepted and ignored would be worse than none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal
from urllib.parse import parse_qsl

import msgspec

from kg.errors import TerminologyError
from kg.terminology.validation import CodeableConcept, Coding

Kind = Literal["text", "flag", "number", "coding", "concept", "resource"]
MOST_FIELDS = 200
LONGEST = 4_000
"""Characters of a text."""
_HIGHEST = 1_000_000_000


class Operation(msgspec.Struct, frozen=True):
    """An operation of FHIR: its parameters here, those of FHIR that are not supported here, and where it stands.

    ``many``: parameters that may come more than once. ``instance``: whether it is also one of single resources.
    """

    type: str
    name: str
    inputs: Mapping[str, Kind]
    unsupported: tuple[str, ...] = ()
    many: tuple[str, ...] = ()
    instance: bool = True


class Asked:
    """The parameters of one call; raises TerminologyError for what does not fit."""

    def __init__(self, operation: Operation, values: Iterable[tuple[str, object]]) -> None:
        self._operation = operation
        self._values: dict[str, list[object]] = {}
        for name, value in values:
            kind = operation.inputs.get(name)
            if kind is None:
                if name in operation.unsupported:
                    raise TerminologyError(why="fhir-unsupported", name=name, operation=operation.name)
                known = ", ".join(operation.inputs)
                raise TerminologyError(why="fhir-parameter", name=name[:60], operation=operation.name, known=known)
            known_values = self._values.setdefault(name, [])
            if known_values and name not in operation.many:
                raise TerminologyError(why="fhir-twice", name=name)
            known_values.append(_fitting(name, kind, value))

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def given(self) -> tuple[str, ...]:
        """The names of what was given."""
        return tuple(self._values)

    def text(self, name: str, default: str = "") -> str:
        return str(self._values[name][0]) if name in self._values else default

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(str(value) for value in self._values.get(name, ()))

    def flag(self, name: str, default: bool = False) -> bool:
        return bool(self._values[name][0]) if name in self._values else default

    def number(self, name: str) -> int | None:
        value = self._values.get(name, [None])[0]
        return value if isinstance(value, int) else None

    def coding(self, name: str) -> Coding | None:
        value = self._values.get(name, [None])[0]
        return value if isinstance(value, Coding) else None

    def concept(self, name: str) -> CodeableConcept | None:
        value = self._values.get(name, [None])[0]
        return value if isinstance(value, CodeableConcept) else None

    def resource(self, name: str) -> object:
        return self._values.get(name, [None])[0]

    def missing(self, known: str) -> TerminologyError:
        """The error for a call without one of ``known``."""
        return TerminologyError(why="fhir-missing", operation=self._operation.name, known=known)

    def needed(self, name: str) -> str:
        """A text that must be there."""
        found = self.text(name)
        if not found:
            raise self.missing(name)
        return found


def _fitting(name: str, kind: Kind, value: object) -> object:
    """``value`` as its kind; from a query string everything is a text."""
    match kind, value:
        case "text", str() if len(value) <= LONGEST and value.isprintable():
            return value
        case "flag", bool():
            return value
        case "flag", "true" | "false":
            return value == "true"
        case "number", bool():
            pass
        case "number", int() if 0 <= value <= _HIGHEST:
            return value
        case "number", str() if value.isascii() and value.isdecimal() and len(value) < 10:
            return int(value)
        case (("coding" | "concept"), dict()):
            try:
                return msgspec.convert(value, Coding if kind == "coding" else CodeableConcept)
            except msgspec.ValidationError:
                pass
        case "resource", dict():
            return value
    raise TerminologyError(why="fhir-value", name=name, kind=kind)


def of_query(query: str) -> list[tuple[str, object]]:
    """Names and values of a query string; raises TerminologyError."""
    try:
        found = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise TerminologyError(why="fhir-value", name="?", kind="UTF-8") from error
    return [(name, value) for name, value in found]


class _Body(msgspec.Struct, rename={"resource_type": "resourceType"}):
    resource_type: str
    parameter: list[dict[str, Any]] = []


def of_resource(resource: object) -> list[tuple[str, object]]:
    """Names and values of a Parameters resource; raises TerminologyError."""
    try:
        found = msgspec.convert(resource, _Body)
    except msgspec.ValidationError as error:
        raise TerminologyError(why="fhir-resource", kind="Parameters") from error
    if found.resource_type != "Parameters" or len(found.parameter) > MOST_FIELDS:
        raise TerminologyError(why="fhir-resource", kind="Parameters")
    rows: list[tuple[str, object]] = []
    for row in found.parameter:
        name = row.get("name")
        values = [value for key, value in row.items() if key == "resource" or key.startswith("value")]
        if not isinstance(name, str) or len(values) != 1:
            raise TerminologyError(why="fhir-resource", kind="Parameters")
        rows.append((name, values[0]))
    return rows


def parameters(*rows: dict[str, Any] | None) -> dict[str, Any]:
    """A Parameters resource of the rows that there are."""
    return {"resourceType": "Parameters", "parameter": [row for row in rows if row is not None]}


def value(name: str, kind: str, found: object) -> dict[str, Any] | None:
    """One parameter, ``kind`` as in ``valueString``; None for an empty text."""
    return None if found == "" else {"name": name, f"value{kind}": found}


def parts(name: str, *rows: dict[str, Any] | None) -> dict[str, Any]:
    """A parameter that has parts."""
    return {"name": name, "part": [row for row in rows if row is not None]}
