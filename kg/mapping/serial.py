"""Serials to statements: about the same node as the journal of a document with this ISSN (ADR 2)."""

from __future__ import annotations

from kg import vocab
from kg.mapping.base import Context, is_a, predicate
from kg.model.serial import Serial
from kg.model.terms import Statement, integer, literal

_IS_JOURNAL = is_a(vocab.BIBO, "Journal")
_IDENTIFIER = predicate(vocab.DCTERMS, "identifier")
_TITLE = predicate(vocab.DCTERMS, "title")
_OTHER_TITLE = predicate(vocab.MEDKG, "otherTitle")
_ABBREVIATION = predicate(vocab.MEDKG, "abbreviation")
_ISSN = predicate(vocab.BIBO, "issn")
_EISSN = predicate(vocab.BIBO, "eissn")
_LINKING = predicate(vocab.MEDKG, "linkingIssn")
_CN = predicate(vocab.MEDKG, "cnNumber")
_PUBLISHER = predicate(vocab.DCTERMS, "publisher")
_PLACE = predicate(vocab.MEDKG, "placeOfPublication")
_FREQUENCY = predicate(vocab.MEDKG, "frequency")
_BEGIN = predicate(vocab.MEDKG, "beginYear")
_END = predicate(vocab.MEDKG, "endYear")
_LANGUAGE = predicate(vocab.DCTERMS, "language")
_CLASS = predicate(vocab.MEDKG, "classNumber")
_KEYWORD = predicate(vocab.MEDKG, "keyword")
_COUNTRY = predicate(vocab.MEDKG, "country")
_URL = predicate(vocab.FOAF, "page")
_UNREAD = predicate(vocab.MEDKG, "unread")


def serial_statements(serial: Serial, context: Context) -> list[Statement]:
    """Everything that a serial says."""
    journal = serial.journal
    node = f"<{context.ids.mint('journal', journal.nlm_id or journal.issn or journal.eissn)}>"
    rows = [f"{node}{_IS_JOURNAL}", f"{node}{_IDENTIFIER}{literal(serial.id)}"]
    for name, texts in ((_TITLE, serial.titles), (_OTHER_TITLE, serial.other_titles), (_KEYWORD, serial.subjects)):
        rows += [f"{node}{name}{literal(text.value, text.language)}" for text in texts]
    for name, values in (
        (_ABBREVIATION, (journal.abbreviation,)),
        (_ISSN, (journal.issn,)),
        (_EISSN, (journal.eissn,)),
        (_LINKING, (serial.linking,)),
        (_CN, (serial.cn,)),
        (_COUNTRY, (journal.country,)),
        (_PUBLISHER, (serial.publisher,)),
        (_PLACE, (serial.place,)),
        (_FREQUENCY, (serial.frequency,)),
        (_LANGUAGE, serial.languages),
        (_CLASS, serial.classes),
        (_URL, serial.urls),
        (_UNREAD, tuple(f"{label}: {value}" for label, value in serial.unread)),
    ):
        rows += [f"{node}{name}{literal(value)}" for value in values if value]
    for name, year in ((_BEGIN, serial.begin), (_END, serial.end)):
        if year is not None:
            rows.append(f"{node}{name}{integer(year)}")
    return [Statement(row) for row in dict.fromkeys(rows)]
