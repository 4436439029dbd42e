"""The rules of a generation, as its packs brought them."""

from __future__ import annotations

import msgspec

from kg.errors import IntegrityError
from kg.model.override import RuleOverride
from kg.model.rule import Rule
from kg.model.terms import lexical
from kg.query.named import named
from kg.rules.firing import Installed
from kg.rules.local import InstalledOverride
from kg.store.base import Reader


def overrides(reader: Reader) -> list[InstalledOverride]:
    """Every change of a rule, approved or not; raises IntegrityError where one cannot be read."""
    found = []
    for row in reader.select(named("rules/overrides")):
        body = lexical(row["body"])
        try:
            change = msgspec.json.decode(body, type=RuleOverride)
        except msgspec.MsgspecError as error:
            raise IntegrityError(path=lexical(row["override"]), reason=str(error)) from error
        found.append(InstalledOverride(lexical(row["pack"]), change, lexical(row["licence"])))
    return found


def installed(reader: Reader) -> list[Installed]:
    """Every rule, active or not; raises IntegrityError where one cannot be read."""
    found = []
    for row in reader.select(named("rules/installed")):
        body = lexical(row["body"])
        try:
            rule = msgspec.json.decode(body, type=Rule)
        except msgspec.MsgspecError as error:
            raise IntegrityError(path=lexical(row["rule"]), reason=str(error)) from error
        licence = lexical(row["licence"])
        found.append(Installed(pack=lexical(row["pack"]), rule=rule, example="example" in row, licence=licence))
    return found
