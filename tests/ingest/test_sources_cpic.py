"""CPIC's seed scripts and change log: what every source promises, and what the real files say."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ingest.sources.cpic import Cpic
from kg.errors import ConfigError
from kg.model.document import Document
from kg.model.evidence import Claim
from kg.model.source import Reject
from ontology.reading.raw import describe
from tests.contract.source import SourceContract
from tests.golden_files import FOLDER

GOLDEN = FOLDER / "cpic.v1"
NAMES = {"names": {"path": "V2__initial_data.sql"}}


class TestCpic(SourceContract):
    plugin = "cpic.v1"
    sample_name = "seed.sql"
    records = 18
    evidence = "curated"

    def long(self, count: int) -> bytes:
        rows = (f"{number}\t1\tEXG1 and Drug {number}\thttps://example.org/{number}\t{{}}\n" for number in range(count))
        return ("COPY guideline (id, version, name, url, pharmgkbid) FROM stdin;\n" + "".join(rows) + "\\.\n").encode()


class TestCpicChanges(SourceContract):
    plugin = "cpic.v1"
    sample_name = "changes.tsv"
    records = 5
    evidence = "curated"

    def long(self, count: int) -> bytes:
        rows = (f"2026-02-05\tPAIR\t\tnote {number}\n" for number in range(count))
        return ("Date of Change\tType of Data\tSubject\tNote of Change\n" + "".join(rows)).encode()


def read(path: Path, options: dict[str, object] | None = None) -> list[object]:
    return list(Cpic().parse(describe(path), options or {}))


def test_a_row_stands_word_for_word_in_its_document() -> None:
    script = (GOLDEN / "seed.sql").read_text("utf-8").split("\n")
    documents = [item for item in read(GOLDEN / "seed.sql") if isinstance(item, Document)]
    assert documents
    assert all(any(passage.text in script for passage in one.passages) for one in documents)


def test_what_goes_over_several_lines_is_one_entry_and_what_comes_twice_is_one_document() -> None:
    found = [item for item in read(GOLDEN / "changes.tsv") if isinstance(item, Document)]
    assert [one.passages[0].text.count("\n") for one in found] == [0, 0, 0, 0, 2]
    assert len({one.id for one in found}) == 5


def test_pairs_of_the_log_are_claims_where_the_names_are_known() -> None:
    found = [item for item in read(GOLDEN / "changes.tsv", {"names": {"path": "seed.sql"}}) if isinstance(item, Claim)]
    assert [(one.subject, one.object, one.qualifiers) for one in found] == [
        ("NCBIGENE:9000002", "RXNORM:9000004", (("PGx Testing", "Testing Recommended"),))
    ]


def test_a_wrong_option_and_a_missing_file_of_names_are_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="names"):
        read(GOLDEN / "seed.sql", {"names": {"file": "x"}})
    (only,) = read(GOLDEN / "seed.sql", {"names": {"path": "nowhere.sql"}})
    assert isinstance(only, Reject)
    assert only.fatal


@pytest.mark.data
def test_the_real_files_are_read_whole(data_folder: Path) -> None:
    found: Counter[str] = Counter()
    for path in sorted((data_folder / "cpic").glob("*.[st][qs][lv]")):
        found.update(type(item).__name__ for item in read(path, NAMES))
    assert found == {"Document": 926, "Claim": 57}
