"""What a condition came to, and ranges over numbers that are known in part only."""

from __future__ import annotations

import msgspec

from kg.model.rule import Range

Truth = bool | None
"""None: unknown."""


class Seen(msgspec.Struct, frozen=True, gc=False):
    """What a condition came to. ``used``: places of facts that made it true; ``missing``: what would settle it.

    ``value``, ``unit``: the number that was compared. ``of``: the parts of a condition that has parts.

    Hundreds are made a case and none can hold itself, so the collector of cycles is spared them (``gc=False``), here
    and in the other values of a case.
    """

    condition: str
    truth: Truth
    used: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    value: float | None = None
    unit: str = ""
    of: tuple[Seen, ...] = ()


def over(bounds: Range, low: float, high: float) -> Truth:
    """Whether a number that lies between ``low`` and ``high`` is in a range; None where both may be.

    >>> over(Range(unit="a", at_least=65), 60, 61), over(Range(unit="a", at_least=65), 64, 66)
    (False, None)
    """
    if bounds.holds(low) and (low == high or bounds.holds(high)):
        return True
    floor = bounds.at_least if bounds.above is None else bounds.above
    ceiling = bounds.at_most if bounds.below is None else bounds.below
    outside = (floor is not None and not _reaches(bounds, high, floor)) or (
        ceiling is not None and low >= ceiling and not bounds.holds(low)
    )
    return False if outside else None


def _reaches(bounds: Range, high: float, floor: float) -> bool:
    return high > floor or (high == floor and bounds.above is None)
