"""Assertions of a graph: what claims come to, which sources are one, what contradicts what. All invented."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from ingest.evidence.derivation import assertions
from ingest.works.derivation import works
from kg.generation.derivation import derived
from kg.generation.methods import DERIVED, grounds, method_of
from kg.mapping.assertions import ASSERTION_TERMS, COHORT_TERMS, CONFLICTS, SAME_COHORT
from kg.mapping.evidence import claim_statements
from kg.model.document import Author, StandingNotice
from kg.model.evidence import Claim
from kg.model.terms import Statement, Term, lexical
from kg.query.quads import Quad
from kg.store.base import STORES, Store
from kg.store.state import DERIVED_GRAPH
from kg.vocab import DEFAULT_BASE, MEDKG
from tests.ingest.evidence.ledger import (
    CLAIMS,
    CONTEXT,
    OTHERS,
    RECORDS,
    TEAM,
    about,
    asserted,
    claim,
    publish,
    published,
    record,
)

GOLDEN = Path(__file__).with_name("expected.nt")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = published(tmp_path_factory.mktemp("ledger"), RECORDS, CLAIMS)
    yield made
    made.close()


def node(one: Claim) -> Term:
    return Term(claim_statements(one, CONTEXT)[0].split(" ", 1)[0])


def own(store: Store) -> list[Statement]:
    """What this derivation says, sorted."""
    terms = {*ASSERTION_TERMS, *COHORT_TERMS, CONFLICTS}
    return sorted(row for row in store.statements(DERIVED_GRAPH) if row.split(" ", 2)[1] in terms)


def test_the_statements_are_those_of_the_golden_file(store: Store) -> None:
    assert "".join(f"{row} .\n" for row in own(store)) == GOLDEN.read_text("utf-8")


def test_what_the_claims_of_one_thing_come_to(store: Store) -> None:
    assert about(store, "medkg:x") == {
        "assertionStanding": "contested", "supportCount": "6", "refutationCount": "1", "textMinedCount": "6",
        "curatedCount": "1", "retractedCount": "1", "correctedCount": "1", "sourceCount": "6",
        "independentSupport": "2", "independentRefutation": "1", "bestDesign": "randomised-trial",
        "bestRefutingDesign": "case-report", "firstYear": "2010", "lastYear": "2020",
    }  # fmt: skip


def test_little_evidence(store: Store) -> None:
    assert about(store, "medkg:y") == {
        "assertionStanding": "insufficient", "insufficientCount": "1", "textMinedCount": "1", "sourceCount": "1",
        "firstYear": "2016", "lastYear": "2016",
    }  # fmt: skip
    assert about(store, "medkg:z") == {
        "assertionStanding": "supported", "supportCount": "1", "curatedCount": "1", "independentSupport": "1",
    }  # fmt: skip
    assert about(store, "medkg:w") == {"assertionStanding": "withdrawn", "retractedCount": "1"}


def test_claims_that_contradict_each_other_name_each_other(store: Store) -> None:
    rows = store.select(f"SELECT ?a ?b WHERE {{ ?a {CONFLICTS} ?b }}")
    found = {(row["a"], row["b"]) for row in rows}
    for_it = [CLAIMS[at] for at in (0, 1, 2, 3, 7, 8)]
    expected = {(node(one), node(CLAIMS[4])) for one in for_it} | {(node(CLAIMS[12]), node(CLAIMS[13]))}
    assert found == expected | {(b, a) for a, b in expected}


def test_sources_of_one_cohort_are_told_with_the_reason(store: Store) -> None:
    rows = store.select(
        f"SELECT ?a ?b ?reason ?evidence WHERE {{ ?a {SAME_COHORT} ?b . ?m <{MEDKG}cohortSource> ?a , ?b ; "
        f"<{MEDKG}cohortReason> ?reason ; <{MEDKG}cohortEvidence> ?evidence }}"
    )
    found: dict[tuple[str, str, str], set[str]] = {}
    for row in rows:
        key = *(CONTEXT.ids.curie(lexical(row[name])) for name in ("a", "b")), lexical(row["reason"])
        found.setdefault(key, set()).add(lexical(row["evidence"]))  # type: ignore[arg-type]
    assert found == {
        ("PMID:1", "PMID:2", "registration"): {"NCT99999901"},
        ("PMID:3", "PMID:4", "authors"): {"people 120", "author kvamme j", "author thistlewood h", "author zhang w"},
    }


def test_the_order_of_claims_and_the_engine_do_not_matter(store: Store, tmp_path: Path) -> None:
    shuffled = [*RECORDS], [*CLAIMS]
    for rows in shuffled:
        random.Random(2).shuffle(rows)
    other = published(tmp_path, *shuffled)
    assert own(other) == own(store)
    reference = STORES.load("reference").create(tmp_path / "reference")
    reference.derive(other.statements(""))
    derived_before = [row for row in other.statements("") if "#currentStanding>" in row]
    found = sorted(assertions(reference, DEFAULT_BASE, derived_before))
    assert len(found) == len(set(found))
    assert found == own(store)
    reference.close()
    other.close()


def test_deriving_again_changes_nothing_and_without_it_the_graph_is_as_before(tmp_path: Path) -> None:
    store = asserted(tmp_path, RECORDS, CLAIMS)
    store.derive(derived(store, DEFAULT_BASE, (works,)))
    before = set(store.statements(""))
    publish(store)
    after = set(store.statements(""))
    assert {row.split(" ", 2)[1] for row in after - before} <= {*ASSERTION_TERMS, *COHORT_TERMS, CONFLICTS}
    assert before < after
    publish(store)
    assert set(store.statements("")) == after
    store.derive(derived(store, DEFAULT_BASE, (works,)))
    assert set(store.statements("")) == before
    store.close()


def test_each_statement_names_its_method_and_what_it_rests_on(store: Store) -> None:
    methods = set()
    for row in own(store):
        subject, predicate, value = map(Term, row.split(" ", 2))
        quad = Quad(subject, predicate, value, DERIVED)
        methods.add(method_of(quad).name)
        found, _ = grounds(store, quad)
        if predicate in ASSERTION_TERMS or predicate in (CONFLICTS, SAME_COHORT):
            assert found, row
        if predicate in ASSERTION_TERMS:
            assert {one.predicate for one in found} == {f"<{MEDKG}direction>"}
    assert methods == {"assertions/1", "conflicts/1", "cohorts/1"}


def test_a_notice_by_another_identifier_withholds_every_claim_of_the_work(tmp_path: Path) -> None:
    notices = (StandingNotice("DOI:10.5555/one", "retracted"),)
    store = published(tmp_path, RECORDS[:2], (CLAIMS[0], CLAIMS[8]), notices)
    assert about(store, "medkg:x") == {"assertionStanding": "withdrawn", "retractedCount": "2"}
    store.close()


def test_what_several_documents_say_stands_as_long_as_one_of_them_does(tmp_path: Path) -> None:
    claims = (claim(references=("PMID:5", "PMID:6")), claim(references=("PMID:6", "PMID:7"), to="medkg:y"))
    store = published(tmp_path, RECORDS, claims)
    found = about(store, "medkg:x")
    assert (found["supportCount"], found["sourceCount"], found["firstYear"]) == ("1", "1", "2016")
    assert about(store, "medkg:y") == {"assertionStanding": "withdrawn", "correctedCount": "1"}
    store.close()


def independent(folder: Path, changed: dict[str, object], size: tuple[int, int]) -> str:
    """How many independent sources two records make that are alike but for what is changed in the second."""
    first = record(1, year=2015, authors=TEAM)
    second = msgspec.structs.replace(record(2, year=2017, authors=TEAM), **changed)
    claims = (claim("PMID:1", design="cohort", size=size[0]), claim("PMID:2", design="cohort", size=size[1]))
    store = published(folder, (first, second), claims)
    found = about(store, "medkg:x")["independentSupport"]
    store.close()
    return found


def test_the_same_people_by_team_number_and_years(tmp_path: Path) -> None:
    cases: dict[str, tuple[dict[str, object], tuple[int, int], str]] = {
        "alike": ({}, (60, 60), "1"),
        "another-number": ({}, (60, 61), "2"),
        "few-people": ({}, (3, 3), "2"),
        "years-apart": ({"year": 2021}, (60, 60), "2"),
        "no-year": ({"year": None}, (60, 60), "2"),
        "other-team": ({"authors": OTHERS}, (60, 60), "2"),
        "one-of-three": ({"authors": (*OTHERS[:2], TEAM[0])}, (60, 60), "2"),
        "two-of-three": ({"authors": (OTHERS[0], *TEAM[:2])}, (60, 60), "1"),
        "group-only": ({"authors": (Author(collective="An Invented Group"),)}, (60, 60), "2"),
    }
    found = {name: independent(tmp_path / name, changed, size) for name, (changed, size, _) in cases.items()}
    assert found == {name: expected for name, (_, _, expected) in cases.items()}


def test_different_trials_are_apart_and_records_of_many_trials_join_none(tmp_path: Path) -> None:
    apart = (
        record(1, year=2015, authors=TEAM, trial="NCT99999901"),
        record(2, year=2015, authors=TEAM, trial="NCT99999902"),
    )
    claims = tuple(claim(f"PMID:{number}", design="randomised-trial", size=80) for number in (1, 2, 3))
    store = published(tmp_path / "apart", apart, claims[:2])
    assert about(store, "medkg:x")["independentSupport"] == "2"
    store.close()
    named = ", ".join(f"NCT9999990{number}" for number in range(1, 6))
    pooled = record(3, year=2016, abstract=f"We pooled {named}.")
    store = published(tmp_path / "pooled", (*apart, pooled), claims)
    assert about(store, "medkg:x")["independentSupport"] == "3"
    store.close()


def test_reviews_rest_on_others(tmp_path: Path) -> None:
    records = [record(number, year=2015, types=("Review",), trial="NCT99999901") for number in (1, 2)]
    claims = [claim("PMID:1"), claim("PMID:2"), claim("PMID:5", to="medkg:y"), claim("PMID:1", to="medkg:y")]
    store = published(tmp_path, (*records, RECORDS[4]), claims)
    reviews = about(store, "medkg:x")
    assert (reviews["sourceCount"], reviews["independentSupport"], reviews["bestDesign"]) == ("2", "1", "review")
    both = about(store, "medkg:y")
    assert (both["sourceCount"], both["independentSupport"]) == ("2", "1"), "the review may rest on the other"
    assert not store.select(f"SELECT ?a WHERE {{ ?a {SAME_COHORT} ?b }}")
    store.close()


def test_a_graph_without_claims_and_sources_that_are_nowhere(tmp_path: Path) -> None:
    empty = published(tmp_path / "empty", RECORDS, ())
    assert own(empty) == []
    empty.close()
    store = published(tmp_path / "nowhere", (), (claim("PMID:404", size=50), claim("PMID:405", size=50)))
    assert about(store, "medkg:x") == {
        "assertionStanding": "supported", "supportCount": "2", "textMinedCount": "2", "sourceCount": "2",
        "independentSupport": "2",
    }  # fmt: skip
    store.close()
