"""The journal of a document, with what catalogues of serials say of it where the graph has one."""

from __future__ import annotations

from kg import vocab
from kg.index.analysis import has_han
from kg.mapping.base import term
from kg.model.terms import Term
from kg.query.concepts import Properties, number, texts, wordings
from kg.query.records import JournalRecord

_TITLE = term(vocab.DCTERMS, "title")
_OTHER_TITLE = term(vocab.MEDKG, "otherTitle")
_ABBREVIATION = term(vocab.MEDKG, "abbreviation")
_ISSN = term(vocab.BIBO, "issn")
_EISSN = term(vocab.BIBO, "eissn")
_LINKING = term(vocab.MEDKG, "linkingIssn")
_CN = term(vocab.MEDKG, "cnNumber")
_PUBLISHER = term(vocab.DCTERMS, "publisher")
_PLACE = term(vocab.MEDKG, "placeOfPublication")
_COUNTRY = term(vocab.MEDKG, "country")
_FREQUENCY = term(vocab.MEDKG, "frequency")
_BEGIN = term(vocab.MEDKG, "beginYear")
_END = term(vocab.MEDKG, "endYear")
_LANGUAGE = term(vocab.DCTERMS, "language")
_CLASS = term(vocab.MEDKG, "classNumber")
_KEYWORD = term(vocab.MEDKG, "keyword")
_URL = term(vocab.FOAF, "page")


def journal(found: Properties, *, chinese: bool) -> JournalRecord | None:
    """A journal of two languages is called by its Chinese title for what stands in it in Chinese."""
    if not found:
        return None
    titles = sorted(texts(found, _TITLE), key=lambda title: has_han(title) != chinese)
    return JournalRecord(
        title=next(iter(titles), ""),
        abbreviation=_first(found, _ABBREVIATION),
        issn=_first(found, _ISSN),
        eissn=_first(found, _EISSN),
        titles=wordings(found[_TITLE]) if len(titles) > 1 else (),
        other_titles=wordings(found.get(_OTHER_TITLE, ())),
        linking=_first(found, _LINKING),
        cn=_first(found, _CN),
        publisher=_first(found, _PUBLISHER),
        place=_first(found, _PLACE),
        country=_first(found, _COUNTRY),
        frequency=_first(found, _FREQUENCY),
        begin=number(found, _BEGIN) or None,
        end=number(found, _END) or None,
        languages=texts(found, _LANGUAGE),
        classes=texts(found, _CLASS),
        keywords=wordings(found.get(_KEYWORD, ())),
        urls=texts(found, _URL),
    )


def _first(found: Properties, name: Term) -> str:
    return next(iter(texts(found, name)), "")
