"""Journals from catalogues (MARC 21, CNMARC) and from lists."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.reading.identifiers import issn as read_issn
from ingest.sources.marc import Marc
from ingest.sources.serials import SerialList
from kg.errors import ConfigError
from kg.mapping.base import Context
from kg.mapping.statements import statements
from kg.model.document import Document, Journal, Passage
from kg.model.serial import Serial
from kg.model.source import Reject
from ontology.reading.raw import describe
from tests.contract.source import SourceContract
from tests.ingest.marc_records import cnmarc, issn, marc21, sample


class TestMarc(SourceContract):
    plugin = "marc.v1"
    sample_name = "serials.mrc"
    records = 7
    sure = 0.9

    def long(self, count: int) -> bytes:
        return b"".join(marc21(at, **{"500": f"$aNote {at * 7919}"}) for at in range(count))


class TestSerialList(SourceContract):
    plugin = "serials.v1"
    sample_name = "list.csv"
    records = 6

    def long(self, count: int) -> bytes:
        rows = (f"Journal {at * 7919},{issn(9_000_000 + at)}\n" for at in range(count))
        return ("title,issn\n" + "".join(rows)).encode()


def serials(data: bytes, path: Path) -> list[Serial]:
    path.write_bytes(data)
    return [item for item in Marc().parse(describe(path), {}) if isinstance(item, Serial)]


def test_the_golden_input_is_what_the_program_writes() -> None:
    assert (Path(__file__).parent.parent / "golden" / "marc.v1" / "serials.mrc").read_bytes() == sample()


def test_a_chinese_record_in_either_encoding(tmp_path: Path) -> None:
    one, two = serials(cnmarc(1) + cnmarc(1, "utf-8"), tmp_path / "a.iso")
    assert one == two
    assert [text.value for text in one.titles] == ["示例医学杂志", "Illustrative Medical Journal"]
    assert (one.cn, one.publisher, one.place, one.frequency) == ("99-9999/R", "示例出版社", "北京", "月刊")
    assert (one.begin, one.end, one.languages, one.classes) == (1985, None, ("zh",), ("R-55",))


def test_marc_8_without_a_mark_of_it(tmp_path: Path) -> None:
    # 0xE2 is the acute accent before its letter, which is neither UTF-8 nor a Chinese record.
    data = marc21(1).replace(b"Nowhere", b"M\xe2exico")
    leader = data[:9] + b" " + data[10:]
    (found,) = serials(leader, tmp_path / "a.mrc")
    assert found.place == "México"


def test_the_script_of_the_work_before_its_romanised_form(tmp_path: Path) -> None:
    found = [serial for serial in serials(sample(), tmp_path / "a.mrc") if serial.classes == ("R5",)]
    assert [text.value for text in found[0].titles] == ["例子医刊", "Li zi yi kan"]
    assert (found[0].begin, found[0].end) == (1953, 2001)


def test_a_damaged_record_is_passed_over(tmp_path: Path) -> None:
    bad = bytearray(marc21(2))
    bad[0:5] = b"00099"
    path = tmp_path / "a.mrc"
    path.write_bytes(marc21(1) + bytes(bad) + marc21(3))
    kinds = [type(item).__name__ for item in Marc().parse(describe(path), {})]
    assert kinds == ["Serial", "Reject", "Serial"]
    path.write_bytes(marc21(1) + marc21(2)[:-20])
    items = list(Marc().parse(describe(path), {}))
    assert isinstance(items[-1], Reject)
    assert (items[-1].fatal, items[-1].reason) == (True, "truncated")
    path.write_bytes(b"00100" + b"x" * 300_000)
    (only,) = Marc().parse(describe(path), {})
    assert isinstance(only, Reject)
    assert only.fatal


def test_a_wrong_check_digit_is_kept_but_no_id(tmp_path: Path) -> None:
    rejects = [item for item in Marc().parse(describe(_file(tmp_path)), {}) if isinstance(item, Reject)]
    assert {item.reason for item in rejects} == {"not-serial", "no-identifier", "no-title"}


def _file(folder: Path) -> Path:
    path = folder / "a.mrc"
    path.write_bytes(sample())
    return path


def test_a_list_and_a_document_mean_the_same_journal(tmp_path: Path) -> None:
    number = issn(9_991_001)
    path = tmp_path / "list.csv"
    path.write_text(f"title,ISSN\nIllustrative Medical Journal,{number}\n", "utf-8")
    (serial,) = SerialList().parse(describe(path), {})
    assert isinstance(serial, Serial)
    document = Document("doc:x", (Passage("title", "title", "en", "X"),), journal=Journal("Ill. Med. J.", issn=number))
    nodes = [
        {row.split(" ")[0] for row in statements(item, Context()) if f'issn> "{number}"' in row}
        for item in (serial, document)
    ]
    assert nodes[0] == nodes[1] != set()


def test_lists_in_other_words_and_encodings(tmp_path: Path) -> None:
    path = tmp_path / "list.tsv"
    path.write_bytes(f"Zeitschrift\tNummer\n例\t{issn(9_993_000)}\n".encode("gb18030"))
    options = {"columns": {"Zeitschrift": "titles", "Nummer": "issn"}, "encoding": "gb18030"}
    (serial,) = SerialList().parse(describe(path), options)
    assert isinstance(serial, Serial)
    assert serial.titles[0].language == "zh"
    for wrong in ({"columns": {"Nope": "issn"}}, {"columns": {"Nummer": "nope"}}, {"columns": "issn"}):
        with pytest.raises(ConfigError, match="columns"):
            list(SerialList().parse(describe(path), {"encoding": "gb18030", **wrong}))
    with pytest.raises(ConfigError, match="dialect"):
        list(Marc().parse(describe(_file(tmp_path)), {"dialect": "usmarc"}))


@given(st.integers(0, 9_999_999), st.integers(0, 6), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(number: int, place: int, shift: int) -> None:
    good = issn(number)
    assert read_issn(good) == good == read_issn(good.replace("-", "").lower())
    digits = list(good.replace("-", ""))
    digits[place] = str((int(digits[place]) + shift) % 10)
    assert read_issn("".join(digits)) == ""
