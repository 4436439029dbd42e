"""What every format asks of a document record."""

from __future__ import annotations

import re

from kg.query.records import AuthorRecord, DocumentRecord

_HAN = re.compile("[\u3400-\u9fff]").search


def is_chinese(text: str) -> bool:
    """Whether a name or title is written in Chinese characters."""
    return bool(_HAN(text))


def titles(record: DocumentRecord) -> list[str]:
    """The title in the language of the document, then others; never empty, the id stands for a missing one."""
    ordered = sorted(record.titles, key=lambda title: title.language not in record.languages)
    found = list(dict.fromkeys(title.value for title in ordered))
    if record.vernacular_title and not any(title.language in record.languages for title in record.titles):
        found = [record.vernacular_title, *found]
    return found or [record.id]


def people(record: DocumentRecord, role: str = "author") -> list[AuthorRecord]:
    """Persons and groups of one role, in order, each once though several sources name them."""
    return list({name(one): one for one in record.authors if one.role == role}.values())


def name(author: AuthorRecord, *, comma: bool = False) -> str:
    """``Family, Given``; Chinese names in one, unless ``comma`` is wanted in all; a group as it is called."""
    if author.collective:
        return author.collective
    given = author.given or author.initials
    if is_chinese(author.family) and not comma:
        return author.family + given
    return f"{author.family}, {given}" if given else author.family


def identifier(record: DocumentRecord, scheme: str) -> str:
    """The first identifier of a scheme, empty for none."""
    prefix = f"{scheme}:"
    return next((value.removeprefix(prefix) for value in record.identifiers if value.startswith(prefix)), "")


def abstract(record: DocumentRecord) -> str:
    """Sections of the abstract with their headings, one a line, in the first wording of each."""
    lines: dict[str, str] = {}
    for passage in record.passages:
        if passage.kind == "abstract":
            lines.setdefault(passage.name, f"{passage.heading}: {passage.text}" if passage.heading else passage.text)
    return "\n".join(lines.values())


def page_range(record: DocumentRecord) -> tuple[str, str]:
    """First and last page.

    ``11-6`` is short for ``11-16``; what is no range has no last page.
    """
    found = re.fullmatch(r"(\w+)\s*[-\u2013]\s*(\w+)", record.pages)
    if not found:
        return record.pages, ""
    first, last = found.groups()
    if first.isdecimal() and last.isdecimal() and len(last) < len(first):
        last = first[: -len(last)] + last
    return first, last


def container(record: DocumentRecord) -> str:
    """The journal, or the book, meeting or series that it is part of, in the language of the document.

    Sources give both titles of a bilingual journal as ``中文名 = English title`` (ISBD).
    """
    whole = record.journal.title if record.journal else record.series
    parts = whole.split(" = ")
    return next((part for part in parts if is_chinese(part) == ("zh" in record.languages)), parts[0])
