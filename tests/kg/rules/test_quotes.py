"""Quotes of rules: what is found, and every way in which one can be wrong."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import pytest

from kg.model.document import Passage
from kg.model.rule import Rule, RuleEvidence
from kg.rules.firing import Installed
from kg.rules.packs import PackReport, pack_reports
from kg.rules.quotes import Held, QuoteResult, grounded, looked_at
from kg.rules.testing import CaseResult
from tests.kg.rules.known import rule

TEXT = "Background. An invented patient had gout after examplacil (level A). The end."
ABSTRACT = Passage("abstract.1", "abstract", "en", TEXT)
QUOTE = "An invented patient had gout after examplacil (level A)."
GOOD = {
    "organisation": "medkg", "title": "Illustration", "document": "PMID:90000001", "passage": ABSTRACT.key,
    "start": TEXT.index(QUOTE), "quote": QUOTE, "basis": "quoted",
}  # fmt: skip


class Texts:
    """Documents of the illustration."""

    def __init__(self, held: Mapping[str, Held]) -> None:
        self._held = held

    def held(self, document: str) -> Held | None:
        return self._held.get(document)


HERE = Texts(
    {
        "PMID:90000001": Held({ABSTRACT.key: TEXT}, frozenset({"published"})),
        "PMID:90000002": Held({"title-0": "Another illustration."}, frozenset({"published"})),
        "PMID:90000003": Held({ABSTRACT.key: TEXT}, frozenset({"published", "retracted"})),
    }
)


def quoting(**more: object) -> Rule:
    evidence = msgspec.convert(GOOD | more, RuleEvidence)
    return rule({"is": "pregnant"}, evidence=[evidence])


def result(**more: object) -> QuoteResult:
    (only,) = looked_at([quoting(**more)], HERE)
    return only


def test_a_quote_in_its_place_is_found() -> None:
    found = result(grade="A", scheme="invented levels")
    assert (found.rule, found.number, found.state, found.reason) == ("test:one", 1, "found", "")


@pytest.mark.parametrize(
    ("more", "reason", "detail"),
    [
        ({"start": GOOD["start"] + 1}, "moved", str(GOOD["start"])),  # type: ignore[operator]
        ({"start": 5_000}, "moved", str(GOOD["start"])),
        ({"quote": QUOTE.replace("gout", "fever")}, "wording", TEXT[12 : 12 + len(QUOTE) + 1]),
        ({"document": "PMID:90000002"}, "passage", "title-0"),
        ({"passage": "abstract.1-0000000000"}, "passage", ABSTRACT.key),
        ({"document": "PMID:90000003"}, "standing", "retracted"),
        ({"start": None}, "unplaced", ""),
        ({"start": -1}, "unplaced", ""),
        ({"passage": ""}, "unplaced", ""),
        ({"grade": "B"}, "grade", "B"),
        ({"grade": "leve"}, "grade", "leve"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(more: dict[str, object], reason: str, detail: str) -> None:
    found = result(**more)
    assert (found.state, found.reason, found.detail) == ("fault", reason, detail)


def test_a_document_that_nobody_holds_is_no_fault_and_no_ground() -> None:
    found = result(document="PMID:90000009")
    assert (found.state, found.reason) == ("absent", "no-document")
    assert not grounded(quoting(document="PMID:90000009", grade="A"), [found])


def test_a_quote_may_be_of_anybodys_wording_and_a_document_falls_for_all() -> None:
    worded = Texts({"PMID:90000001": Held({"abstract.1-1111111111": "In other words."}, frozenset({"published"}))})
    fallen = Texts({"PMID:90000001": Held({"title-0": "A title."}, frozenset({"concern"}))})
    for sources in ((HERE, worded), (worded, HERE)):
        assert [one.state for one in looked_at([quoting()], *sources)] == ["found"]
    for sources in ((HERE, fallen), (fallen, HERE)):
        assert [one.detail for one in looked_at([quoting()], *sources)] == ["concern"]
    assert [one.reason for one in looked_at([quoting()], worded)] == ["passage"]


def test_a_rule_is_grounded_by_a_graded_quote_that_was_found_and_none_that_is_wrong() -> None:
    graded = quoting(grade="A")
    assert grounded(graded, looked_at([graded], HERE))
    assert not grounded(quoting(), looked_at([quoting()], HERE))
    mixed = msgspec.structs.replace(graded, evidence=(*graded.evidence, *quoting(start=0).evidence))
    assert not grounded(mixed, looked_at([mixed], HERE))
    plain = rule({"is": "pregnant"})
    assert list(looked_at([plain], HERE)) == []
    assert not grounded(plain, [])


def test_a_pack_is_counted_by_itself() -> None:
    other = rule({"is": "pregnant"}, id="test:two")
    rules = [Installed("b", quoting()), Installed("a", other)]
    results = [CaseResult("test:one", 0, "silent", "silent"), CaseResult("test:two", 0, "fires", "silent")]
    assert pack_reports(rules, results) == [PackReport("a", 1, 1, 1, 0), PackReport("b", 1, 1, 0, 1)]
