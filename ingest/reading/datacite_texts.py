"""Titles, descriptions and subjects of a resource of DataCite, each in its language."""

from __future__ import annotations

from ingest.reading import markup
from ingest.reading.draft import Draft
from ingest.reading.json_fields import Fields
from ingest.reading.json_works import parts
from ingest.reading.languages import tag
from kg.model.document import Heading, Passage, Text

_MESH = "id.nlm.nih.gov/mesh/"


def titles(fields: Fields, draft: Draft, language: str) -> None:
    """The title with its subtitle, then translated ones; other titles are kept under what DataCite calls them."""
    rows = [
        (item.text("titleType"), markup.plain(item.text("title")), tag(item.text("lang") or "und"))
        for item in parts(fields, "titles")
    ]
    rows = [row for row in rows if row[1]]
    main = [row for row in rows if row[0] in ("", "TranslatedTitle")] or rows[:1]
    subtitle = next((title for kind, title, _ in rows if kind == "Subtitle" and title != main[0][1]), "")
    for number, (kind, title, code) in enumerate(sorted(main, key=lambda row: row[0] == "TranslatedTitle")):
        value = f"{title}: {subtitle}" if subtitle and not number else title
        before = len(draft.titles)
        draft.title(value, markup.in_script(value, code if code != "und" or kind else language))
        if len(draft.titles) == before:
            draft.unread.append((kind or "title", value))
    draft.unread += [row[:2] for row in rows if row[0] != "Subtitle" and row not in main]
    if language != "und":
        draft.languages.append(language)
    elif draft.titles:
        draft.languages.append(draft.titles[0].language)


def texts(fields: Fields, draft: Draft, language: str) -> None:
    """Abstracts, and what else describes the resource (``Methods``) as sections with that label."""
    sections = 0
    for item in parts(fields, "descriptions"):
        kind, value = item.text("descriptionType"), item.text("description")
        code = tag(item.text("lang") or language)
        if kind == "SeriesInformation":
            draft.series = markup.plain(value)
        elif kind == "Abstract":
            draft.passages += markup.abstract(value, code, draft.passages)
        elif text := markup.plain(value):
            sections += 1
            found = Passage(f"section.{sections}", "section", markup.in_script(text, code), text, kind)
            draft.passages.append(found)


def subjects(fields: Fields, draft: Draft, language: str) -> None:
    """Keywords, and headings where a subject has an address in MeSH."""
    for item in parts(fields, "subjects"):
        label, address = markup.plain(item.text("subject")), item.text("valueUri")
        number = address.rpartition("/")[2]
        if label and _MESH in address and number.isalnum() and number.isascii():
            draft.headings.append(Heading(f"MESH:{number}", label))
        elif label:
            draft.keywords.append(Text(label, markup.in_script(label, tag(item.text("lang") or language))))
    draft.keywords += [Text(word, markup.in_script(word, language)) for word in fields.texts("subjects")]
