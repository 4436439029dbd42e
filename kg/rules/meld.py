"""The model for end-stage liver disease, with and without sodium, over numbers (units in the names).

- MELD: Kamath PS et al., Hepatology 2001;33:464-470, with the bounds of the Organ Procurement and Transplantation
  Network (OPTN): bilirubin, INR and creatinine at least 1, creatinine at most 4 mg/dL.
- MELD-Na: OPTN policy of January 2016 (9.1.D, MELD score), after Kim WR et al., N Engl J Med 2008;359:1018-1026:
  where MELD is above 11, sodium between 125 and 137 mmol/L counts.

The constants were compared with programs and pages that quote the policy, not with the printed articles. Dialysis in
the last week, which the policy sets to a creatinine of 4, is not known here.
"""

from __future__ import annotations

import math

MOST = 40.0
"""The highest score that is given."""
_CREATININE = (1.0, 4.0)
_SODIUM = (125.0, 137.0)
_FROM = 11.0


def meld(bilirubin_mg_dl: float, inr: float, creatinine_mg_dl: float) -> float:
    """A whole number from 6 to 40.

    >>> meld(1.0, 1.0, 1.0), meld(3.0, 2.0, 2.0)
    (6.0, 25.0)
    """
    return _whole(10 * _initial(bilirubin_mg_dl, inr, creatinine_mg_dl))


def meld_sodium(bilirubin_mg_dl: float, inr: float, creatinine_mg_dl: float, sodium_mmol_l: float) -> float:
    """A whole number from 6 to 40; as MELD where that is 11 or less.

    >>> meld_sodium(3.0, 2.0, 2.0, 130), meld_sodium(3.0, 2.0, 2.0, 140), meld_sodium(1.0, 1.0, 1.0, 120)
    (28.0, 25.0, 6.0)
    """
    # The policy rounds before sodium is looked at.
    first = 10 * round(_initial(bilirubin_mg_dl, inr, creatinine_mg_dl), 1)
    if first <= _FROM:
        return _whole(first)
    gap = _SODIUM[1] - min(max(sodium_mmol_l, _SODIUM[0]), _SODIUM[1])
    return _whole(first + 1.32 * gap - 0.033 * first * gap)


def _initial(bilirubin: float, inr: float, creatinine: float) -> float:
    low, high = _CREATININE
    return (
        0.957 * math.log(min(max(creatinine, low), high))
        + 0.378 * math.log(max(bilirubin, 1.0))
        + 1.120 * math.log(max(inr, 1.0))
        + 0.643
    )


def _whole(value: float) -> float:
    return min(MOST, float(math.floor(value + 0.5)))
