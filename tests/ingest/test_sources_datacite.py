"""Resources of DataCite."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest.base import SourceItem
from ingest.sources.datacite import DataCite
from kg.model.document import Document, Grant, Heading, Journal, Relation, Text
from kg.model.source import Reject
from ontology.reading.raw import describe
from tests.contract.source import SourceContract
from tests.golden_files import FOLDER

GOLDEN = FOLDER / "datacite.v1"


class TestDataCite(SourceContract):
    plugin = "datacite.v1"
    sample_name = "page.json"
    records = 5

    def long(self, count: int) -> bytes:
        rows = (
            json.dumps({"id": f"10.5555/{at}", "attributes": {"titles": [{"title": f"T {at * 7919}"}]}}) + "\n"
            for at in range(count)
        )
        return "".join(rows).encode()


def read(path: Path) -> tuple[list[Document], list[Reject]]:
    items: list[SourceItem] = list(DataCite().parse(describe(path), {}))
    return [one for one in items if isinstance(one, Document)], [one for one in items if isinstance(one, Reject)]


def one(tmp_path: Path, **fields: object) -> Document:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"doi": "10.5555/a", "titles": [{"title": "T"}]} | fields), "utf-8")
    (document,), _ = read(path)
    return document


def test_what_a_data_set_says() -> None:
    found = read(GOLDEN / "page.json")[0][0]
    assert (found.id, found.kind, found.types) == ("DOI:10.5555/data.1", "dataset", ("Dataset", "Time series"))
    assert found.titles == (
        Text("Readings of invented thermometers: first series", "en"), Text("虚构体温计的读数", "zh"),
    )  # fmt: skip
    assert [(passage.name, passage.language, passage.label) for passage in found.passages[2:]] == [
        ("abstract.1", "en", ""), ("abstract.2", "zh", ""), ("section.1", "en", "Methods"),
    ]  # fmt: skip
    assert [(person.family, person.collective, person.orcid, person.role) for person in found.authors] == [
        ("Sample", "", "0000-0002-1825-0097", "author"), ("", "虚构协作组", "", "author"),
        ("Example", "", "", "editor"),
    ]  # fmt: skip
    assert (found.publisher, found.version, found.licence, found.access, found.series) == (
        "Repository of Nowhere", "1.1", "CC-BY-4.0", "open", "Invented series",
    )  # fmt: skip
    assert found.dates == (("published", "2022-03-05"), ("revised", "2022-06"))
    assert found.headings == (Heading("MESH:D001831", "Body Temperature"),)
    assert found.grants == (Grant("IF-1", "Illustrative Fund"),)
    assert ("geoLocationPlace", "Nowhere") in found.unread
    assert ("date Collected", "2020-01-01/2021-12-31") in found.unread


def test_works_that_use_a_data_set_are_relations() -> None:
    found = read(GOLDEN / "page.json")[0][0]
    assert found.relations == (
        Relation("IsSupplementTo", "DOI:10.5555/illus.1"),
        Relation("IsCitedBy", "PMID:990000701"),
        Relation("IsPreviousVersionOf", "DOI:10.5555/data.2"),
        Relation("HasMetadata", citation="https://example.org/meta"),
        Relation("IsPublishedIn", citation="A book of readings"),
    )
    assert found.standing == "superseded"


def test_other_kinds_and_what_cannot_be_used() -> None:
    (_, article), rejects = read(GOLDEN / "page.json")
    assert (article.kind, article.journal) == ("article", Journal("虚构医学杂志", issn="0317-8471"))
    assert (article.volume, article.issue, article.pages, article.year) == ("3", "1", "5-9", 2019)
    assert (article.publisher, article.licence) == ("虚构出版社", "CC0-1.0")
    assert [(one.reason, one.detail) for one in rejects] == [
        ("no-title", ""), ("no-identifier", "DOI"), ("bad-record", "JSON object"),
    ]  # fmt: skip


def test_json_of_the_schema() -> None:
    (found,), _ = read(GOLDEN / "schema.json")
    assert (found.id, found.kind, found.year, found.publisher) == (
        "DOI:10.5555/schema.1", "other", 2023, "Repository of Nowhere",
    )  # fmt: skip
    assert (found.authors[0].family, found.authors[0].affiliations) == ("Sample", ("University of Nowhere",))
    assert found.unread == (("remark", "a property that nobody knows"),)


def test_a_resource_without_doi_has_an_id_of_our_own(tmp_path: Path) -> None:
    assert one(tmp_path, doi=None).id.startswith("doc:")


@pytest.mark.parametrize(
    ("rights", "access"),
    [("info:eu-repo/semantics/embargoedAccess", "closed"), ("https://example.org/terms", "unknown"), (None, "unknown")],
)
def test_access_is_known_only_where_it_is_said(rights: str | None, access: str, tmp_path: Path) -> None:
    found = one(tmp_path, rightsList=[{"rightsUri": rights}])
    assert found.access == access
    assert found.rights == (rights if rights and access == "unknown" else "")


def test_names_of_organisations_are_not_taken_apart(tmp_path: Path) -> None:
    found = one(
        tmp_path,
        creators=[
            {"name": "Department of Nothing, Nowhere", "nameType": "Organizational"},
            {"name": "Sample, Ann"},
            {},
        ],
    )
    assert [(one.collective, one.family) for one in found.authors] == [
        ("Department of Nothing, Nowhere", ""), ("", "Sample"),
    ]  # fmt: skip
