"""Reference lists as theses and journals print them: GB/T 7714-2015 (numeric) and Vancouver (ICMJE, NLM).

GB/T 7714-2015: three authors, then 等 or et al; family names of Western authors in capitals; a letter for the kind
of document. Vancouver after "Citing Medicine" (NLM): six authors, then et al.; short page ranges.
"""

from __future__ import annotations

import re

from kg.query.records import AuthorRecord, DocumentRecord
from kg.references.fields import container, identifier, is_chinese, page_range, people, titles

_LETTERS = {
    "article": "J", "guideline": "J", "book": "M", "chapter": "M", "conference": "C", "thesis": "D", "report": "R",
    "newspaper": "N", "patent": "P", "standard": "S", "dataset": "DS", "preprint": "A",
}  # fmt: skip
_INITIAL = re.compile(r"[\s.\-]+")


def gbt7714(record: DocumentRecord) -> str:
    """One entry without its number."""
    title = titles(record)[0]
    online = identifier(record, "doi") or next(iter(record.urls), "")
    letter = _LETTERS.get(record.kind, "Z") + ("/OL" if online and not identifier(record, "doi") else "")
    parts = [_authors_gbt(record, is_chinese(title)), f"{title.rstrip('.。')}[{letter}]"]
    if record.kind in ("chapter", "conference") and container(record):
        parts[-1] += f"//{container(record)}"
    if record.journal:
        parts.append(_serial(record))
    else:
        parts += [record.edition, _published(record)]
    text = ". ".join(part.rstrip(".") for part in parts if part) + "."
    doi = identifier(record, "doi")
    return f"{text} DOI: {doi}." if doi else f"{text} {online}." if online else text


def vancouver(record: DocumentRecord) -> str:
    """One entry without its number."""
    people_ = people(record)
    names = [_vancouver_name(one) for one in people_[:6]] + (["et al"] if len(people_) > 6 else [])
    parts = [", ".join(names), titles(record)[0].rstrip(".。")]
    first, last = page_range(record)
    if record.journal:
        name = record.journal.abbreviation or container(record)
        issue = f"({record.issue})" if record.issue else ""
        where = f"{record.volume}{issue}" + (f":{_short(first, last)}" if first else "")
        parts += [name.rstrip("."), f"{record.year or ''}" + (f";{where}" if where else "")]
    else:
        parts += [container(record) and f"In: {container(record)}", record.edition, _house(record)]
    text = ". ".join(part for part in parts if part) + "."
    doi = identifier(record, "doi")
    return f"{text} doi: {doi}" if doi else text


def _authors_gbt(record: DocumentRecord, chinese: bool) -> str:
    people_ = people(record)
    names = [_gbt_name(one) for one in people_[:3]]
    if len(people_) > 3:
        names.append("等" if chinese else "et al")
    return ", ".join(names)


def _gbt_name(author: AuthorRecord) -> str:
    if author.collective:
        return author.collective
    given = author.given or author.initials
    if is_chinese(author.family):
        return author.family + given
    return f"{author.family.upper()} {_initials(given, ' ')}".strip()


def _vancouver_name(author: AuthorRecord) -> str:
    if author.collective or is_chinese(author.family):
        return author.collective or author.family + author.given
    return f"{author.family} {_initials(author.given or author.initials, '')}".strip()


def _initials(given: str, between: str) -> str:
    parts = [part for part in _INITIAL.split(given) if part]
    # ``JA`` are two initials, ``Jo`` is a name.
    letters = [letter for part in parts for letter in (part if part.isupper() and len(part) < 4 else part[0].upper())]
    return between.join(letters)


def _serial(record: DocumentRecord) -> str:
    assert record.journal is not None
    issue = f"({record.issue})" if record.issue else ""
    volume = f", {record.volume}{issue}" if record.volume else issue
    pages = f": {_pages(record)}" if record.pages else ""
    return f"{container(record)}, {record.year or ''}{volume}{pages}"


def _published(record: DocumentRecord) -> str:
    place = ": ".join(part for part in (record.place, record.publisher) if part)
    pages = f": {_pages(record)}" if record.pages else ""
    return ", ".join(part for part in (place, str(record.year or "")) if part) + pages


def _pages(record: DocumentRecord) -> str:
    """Both pages in full."""
    return "-".join(page for page in page_range(record) if page)


def _house(record: DocumentRecord) -> str:
    house = ": ".join(part for part in (record.place, record.publisher) if part)
    return "; ".join(part for part in (house, str(record.year or "")) if part)


def _short(first: str, last: str) -> str:
    """``123-129`` as ``123-9``."""
    if not last or not (first.isdecimal() and last.isdecimal() and len(first) == len(last)):
        return f"{first}-{last}" if last else first
    same = next((at for at, (a, b) in enumerate(zip(first, last, strict=True)) if a != b), len(first))
    return f"{first}-{last[same:]}" if same < len(first) else first
