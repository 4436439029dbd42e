"""MARC 21, UNIMARC and CNMARC records of serials, in ISO 2709 (``.mrc``, ``.iso``).

Fields: https://www.loc.gov/marc/bibliographic/ and the UNIMARC manual of IFLA, which CNMARC follows.
pymarc splits a record into fields; the file is cut into records here, so that a damaged one is passed
over. Text is UTF-8 where the leader or the bytes say so, MARC-8 in MARC 21 without them, else GB18030,
which Chinese library systems write.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import pymarc
from pymarc.exceptions import PymarcException

from ingest.base import Options, SourceItem
from ingest.reading.options import check_options
from ingest.reading.serials import SerialDraft
from kg.errors import ConfigError, InputError, TruncatedInput
from kg.model.source import RawFile
from ontology.reading.damage import fatal, rejected
from ontology.reading.raw import open_bytes

_END = b"\x1d"
_LEADER = 24
_LONGEST = 99_999
"""Bytes: the leader counts them in five digits."""
_SERIAL = "s"
_DIALECTS = ("", "marc21", "cnmarc")

# It warns of every odd indicator on standard error; what cannot be read is rejected, with its place.
logging.getLogger("pymarc").setLevel(logging.CRITICAL)


class Marc:
    """Serials. Option ``dialect``: ``marc21`` or ``cnmarc``; without it each record tells by its fields."""

    name: ClassVar[str] = "marc.v1"
    extensions: ClassVar[tuple[str, ...]] = (".mrc", ".iso", ".marc", ".mrc.gz", ".iso.gz")

    def sniff(self, head: bytes) -> float:
        """Sure when a leader begins the file and its directory ends where it says."""
        if len(head) < _LEADER or not head[:5].isdigit() or not head[12:17].isdigit():
            return 0.0
        base = int(head[12:17])
        return 0.95 if base > _LEADER and (len(head) < base or head[base - 1 : base] == b"\x1e") else 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[SourceItem]:
        """One serial a record; books, and serials without ISSN or title, are rejected."""
        check_options(self.name, options, ("dialect",))
        dialect = options.get("dialect", "")
        if dialect not in _DIALECTS:
            raise ConfigError(where="dialect", reason=f"{dialect!r} is none of {', '.join(_DIALECTS[1:])}")
        try:
            for position, data in _records(raw):
                yield _serial(raw, position, data, str(dialect))
        except InputError as error:
            yield fatal(raw, error)


def _records(raw: RawFile) -> Iterator[tuple[str, bytes]]:
    """(position, bytes) of each record, its end mark included; blanks and line ends between them do not count."""
    rest, at = b"", 0
    with open_bytes(raw.path) as stream:
        while block := stream.read(1 << 16):
            parts = (rest + block).split(_END)
            rest = parts.pop()
            for part in parts:
                found = part.lstrip(b"\r\n \x1a")
                yield f"byte {at + len(part) - len(found)}", found + _END
                at += len(part) + 1
            if len(rest) > 2 * _LONGEST:
                raise InputError(path=raw.path, position=f"byte {at}", reason="no end of a record")
    if rest.strip(b"\r\n \x1a"):
        raise TruncatedInput(path=raw.path, position=f"byte {at}", reason="the last record has no end")


def _serial(raw: RawFile, position: str, data: bytes, dialect: str) -> SourceItem:
    if not data[:5].isdigit() or int(data[:5]) != len(data):
        return rejected(
            raw, position, "", "bad-record", f"{len(data)} bytes, not {data[:5].decode('ascii', 'replace')}"
        )
    try:
        record = _decoded(data, dialect)
        key = _first(record, "001")
        if record.leader[7] != _SERIAL:
            return rejected(raw, position, key[:80], "not-serial", str(record.leader[7]))
        draft = SerialDraft()
        fields = _CNMARC if dialect == "cnmarc" or (not dialect and _is_cnmarc(record)) else _MARC21
        for field in record.get_fields():
            if read := fields.get(field.tag):
                read(draft, field)
        if fault := draft.fault():
            return rejected(raw, position, key[:80], "no-identifier" if fault == "ISSN" else "no-title", fault)
        return draft.finish()
    except (PymarcException, ValueError, IndexError, KeyError) as error:
        return rejected(raw, position, "", "bad-record", type(error).__name__)


def _decoded(data: bytes, dialect: str) -> pymarc.Record:
    """The record in the first encoding that fits; raises UnicodeDecodeError, PymarcException."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return pymarc.Record(data=data, force_utf8=True)
        except UnicodeDecodeError:
            pass
        plain = pymarc.Record(data=data, to_unicode=False)
        western = dialect == "marc21" or (not dialect and not _is_cnmarc(plain))
        data = data[:9] + b" " + data[10:]
        return pymarc.Record(data=data, file_encoding="iso8859-1" if western else "gb18030")


