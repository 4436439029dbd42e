"""Tables of what curators say of mentions and claims in texts (CSV, tab-separated, or JSON Lines).

Columns (or keys), in English or Chinese; those in brackets may be missing or empty::

    document  文献      CURIE of the document (``PMID:1``)
    passage   文段      ``Passage.key``: the last part of the passage's IRI, which holds a digest of its text
    start end 起 止     code points in the passage, the end exclusive
    surface   原文      the text there, as it stands
    verdict   结论      right 正确, wrong-entity 实体错误, wrong-span 边界错误, missing 遗漏, wrong-relation 关系错误
    by        标注者    who says so
    [category 类别]     ``disease``, ``drug`` …: needed for wrong-entity and missing
    [concept  概念]     CURIE of what is meant; empty for wrong-entity: nothing of the category is named here
    [found    误链概念] CURIE of what the program had
    [subject predicate object  主语 谓词 宾语]   of a claim, for wrong-relation and right
    [reviewer 审核者]   another person, who looked at it; only what was reviewed becomes a rule
    [date 日期] [reason 理由] [note_en 英文备注] [note_zh 中文备注]

A row that is taken out of the table is a correction that is taken back. Offsets are compared with the text of the
document when the table is built into a graph (``ingest.unit``): the reader sees only the table.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import ClassVar

import msgspec

from ingest.base import Options, SourceItem
from ingest.reading.encoding import guess
from ingest.reading.identifiers import curie
from ingest.reading.options import check_options
from ingest.reading.tagged import date
from kg.errors import IdentifierError, InputError
from kg.model.correction import VERDICTS, Correction, Verdict
from kg.model.ids import Ids
from kg.model.source import RawFile, Reject
from kg.vocab import CATEGORIES
from ontology.reading.damage import fatal, rejected
from ontology.reading.raw import head, lines
from ontology.reading.table import Dialect, Table

FORMAT = "corrections.v1"
_NAMES = {
    "document": "文献", "passage": "文段", "start": "起", "end": "止", "surface": "原文", "verdict": "结论",
    "by": "标注者", "category": "类别", "concept": "概念", "found": "误链概念", "subject": "主语", "predicate": "谓词",
    "object": "宾语", "reviewer": "审核者", "date": "日期", "reason": "理由", "note_en": "英文备注",
    "note_zh": "中文备注",
}  # fmt: skip
_NEEDED = ("document", "passage", "start", "end", "surface", "verdict", "by")
_WORDS: dict[str, Verdict] = dict(zip(("正确", "实体错误", "边界错误", "遗漏", "关系错误"), VERDICTS, strict=True))


class _Unfit(ValueError):
    """A row that cannot be used: the reason of its reject, and the detail."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


class Corrections:
    """Corrections; takes no options."""

    name: ClassVar[str] = FORMAT
    extensions: ClassVar[tuple[str, ...]] = (".csv", ".tsv", ".jsonl")

    def sniff(self, head: bytes) -> float:
        """Sure when the first line has every column that is needed."""
        first = _first(head)
        known = _keys(first) if first.startswith("{") else {cell.strip(' "') for cell in _cells(first)}
        return 0.95 if all(known.intersection((name, _NAMES[name])) for name in _NEEDED) else 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[SourceItem]:
        """One correction a row. A row without a place, a verdict or a person is rejected, and so is one that its own
        author reviewed."""
        check_options(self.name, options)
        first = _first(head(raw.path))
        ids = Ids()
        for row in _objects(raw) if first.startswith("{") else _rows(raw, first):
            if isinstance(row, Reject):
                yield row
                continue
            position, values = row
            try:
                yield _correction(values, position, ids)
            except _Unfit as error:
                yield rejected(raw, position, values.get("document", "")[:80], error.reason, error.detail)


def _first(head: bytes) -> str:
    return head.decode(guess(head), "replace").removeprefix("\ufeff").lstrip().partition("\n")[0].strip()


def _cells(line: str) -> list[str]:
    return line.split("\t" if "\t" in line else ",")


def _keys(line: str) -> set[str]:
    try:
        return set(msgspec.json.decode(line, type=dict[str, object]))
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return set()


_Row = tuple[str, Mapping[str, str]]


