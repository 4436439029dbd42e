"""What every terminology reader promises; each reader's test subclasses this."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

import pytest

from kg.errors import ConfigError
from kg.mapping.base import Context
from kg.mapping.statements import statements
from kg.messages import Catalogue
from kg.model.concept import Concept, ConceptMapping
from kg.model.conceptset import ConceptSet
from kg.model.edit import ReleasedEdit
from kg.model.evidence import Claim
from kg.model.source import Reject
from kg.vocab import CATEGORIES
from ontology.base import TERMINOLOGIES, Terminology, TerminologyItem
from ontology.reading.raw import describe


class TerminologyContract:
    """Subclasses say what the reader is called and give a small file with at least three records."""

    plugin: ClassVar[str]
    sample: ClassVar[bytes]
    file_name: ClassVar[str]
    options: ClassVar[Mapping[str, object]] = {}
    sure: ClassVar[float] = 0.5
    """How sure the reader must be of its own sample; tables cannot be."""

    @pytest.fixture
    def reader(self) -> Terminology:
        return TERMINOLOGIES.load(self.plugin)()

    def items(self, reader: Terminology, path: Path, data: bytes) -> list[TerminologyItem]:
        path.write_bytes(data)
        return list(reader.parse(describe(path), self.options))

    def test_it_is_called_what_the_table_calls_it(self, reader: Terminology) -> None:
        assert reader.name == self.plugin
        assert reader.extensions
        assert all(extension.startswith(".") for extension in reader.extensions)

    def test_it_knows_its_own(self, reader: Terminology) -> None:
        assert reader.sniff(self.sample[:8192]) >= self.sure

    @pytest.mark.parametrize("foreign", [b"", b"\0" * 64, b"%PDF-1.7\n", b"PK\x03\x04", '{"a": "甲"}\n'.encode()])
    def test_it_does_not_claim_what_is_foreign(self, reader: Terminology, foreign: bytes) -> None:
        assert reader.sniff(foreign) == 0.0

    def test_the_sample_is_read_whole(self, reader: Terminology, tmp_path: Path) -> None:
        items = self.items(reader, tmp_path / self.file_name, self.sample)
        assert len(items) >= 3
        assert not [item for item in items if isinstance(item, Reject)]

    def test_the_same_file_gives_the_same_items_anywhere(self, reader: Terminology, tmp_path: Path) -> None:
        (tmp_path / "other").mkdir()
        first = self.items(reader, tmp_path / self.file_name, self.sample)
        assert first == self.items(reader, tmp_path / "other" / self.file_name, self.sample)

    def test_a_gzipped_file_gives_the_same(self, reader: Terminology, tmp_path: Path) -> None:
        plain = self.items(reader, tmp_path / self.file_name, self.sample)
        assert self.items(reader, tmp_path / f"{self.file_name}.gz", gzip.compress(self.sample)) == plain

    def test_every_record_can_be_mapped(self, reader: Terminology, tmp_path: Path) -> None:
        for item in self.items(reader, tmp_path / self.file_name, self.sample):
            assert isinstance(item, ReleasedEdit | Concept | ConceptMapping | ConceptSet | Claim)
            assert statements(item, Context())
            if isinstance(item, Concept):
                # That a concept of another terminology is deprecated can be said without knowing what it is.
                assert item.category in CATEGORIES or (item.deprecated and not item.labels)
                assert all(label.value.strip() and label.language for label in item.labels)
                assert item.id not in item.parents
            if isinstance(item, Claim):
                assert item.evidence == "curated"

    def test_a_cut_archive_ends_in_one_fatal_reject(self, reader: Terminology, tmp_path: Path) -> None:
        whole = gzip.compress(self.sample, mtime=0)
        items = self.items(reader, tmp_path / f"{self.file_name}.gz", whole[: len(whole) - 12])
        fatal = [item for item in items if isinstance(item, Reject) and item.fatal]
        assert items[-1:] == fatal
        assert fatal[0].position
        assert fatal[0].path == f"{self.file_name}.gz"

    def test_bytes_of_another_encoding_are_no_crash(self, reader: Terminology, tmp_path: Path) -> None:
        items = self.items(reader, tmp_path / self.file_name, self.sample + "\n甲乙".encode("gb18030") + b"\xff\n")
        assert isinstance(items[-1], Reject)

    def test_half_a_file_gives_what_is_before(self, reader: Terminology, tmp_path: Path) -> None:
        whole = self.items(reader, tmp_path / self.file_name, self.sample)
        half = self.items(reader, tmp_path / self.file_name, self.sample[: len(self.sample) * 3 // 4])
        records = [item for item in half if not isinstance(item, Reject)]
        assert records
        assert len(records) <= len(whole)

    def test_an_unknown_option_is_named(self, reader: Terminology, tmp_path: Path) -> None:
        path = tmp_path / self.file_name
        path.write_bytes(self.sample)
        with pytest.raises(ConfigError, match="no_such_option"):
            list(reader.parse(describe(path), {**self.options, "no_such_option": 1}))

    def test_records_come_before_the_file_is_read(self, reader: Terminology, tmp_path: Path) -> None:
        path = tmp_path / self.file_name
        path.write_bytes(self.sample)
        items = reader.parse(describe(path), self.options)
        assert isinstance(items, Iterator)
        next(items)

    def test_the_reason_of_every_reject_has_texts(self, reader: Terminology, tmp_path: Path) -> None:
        damaged = self.sample.replace(b"\t", b"\t\t", 3) + b"\n\0\xff\n"
        catalogue = Catalogue("kg")
        for item in self.items(reader, tmp_path / self.file_name, damaged):
            if isinstance(item, Reject):
                for language in ("en", "zh"):
                    assert f"reject.{item.reason}" in catalogue.tables[language]
