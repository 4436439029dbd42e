"""People from authorships: what evidence joins, what keeps apart, and what stays a candidate."""

from __future__ import annotations

import random
from itertools import combinations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.people.authorship import Authorship
from ingest.people.maybe import RARE, Candidates
from ingest.people.organisations import affiliations
from ingest.people.persons import CROWDED, Persons
from kg.model.terms import Term
from tests.people.labelled import labelled_authors, name

WARD = "Department of Invention, Invented University, Nowhere"


def row(
    document: str, text: str, place: int = 1, line: str = "", orcid: str = "", *, author: bool = True
) -> Authorship:
    node = Term(f"<https://example.org/{document}/author/{place}>")
    return Authorship(node, f"PMID:{document}", place, name(text), orcid, affiliations(line), author)


def record(document: str, *people: str, line: str = "") -> list[Authorship]:
    return [row(document, text, place, line) for place, text in enumerate(people, 1)]


def one(persons: Persons, a: int, b: int) -> bool:
    return persons.groups.root(a) == persons.groups.root(b)


def test_the_labelled_set() -> None:
    labelled = labelled_authors()
    persons = Persons(labelled.rows, labelled.works)
    candidates = {(found.a, found.b) for found in Candidates(persons).pairs()}
    near = {frozenset(map(persons.groups.root, pair)) for pair in candidates}
    right = missed = 0
    for a, b in combinations(range(len(labelled.rows)), 2):
        joined, same = one(persons, a, b), labelled.who[a] == labelled.who[b]
        assert same or not joined, (labelled.rows[a], labelled.rows[b])
        right += joined
        missed += same and not joined and frozenset((persons.groups.root(a), persons.groups.root(b))) not in near
    assert right > 100
    assert missed < 0.03 * right, "nearly all others are candidates"


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Thistlewood, Harriet", "Thistlewood, Harriet"),
        ("张伟", "张伟"),
        ("Zhang, Wei", "Zhang, Wei"),
        ("张伟", "Zhang, Wei"),
        ("欧阳明月", "欧阳明月"),
    ],
)
def test_a_name_alone_joins_nobody(a: str, b: str) -> None:
    persons = Persons([row("1", a), row("2", b)])
    assert not one(persons, 0, 1)
    (found,) = Candidates(persons).pairs()
    assert (found.a, found.b) == (0, 1)


def test_a_telling_name_with_one_organisation_or_co_author() -> None:
    by_place = Persons([row("1", "Thistlewood, Harriet", line=WARD), row("2", "Thistlewood, Harriet", line=WARD)])
    assert one(by_place, 0, 1)
    assert [(join.reason, join.evidence) for join in by_place.joins] == [
        ("affiliation", ("affiliation invented university",))
    ]
    people = "Thistlewood, Harriet", "Kvamme, Jorunn"
    by_company = Persons(record("1", *people) + record("2", *people))
    assert one(by_company, 0, 2)
    assert {join.reason for join in by_company.joins} == {"co-author"}


def test_a_frequent_name_needs_two_things() -> None:
    elsewhere = WARD.replace("Invention", "Discovery")
    assert not one(Persons([row("1", "张伟", line=WARD), row("2", "张伟", line=elsewhere)]), 0, 1)
    assert not one(Persons(record("1", "张伟", "李娜") + record("2", "张伟", "李娜")), 0, 2)
    assert not one(Persons(record("1", "张伟", "李娜", "王芳") + record("2", "张伟", "李娜", "王芳")), 0, 3)
    assert one(Persons([row("1", "张伟", line=WARD), row("2", "张伟", line=WARD)]), 0, 1)
    school = "School of Medicine, Invented University, Nowhere"
    assert not one(Persons([row("1", "张伟", line=school), row("2", "张伟", line=school)]), 0, 1)
    people = "张伟", "李娜", "欧阳明月"
    assert one(Persons(record("1", *people) + record("2", *people)), 0, 3)


def test_a_name_that_many_have_in_this_library_is_frequent() -> None:
    many = [row(str(number), "Smith, John") for number in range(CROWDED)]
    people = "Smith, John", "Kvamme, Jorunn"
    few = record("a", *people) + record("b", *people)
    assert one(Persons(few), 0, 2)
    assert not one(Persons([*few, *many]), 0, 2)


