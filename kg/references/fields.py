"""What every format asks of a document record."""

from __future__ import annotations

import re

import msgspec

from kg.query.records import AuthorRecord, DocumentRecord, HeadingRecord, PassageRecord

_LIBRARY_CODES = {
    "ar": "ara", "cs": "cze", "da": "dan", "de": "ger", "en": "eng", "es": "spa", "fr": "fre", "hu": "hun", "it": "ita",
    "ja": "jpn", "ko": "kor", "nl": "dut", "pl": "pol", "pt": "por", "ru": "rus", "sv": "swe", "tr": "tur", "zh": "chi",
}  # fmt: skip
_HAN = re.compile("[\u3400-\u9fff]").search


def library_code(language: str) -> str:
    """The code of ISO 639-2/B, which libraries use, where we have it, else the tag, which is understood, too.

    >>> library_code("zh-cn"), library_code("haw")
    ('chi', 'haw')
    """
    return _LIBRARY_CODES.get(language.partition("-")[0], language)


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


def identifiers(record: DocumentRecord, scheme: str) -> list[str]:
    """All identifiers of a scheme."""
    prefix = f"{scheme}:"
    return [value.removeprefix(prefix) for value in record.identifiers if value.startswith(prefix)]


def headings(record: DocumentRecord) -> list[HeadingRecord]:
    """Subject headings with a name: as the source writes it, else the preferred one of the concept, in the language of
    the document where there is one."""
    chinese = "zh" in record.languages
    found = []
    for one in record.headings:
        names = (one.name, one.label.zh if chinese else one.label.en, one.label.zh, one.label.en)
        if called := next(filter(None, names), ""):
            found.append(msgspec.structs.replace(one, name=called))
    return found


def passages(record: DocumentRecord, kind: str) -> list[PassageRecord]:
    """Those of a kind (``abstract``) in order, in the first wording of each."""
    found: dict[str, PassageRecord] = {}
    for passage in record.passages:
        if passage.kind == kind:
            found.setdefault(passage.name, passage)
    return list(found.values())


def sections(record: DocumentRecord) -> dict[str, list[PassageRecord]]:
    """Language -> sections of the abstract in it."""
    found: dict[str, list[PassageRecord]] = {}
    for passage in passages(record, "abstract"):
        found.setdefault(passage.language, []).append(passage)
    return found


def abstract(record: DocumentRecord) -> str:
    """Sections of the abstract with their headings, one a line."""
    return "\n".join(map(headed, passages(record, "abstract")))


def headed(section: PassageRecord) -> str:
    """A section with its heading in front."""
    return f"{section.heading}: {section.text}" if section.heading else section.text


def line(value: str) -> str:
    """On one line, blanks made one."""
    return " ".join(value.split())


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
