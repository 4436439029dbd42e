"""Invented patients through the engine: each comes out as it says, and together they cover the shipping set."""

from __future__ import annotations

import re

import pytest

from api.decisions import Decisions
from api.knowledge import Knowledge
from ingest.cases.shipped import Invented, at, invented
from kg.errors import UnknownName
from kg.rules.ruleset import Asked

CJK = re.compile(r"[\u3400-\u9fff]").search
TOPICS = (
    "example:warfarin-nsaid", "example:simvastatin-clarithromycin", "example:metformin-renal",
    "example:ace-inhibitor-pregnancy", "example:duplicate-paracetamol", "example:penicillin-allergy",
    "example:fluoroquinolone-child", "example:contrast-renal", "example:test-hba1c-repeat",
    "example:guideline-stroke-window-over", "example:score-padua", "example:coding-male-pregnancy",
    "example:many-drugs", "example:off-label-quetiapine-insomnia",
)  # fmt: skip
"""The shipping set: one rule for each of its subjects."""
OUTCOMES = {"fires": "fired", "silent": "silent", "insufficient": "insufficient"}


@pytest.mark.parametrize("patient", invented(), ids=lambda one: one.id)
def test_each_moment_comes_out_as_it_says(patient: Invented, asked: tuple[Decisions, Knowledge]) -> None:
    decisions, found = asked
    for moment in patient.moments:
        wanted = {rule: end for kind, end in OUTCOMES.items() for rule in getattr(moment, kind)}
        assert wanted, "a moment that says nothing shows nothing"
        told = decisions.evaluate(found, moment.case, Asked(why=tuple(wanted), limit=50, shown=False))
        outcomes = {one.rule: one.outcome for one in told.interpretation.explained}
        assert {rule: outcomes.get(rule) for rule in wanted} == wanted, moment.told.en
        assert told.interpretation.problems == (), "everything that is sent is understood"
        assert {card.rule for card in told.items} >= set(moment.fires)


def test_they_cover_the_shipping_set_in_both_languages() -> None:
    moments = [moment for one in invented() for moment in one.moments]
    for kind in OUTCOMES:
        assert set(TOPICS) <= {rule for moment in moments for rule in getattr(moment, kind)}
    assert len(invented()) >= 12
    assert len({one.id for one in invented()}) == len(invented())
    for text in [one.title for one in invented()] + [one.story for one in invented()] + [one.told for one in moments]:
        assert CJK(text.zh)
        assert text.en
        assert not CJK(text.en)


def test_what_a_note_denies_is_no_allergy_and_what_it_says_is_one(asked: tuple[Decisions, Knowledge]) -> None:
    decisions, found = asked
    noted = [moment for moment in at("penicillin-history") if moment.case.notes]
    cards = [
        [card for card in decisions.evaluate(found, moment.case, Asked(shown=False)).items
         if card.rule == "example:penicillin-allergy"]
        for moment in noted
    ]  # fmt: skip
    assert [len(one) for one in cards] == [1, 0]
    assert cards[0][0].read_from
    assert cards[0][0].tier != "block", "what rests on text alone speaks less strongly"


def test_names_that_nobody_has_are_told() -> None:
    with pytest.raises(UnknownName, match="warfarin-knee"):
        list(at("nobody"))
    with pytest.raises(UnknownName, match="order-sign"):
        list(at("warfarin-knee", "medication-refill"))
