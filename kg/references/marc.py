"""The journals of a result as catalogue records in ISO 2709: MARC 21 and CNMARC, which is UNIMARC with fields of China.

A library asks which journals hold what was found, to see what it has of them: that is what MARC describes here. An
article has no record of its own in most catalogues (it would be a component part that names its host), and what
``medkg ingest`` reads of MARC are serials. Each journal stands there once, known by its ISSN.

Fields: https://www.loc.gov/marc/bibliographic/ and the UNIMARC manual of IFLA. Dates of entry are not known: zeros.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pymarc

from kg.query.records import DocumentRecord, JournalRecord
from kg.references.fields import library_code, line

Part = tuple[str, str]
"""Code and value of a subfield."""
_LONGEST = 2000
"""Characters of a value: a field has 9,999 bytes at most."""


def has_issn(record: DocumentRecord) -> bool:
    return record.journal is not None and bool(_issn(record.journal))


def marc21(records: list[DocumentRecord]) -> str:
    return "".join(_written(one, _marc21, "a") for one in _journals(records))


def cnmarc(records: list[DocumentRecord]) -> str:
    return "".join(_written(one, _cnmarc, " ") for one in _journals(records))


def _issn(journal: JournalRecord) -> str:
    return journal.issn or journal.eissn


def _journals(records: list[DocumentRecord]) -> Iterable[JournalRecord]:
    """Each once, in the order of the documents."""
    found: dict[str, JournalRecord] = {}
    for record in records:
        if record.journal:
            found.setdefault(_issn(record.journal), record.journal)
    return found.values()


def _written(journal: JournalRecord, fields: Callable[[JournalRecord], list[pymarc.Field]], coding: str) -> str:
    """One record: new, text, serial; ``coding`` is the sign for Unicode in the leader."""
    number = pymarc.Field("001", data=f"ISSN:{_issn(journal)}")
    record = pymarc.Record(fields=[number, *fields(journal)], to_unicode=False, force_utf8=True)
    record.leader = pymarc.Leader(f"00000nas {coding}2200000 u 4500")
    return record.as_marc().decode()


def _field(tag: str, signs: str, *parts: Part) -> list[pymarc.Field]:
    """A field with those of its subfields that are not empty; none where all are. ``_`` in ``signs`` is a blank."""
    found = [pymarc.Subfield(code, text) for code, value in parts if (text := line(value)[:_LONGEST])]
    signs = signs.replace("_", " ")
    return [pymarc.Field(tag, indicators=pymarc.Indicators(signs[0], signs[1]), subfields=found)] if found else []


def _each(tag: str, signs: str, code: str, values: Iterable[str], *parts: Part) -> list[pymarc.Field]:
    return [field for value in values if line(value) for field in _field(tag, signs, (code, value), *parts)]


def _titles(journal: JournalRecord) -> list[str]:
    """The one that the documents of the result are in first."""
    return list(dict.fromkeys([journal.title, *(title.value for title in journal.titles)]))


def _years(journal: JournalRecord, gap: str) -> tuple[str, str]:
    return str(journal.begin or gap), str(journal.end or gap)


def _marc21(journal: JournalRecord) -> list[pymarc.Field]:
    title, *others = _titles(journal)
    codes = [library_code(code) for code in journal.languages]
    begin, end = _years(journal, "uuuu")
    # d: ceased, u: nobody says whether it still appears; fill characters stand for what is not known.
    fixed = f"000000{'d' if journal.end else 'u'}{begin}{end}xx {'|' * 17}{next(iter(codes), '   '):3.3} |"
    return [
        pymarc.Field("008", data=f"{fixed:40.40}"),
        *_field("022", "__", ("a", _issn(journal)), ("l", journal.linking)),
        *_each("041", "0_", "a", codes),
        *_each("084", "__", "a", journal.classes, ("2", "clc")),
        *_field("210", "0_", ("a", journal.abbreviation)),
        *_field("245", "00", ("a", title)),
        *_each("246", "31", "a", others),
        *_each("246", "1_", "a", (one.value for one in journal.other_titles)),
        *_field("264", "_1", ("a", journal.place), ("b", journal.publisher)),
        *_field("310", "__", ("a", journal.frequency)),
        *_each("650", "_4", "a", (one.value for one in journal.keywords)),
        *_field("776", "08", ("x", journal.eissn if journal.issn else "")),
        *_each("856", "4_", "u", journal.urls),
    ]


def _cnmarc(journal: JournalRecord) -> list[pymarc.Field]:
    title, *others = _titles(journal)
    begin, end = _years(journal, "    ")
    # b: ceased, c: nobody says whether it still appears. 50: text in ISO 10646; ea: Chinese script.
    general = f"00000000{'b' if journal.end else 'c'}{begin}{end}|||y0chiy50      ea"
    return [
        *_field("011", "__", ("a", _issn(journal)), ("f", journal.linking)),
        *_field("091", "__", ("a", journal.cn)),
        pymarc.Field("100", indicators=pymarc.Indicators(" ", " "), subfields=[pymarc.Subfield("a", general)]),
        *_each("101", "0_", "a", (library_code(code) for code in journal.languages)),
        *_field("102", "__", ("a", journal.country)),
        *_field("200", "1_", ("a", title), *(("d", other) for other in others)),
        *_field("210", "__", ("a", journal.place), ("c", journal.publisher)),
        *_field("326", "__", ("a", journal.frequency)),
        *_field("452", "_0", ("x", journal.eissn if journal.issn else "")),
        *_each("517", "1_", "a", (one.value for one in journal.other_titles)),
        *_field("531", "__", ("a", journal.abbreviation)),
        *_each("610", "0_", "a", (one.value for one in journal.keywords)),
        *_each("690", "__", "a", journal.classes),
        *_each("856", "4_", "u", journal.urls),
    ]
