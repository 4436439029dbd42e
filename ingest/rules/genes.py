"""Families about a drug and a result of a gene: there is one, or there is none.

What the result says is not looked at: genotypes have no codes here.
"""

from __future__ import annotations

from ingest.rules.rows import DAY, Cells, Made, case, codes, order, ordered
from kg.model.case import Result
from kg.model.rule import All, Has, Not


def tested(cells: Cells) -> Made:
    """A drug is ordered, and there is a result of a gene or a test that ``others`` name."""
    asked, known = order(cells), Result(codes=codes(cells.others[0]), time=DAY)
    return Made(
        All(of=(ordered(cells), Has(kind="test", concepts=cells.others))),
        (
            case("fires", orders=(asked,), results=(known,)),
            case("silent", orders=(asked,), results=()),
            case("silent", orders=(), results=(known,)),
            case("insufficient", orders=(asked,)),
        ),
    )


def untested(cells: Cells) -> Made:
    """A drug is ordered, and among the results there is none of ``others``."""
    asked, known = order(cells), Result(codes=codes(cells.others[0]), time=DAY)
    return Made(
        All(of=(ordered(cells), Not(of=Has(kind="test", concepts=cells.others)))),
        (
            case("fires", orders=(asked,), results=()),
            case("silent", orders=(asked,), results=(known,)),
            case("silent", orders=(), results=()),
            case("insufficient", orders=(asked,)),
        ),
    )
