"""The comparison on the labelled set, and what must hold for any two records."""

from __future__ import annotations

import msgspec
import pytest

from benchmarks.works import quality
from ingest.works.citation import Citation, citation
from ingest.works.comparison import compare
from ingest.works.keys import keys
from tests.ingest.works import labelling
from tests.ingest.works.labelled import document, pairs

PAIRS = pairs()
BASE = {
    "title": "Effect of an invented drug on an invented disease: a trial", "authors": ["Lowe, Ann", "Fry, Bo"],
    "journal": "Fictional Heart", "issn": "9002-0026", "year": 2015, "volume": "101", "issue": "5", "pages": "330-335",
}  # fmt: skip


def cited(**changes: object) -> Citation:
    """The base record with changes, by our own reader's way."""
    return citation(document(BASE | changes))


def test_the_set_is_what_its_construction_says() -> None:
    assert labelling.FILE.read_text("utf-8") == labelling.content()


def test_the_set_is_large_and_balanced() -> None:
    counts = {half: [pair.same for pair in PAIRS if pair.half == half] for half in ("dev", "test")}
    assert len(PAIRS) >= 500
    for labels in counts.values():
        assert 0.35 < sum(labels) / len(labels) < 0.65
    assert {pair.language for pair in PAIRS} == {"zh", "en", "cross"}


def test_precision_and_recall() -> None:
    found = quality()
    for name, row in found.items():
        assert row["precision"] >= 0.99, name
        assert row["recall"] >= 0.95, name


@pytest.mark.parametrize("half", ["dev", "test"])
def test_symmetric_and_same_as_itself(half: str) -> None:
    for pair in PAIRS:
        if pair.half == half:
            assert compare(pair.a, pair.b) == compare(pair.b, pair.a), pair.note
            assert compare(pair.a, pair.a).reason not in ("identifiers-differ", "titles-differ", "places-differ")


def test_records_of_two_halves_are_not_of_one_work() -> None:
    """Each half has works of its own, so that the test half tells something."""
    assert {pair.work for pair in PAIRS if pair.half == "dev"}.isdisjoint(
        pair.work for pair in PAIRS if pair.half == "test"
    )


def test_no_two_works_of_the_set_share_a_record() -> None:
    first = {pair.work: pair for pair in PAIRS if not pair.work.startswith("w")}
    for one in first.values():
        for other in first.values():
            if one.work < other.work:
                assert not compare(one.a, other.a).same, (one.work, other.work)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"doi": "10.5555/b"}, "identifiers-differ"),
        ({"pmid": "90000999"}, "identifiers-differ"),
        ({"year": 2017}, "years-differ"),
        ({"kind": "preprint"}, "kinds-differ"),
        ({"kind": "conference"}, "kinds-differ"),
        ({"kind": "thesis"}, "kinds-differ"),
        ({"edition": "2nd"}, "editions-differ"),
        ({"title": f"Erratum: {BASE['title']}"}, "notice"),
        ({"title": f"Reply to: {BASE['title']}"}, "notice"),
        ({"title": f"{BASE['title']}. Part II"}, "parts-differ"),
    ],
)
def test_what_forbids_one_work(changes: dict[str, object], reason: str) -> None:
    known = {"doi": "10.5555/a", "pmid": "90000998", "edition": "1st"}
    left = {key: value for key, value in known.items() if key in changes}
    verdict = compare(cited(**left), cited(**changes))
    assert (verdict.same, verdict.reason) == (False, reason)


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "<b>EFFECT</b> of an invented drug on an invented disease &#8212; a trial."},
        {"volume": "0101", "issue": "05", "pages": "330-5"},
        {"pages": "330-335+340"},
        {"journal": "Fict Heart", "issn": ""},
        {"authors": ["A Lowe"]},
        {"authors": []},
        {"year": 2014, "volume": "", "issue": "", "pages": ""},
    ],
)
def test_what_does_not_matter(changes: dict[str, object]) -> None:
    verdict = compare(cited(), cited(**changes))
    assert verdict.same, verdict
    assert verdict.evidence


def test_records_of_one_work_share_a_key() -> None:
    for pair in PAIRS:
        if compare(pair.a, pair.b).same:
            assert set(keys(pair.a)) & set(keys(pair.b)), pair.note


def test_an_empty_record_matches_nothing() -> None:
    for pair in PAIRS:
        assert not compare(msgspec.structs.replace(Citation("doc:0"), kind=pair.a.kind), pair.a).same
