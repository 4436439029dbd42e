"""Numbers of medicine that look like dates, telephones and record numbers, and are none."""

from __future__ import annotations

import random
from collections.abc import Callable


def value(slot: str, language: str, dice: random.Random) -> str:
    """A made-up value that de-identification must leave alone. Raises KeyError for a slot that there is not."""
    made = _VALUES[slot](dice)
    return made.replace(" out of ", "/") + "分" if slot == "score" and language == "zh" else made


def _lab(dice: random.Random) -> str:
    number = dice.choice(
        [f"{dice.randint(1, 9)}.{dice.randint(0, 99):02}", str(dice.randint(10, 980)), f"0.{dice.randint(1, 99):02}"]
    )
    unit = dice.choice(["mmol/L", "g/L", "μmol/L", "×10^9/L", "ng/mL", "U/L", "mg/dL", "mIU/L", "%", "pg/ml"])
    return number + dice.choice(["", " "]) + unit


def _dose(dice: random.Random) -> str:
    return dice.choice([
        f"{dice.choice((5, 10, 20, 25, 50, 75, 100, 200, 500, 1000))} mg", f"{dice.choice((5, 20, 50, 100))}mg",
        f"0.{dice.randint(1, 9)}g", f"{dice.randint(1, 9)}.{dice.randint(1, 9)} g", f"{dice.choice((25, 50, 100))}μg",
        f"{dice.randint(1, 20)}ml", f"{dice.randint(100, 9000)} IU",
    ])  # fmt: skip


_VALUES: dict[str, Callable[[random.Random], str]] = {
    "lab": _lab,
    "dose": _dose,
    "score": lambda dice: f"{dice.randint(0, 10)}{dice.choice(['/10', '/10', ' out of 10', '/30'])}",
    "stage": lambda dice: dice.choice(["I", "II", "III", "IV", "2.5", "3"]),
    "grade": lambda dice: dice.choice(["2/6", "3/6", "4/6"]),
    "frac": lambda dice: dice.choice(["1/2", "1/3", "2/3", "1/4", "3/4", "1/2-1", "0.4"]),
    "ratio": lambda dice: dice.choice(["1:200", "1/250", "1:1280", "1/1100", "1:40"]),
    "bp": lambda dice: f"{dice.randint(90, 190)}/{dice.randint(50, 110)}" + dice.choice(["", "mmHg", " mmHg"]),
    "rate": lambda dice: str(dice.randint(48, 140)),
    "temp": lambda dice: f"{dice.randint(18, 39)}.{dice.randint(0, 9)}" + dice.choice(["℃", "°C", " °C"]),
    "spine": lambda dice: dice.choice(["L4/5", "L5/S1", "L3-4", "C5/6"]),
    # A reagent, not a patient: as long as a telephone number, and without the first digits of one.
    "code": lambda dice: dice.choice([f"LOT{dice.randint(10**6, 10**7)}", f"RS{dice.randint(10**5, 10**6)}",
                                      f"NM_{dice.randint(10**5, 10**6):06}.{dice.randint(1, 9)}"]),
}  # fmt: skip
