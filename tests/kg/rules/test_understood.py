"""What was understood is looked up once; what was not is never kept: it may be the name of a patient."""

from __future__ import annotations

from kg.model.case import Code
from kg.model.rule import FactKind
from kg.rules.base import Resolved
from kg.rules.understood import Understood
from tests.kg.rules.known import TABLE


class Listening:
    """The table of names, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def code(self, code: Code) -> Resolved:
        self.asked.append(code.code)
        return TABLE.code(code)

    def name(self, name: str, kind: FactKind) -> Resolved:
        self.asked.append(name)
        return TABLE.name(name, kind)


def test_only_what_means_something_is_kept() -> None:
    listening = Listening()
    made = Understood(listening)
    warfarin, other = Code("medkg:drug-warfarin"), Code("medkg:drug-warfarin", "HIS")
    for _ in range(2):
        assert made.name("warfarin", "drug") == TABLE.name("warfarin", "drug")
        assert made.name("Wang Xiaoming", "drug") == TABLE.name("Wang Xiaoming", "drug")
        assert made.code(warfarin) == TABLE.code(warfarin)
        assert made.code(other) == TABLE.code(other)
    assert listening.asked == [
        "warfarin", "Wang Xiaoming", "medkg:drug-warfarin", "medkg:drug-warfarin",
        "Wang Xiaoming", "medkg:drug-warfarin",
    ]  # fmt: skip
    assert "Wang Xiaoming" not in str(vars(made))
