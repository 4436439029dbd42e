"""What every document source promises; each source's test subclasses this."""

from __future__ import annotations

import gzip
import itertools
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

import pytest

from ingest.base import SOURCES, Source, SourceItem
from kg.errors import ConfigError
from kg.mapping.base import Context
from kg.mapping.statements import statements
from kg.messages import Catalogue
from kg.model.document import Document
from kg.model.evidence import Claim, Mention
from kg.model.source import Reject
from ontology.reading.raw import describe
from tests.golden_files import FOLDER


class SourceContract(ABC):
    """Subclasses name the source and its golden input; ``records`` counts what stands in that file.

    ``long`` gives a file of that many records, for streaming.
    """

    plugin: ClassVar[str]
    sample_name: ClassVar[str]
    options: ClassVar[Mapping[str, object]] = {}
    records: ClassVar[int]
    sure: ClassVar[float] = 0.5
    evidence: ClassVar[str] = "gold"
    """Of the claims of a sample that has documents with mentions."""

    @abstractmethod
    def long(self, count: int) -> bytes:
        """A file of ``count`` records."""

    @property
    def sample(self) -> bytes:
        return (FOLDER / self.plugin / self.sample_name).read_bytes()

    @pytest.fixture
    def source(self) -> Source:
        return SOURCES.load(self.plugin)()

    def items(self, source: Source, path: Path, data: bytes) -> list[SourceItem]:
        path.write_bytes(data)
        return list(source.parse(describe(path), self.options))

    def test_it_is_called_what_the_table_calls_it(self, source: Source) -> None:
        assert source.name == self.plugin
        assert source.extensions
        assert all(extension.startswith(".") for extension in source.extensions)

    def test_it_knows_its_own_and_no_other_source_is_surer(self, source: Source) -> None:
        head = self.sample[:8192]
        assert source.sniff(head) >= self.sure
        others = [SOURCES.load(name)().sniff(head) for name in SOURCES.names() if name != self.plugin]
        assert max(others) < source.sniff(head)

    @pytest.mark.parametrize("foreign", [b"", b"\0" * 64, b"%PDF-1.7\n", b"PK\x03\x04", '{"a": "甲"}\n'.encode()])
    def test_it_does_not_claim_what_is_foreign(self, source: Source, foreign: bytes) -> None:
        assert source.sniff(foreign) == 0.0

    def test_every_record_of_the_file_is_handed_out_or_rejected(self, source: Source, tmp_path: Path) -> None:
        items = self.items(source, tmp_path / self.sample_name, self.sample)
        assert len(items) == self.records
        assert not any(item.fatal for item in items if isinstance(item, Reject))

    def test_the_same_file_gives_the_same_items_anywhere(self, source: Source, tmp_path: Path) -> None:
        (tmp_path / "other").mkdir()
        first = self.items(source, tmp_path / self.sample_name, self.sample)
        assert first == self.items(source, tmp_path / "other" / self.sample_name, self.sample)

    def test_a_gzipped_file_gives_the_same(self, source: Source, tmp_path: Path) -> None:
        def told(items: list[SourceItem]) -> list[object]:
            return [(item.position, item.key, item.reason) if isinstance(item, Reject) else item for item in items]

        plain = self.items(source, tmp_path / self.sample_name, self.sample)
        packed = self.items(source, tmp_path / f"{self.sample_name}.gz", gzip.compress(self.sample))
        assert told(packed) == told(plain)

    def test_every_record_can_be_mapped_and_no_statement_comes_twice(self, source: Source, tmp_path: Path) -> None:
        for item in self.items(source, tmp_path / self.sample_name, self.sample):
            if not isinstance(item, Reject):
                rows = statements(item, Context())
                assert len(rows) == len(set(rows))

    def test_gold_mentions_are_exact_and_follow_their_document(self, source: Source, tmp_path: Path) -> None:
        document: Document | None = None
        for item in self.items(source, tmp_path / self.sample_name, self.sample):
            match item:
                case Document():
                    document = item
                    assert len({passage.name for passage in item.passages}) == len(item.passages)
                case Mention():
                    assert document is not None
                    assert item.document == document.id
                    texts = {passage.key: passage.text for passage in document.passages}
                    assert texts[item.passage][item.start : item.end] == item.surface
                case Claim():
                    assert document is not None
                    assert (item.document, item.evidence) == (document.id, self.evidence)

    @pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
    def test_a_cut_archive_gives_what_is_before_and_one_fatal_reject(
        self, source: Source, tmp_path: Path, share: float
    ) -> None:
        whole = gzip.compress(self.long(300), mtime=0)
        items = self.items(source, tmp_path / "long.gz", whole[: int(len(whole) * share)])
        complete = self.items(source, tmp_path / "whole.gz", whole)
        fatal = [item for item in items if isinstance(item, Reject) and item.fatal]
        assert items[-1:] == fatal
        assert fatal[0].reason == "truncated"
        assert fatal[0].position
        # The last record may be cut short where records are lines; all before it are whole.
        sure = max(0, len(items) - 2)
        assert items[:sure] == complete[:sure]
        assert sure >= len(complete) * (share - 0.3)
        assert not any(isinstance(item, Reject) for item in complete)

    def test_bytes_of_another_encoding_are_no_crash(self, source: Source, tmp_path: Path) -> None:
        items = self.items(source, tmp_path / self.sample_name, self.sample + "\n甲乙".encode("gb18030") + b"\xff\n")
        assert isinstance(items[-1], Reject)
        assert items[-1].fatal

    def test_nul_bytes_are_no_crash(self, source: Source, tmp_path: Path) -> None:
        middle = len(self.sample) // 2
        data = self.sample[:middle] + b"\0\0" + self.sample[middle:]
        whole = self.items(source, tmp_path / self.sample_name, self.sample)
        items = self.items(source, tmp_path / self.sample_name, data)
        assert any(isinstance(item, Reject) for item in items)
        assert items[0] == whole[0] or isinstance(items[0], Reject)

    def test_random_damage_is_never_an_exception(self, source: Source, tmp_path: Path) -> None:
        sample = self.sample
        for at in range(0, len(sample), max(1, len(sample) // 60)):
            for junk in (b"", b"<", b"\xff\xfe", b"\t", b"}"):
                damaged = sample[:at] + junk + sample[at + 7 :]
                for item in self.items(source, tmp_path / self.sample_name, damaged):
                    if not isinstance(item, Reject):
                        statements(item, Context())

    def test_an_unknown_option_is_named(self, source: Source, tmp_path: Path) -> None:
        path = tmp_path / self.sample_name
        path.write_bytes(self.sample)
        with pytest.raises(ConfigError, match="no_such_option"):
            list(source.parse(describe(path), {**self.options, "no_such_option": 1}))

    def test_records_come_before_the_file_is_read(self, source: Source, tmp_path: Path) -> None:
        """The first records of a damaged long file come although its end cannot be read at all."""
        path = tmp_path / "long.gz"
        whole = gzip.compress(self.long(3000), mtime=0)
        path.write_bytes(whole[: len(whole) // 2] + b"\0" * 64)
        items = source.parse(describe(path), self.options)
        assert isinstance(items, Iterator)
        first = list(itertools.islice(items, 5))
        assert len(first) == 5
        assert not any(isinstance(item, Reject) for item in first)

    def test_the_reason_of_every_reject_has_texts(self, source: Source, tmp_path: Path) -> None:
        damaged = self.sample.replace(b"\t", b"\t\t", 3).replace(b'"id"', b'"ID"', 1) + b"\n\0\xff\n"
        catalogue = Catalogue("kg")
        rejects = [
            item for item in self.items(source, tmp_path / self.sample_name, damaged) if isinstance(item, Reject)
        ]
        assert rejects
        for item in rejects:
            for language in ("en", "zh"):
                assert f"reject.{item.reason}" in catalogue.tables[language]
