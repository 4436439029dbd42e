"""Clinical guidelines as JATS, HTML, Markdown, Word or PDF: the document and its recommendations.

PDF and Word files do not show what they are in their first bytes, so their format is named in the build file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import ClassVar

import msgspec

from ingest.base import Options, SourceItem
from ingest.extraction.blocks import Block, Text, passages
from ingest.extraction.reading import blocks_of, file_kind, read_text
from ingest.guidelines.edition import Edition, edition, edition_id
from ingest.guidelines.finder import recommendations
from ingest.guidelines.grading import schemes
from ingest.reading.draft import Draft
from ingest.reading.jats_article import article
from ingest.reading.languages import of_text
from ingest.reading.licences import licence
from ingest.reading.options import check_options
from kg.errors import ConfigError, InputError
from kg.model.document import Document, Passage, Relation, StandingNotice
from kg.model.source import RawFile, Reject
from ontology.reading.damage import fatal, rejected
from ontology.reading.raw import head
from ontology.reading.xml import elements

_FRONT = 12
_DOI = re.compile(r"\bdoi\s*[:：]?\s*(?:https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/[^\s，。；,;）)]+)", re.IGNORECASE)
_JATS_SIGN = re.compile(
    rb"article-type=[\"'](?:clinical-practice-|practice-)?guidelines?[\"']|"
    rb"<subject>[^<]{0,40}(?:guidelines?|consensus statement|\xe6\x8c\x87\xe5\x8d\x97)[^<]{0,40}</subject>",
    re.IGNORECASE,
)
_PAGE_SIGN = re.compile(
    r"<title[^>]*>[^<]{0,200}(?:guideline|指南|专家共识)|<h1[^>]*>[^<]{0,200}(?:guideline|指南|专家共识)", re.IGNORECASE
)
_MARKDOWN_SIGN = re.compile(r"(?:\A|\n)(?:# |title:)[^\n]{0,200}(?:guideline|指南|专家共识)", re.IGNORECASE)
_PLAIN = ("publisher", "edition", "date", "identifier", "doi", "title", "publication_date")


class GuidelineFile:
    """One document and its recommendations; option ``replaces``: CURIEs of the editions that it replaces."""

    name: ClassVar[str] = "guideline.v1"
    extensions: ClassVar[tuple[str, ...]] = (".html", ".htm", ".md", ".markdown", ".xml", ".nxml", ".docx", ".pdf")

    def sniff(self, head: bytes) -> float:
        """Sure only where title or type of an article, page or Markdown file says guideline (指南)."""
        match file_kind(head):
            case "jats":
                return 0.97 if _JATS_SIGN.search(head) else 0.0
            case "html":
                return 0.8 if _PAGE_SIGN.search(head.decode("utf-8", "ignore")) else 0.0
            case "markdown":
                return 0.6 if _MARKDOWN_SIGN.search(head.decode("utf-8", "ignore")) else 0.0
        return 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[SourceItem]:
        """The document, what it replaces, and its recommendations; a set of JATS articles gives them one by one."""
        check_options(self.name, options, ("replaces",))
        replaced = _curies(options.get("replaces", ()))
        try:
            kind = file_kind(head(raw.path))
            if kind == "jats":
                for element in elements(raw.path, ("article",)):
                    found = article(raw, element)
                    yield from [found] if isinstance(found, Reject) else _items(found, blocks_of(found), replaced)
                return
            text = read_text(raw, kind)
            if isinstance(text, Reject):
                yield text
                return
            yield from _from_text(raw, text, replaced)
        except InputError as error:
            yield fatal(raw, error)


def _curies(value: object) -> tuple[str, ...]:
    found = (value,) if isinstance(value, str) else value
    if not isinstance(found, list | tuple) or not all(isinstance(item, str) and ":" in item for item in found):
        raise ConfigError(where=f"{GuidelineFile.name}: replaces", reason="a CURIE or a list of CURIEs")
    return tuple(found)


def _from_text(raw: RawFile, text: Text, replaced: tuple[str, ...]) -> Iterator[SourceItem]:
    about = dict(text.about)
    title, blocks = text.titled()
    if not title:
        yield rejected(raw, "byte 0", "", "no-title")
        return
    language = of_text(title + "".join(block.text for block in blocks[:_FRONT]))
    draft = Draft(kind="guideline")
    draft.languages.append(language)
    draft.title(title, of_text(title, language))
    front = [block.text for block in blocks[:_FRONT]]
    for value in (
        about.get("doi", ""),
        about.get("identifier", ""),
        *(doi for part in front for doi in _DOI.findall(part)),
    ):
        draft.identify("doi", value)
    stated = edition(title, front, about.get("edition", ""))
    draft.edition = stated.year
    draft.publisher = about.get("publisher", "")
    if re.fullmatch(r"\d{4}", stated.year):
        draft.dates["published"] = stated.year
    draft.licence = next((name for part in front if (name := licence(part)) != "unknown"), "unknown")
    draft.unread = [pair for pair in text.about if pair[0] not in _PLAIN]
    placed = passages(blocks, language)
    draft.passages += [passage for _, passage in placed]
    document = draft.finish(draft.identifier() or edition_id(title, stated.year))
    yield from _items(document, placed, replaced, stated)


def _items(
    document: Document,
    blocks: Sequence[tuple[Block, Passage]],
    replaced: tuple[str, ...],
    stated: Edition | None = None,
) -> Iterator[SourceItem]:
    title = document.titles[0].value if document.titles else ""
    texts = [passage.text for passage in document.passages if passage.kind != "title"]
    stated = stated or edition(title, texts)
    older = list(replaced)
    if stated.replaces and not older:
        older.append(edition_id(title, stated.replaces))
    relations = tuple(Relation("UpdateOf", target, stated.printed) for target in older)
    yield msgspec.structs.replace(document, kind="guideline", relations=document.relations + relations)
    for target in older:
        yield StandingNotice(target, "superseded", relation=Relation("UpdateIn", document.id))
    yield from recommendations(document.id, blocks, schemes(" ".join([title, *texts])))
