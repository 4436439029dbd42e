"""What a rule says, as one digest: what was approved is that text, and no other that has the same version."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

import msgspec

from kg.model.standing import RuleMark
from kg.rules.firing import Installed


def content(*parts: msgspec.Struct) -> str:
    """SHA-256 over what ``parts`` say, in order.

    Fields that hold their default are left out, so that a later release of medkg that knows more fields finds the same
    digest for the same text.
    """
    body = msgspec.json.encode([_said(part) for part in parts], order="sorted")
    return hashlib.sha256(body).hexdigest()


def mark_of(installed: Installed) -> RuleMark:
    """What stands for a rule as it is installed."""
    rule = installed.rule
    return RuleMark(installed.pack, rule.id, rule.version, content(rule))


class Marks:
    """Marks of the rules of one generation, each made once: a text costs a tenth of a millisecond."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[Installed, RuleMark]] = {}

    def __call__(self, installed: Installed) -> RuleMark:
        held = self._made.get(id(installed))
        if held is None:
            # The rule is held, too, so that no other can have its number.
            held = self._made[id(installed)] = installed, mark_of(installed)
        return held[1]


def _said(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        kind = type(value)
        found = {}
        for name, written, default in _fields(kind):
            held = getattr(value, name)
            if held is not default and held != default:
                found[written] = _said(held)
        if tag := kind.__struct_config__.tag:
            found[kind.__struct_config__.tag_field or "type"] = tag
        return found
    if isinstance(value, tuple | list):
        return [_said(one) for one in value]
    return value


@cache
def _fields(kind: type[msgspec.Struct]) -> tuple[tuple[str, str, Any], ...]:
    """Name, name in JSON and default of each; what is required has a default that nothing is equal to."""
    return tuple((one.name, one.encode_name, one.default) for one in msgspec.structs.fields(kind))
