"""Clusters: one result whatever the order, and never two records that must stay apart."""

from __future__ import annotations

import random
from itertools import combinations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.works.citation import Citation, citation
from ingest.works.clusters import LARGEST, Cluster, clusters
from ingest.works.comparison import apart
from ingest.works.decisions import Decisions
from kg.errors import IdentifierError
from kg.model.ids import canonical
from tests.ingest.works.labelled import document, pairs
from tests.ingest.works.test_comparison import BASE


def record(identifier: str, **changes: object) -> Citation:
    return msgspec.structs.replace(citation(document(BASE | changes)), id=identifier)


def every_record() -> list[Citation]:
    """All records of the labelled set, each under an id of its own."""
    sides = [side for pair in pairs() for side in (pair.a, pair.b)]
    return [msgspec.structs.replace(side, id=f"doc:{number:04}") for number, side in enumerate(sides)]


def test_the_canonical_id_is_of_the_best_scheme_and_the_smallest() -> None:
    found = clusters(
        [record("doc:a"), record("DOI:10.5555/a"), record("PMC:PMC7"), record("PMID:10"), record("PMID:9")]
    )
    assert [(cluster.id, len(cluster.members), len(cluster.joins)) for cluster in found] == [("PMID:9", 5, 4)]
    assert found[0].members == ("PMID:9", "PMID:10", "PMC:PMC7", "DOI:10.5555/a", "doc:a")


def test_a_record_between_two_dois_joins_one_of_them() -> None:
    """The one without a DOI fits both; its cluster must not hold both."""
    both = [record("DOI:10.5555/a", doi="10.5555/a"), record("DOI:10.5555/b", doi="10.5555/b"), record("doc:c")]
    found = clusters(both)
    assert [cluster.members for cluster in found] == [("DOI:10.5555/a", "doc:c")]


def test_a_shared_identifier_comes_before_a_title() -> None:
    records = [
        record("PMID:90000001", pmid="90000001"),
        record("PMID:90000002", pmid="90000002", doi="10.5555/a"),
        record("doc:c", doi="10.5555/a"),
    ]
    assert [cluster.members for cluster in clusters(records)] == [("PMID:90000002", "doc:c")]


def test_a_curator_parts_what_the_rules_join() -> None:
    """Also where a third record would bring the two together."""
    records = [record("doc:a"), record("doc:b"), record("doc:c")]
    assert [cluster.members for cluster in clusters(records)] == [("doc:a", "doc:b", "doc:c")]
    decided = Decisions(different=frozenset({("doc:a", "doc:b")}))
    assert [cluster.members for cluster in clusters(records, decided)] == [("doc:a", "doc:c")]


def test_a_curator_joins_what_the_rules_part() -> None:
    two = [record("DOI:10.5555/a", doi="10.5555/a"), record("DOI:10.5555/b", doi="10.5555/b", year=1999, title="New")]
    assert clusters(two) == ()
    decided = Decisions(same={("DOI:10.5555/a", "DOI:10.5555/b"): ("seen",)})
    (cluster,) = clusters(two, decided)
    assert [(join.verdict.reason, join.verdict.evidence) for join in cluster.joins] == [("curator", ("seen",))]


def test_years_do_not_chain() -> None:
    records = [record(f"doc:{year}", year=year, volume="", issue="", pages="") for year in (2013, 2014, 2015)]
    assert [cluster.members for cluster in clusters(records)] == [("doc:2013", "doc:2014")]


def test_evidence_of_every_join_is_kept() -> None:
    (cluster,) = clusters([record("doc:a"), record("doc:b", issue="05")])
    (join,) = cluster.joins
    assert (join.a, join.b, join.verdict.reason) == ("doc:a", "doc:b", "title")
    assert {"title", "first author", "journal", "first page"} <= set(join.verdict.evidence)


def test_order_does_not_matter_and_nothing_apart_is_joined() -> None:
    records = every_record()
    expected = clusters(records)
    assert expected
    by_id = {record.id: record for record in records}
    for cluster in expected:
        for a, b in combinations(cluster.members, 2):
            assert apart(by_id[a], by_id[b]) is None
    for seed in range(3):
        shuffled = records[:]
        random.Random(seed).shuffle(shuffled)
        assert clusters(shuffled) == expected


def test_a_second_run_over_what_was_found_finds_the_same() -> None:
    """Members alone, without the records that belong nowhere, give the same clusters."""
    records = every_record()
    expected = clusters(records)
    kept = {member for cluster in expected for member in cluster.members}
    assert clusters(record for record in records if record.id in kept) == expected


@given(st.lists(st.sampled_from(range(24)), unique=True, max_size=12), st.randoms())
@settings(max_examples=60)
def test_any_choice_of_near_records(choice: list[int], random_: random.Random) -> None:
    records = [_near(number) for number in choice]
    expected = clusters(records)
    _partition(expected)
    random_.shuffle(records)
    assert clusters(records) == expected


def _near(number: int) -> Citation:
    changes: dict[str, object] = {"year": 2014 + number % 3}
    if number % 4 == 1:
        changes["doi"] = f"10.5555/{number % 8}"
    if number % 4 == 2:
        changes["pmid"] = str(90000000 + number % 6)
    if number % 5 == 3:
        changes |= {"volume": "", "issue": "", "pages": ""}
    return record(f"doc:{number:02}", **changes)


def _partition(found: tuple[Cluster, ...]) -> None:
    members = [member for cluster in found for member in cluster.members]
    assert len(members) == len(set(members))
    for cluster in found:
        assert len(cluster.joins) == len(cluster.members) - 1
        assert cluster.id == cluster.members[0] == min(cluster.members, key=canonical)


def test_a_key_that_very_many_share_is_no_evidence() -> None:
    records = [record(f"doc:{number:03}") for number in range(LARGEST + 1)]
    assert clusters(records) == ()
    assert len(clusters(records[:-1])) == 1


def test_two_records_with_one_id_are_refused() -> None:
    with pytest.raises(IdentifierError):
        clusters([record("doc:a"), record("doc:a")])
