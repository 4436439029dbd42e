"""Text files of unknown encoding: every encoding comes back, mixed ones are told, wrong ones are named."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ingest.reading.encoding import decoded, guess
from kg.errors import EncodingError, TruncatedInput

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=40)
LATIN = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=40)
ROWS = st.lists(st.one_of(HAN, LATIN, st.builds(str.__add__, LATIN, HAN)), min_size=1, max_size=8)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])
ENCODINGS = {
    "utf-8": ("utf-8", b""),
    "utf-8 with mark": ("utf-8", b"\xef\xbb\xbf"),
    "gb18030": ("gb18030", b""),
    "utf-16-le with mark": ("utf-16-le", b"\xff\xfe"),
    "utf-16-be with mark": ("utf-16-be", b"\xfe\xff"),
    "utf-16-le": ("utf-16-le", b""),
    "utf-16-be": ("utf-16-be", b""),
}


@pytest.mark.parametrize("name", ENCODINGS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, end=ENDS, packed=st.booleans())
def test_any_text_comes_back(tmp_path: Path, name: str, rows: list[str], end: str, packed: bool) -> None:
    encoding, mark = ENCODINGS[name]
    # Every export starts with tags: without any ASCII, UTF-16 without a mark is not to be told from GB18030.
    rows = ["{Reference Type}: Journal Article", "{Title}: a", *rows]
    data = mark + "".join(row + end for row in rows).encode(encoding)
    if encoding == "gb18030":
        assume(data.isascii() or not _is_utf8(data))
    path = tmp_path / "a.txt"
    path.write_bytes(gzip.compress(data) if packed else data)
    found = decoded(path)
    assert list(found.lines) == list(enumerate(rows, 1))
    if not "".join(rows).isascii():
        assert found.encoding == encoding
    assert found.mixed == []


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def test_all_line_ends_in_one_file(tmp_path: Path) -> None:
    path = tmp_path / "a.net"
    path.write_bytes("一\r二\r\n三\n\n四".encode("gb18030"))
    assert list(decoded(path).lines) == [(1, "一"), (2, "二"), (3, "三"), (4, ""), (5, "四")]


@pytest.mark.parametrize("size", [65534, 65535, 65536])
def test_line_ends_and_characters_at_the_border_of_blocks(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a.net"
    for encoding in ("utf-8", "gb18030"):
        path.write_bytes(b"a" * size + "\r\n肺炎球菌\r\n".encode(encoding))
        found = decoded(path)
        assert (found.encoding, list(found.lines)[1]) == (encoding, (2, "肺炎球菌"))


@pytest.mark.parametrize(("most", "few"), [("utf-8", "gb18030"), ("gb18030", "utf-8")])
def test_mixed_encodings_are_read_and_told(tmp_path: Path, most: str, few: str) -> None:
    path = tmp_path / "a.net"
    rows = ["{题名}: 高血压患者的随访", "{摘要}: 目的 观察疗效", "{作者}: 欧阳娜娜"]
    path.write_bytes(b"\n".join(row.encode(few if at == 1 else most) for at, row in enumerate(rows)))
    found = decoded(path)
    assert [text for _, text in found.lines] == rows
    assert (found.encoding, found.mixed) == (most, [2])


def test_a_line_in_no_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.net"
    path.write_bytes("好的文字\n".encode() + b"\xff\xff\n")
    with pytest.raises(EncodingError, match="line 2"):
        list(decoded(path).lines)


def test_damaged_utf_16_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "a.net"
    path.write_bytes(b"\xff\xfe" + "一\n二\n".encode("utf-16-le") + b"\x00\xdc\x41\x00")
    lines = decoded(path).lines
    assert [next(lines), next(lines)] == [(1, "一"), (2, "二")]
    with pytest.raises(EncodingError, match="line 3"):
        next(lines)


def test_a_cut_archive_gives_what_is_before(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    whole = gzip.compress("\n".join(f"{at} 题名" for at in range(50_000)).encode("gb18030"))
    path.write_bytes(whole[: len(whole) // 2])
    lines = decoded(path).lines
    assert next(lines) == (1, "0 题名")
    with pytest.raises(TruncatedInput):
        list(lines)


def test_a_stray_nul_is_not_utf_16() -> None:
    text = "RT Journal Article\nT1 一个题名\n" * 4
    assert guess(text.encode()[:40] + b"\0" + text.encode()[40:]) == "utf-8"


def test_the_guess_does_not_depend_on_where_the_head_ends() -> None:
    data = "RT 题名：肺炎\n".encode()
    assert {guess(data[:size]) for size in range(len(data) + 1)} == {"utf-8"}
    assert re.fullmatch("gb18030|utf-8", guess(b""))
