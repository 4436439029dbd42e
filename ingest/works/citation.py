"""What of a record tells which work it is, in one spelling each."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from ingest.works.names import Name, name
from ingest.works.titles import Title, title
from kg.index.analysis import fold
from kg.model.document import Document, DocumentKind

_FIRST = re.compile(r"[a-z]*\d+")
_LAST = re.compile(r"[-~]\s*([a-z]*\d+)")
_DIGITS = re.compile(r"\d+")
_DASHES = str.maketrans("‐‑‒–—−～", "-------")
_NOT_LETTERS = re.compile(r"[\W_]+")


class Citation(msgspec.Struct, frozen=True):
    """One record. Fields are tuples because the sources of one record may give several values.

    ``pages``: (first, last) with ``last`` in full, empty when not given. ``hosts``: folded titles of the
    journal, series or meeting. ``authors``: in order, people of role author only.
    """

    id: str
    kind: DocumentKind = "article"
    pmids: tuple[str, ...] = ()
    pmcs: tuple[str, ...] = ()
    dois: tuple[str, ...] = ()
    titles: tuple[Title, ...] = ()
    authors: tuple[Name, ...] = ()
    years: tuple[int, ...] = ()
    issns: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    publisher: str = ""
    volumes: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    pages: tuple[tuple[str, str], ...] = ()
    edition: str = ""


def citation(document: Document) -> Citation:
    """The citation of a document."""
    numbers: dict[str, list[str]] = {"pmid": [], "pmcid": [], "doi": []}
    for identifier in document.identifiers:
        if identifier.scheme in numbers:
            numbers[identifier.scheme].append(identifier.value.lower())
    journal = document.journal
    hosts = (journal.title, journal.abbreviation) if journal else ()
    texts = (*(text.value for text in document.titles), document.vernacular_title)
    return Citation(
        id=document.id,
        kind=document.kind,
        pmids=distinct(numbers["pmid"]),
        pmcs=distinct(numbers["pmcid"]),
        dois=distinct(numbers["doi"]),
        titles=tuple(dict.fromkeys(title(text) for text in texts if text)),
        authors=tuple(name(author) for author in document.authors if author.role == "author"),
        years=(document.year,) if document.year else (),
        issns=distinct(serial(number) for number in ((journal.issn, journal.eissn) if journal else ())),
        hosts=distinct(host(text) for text in (*hosts, document.series)),
        publisher=host(document.publisher),
        volumes=distinct([number(document.volume)]),
        issues=distinct([number(document.issue)]),
        pages=tuple(found for found in [page_range(document.pages)] if found[0]),
        edition=edition(document.edition),
    )


def distinct(values: Iterable[str]) -> tuple[str, ...]:
    """Sorted, without empty ones."""
    return tuple(sorted({value for value in values if value}))


def serial(issn: str) -> str:
    """An ISSN without hyphen."""
    return _NOT_LETTERS.sub("", issn).upper()


def host(text: str) -> str:
    """The folded words of a journal's title, one space apart."""
    return " ".join(_NOT_LETTERS.sub(" ", fold(text)).split()).removeprefix("the ")


def number(text: str) -> str:
    """A volume or issue without leading zeros.

    >>> number("０3"), number("Suppl 01"), number("3-4")
    ('3', 'suppl1', '34')
    """
    return _NOT_LETTERS.sub("", _DIGITS.sub(lambda found: found[0].lstrip("0") or "0", fold(text)))


def edition(text: str) -> str:
    """The number of an edition, or its folded letters."""
    found = _DIGITS.search(fold(text))
    return found[0] if found else _NOT_LETTERS.sub("", fold(text))


def page_range(text: str) -> tuple[str, str]:
    """First and last page of the first stretch; a shortened last page is completed.

    >>> page_range("1106-17"), page_range("1106-1111+1117"), page_range("e123"), page_range("S4-S9")
    (('1106', '1117'), ('1106', '1111'), ('e123', ''), ('s4', 's9'))
    """
    text = fold(text.translate(_DASHES)).replace(" ", "")
    found = _FIRST.search(text)
    if not found:
        return "", ""
    first = _unpadded(found[0])
    last = _LAST.match(text, found.end())
    if not last:
        return first, ""
    end = _unpadded(last[1])
    if end.isdecimal() and len(end) < len(first):
        end = first[: len(first) - len(end)] + end
    return first, end


def _unpadded(page: str) -> str:
    return _DIGITS.sub(lambda found: found[0].lstrip("0") or "0", page)
