"""Profiles: data that changes how hits are ranked and which names they are shown by. All invented."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from kg.errors import ConfigError, QueryError
from kg.generation.indexes import build_indexes, open_indexes
from kg.mapping.base import Context
from kg.mapping.document import document_statements
from kg.mapping.evidence import mention_statements
from kg.search.base import Query, Results
from kg.search.profiles import decoded, packaged, read
from kg.search.searcher import Searcher
from kg.store.base import Reader
from tests.kg.graph import document, mentions, small_reader, statements
from tests.kg.test_search import QUERIES

replace = msgspec.structs.replace
PLAIN = document(11, "Stroke in gardens", "Gardens grow.", year=2001)
GUIDELINE = replace(
    document(12, "Care for stroke", "Stroke needs care, as gardens do.", year=2002), types=("Practice Guideline",)
)
PREPRINT = replace(document(13, "Stroke, a preprint", "Stroke comes early.", year=2003), kind="preprint")
OWN = """
[[profile]]
name = "mine"
title = { zh = "我的", en = "Mine" }
about = { zh = "只按词。", en = "Words alone." }
signals = { concept = 0, subtree = 0 }
[[profile.prefer]]
kinds = ["preprint"]
share = 0.5
"""


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    context, rows = Context(), statements()
    for source in (PLAIN, GUIDELINE, PREPRINT):
        rows += document_statements(source, context)
        rows += [row for mention in mentions(source) for row in mention_statements(mention, context)]
    found = small_reader(tmp_path_factory.mktemp("profiles"), rows=rows)
    yield found
    found.close()


@pytest.fixture(scope="module")
def searcher(reader: Reader, tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    folder = tmp_path_factory.mktemp("indexes")
    build_indexes(reader, folder, None, folder / "cache")
    profiles = packaged() | decoded(OWN, "own")
    return Searcher(open_indexes(folder, None).text, reader, QUERIES, profiles=profiles)


def ids(found: Results) -> list[str]:
    return [hit.id for hit in found.items]


def test_without_a_profile_nothing_changes(searcher: Searcher) -> None:
    found = searcher.search(Query("stroke gardens"))
    assert found.interpretation.profile == ""
    assert all(hit.parts.profile == 0 for hit in found.items)
    assert PREPRINT.id in ids(searcher.search(Query("stroke")))


def test_a_preferred_design_comes_first_and_says_why(searcher: Searcher) -> None:
    plain, clinical = (
        searcher.search(Query("stroke gardens")),
        searcher.search(Query("stroke gardens", profile="clinical")),
    )
    assert ids(plain).index(PLAIN.id) < ids(plain).index(GUIDELINE.id)
    assert ids(clinical)[0] == GUIDELINE.id
    assert clinical.interpretation.profile == "clinical"
    top = clinical.items[0]
    assert top.parts.profile == packaged()["clinical"].prefer[0].share
    for hit in clinical.items:
        assert hit.score == pytest.approx(sum(msgspec.structs.astuple(hit.parts)), abs=1e-5)
        assert 0 < hit.score <= 1


def test_what_a_profile_leaves_out_does_not_come(searcher: Searcher) -> None:
    assert PREPRINT.id not in ids(searcher.search(Query("stroke", profile="clinical")))
    mine = searcher.search(Query("stroke", profile="mine"))
    assert ids(mine)[0] == PREPRINT.id
    assert mine.items[0].parts.concept == 0


def test_lay_terms_come_first_where_a_terminology_marks_them(searcher: Searcher) -> None:
    plain = searcher.search(Query("脑卒中", kind=None))
    lay = searcher.search(Query("脑卒中", kind=None, profile="public"))
    assert plain.interpretation.concepts[0].label.zh == "脑卒中"
    assert lay.interpretation.concepts[0].label.zh == "中风"
    # No lay term in English is marked, so the preferred one stays.
    assert lay.interpretation.concepts[0].label.en == "stroke"
    concept = next(hit for hit in lay.items if hit.id == "medkg:stroke")
    assert concept.label.zh == "中风"
    paths = {
        step.label.zh for hit in lay.items for one in hit.matched for step in one.path if step.id == "medkg:stroke"
    }
    assert paths == {"中风"}


def test_pages_of_a_profile_join_to_its_whole_list(searcher: Searcher) -> None:
    whole = ids(searcher.search(Query("stroke metformin", profile="clinical", limit=100)))
    found: list[str] = []
    cursor = None
    while True:
        page = searcher.search(Query("stroke metformin", profile="clinical", limit=1, cursor=cursor))
        found += ids(page)
        if (cursor := page.next) is None:
            break
    assert found == whole
    first = searcher.search(Query("stroke metformin", profile="clinical", limit=1))
    with pytest.raises(QueryError):
        searcher.search(Query("stroke metformin", profile="bench", limit=1, cursor=first.next))


def test_concepts_are_preferred_by_category(searcher: Searcher) -> None:
    query = Query("metformin stroke", kind="concept")
    drugs = searcher.search(replace(query, profile="drug-development"))
    assert ids(drugs)[0] == "medkg:metformin"
    assert drugs.items[0].parts.profile > 0


def test_an_unknown_profile_lists_the_known(searcher: Searcher) -> None:
    with pytest.raises(QueryError) as caught:
        searcher.search(Query("stroke", profile="astrology"))
    for language in ("zh", "en"):
        assert "bench, drug-development, clinical, public-health, public, mine" in caught.value.text(language)


def test_every_packaged_profile_searches_in_both_languages(searcher: Searcher) -> None:
    assert list(packaged()) == ["bench", "drug-development", "clinical", "public-health", "public"]
    for name in packaged():
        for text in ("stroke", "脑卒中", ""):
            searcher.search(Query(text, kind=None, profile=name))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("share = 0.5", "share = 1.5"), ("share = 0.5", "share = nan"), ("share = 0.5", ""),
        ("concept = 0", "magic = 1"), ("concept = 0", "concept = -1"), ("concept = 0", "concept = 1e9"),
        ('kinds = ["preprint"]', 'kinds = ["novel"]'),
        ('kinds = ["preprint"]', 'designs = ["horoscope"]'), ('kinds = ["preprint"]', 'categories = ["star"]'),
        ('name = "mine"', 'name = "../mine"'), ('name = "mine"', 'name = ""'), ('zh = "我的"', 'zh = " "'),
        ('zh = "我的", ', ""), ("[[profile.prefer]]", "[[profile.prefers]]"), (OWN, OWN + OWN), (OWN, "not toml ="),
        ('about = { zh = "只按词。", en = "Words alone." }', "labels = 1"),
    ],
)  # fmt: skip
def test_what_is_no_profile_is_refused(old: str, new: str) -> None:
    assert old in OWN
    with pytest.raises(ConfigError):
        decoded(OWN.replace(old, new, 1), "own")


def test_a_file_of_ones_own_adds_and_replaces(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN, "utf-8")
    assert set(read(path)) == {*packaged(), "mine"}
    path.write_text(OWN.replace('"mine"', '"public"'), "utf-8")
    assert read(path)["public"].title.en == "Mine"
    path.write_bytes(b"\xff\xfe")
    for missing in (path, tmp_path / "none.toml", tmp_path):
        with pytest.raises(ConfigError):
            read(missing)
    assert read(None) == packaged()
