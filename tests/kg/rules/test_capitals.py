"""Units in capitals and as Chinese systems write them: read where they mean one thing, reported where not."""

from __future__ import annotations

import pytest

from kg.rules.seen import Truth
from tests.kg.rules.known import UNITS, facts


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("MG", "mg"), ("ML", "mL"), ("MG/DL", "mg/dL"), ("G/L", "g/L"), ("UG", "ug"), ("NG/ML", "ng/mL"),
        ("MMOL/L", "mmol/L"), ("MMHG", "mm[Hg]"), ("MEQ/L", "meq/L"), ("IU/L", "[IU]/L"), ("10*9/L", "10*9/L"),
        ("ML/MIN/1.73M2", "mL/min/{1.73_m2}"), ("MG/D", "mg/d"), ("KU/L", "kU/L"), ("MM/HR", "mm/h"),
        ("mg/次", "mg"), ("mg/日", "mg/d"), ("毫克/天", "mg/d"), ("毫克/次", "mg"), ("克/日", "g/d"),
        ("毫克/公斤/日", "mg/kg/d"), ("单位/日", "[IU]/d"), ("MG/次", "mg"), ("ｍｇ／ｄＬ", "mg/dL"), ("㎎", "mg"),
        ("mIU/L", "m[IU]/L"), ("μg/日", "ug/d"), ("毫升/小时", "mL/h"),
    ],
)  # fmt: skip
def test_what_means_one_thing_is_read(written: str, meant: str) -> None:
    assert UNITS.known(written)
    assert UNITS.convert(2.0, written, meant) == pytest.approx(2.0)


@pytest.mark.parametrize(
    "written",
    ["MU", "MU/L", "MIU/L", "MG/H", "片/次", "片", "支/日", "Mg/DL", "MG/XYZ", "次/片", "毫克/", "MG/1.73M2", "H"],
)
def test_what_may_mean_two_things_or_none_is_reported(written: str) -> None:
    """Megaunits and milliunits; tablets, whose strength nobody wrote; hours and henries; half capitals."""
    assert not UNITS.known(written)
    found = facts(orders=[{"name": "metformin", "dose": {"value": 1, "unit": written}}])
    assert [(one.place, one.reason) for one in found.problems] == [("/orders/0/dose", "unit")]


def test_gauss_and_grams_are_told_apart_by_what_is_asked() -> None:
    found: tuple[Truth, ...] = (UNITS.convert(1, "G", "mg") == 1000, UNITS.convert(1, "G", "mmol/L") is None)
    assert found == (True, True)
