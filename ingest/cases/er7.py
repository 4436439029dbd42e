"""HL7 v2 in its bar-and-hat form (v2.5.1, chapter 2): bytes to segments, without MLLP, with their escapes.

The library splits; which bytes are which characters, and what escapes mean, is decided here: its own reader of escapes
writes what it cannot read into the log, which texts of patients must never enter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import hl7
import msgspec

from ingest.cases.adapted import Misread
from kg.errors import InputError

BODY = "body"
_START, _END = b"\x0b", b"\x1c"
_CHARSETS = {
    "": "", "unicodeutf8": "utf-8", "utf8": "utf-8", "unicode": "utf-8", "ascii": "ascii", "gb180302000": "gb18030",
    "gb18030": "gb18030", "gbk": "gb18030", "gb2312": "gb18030", "gb23121980": "gb18030", "88591": "latin-1",
    "big5": "big5",
}  # fmt: skip
"""Table 0211 and what hospitals write for it, without signs -> the codec."""
_SIGNS = re.compile(r"[^a-z0-9]").sub
_LONGEST = 2_000
"""Segments of one message."""
_SIGNS_MOST = 200_000
"""Signs of structure and of escape in one message: 2,000 results with 25 fields and their codes have 100,000."""
_REPEATS = 500
"""Repeats within one segment."""
DELETED = '""'
_BREAKS = {".br": "\n", ".sp": "\n", ".ce": "\n", ".in": " ", ".ti": " ", ".sk": " ", ".fi": "", ".nf": ""}


class Segment:
    """One segment. Fields and components count from 1, as in the standard; what is not there is an empty text."""

    def __init__(self, found: hl7.Segment, name: str, place: str, codec: str) -> None:
        self._found, self.name, self.place, self._codec = found, name, place, codec

    def repeats(self, field: int) -> int:
        """How often a field stands there; 0 where it is empty."""
        return len(self._found[field]) if field < len(self._found) and str(self._found[field]) else 0

    def text(self, field: int, component: int = 1, repeat: int = 0) -> str:
        """The text of a component, in plain characters."""
        if field >= len(self._found) or repeat >= len(self._found[field]):
            return ""
        one = self._found[field][repeat]
        if isinstance(one, str):
            return self._plain(one) if component == 1 else ""
        if component > len(one):
            return ""
        part = one[component - 1]
        return self._plain(part if isinstance(part, str) else str(part[0]) if len(part) else "")

    def _plain(self, text: str) -> str:
        escape = self._found.esc
        if not escape or escape not in text:
            return text.strip()
        plain = re.sub(f"{re.escape(escape)}([^{re.escape(escape)}]*){re.escape(escape)}", self._meant, text)
        return plain.strip()

    def _meant(self, match: re.Match[str]) -> str:
        """What stands between two signs of escape; nothing for what is not known."""
        found = self._found
        name = match[1]
        known = {"F": found.separators[1], "R": found.separators[2], "S": found.separators[3], "T": found.separators[4],
                 "E": found.esc, "H": "", "N": ""}  # fmt: skip
        if name in known:
            return str(known[name])
        if name[:1] == "X":
            try:
                return bytes.fromhex(name[1:]).decode(self._codec)
            except ValueError:
                return ""
        return _BREAKS.get(name[:3], "")


class Message(msgspec.Struct, frozen=True):
    """The segments of one message in order; ``kind`` is ``ADT``, ``trigger`` ``A01``."""

    segments: tuple[Segment, ...]
    kind: str
    trigger: str

    def all(self, name: str) -> Iterator[Segment]:
        return (one for one in self.segments if one.name == name)


def message(data: bytes, charset: str = "") -> Message:
    """One message. ``charset``: of the transport, before what MSH-18 says; UTF-8 where nobody says anything.

    Raises InputError for bytes that are not in their character set, Misread for what is no message, or several.
    """
    data = data.strip(b"\r\n ")
    if data.startswith(_START):
        data = data[1:].partition(_END)[0]
    header = data[: data.find(b"\r") if b"\r" in data else data.find(b"\n") if b"\n" in data else len(data)]
    if not header.startswith(b"MSH") or len(header) < len("MSH|^~\\&|"):
        raise Misread("MSH")
    text, codec = _decoded(data, header, charset)
    lines = [line for line in re.split(r"\r\n|\r|\n", text) if line.strip()]
    if len(lines) > _LONGEST:
        raise Misread(f"MSH: more than {_LONGEST} segments")
    if len(set(lines[0][3:8])) < len(lines[0][3:8]) or any(sign.isalnum() for sign in lines[0][3:8]):
        # Signs that are letters, or are there twice, take every text apart.
        raise Misread("MSH-2")
    _measured(lines)
    try:
        found = hl7.parse("\r".join(lines))
    except (hl7.HL7Exception, LookupError, ValueError):
        raise Misread("MSH") from None
    counts: dict[str, int] = {}
    segments = []
    for one in found:
        name = str(one[0])
        counts[name] = counts.get(name, 0) + 1
        segments.append(Segment(one, name, f"{name}[{counts[name]}]", codec))
    if counts.get("MSH") != 1:
        raise Misread("MSH[2]")
    head = segments[0]
    return Message(tuple(segments), head.text(9, 1).upper(), head.text(9, 2).upper())


def _measured(lines: list[str]) -> None:
    """Raises Misread for more structure than a message has: the library makes an object of each piece, so five
    megabytes of separators would take a minute."""
    signs = lines[0][3:8]
    if sum(line.count(sign) for line in lines for sign in signs) > _SIGNS_MOST:
        raise Misread(f"MSH: more than {_SIGNS_MOST} separators")
    counts: dict[str, int] = {}
    for line in lines:
        name = line[:3]
        counts[name] = counts.get(name, 0) + 1
        if line.count(signs[2:3] or "~") > _REPEATS:
            raise Misread(f"{name}[{counts[name]}]: more than {_REPEATS} repeats")


def _decoded(data: bytes, header: bytes, charset: str) -> tuple[str, str]:
    # In GBK a sign of structure may be half of a character.
    try:
        head = header.decode("utf-8")
    except UnicodeDecodeError:
        head = header.decode("gb18030", "replace")
    fields = head.split(head[3])
    named = fields[17].partition(head[5])[0] if len(fields) > 17 else ""
    name = charset or named
    codec = _CHARSETS.get(_SIGNS("", name.lower()))
    if codec is None:
        raise InputError(path=BODY, position="MSH-18", why="body-encoding", known="UNICODE UTF-8, GB 18030-2000, ASCII")
    codec = codec or "utf-8"
    try:
        return data.decode(codec).removeprefix("\ufeff"), codec
    except UnicodeDecodeError as error:
        raise InputError(path=BODY, position=f"byte {error.start}", why="hl7-bytes", known=codec) from None
