"""Numbers with units, compared in the unit that a rule is written in.

Units are UCUM (https://ucum.org/ucum), read by ``ucumvert`` and converted by ``pint``; how laboratories spell them
stands in ``units.toml``. Mass becomes amount of substance where the molar mass of what was measured is known.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from kg.rules.capitals import small

_BY_SURFACE = re.compile(r"\{1[.,]73")
_EQUIVALENTS = re.compile(r"(?<![A-Za-z])[mun]?eq(?![A-Za-z])")
_HUGE = re.compile(r"(?<![A-Za-z\[])[YZEPTGM](?:g|mol|[lL]|eq)(?![A-Za-z])")
"""Megagrams and the like: UCUM knows them, and whoever writes ``Mg`` of a dose meant milligrams, or something else."""
_REMARK = re.compile(r"\{[^{}]*\}")
"""What people write beside a unit; it does not change it (UCUM, section 12)."""
_LONGEST, _MOST = 60, 4_096
_JIN = 0.5
"""Kilograms."""
_WIDE = {0xFEE0 + sign: sign for sign in range(0x21, 0x7F)} | {
    0x338E: "mg", 0x338F: "kg", 0x338D: "μg", 0x3396: "mL", 0x3397: "dL", 0x339C: "mm", 0x339D: "cm",
}  # fmt: skip
"""Signs of the width of a character, and units that are one character, as East Asian systems write them."""


@cache
def _tables() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files("kg.rules").joinpath("units.toml").read_text("utf-8"))


@cache
def _registry() -> Any:
    # Loading takes most of a second, and a generation without rules needs none of it.
    from ucumvert import PintUcumRegistry

    return PintUcumRegistry()


class Units:
    """Converts between units.

    >>> units = Units()
    >>> units.convert(2.0, "mg/dL", "g/L"), units.convert(1.0, "mg", "mmHg")
    (0.02, None)
    """

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str, float], tuple[float, float]] = {}
        self._written: dict[tuple[str, str, float], tuple[float, float]] = {}
        """As they were written, of those without remarks."""

    def known(self, unit: str) -> bool:
        """Whether this is a unit at all."""
        return self._line(unit, unit, 0.0) is not None

    def convert(self, value: float, unit: str, to: str, tests: Iterable[str] = ()) -> float | None:
        """``value`` in ``to``; None where the units do not measure the same thing.

        ``tests``: concepts of what was measured; the molar mass of one of them leads from mass to amount.
        """
        masses = _tables()["molar_masses"]
        mass = next((float(masses[test]) for test in tests if test in masses), 0.0)
        line = self._line(unit, to, mass)
        found = None if line is None else value * line[0] + line[1]
        return found if found is not None and math.isfinite(found) else None

    def _line(self, unit: str, to: str, mass: float) -> tuple[float, float] | None:
        """(factor, offset) from one unit to another; None where either may be read in two ways that differ."""
        key = (unit, to, mass)
        line = self._written.get(key)
        if line is None:
            line = self._read(unit, to, mass)
            if line is not None and len(self._written) < _MOST and "{" not in unit:
                self._written[key] = line
        return line

    def _read(self, unit: str, to: str, mass: float) -> tuple[float, float] | None:
        sources, targets = _readings(unit), _readings(to)
        if len(sources) == len(targets) == 1:
            return self._between(sources[0], targets[0], mass)
        pairs = ((source, target) for source in sources for target in targets)
        found = {line for source, target in pairs if (line := self._between(source, target, mass)) is not None}
        return found.pop() if len(found) == 1 else None

    def _between(self, source: str, target: str, mass: float) -> tuple[float, float] | None:
        """The same of two units in UCUM. Only units that can be read are kept, and without remarks: the rest may be
        anything that a caller wrote."""
        # A clearance for a standard body surface is another thing than one of this body.
        if bool(_BY_SURFACE.search(source)) != bool(_BY_SURFACE.search(target)):
            return None
        if _HUGE.search(source) or _HUGE.search(target):
            return None
        # Equivalents count charges: of calcium one mole is two of them, and the unit does not say of what it is.
        if bool(_EQUIVALENTS.search(source)) != bool(_EQUIVALENTS.search(target)):
            return None
        # Glycated haemoglobin in mmol/mol and in % are two scales, joined by an equation of their own.
        if ("mol/mol" in source) != ("mol/mol" in target) or max(len(source), len(target)) > _LONGEST:
            return None
        key = (_REMARK.sub("{x}", source), _REMARK.sub("{x}", target), mass)
        line = self._lines.get(key) or self._made(*key)
        if line is not None and len(self._lines) < _MOST:
            self._lines[key] = line
        return line

    def _made(self, source: str, target: str, mass: float) -> tuple[float, float] | None:
        factor = 1.0
        if source == "[jin]":
            source, factor = "kg", _JIN
        try:
            one, other = _registry().from_ucum(source), _registry().from_ucum(target)
            zero = self._in(0.0, one, other, mass)
            return (self._in(1.0, one, other, mass) - zero) * factor, zero
        except Exception:
            return None

    def _in(self, value: float, one: Any, other: Any, mass: float) -> float:
        quantity = _registry().Quantity(value * one.magnitude, one.units)
        target = other.units
        if mass and not quantity.is_compatible_with(target):
            weight = _registry().Quantity(mass, "g/mol")
            quantity = quantity * weight if (quantity * weight).is_compatible_with(target) else quantity / weight
        return float(quantity.to(target).magnitude) / float(other.magnitude)


def _readings(unit: str) -> tuple[str, ...]:
    """What a unit may mean: as it is written, and where it is written in capitals alone, by its code without case.

    >>> _readings("mg/次"), _readings("MG"), _readings("MU/L")
    (('mg/{dose}',), ('MG', 'mg'), ('MU/L', 'mU/L'))
    """
    written = unit.strip().translate(_WIDE)
    spellings = _tables()["spellings"]
    plain = spellings.get(written) or "/".join(spellings.get(part, part) for part in written.split("/")) or "1"
    bare = _REMARK.sub("", plain)
    if bare == bare.lower() or bare != bare.upper():
        return (plain,)
    other = _folded().get(written) or small(plain)
    return () if other is None else (plain,) if other == plain else (plain, other)


@cache
def _folded() -> dict[str, str]:
    """Spellings in capitals; of two that differ in case alone neither."""
    table = _tables()["spellings"]
    every: dict[str, set[str]] = {}
    for written, meant in table.items():
        every.setdefault(written.upper(), set()).add(str(meant))
    return {written: next(iter(meant)) for written, meant in every.items() if len(meant) == 1}