def _is_cnmarc(record: pymarc.Record) -> bool:
    """UNIMARC has its title in 200, MARC 21 in 245."""
    return bool(record.get_fields("200")) and not record.get_fields("245")


def _first(record: pymarc.Record, tag: str) -> str:
    found = record.get_fields(tag)
    return str(found[0].data or "") if found else ""


Read = Callable[[SerialDraft, Any], None]


def _many(name: str, *codes: str) -> Read:
    def read(draft: SerialDraft, field: Any) -> None:
        getattr(draft, name).extend(field.get_subfields(*codes))

    return read


def _joined(name: str, *codes: str, many: bool = False) -> Read:
    """The subfields as one text; the first field of a kind counts where there may be one."""

    def read(draft: SerialDraft, field: Any) -> None:
        value = " ".join(field.get_subfields(*codes))
        if many:
            getattr(draft, name).append(value)
        elif not getattr(draft, name):
            setattr(draft, name, value)

    return read


def _both(*readers: Read) -> Read:
    def read(draft: SerialDraft, field: Any) -> None:
        for reader in readers:
            reader(draft, field)

    return read


def _fixed_marc21(draft: SerialDraft, field: Any) -> None:
    data = str(field.data or "")
    draft.begin, draft.end = data[7:11], data[11:15]
    draft.languages.append(data[35:38])


def _fixed_cnmarc(draft: SerialDraft, field: Any) -> None:
    data = "".join(field.get_subfields("a"))
    draft.begin, draft.end = data[9:13], data[13:17]


def _class_marc21(draft: SerialDraft, field: Any) -> None:
    if field.tag == "093" or any(source.lower().startswith("clc") for source in field.get_subfields("2")):
        draft.classes.extend(field.get_subfields("a"))


def _linked(draft: SerialDraft, field: Any) -> None:
    """880: the same field in the script of the work; that of a title stands before its romanised form."""
    if any(link.startswith("245") for link in field.get_subfields("6")):
        draft.titles.insert(0, " ".join(field.get_subfields("a", "b")))


_IMPRINT = _both(_joined("place", "a"), _joined("publisher", "b"))
_MARC21: dict[str, Read] = {
    "008": _fixed_marc21,
    "022": _both(_joined("issn", "a"), _joined("linking", "l")),
    "041": _many("languages", "a"),
    "084": _class_marc21,
    "093": _class_marc21,
    "210": _joined("abbreviation", "a"),
    "222": _many("other_titles", "a"),
    "245": _joined("titles", "a", "b", many=True),
    "246": _many("other_titles", "a"),
    "260": _IMPRINT,
    "264": _IMPRINT,
    "310": _joined("frequency", "a"),
    "650": _many("subjects", "a"),
    "780": _many("other_titles", "t"),
    "856": _many("urls", "u"),
    "880": _linked,
}
_CNMARC: dict[str, Read] = {
    "011": _both(_joined("issn", "a"), _joined("linking", "f")),
    "091": _joined("cn", "a"),
    "100": _fixed_cnmarc,
    "101": _many("languages", "a"),
    "102": _joined("country", "a"),
    "200": _both(_many("titles", "a"), _many("titles", "d")),
    "210": _both(_joined("place", "a"), _joined("publisher", "c")),
    "326": _joined("frequency", "a"),
    "510": _many("titles", "a"),
    "517": _many("other_titles", "a"),
    "520": _many("other_titles", "a"),
    "530": _many("other_titles", "a"),
    "531": _joined("abbreviation", "a"),
    "606": _many("subjects", "a"),
    "610": _many("subjects", "a"),
    "690": _many("classes", "a"),
    "856": _many("urls", "u"),
}