@pytest.mark.parametrize(
    "other",
    [
        row("2", "Thistlewood, Harriet", line=WARD, orcid="0000-0001-0000-0002"),
        row("1", "Thistlewood, Harriet", 2, WARD),
        row("2", "Thistlewood, Henry", line=WARD),
    ],
    ids=["another ORCID", "the same record", "another given name"],
)
def test_what_contradicts_keeps_apart(other: Authorship) -> None:
    persons = Persons([row("1", "Thistlewood, Harriet", line=WARD, orcid="0000-0001-0000-0001"), other])
    assert not one(persons, 0, 1)
    assert list(Candidates(persons).pairs()) == []


def test_who_stands_between_two_orcids_joins_neither() -> None:
    named = "Thistlewood, Harriet"
    rows = [row("1", named, line=WARD, orcid="0000-0001-0000-0001"), row("3", named, line=WARD)]
    assert one(Persons(rows), 0, 1)
    both = [*rows, row("2", named, line=WARD, orcid="0000-0001-0000-0002")]
    assert Persons(both).joins == ()


def test_an_orcid_on_every_author_of_a_record_says_nothing() -> None:
    number = "0000-0001-0000-0001"
    rows = [row("1", "Tanaka, Rei", 1, orcid=number), row("1", "Sato, Sora", 2, orcid=number)]
    assert Persons([*rows, row("2", "Tanaka, Rei", orcid=number)]).joins == ()


def test_an_orcid_on_a_name_that_has_nothing_in_common_is_a_candidate() -> None:
    number = "0000-0001-0000-0001"
    persons = Persons([row("1", "Tanaka, Rei", orcid=number), row("2", "Umber, Vera", orcid=number)])
    assert persons.joins == ()
    assert [found.reason for found in Candidates(persons).pairs()] == ["orcid"]
    married = Persons([row("1", "Berg, Astrid", orcid=number), row("2", "Lindqvist, Astrid", orcid=number)])
    assert one(married, 0, 1)


def test_one_place_of_one_work() -> None:
    rows = record("1", "Zhang W", "Li N") + record("2", "张伟", "李娜") + record("3", "Zhang, Wei", "Wang, Fang")
    persons = Persons(rows, [("PMID:2", "PMID:1", "PMID:3")])
    assert one(persons, 0, 2)
    assert one(persons, 2, 4)
    assert one(persons, 1, 3)
    assert not one(persons, 1, 5), "another name at the same place"
    assert {join.reason for join in persons.joins} == {"work"}
    assert Persons(rows).joins == ()


def test_an_editor_can_be_an_author_of_the_same_record() -> None:
    number = "0000-0001-0000-0001"
    rows = [row("1", "Kvamme, Jorunn", 1, orcid=number), row("1", "Kvamme, Jorunn", 2, orcid=number, author=False)]
    assert one(Persons(rows), 0, 1)


def test_a_crowd_is_told_and_only_its_company_compared() -> None:
    crowd = [row(str(number), "张伟") for number in range(RARE + 1)]
    lonely = Candidates(Persons(crowd))
    assert list(lonely.pairs()) == []
    assert [(one.key, one.people) for one in lonely.crowds] == [("zhang wei", RARE + 1)]
    company = record("a", "张伟", "Kvamme, Jorunn") + record("b", "Zhang W", "Kvamme J")
    pairs = list(Candidates(Persons(crowd + company)).pairs())
    names = {(crowd + company)[one.a].document + (crowd + company)[one.b].document for one in pairs}
    assert names == {"PMID:aPMID:b"}
    assert {one.reason for one in pairs} == {"romanised-initials", "initials"}


@given(st.integers(0, 2**32))
@settings(max_examples=15)
def test_the_order_of_records_does_not_matter(seed: int) -> None:
    labelled = labelled_authors()
    rows = list(labelled.rows)
    random.Random(seed).shuffle(rows)
    persons, shuffled = Persons(labelled.rows, labelled.works), Persons(rows, reversed(labelled.works))
    assert tuple(persons.people) == tuple(shuffled.people)
    told = [
        {(found.rows[join.a].node, found.rows[join.b].node, join.reason, join.evidence) for join in found.joins}
        for found in (persons, shuffled)
    ]
    assert told[0] == told[1]
    maybe = [
        {
            (found.rows[one.a].node, found.rows[one.b].node, one.reason, one.evidence)
            for one in Candidates(found).pairs()
        }
        for found in (persons, shuffled)
    ]
    assert maybe[0] == maybe[1]


def test_nobody_is_twice_an_author_of_a_record() -> None:
    labelled = labelled_authors()
    persons = Persons([msgspec.structs.replace(one, orcid="") for one in labelled.rows], labelled.works)
    documents = {one.node: one.document for one in labelled.rows}
    for person in persons.people:
        records = [documents[node] for node in person.members]
        assert len(records) == len(set(records))
