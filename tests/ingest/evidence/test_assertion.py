"""Sums over claims, and pairs that contradict: whatever the order, and never less for one claim more."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ingest.evidence.assertion import Source, Voice, assertion, independent
from ingest.evidence.conflict import MOST, OPPOSITES, conflicts
from ingest.evidence.designs import SECONDARY, best, rank
from ingest.evidence.registrations import MOST as MOST_TRIALS
from ingest.evidence.registrations import registered
from ingest.evidence.sources import WITHHELD
from ingest.evidence.teams import Team
from kg.mapping.assertions import COUNTS, assertion_iri, assertion_statements
from kg.mapping.base import Context
from kg.model.terms import Term, iri

TRIPLE = iri("https://example.org/s"), iri("https://example.org/p"), iri("https://example.org/o")
DESIGNS = ("", "randomised-trial", "cohort", "review", "case-report")


def source(number: int) -> Source:
    """What is known of a work is the same wherever it is named."""
    work = iri(f"https://example.org/w{number}")
    return Source(work, work, DESIGNS[number % len(DESIGNS)], 2000 + number if number % 3 else None, number % 4 == 0)


def voice(number: int, direction: str, evidence: str, withheld: str, works: list[int]) -> Voice:
    sources = () if withheld else tuple(source(work) for work in works)
    return Voice(iri(f"https://example.org/c{number}"), direction, evidence, withheld, sources)


VOICES = st.lists(
    st.builds(
        voice,
        st.integers(0, 10_000),
        st.sampled_from(["supports", "refutes", "insufficient"]),
        st.sampled_from(["curated", "text-mined"]),
        st.sampled_from(["", "", "", *WITHHELD]),
        st.lists(st.integers(0, 9), max_size=3, unique=True),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda one: one.claim,
)
GROUPINGS = st.lists(st.integers(0, 9), min_size=10, max_size=10).map(lambda least: _group(least))


def _group(least: list[int]) -> Callable[[Term], Term]:
    known = {source(number).work: source(other).work for number, other in enumerate(least)}
    return lambda work: known[work]


@given(VOICES, GROUPINGS, st.randoms())
def test_order_does_not_matter(heard: list[Voice], group: Callable[[Term], Term], random_: object) -> None:
    shuffled = list(heard)
    random_.shuffle(shuffled)  # type: ignore[attr-defined]
    first, second = (list(assertion_statements(assertion(TRIPLE, one, group), Context())) for one in (heard, shuffled))
    assert first == second


@given(VOICES, GROUPINGS)
def test_one_claim_more_never_lowers_a_count(heard: list[Voice], group: Callable[[Term], Term]) -> None:
    sums = [assertion(TRIPLE, heard[:end], group) for end in range(1, len(heard) + 1)]
    for before, after in pairwise(sums):
        for name in COUNTS:
            assert before.counts.get(name, 0) <= after.counts.get(name, 0), name
        assert set(before.claims) < set(after.claims)
        assert rank(after.design) <= rank(before.design)
        if before.years:
            assert after.years is not None
            assert after.years[0] <= before.years[0] <= before.years[1] <= after.years[1]


@given(VOICES, GROUPINGS)
def test_counts_fit_together(heard: list[Voice], group: Callable[[Term], Term]) -> None:
    found = assertion(TRIPLE, heard, group)
    counts = found.counts.get
    directions = sum(counts(name, 0) for name in ("supports", "refutes", "insufficient"))
    assert directions == sum(counts(name, 0) for name in ("curated", "text-mined"))
    assert directions + sum(counts(name, 0) for name in WITHHELD) == len(found.claims) == len(heard)
    for side, number in (("supports", "independent-support"), ("refutes", "independent-refutation")):
        assert bool(counts(side, 0)) == bool(counts(number, 0))
        assert counts(number, 0) <= max(counts("sources", 0), 1)
    assert (found.standing == "withdrawn") == (directions == 0)
    assert (found.standing == "contested") == bool(counts("supports", 0) and counts("refutes", 0))


def test_ids_are_those_of_what_is_said() -> None:
    node = assertion_iri(*TRIPLE, Context())
    assert node == "<https://w3id.org/medkg/assertion/a3cc308cf58f2b325880>"
    assert assertion_iri(TRIPLE[2], TRIPLE[1], TRIPLE[0], Context()) != node


def test_tables_and_reviews_are_one_group_and_none_beside_research() -> None:
    def said(*works: int) -> list[Voice]:
        return [voice(at, "supports", "curated", "", [work] if work >= 0 else []) for at, work in enumerate(works)]

    assert DESIGNS[3] in SECONDARY
    for works, expected in (((), 0), ((-1,), 1), ((-1, -1), 1), ((3, 8, -1), 1), ((1, 3, -1), 1), ((1, 2, 3), 2)):
        assert independent(said(*works), lambda work: work) == expected, works


def test_all_pairs_of_a_contradiction_as_long_as_they_are_few() -> None:
    def side(letter: int, number: int, withheld: str = "") -> list[Voice]:
        return [voice(letter * 1000 + at, "supports", "curated", withheld, [at % 10]) for at in range(number)]

    assert len(set(conflicts(side(1, 20), side(2, 20)))) == MOST
    many = list(conflicts(side(1, 100), side(2, 50)))
    assert len(many) == len(set(many)) == 149
    linked = {end for pair in many for end in pair}
    assert linked == {one.claim for one in (*side(1, 100), *side(2, 50))}, "each contradicts at least one"
    strongest = {pair[1] for pair in many if sum(pair[1] == other[1] for other in many) > 1}
    assert strongest == {side(2, 2)[1].claim}, "a randomised trial before others"
    assert list(conflicts(side(1, 3, "retracted"), side(2, 3))) == []
    assert list(conflicts([], side(2, 3))) == []


def test_opposite_predicates_are_opposite_both_ways() -> None:
    assert OPPOSITES
    assert all(OPPOSITES[other] == one and one != other for one, other in OPPOSITES.items())


def test_designs_have_an_order_and_unknown_ones_none() -> None:
    assert best(["cohort", "randomised-trial", "meta-analysis", "no such design"]) == "meta-analysis"
    assert best(["trial", "cohort"]) == "cohort", "a trial without a word of randomisation may have one arm"
    assert best(["no such design"]) == ""


@given(st.lists(st.text(max_size=40), max_size=5), st.lists(st.text(max_size=200), max_size=3))
def test_any_text_may_stand_where_a_number_is_looked_for(identifiers: list[str], texts: list[str]) -> None:
    assert len(registered(identifiers, texts)) <= MOST_TRIALS


def test_numbers_of_trials_in_one_spelling() -> None:
    assert registered(["ClinicalTrials:nct99999901", "nct:NCT99999901"], []) == {"NCT99999901"}
    assert registered(["eudract:EUCTR2099-999999-99-DE", "x:2099-999999-99"], []) == {"2099-999999-99"}
    assert registered([], ["注册号 ChiCTR9900099901。"]) == {"CHICTR9900099901"}
    assert registered([], ["NCT999999011 is too long.", ""]) == frozenset()
    assert registered(["GENBANK:AB123456", "pii:S0000", ":", ""], []) == frozenset()
    assert registered([f"nct:NCT9999990{number}" for number in range(MOST_TRIALS + 1)], []) == frozenset()


def test_teams_share_people_across_scripts_and_spellings() -> None:
    def team(*names: str) -> Team:
        return Team(tuple(frozenset({name}) for name in names))

    assert team("zhang w", "li n", "wu x").mostly(team("li n", "zhang w")) == ("li n", "zhang w")
    assert team("zhang w").mostly(team("zhang w")) == (), "one name is nobody's proof"
    assert team("a b", "c d", "e f", "g h").mostly(team("a b", "c d", "x y", "z z")) == (), "half is not most"
    assert Team().mostly(team("a b", "c d")) == ()