def _rows(raw: RawFile, first: str) -> Iterator[_Row | Reject]:
    delimiter = "\t" if "\t" in first else ","
    table = Table(raw, Dialect(delimiter=delimiter, encoding=guess(head(raw.path)), ragged=True))
    places = {
        name: table.columns[column] for name, other in _NAMES.items() for column in (name, other)
        if column in table.columns
    }  # fmt: skip
    missing = [name for name in _NEEDED if table.columns and name not in places]
    if missing:
        yield Reject(raw.path.name, "line 1", "", "columns", ", ".join(missing), fatal=True)
        return
    for row in table.rows():
        if isinstance(row, Reject):
            yield row
        else:
            yield row.position, {name: row.cells[place] for name, place in places.items()}


def _objects(raw: RawFile) -> Iterator[_Row | Reject]:
    names = {other: name for name, other in _NAMES.items()} | {name: name for name in _NAMES}
    try:
        for number, line in lines(raw.path):
            if not line.strip():
                continue
            position = f"line {number}"
            try:
                found = msgspec.json.decode(line, type=dict[str, str | int])
                yield position, {names[key]: str(value) for key, value in found.items()}
            except (msgspec.MsgspecError, UnicodeEncodeError) as error:
                yield rejected(raw, position, "", "bad-record", str(error))
            except KeyError as error:
                yield rejected(raw, position, "", "bad-record", f"{error.args[0][:80]}?")
    except InputError as error:
        yield fatal(raw, error)


def _correction(values: Mapping[str, str], position: str, ids: Ids) -> Correction:
    plain = {name: " ".join(value.split()) for name, value in values.items()}
    start, end = _number(plain, "start"), _number(plain, "end")
    surface = values.get("surface", "")
    if not start < end:
        raise _Unfit("bad-number", f"start, end: {start}, {end}")
    if len(surface) != end - start:
        raise _Unfit("surface-mismatch", f"{start}-{end}: {surface[:80]}")
    verdict = _verdict(plain.get("verdict", ""))
    made = Correction(
        document=_named(plain, "document", ids),
        passage=_told(plain, "passage"),
        start=start,
        end=end,
        surface=surface,
        verdict=verdict,
        by=_told(plain, "by"),
        category=plain.get("category", ""),
        **{name: _named(plain, name, ids) if plain.get(name) else "" for name in _CONCEPTS},
        reviewer=plain.get("reviewer", ""),
        date=date(plain.get("date", ""))[0],
        reason=plain.get("reason", ""),
        notes=tuple((name[-2:], plain[name]) for name in ("note_en", "note_zh") if plain.get(name)),
        position=position,
    )
    _check(made)
    return made


_CONCEPTS = ("concept", "found", "subject", "predicate", "object")


def _check(made: Correction) -> None:
    if made.reviewer and _folded(made.reviewer) == _folded(made.by):
        raise _Unfit("own-review", made.by)
    if made.category and made.category not in CATEGORIES:
        raise _Unfit("bad-record", f"category: {made.category[:80]}")
    if made.verdict in ("wrong-entity", "missing") and not made.category:
        raise _Unfit("bad-record", f"{made.verdict}: category")
    if bool(made.subject) is not bool(made.object):
        raise _Unfit("bad-record", "subject, object")
    if made.verdict == "wrong-relation" and not made.subject:
        raise _Unfit("bad-record", f"{made.verdict}: subject, object")
    if made.subject and made.verdict not in ("wrong-relation", "right"):
        raise _Unfit("bad-record", f"{made.verdict}: subject, object")


def _verdict(value: str) -> Verdict:
    found = _WORDS.get(value) or next((one for one in VERDICTS if one == value.lower()), None)
    if found is None:
        raise _Unfit("bad-record", f"verdict: {value[:80]}")
    return found


def _number(values: Mapping[str, str], name: str) -> int:
    value = values.get(name, "")
    if not (value.isascii() and value.isdecimal() and len(value) < 10):
        raise _Unfit("bad-number", f"{name}: {value[:80]}")
    return int(value)


def _told(values: Mapping[str, str], name: str) -> str:
    if not values.get(name):
        raise _Unfit("bad-record", name)
    return values[name]


def _named(values: Mapping[str, str], name: str, ids: Ids) -> str:
    """The CURIE in one spelling."""
    value = values.get(name, "")
    scheme, _, number = value.partition(":")
    try:
        return ids.curie(ids.expand(curie(scheme, number) or value))
    except IdentifierError as error:
        raise _Unfit("no-identifier", name) from error


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()
