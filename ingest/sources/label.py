"""Package inserts and monographs of medicines as HTML, Markdown, plain text, Word or PDF, by section.

A passage of a section is named after what it is about (``indication.1``, ``pregnancy.1``), whatever its heading is
called; the heading as printed is its label. Word and PDF files are named in the build file, as for guidelines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from ingest.base import Options, SourceItem
from ingest.extraction.blocks import Text
from ingest.extraction.reading import file_kind, read_text
from ingest.labels.sections import announced, sections
from ingest.reading.dates import iso
from ingest.reading.draft import Draft
from ingest.reading.encoding import guess
from ingest.reading.languages import of_text
from ingest.reading.licences import licence
from ingest.reading.options import check_options
from kg.errors import InputError
from kg.index.analysis import fold
from kg.model.document import Passage
from kg.model.ids import digest
from kg.model.source import RawFile, Reject
from ontology.reading.damage import fatal, rejected
from ontology.reading.raw import head

_ENGLISH = (
    re.compile(r"\b(?:INDICATIONS AND USAGE|Therapeutic indications)\b"),
    re.compile(r"\b(?:CONTRAINDICATIONS|Contraindications)\b"),
)
_SURE = 3
_TITLE_LIMIT = 120
"""Code points of a first line that may be the title of a plain text."""
_DATES = (
    ("revised", re.compile(r"修[订改]日期\s*[:：]?\s*(\d{4})\s*年\s*(\d{1,2})\s*月(?:\s*(\d{1,2})\s*日)?")),
    ("published", re.compile(r"核准日期\s*[:：]?\s*(\d{4})\s*年\s*(\d{1,2})\s*月(?:\s*(\d{1,2})\s*日)?")),
    ("revised", re.compile(r"\bdate of revision[^:：\d]{0,30}[:：]?\s*(\d{4})-(\d\d)(?:-(\d\d))?", re.IGNORECASE)),
)
_REVISED_MONTH = re.compile(r"\bRevised\s*[:：]\s*(\d{1,2})/(\d{4})", re.IGNORECASE)
_APPROVAL = re.compile(r"国药准字\s*([A-Z]\d{8})")


class LabelFile:
    """One document a file, its passages named by section; takes no options."""

    name: ClassVar[str] = "label.v1"
    extensions: ClassVar[tuple[str, ...]] = (".html", ".htm", ".md", ".txt", ".docx", ".pdf")

    def sniff(self, head: bytes) -> float:
        """Sure where three headings in brackets, or indications and contraindications, name sections of a label."""
        if file_kind(head) not in ("html", "markdown"):
            return 0.0
        text = re.sub(r"<[^>]*>", " ", head.decode(guess(head), "ignore"))
        if len(announced(text)) >= _SURE:
            return 0.85
        return 0.65 if all(sign.search(text) for sign in _ENGLISH) else 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[SourceItem]:
        """The document; a Reject for a file without title, without any section of a label, or without text."""
        check_options(self.name, options)
        try:
            kind = file_kind(head(raw.path))
            if kind == "jats":
                yield rejected(raw, "byte 0", "", "bad-record", "JATS")
                return
            text = read_text(raw, kind)
            yield text if isinstance(text, Reject) else _document(raw, text)
        except InputError as error:
            yield fatal(raw, error)


def _document(raw: RawFile, text: Text) -> SourceItem:
    title, blocks = text.titled()
    if not title and text.blocks and len(text.blocks[0].text) <= _TITLE_LIMIT:
        title, blocks = text.blocks[0].text, text.blocks[1:]
    if not title:
        return rejected(raw, "byte 0", "", "no-title")
    found = list(sections(blocks))
    if all(section.kind == "section" for section in found):
        return rejected(raw, "byte 0", "", "no-section")
    whole = "\n".join(section.block.text for section in found)
    language = of_text(title + whole[:500])
    draft = Draft(kind="other", types=["Drug label"], languages=[language])
    draft.title(title, of_text(title, language))
    counts: dict[str, int] = {}
    for section in found:
        number = counts[section.kind] = counts.get(section.kind, 0) + 1
        block = section.block
        draft.passages.append(
            Passage(
                name=f"{section.kind}.{number}",
                kind="table" if block.kind == "table" else "section",
                language=of_text(block.text, language),
                text=block.text,
                label=section.heading,
            )
        )
    for event, pattern in _DATES:
        if date := pattern.search(whole):
            draft.dates.setdefault(event, iso(*(part or "" for part in date.groups())))
    if month := _REVISED_MONTH.search(whole):
        draft.dates.setdefault("revised", iso(month[2], month[1]))
    approval = _APPROVAL.search(whole)
    if approval:
        draft.identify("approval", f"国药准字{approval[1]}")
    draft.version = draft.dates.get("revised", "")
    draft.licence = licence(whole)
    return draft.finish(f"doc:{digest('label', fold(title), approval[1] if approval else '')}")
