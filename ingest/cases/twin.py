"""The XML spelling of the JSON that the rules are asked in: the same names, read by the same types.

An element is a field; ``item`` is an entry of a list; an empty list is an empty element; what is absent is absent; null
is ``xsi:nil="true"``. A text that XML cannot hold (control characters) stands as a JSON string under
``escaped="json"``. So from JSON to XML and back is the identity. Elements stand in the namespace of the schema or in
none, in any order.
"""

from __future__ import annotations

import json
import math
import re
from functools import cache
from typing import Any, TypeVar

import msgspec
from lxml import etree
from msgspec import inspect

from ingest.cases.markup import Element

T = TypeVar("T", bound=msgspec.Struct)
NAMESPACE = "https://w3id.org/medkg/schema/evaluate"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
ITEM, ESCAPED = "item", "escaped"
_OURS = f"{{{NAMESPACE}}}"
_NIL = f"{{{XSI}}}nil"
_FAULT: Any = [[[]]]
"""What no field of any type takes: put where the markup does not fit, so that the type says where that is."""
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", re.ASCII).fullmatch
_LONGEST = 18
"""Digits of a whole number."""
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]").search
_SPACES = " \t\r\n"


def read(root: Element, kind: type[T], within: type[msgspec.Struct]) -> T:
    """A document as ``kind``, whose element has its name. ``within``: the type of what stands where ``kind`` takes
    anything (the cases of a batch).

    Raises msgspec.ValidationError with the same places as for JSON (``$.case.orders[0].dose.value``).
    """
    if _name(root) != kind.__name__:
        raise msgspec.ValidationError(f"Expected `{kind.__name__}` - at `$`")
    return msgspec.convert(_value(root, _info(kind), within), kind)


def written(record: msgspec.Struct, encoding: str = "utf-8") -> bytes:
    """A record as a document. Characters that ``encoding`` lacks are character references."""
    root = etree.Element(f"{{{NAMESPACE}}}{type(record).__name__}", nsmap={None: NAMESPACE, "xsi": XSI})
    _fill(root, msgspec.to_builtins(record))
    return bytes(etree.tostring(root, encoding=encoding, xml_declaration=True))


def _value(element: Element, kind: inspect.Type, within: type[msgspec.Struct]) -> Any:
    """What an element holds, as JSON would."""
    names = set(element.attrib)
    if element.get(_NIL) in ("true", "1"):
        return None if names == {_NIL} and not len(element) and not (element.text or "").strip(_SPACES) else _FAULT
    kind = _present(kind)
    if isinstance(kind, inspect.RawType):
        return msgspec.Raw(msgspec.json.encode(_value(element, _info(within), within)))
    if isinstance(kind, inspect.StructType | inspect.CollectionType):
        texts = (element.text, *(child.tail for child in element))
        if names - {_NIL} or any(text and text.strip(_SPACES) for text in texts):
            return _FAULT
        return _fields(element, kind, within) if isinstance(kind, inspect.StructType) else [
            _value(child, kind.item_type, within) if _name(child) == ITEM else _FAULT for child in element
        ]  # fmt: skip
    return _FAULT if len(element) or names - {_NIL, ESCAPED} else _scalar(element, kind)


def _fields(element: Element, kind: inspect.StructType, within: type[msgspec.Struct]) -> dict[str, Any]:
    types = _types(kind.cls)
    found: dict[str, Any] = {}
    for child in element:
        name = _name(child)
        # What is not known is told by the type, as it is of JSON.
        fault = name in found or name not in types
        found[name] = _FAULT if fault else _value(child, types[name], within)
    return found


def _scalar(element: Element, kind: inspect.Type) -> Any:
    text = element.text or ""
    if element.get(ESCAPED) is not None:
        try:
            found = json.loads(text) if element.get(ESCAPED) == "json" else None
        except (ValueError, RecursionError):
            return _FAULT
        return found if isinstance(found, str) and isinstance(kind, inspect.StrType) else _FAULT
    if isinstance(kind, inspect.IntType | inspect.FloatType):
        return _number(text.strip(_SPACES), whole=isinstance(kind, inspect.IntType))
    if isinstance(kind, inspect.BoolType):
        return {"true": True, "false": False}.get(text.strip(_SPACES), _FAULT)
    if isinstance(kind, inspect.LiteralType):
        return text.strip(_SPACES)
    return text if isinstance(kind, inspect.StrType) else _FAULT


def _number(text: str, *, whole: bool) -> Any:
    match = _NUMBER(text)
    if match is None or len(text) > 40:
        return _FAULT
    if whole:
        return int(text) if not match[2] and not match[3] and len(text) <= _LONGEST else _FAULT
    number = float(text)
    return number if math.isfinite(number) else _FAULT


@cache
def _info(cls: type) -> inspect.Type:
    return inspect.type_info(cls)


@cache
def _types(cls: type) -> dict[str, inspect.Type]:
    found = _info(cls)
    assert isinstance(found, inspect.StructType)
    return {field.encode_name: field.type for field in found.fields}


def _present(kind: inspect.Type) -> inspect.Type:
    """The type of a field where it is not null."""
    if not isinstance(kind, inspect.UnionType):
        return kind
    return next(one for one in kind.types if not isinstance(one, inspect.NoneType))


def _name(element: Element) -> str:
    """The local name of ours; what is of another vocabulary has a name that no field has."""
    tag = str(element.tag)
    return tag.removeprefix(_OURS)


def _fill(element: Element, value: Any) -> None:
    match value:
        case None:
            element.set(_NIL, "true")
        case dict():
            for name, inner in value.items():
                _fill(etree.SubElement(element, f"{{{NAMESPACE}}}{name}"), inner)
        case list() | tuple():
            for inner in value:
                _fill(etree.SubElement(element, f"{{{NAMESPACE}}}{ITEM}"), inner)
        case str() if _UNFIT(value):
            element.set(ESCAPED, "json")
            element.text = json.dumps(value)
        case str():
            element.text = value
        case _:
            element.text = json.dumps(value)
