"""What stands behind a hit: study design and links, from what sources said. All invented."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import msgspec
import pytest

from kg.generation.indexes import build_indexes, open_indexes
from kg.mapping.base import Context
from kg.mapping.document import document_statements
from kg.mapping.evidence import claim_statements
from kg.model.document import Document, Identifier
from kg.model.evidence import Claim, Study
from kg.model.ids import Ids
from kg.search.backing import Backing, Link, backings, by_type
from kg.search.base import Query
from kg.search.searcher import Searcher
from kg.store.base import Reader
from tests.kg.graph import document, small_reader
from tests.kg.test_search import QUERIES

replace = msgspec.structs.replace
TRIAL = replace(
    document(1, "A trial of herbs"), types=("Journal Article", "Randomized Controlled Trial", "Review"),
    licence="CC-BY-4.0", identifiers=(Identifier("doi", "10.5555/x<1>"), Identifier("pmcid", "PMC99")),
)  # fmt: skip
TOLD = replace(
    document(2, "A garden followed for years"), licence="all-rights-reserved", urls=("https://example.org/2",)
)
OPEN = replace(document(3, "Herbs at the gate"), access="open", urls=("javascript:alert(1)", "https://example.org/3"))
BARE = Document("doc:bare", document(4, "Nothing else is known").passages)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    context = Context()
    rows = [row for one in (TRIAL, TOLD, OPEN, BARE) for row in document_statements(one, context)]
    claim = Claim(
        "medkg:a", "biolink:treats", "medkg:b", "text-mined", "cues.v2", document=TOLD.id, study=Study("cohort"),
    )  # fmt: skip
    # Types of a catalogue count before words.
    worded = replace(claim, document=TRIAL.id, study=Study("meta-analysis"))
    rows += [*claim_statements(claim, context), *claim_statements(worded, context)]
    found = small_reader(tmp_path_factory.mktemp("backing"), rows=rows)
    yield found
    found.close()


@pytest.fixture(scope="module")
def told(reader: Reader) -> dict[str, Backing]:
    return backings(reader, Ids(), [one.id for one in (TRIAL, TOLD, OPEN, BARE)])


def links(one: Backing) -> dict[str, str]:
    return {link.kind: link.url for link in one.links}


def test_types_of_a_catalogue_tell_the_design_first(told: dict[str, Backing]) -> None:
    assert (told[TRIAL.id].design, told[TRIAL.id].design_by) == ("randomised-trial", "types")
    assert (told[TOLD.id].design, told[TOLD.id].design_by) == ("cohort", "text")
    assert (told[BARE.id].design, told[BARE.id].design_by) == ("", "")


def test_links_are_those_that_identifiers_and_sources_give(told: dict[str, Backing]) -> None:
    assert links(told[TRIAL.id]) == {
        "record": "/id/PMID:900000001",
        "pmid": "https://pubmed.ncbi.nlm.nih.gov/900000001/",
        "doi": "https://doi.org/10.5555/x%3C1%3E",
        "pmcid": "https://pmc.ncbi.nlm.nih.gov/articles/PMC99/",
        "licence": "https://creativecommons.org/licenses/by/4.0/",
        "full-text": "https://pmc.ncbi.nlm.nih.gov/articles/PMC99/",
    }
    assert len(told[TRIAL.id].links) == 6
    assert told[BARE.id].links == (Link("record", "/id/document/bare"),)


def test_full_texts_are_told_only_where_anybody_may_have_them(told: dict[str, Backing]) -> None:
    assert "full-text" not in links(told[TOLD.id])
    assert links(told[OPEN.id])["full-text"] == "https://example.org/3"
    assert (told[BARE.id].licence, told[BARE.id].access) == ("unknown", "unknown")


def test_no_document_no_question(reader: Reader) -> None:
    assert backings(reader, Ids(), []) == {}


def test_designs_are_those_that_ingest_reads() -> None:
    rows = tomllib.loads((files("ingest.text.claims") / "studies.toml").read_text("utf-8"))["design"]
    assert by_type() == {name.lower(): row["name"] for row in rows for name in row["types"]}


def test_hits_carry_them(reader: Reader, tmp_path: Path) -> None:
    build_indexes(reader, tmp_path, None, tmp_path / "cache")
    searcher = Searcher(open_indexes(tmp_path, None).text, reader, QUERIES)
    hits = {hit.id: hit for hit in searcher.search(Query("herbs garden trial")).items}
    assert (hits[TRIAL.id].design, hits[TRIAL.id].design_by) == ("randomised-trial", "types")
    assert hits[TOLD.id].design == "cohort"
    assert hits[TRIAL.id].links[0] == Link("record", "/id/PMID:900000001")
    assert hits[TRIAL.id].licence == "CC-BY-4.0"
