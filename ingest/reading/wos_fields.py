"""The fields of a Web of Science record (``PT J``)."""

from __future__ import annotations

import re

from ingest.reading import tagged
from ingest.reading.dates import iso, iso_of_text
from ingest.reading.draft import Draft
from ingest.reading.identifiers import curie, doi, issn
from ingest.reading.languages import of_text
from kg.model.document import DocumentKind, Grant, Journal, Passage, Reference, Text

_KINDS: dict[str, DocumentKind] = {"J": "article", "B": "book", "S": "book", "P": "patent"}
_MONTH = re.compile(r"([A-Z]{3})[A-Z-]*(?: (\d{1,2}))?").match
_DOI = re.compile(r"\bDOI \[?(10\.[^\s,\]]+)").search


def draft_of(fields: list[tuple[str, str]]) -> Draft:
    """What the fields say; lines that go on are joined by a line feed."""
    draft = Draft()
    found: dict[str, str] = {}
    known = {
        "PT", "TI", "AU", "AF", "SO", "J9", "JI", "DT", "LA", "DE", "ID", "AB", "C1", "CR", "SN", "EI", "PD", "PY",
        "VL", "IS", "BP", "EP", "AR", "DI", "PM", "UT", "PU", "PI", "FU",
    }  # fmt: skip
    for label, value in fields:
        if label in known:
            found[label] = f"{found[label]}\n{value}" if label in found else value
        else:
            draft.unread.append((label, " ".join(value.split())))
    line = {label: " ".join(value.split()) for label, value in found.items()}
    draft.kind = _KINDS.get(line.get("PT", ""), "other")
    if "Proceedings" in line.get("DT", "") and draft.kind == "book":
        draft.kind = "conference"
    draft.types += tagged.split(line.get("DT", ""))
    draft.title(line.get("TI", ""), of_text(line.get("TI", "")))
    names = (found.get("AF") or found.get("AU", "")).split("\n")
    draft.authors += [tagged.person(name) for name in names if name.strip()]
    if address := line.get("C1"):
        draft.unread.append(("C1", address))
    if text := line.get("AB"):
        draft.passages.append(Passage("abstract.1", "abstract", of_text(text), text))
    words = [word for label in ("DE", "ID") for word in tagged.split(line.get(label, ""))]
    draft.keywords += [Text(word, of_text(word)) for word in words]
    if language := {"english": "en", "chinese": "zh"}.get(line.get("LA", "").lower()):
        draft.languages.append(language)
    draft.volume, draft.issue = line.get("VL", ""), line.get("IS", "")
    pages = [line[label] for label in ("BP", "EP") if line.get(label)]
    draft.pages = "-".join(dict.fromkeys(pages)) or line.get("AR", "")
    draft.publisher, draft.place = line.get("PU", ""), line.get("PI", "")
    for scheme, label in (("doi", "DI"), ("pmid", "PM"), ("wos", "UT")):
        if label in line:
            draft.identify(scheme, line[label].removeprefix("WOS:"))
    _date(draft, line.get("PY", ""), line.get("PD", ""))
    if title := line.get("SO"):
        short = line.get("JI") or line.get("J9", "")
        if draft.kind == "article":
            draft.journal = Journal(title, short, issn(line.get("SN", "")), issn(line.get("EI", "")))
        else:
            draft.series = title
    draft.grants += [Grant(agency=part) for part in tagged.split(line.get("FU", ""))]
    draft.references = tuple(_reference(text) for text in found.get("CR", "").split("\n") if text.strip())
    return draft


def _date(draft: Draft, year: str, day: str) -> None:
    part = _MONTH(day)
    published = iso(year, part[1] if part else "", (part[2] or "") if part else "") or iso_of_text(year)
    if published:
        draft.dates["published"] = published
    if (day and not part) or (year and not published):
        draft.date_text = f"{year} {day}".strip()


def _reference(text: str) -> Reference:
    found = _DOI(text)
    number = curie("doi", found[1]) if found and doi(found[1]) else ""
    return Reference(text.strip(), (number,) if number else ())
