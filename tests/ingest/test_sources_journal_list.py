"""Lists of journals as tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.sources.journal_list import JournalList
from kg.errors import ConfigError
from kg.model.record import key
from kg.model.serial import JournalListing
from kg.model.source import Reject
from ontology.reading.raw import describe
from tests.contract.source import SourceContract
from tests.ingest.marc_records import issn


class TestJournalList(SourceContract):
    plugin = "journal_list.v1"
    sample_name = "core.csv"
    records = 7

    def long(self, count: int) -> bytes:
        rows = (f"Invented list,{issn(9_000_000 + at)}\n" for at in range(count))
        return ("list,issn\n" + "".join(rows)).encode()


def read(path: Path, text: str, options: dict[str, object]) -> list[JournalListing | Reject]:
    path.write_text(text, "utf-8")
    return list(JournalList().parse(describe(path), options))  # type: ignore[arg-type]


def test_columns_and_options_name_the_list(tmp_path: Path) -> None:
    text = "Name,No.,Rank\nInvented Annals,1234-5679,A\n"
    options = {"list": "Index", "edition": "2024", "columns": {"Name": "title", "No.": "issn", "Rank": "category"}}
    (only,) = read(tmp_path / "a.csv", text, options)
    assert only == JournalListing("Index", "Invented Annals", "1234-5679", edition="2024", category="A")


def test_a_cell_goes_before_an_option(tmp_path: Path) -> None:
    items = read(tmp_path / "a.csv", "list,title\nCore,A\n,B\n", {"list": "Index"})
    assert [item.list for item in items if isinstance(item, JournalListing)] == ["Core", "Index"]
    assert len({key(item) for item in items if isinstance(item, JournalListing)}) == 2


def test_a_table_that_names_no_list_is_rejected(tmp_path: Path) -> None:
    (only,) = read(tmp_path / "a.csv", "title\nA\n", {})
    assert isinstance(only, Reject)
    assert (only.fatal, only.detail) == (True, "list")


@pytest.mark.parametrize("options", [{"columns": {"title": "nothing"}}, {"columns": "title"}, {"name": "x"}])
def test_a_wrong_call_is_told(tmp_path: Path, options: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        read(tmp_path / "a.csv", "title\nA\n", options)
