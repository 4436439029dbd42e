"""The fields of a RIS record, whatever the database calls them."""

from __future__ import annotations

import re

import msgspec

from ingest.reading import tagged
from ingest.reading.draft import Draft
from ingest.reading.identifiers import doi, issn, pmcid
from ingest.reading.languages import of_text, tag
from kg.model.document import DocumentKind, Journal, Passage, Text

Fields = list[tuple[str, str]]
"""(tag, value) in file order; lines that go on are joined by a line feed."""

_TYPES: dict[str, DocumentKind] = {
    "JOUR": "article", "EJOUR": "article", "MGZN": "article", "ABST": "article", "INPR": "article", "JFULL": "article",
    "BOOK": "book", "EBOOK": "book", "EDBOOK": "book", "WHOLE": "book", "CHAP": "chapter", "ECHAP": "chapter",
    "CONF": "conference", "CPAPER": "conference", "THES": "thesis", "RPRT": "report", "GOVDOC": "report",
    "NEWS": "newspaper", "PAT": "patent", "STAND": "standard", "STD": "standard", "DATA": "dataset",
    "UNPB": "other", "GEN": "other", "ELEC": "other",
}  # fmt: skip
_DATE_TAGS = ("PY", "Y1", "DA", "YR")
_SERIALS = ("article", "newspaper", "other")


def draft_of(fields: Fields) -> Draft:
    """What the fields say; a draft without titles where they name none."""
    draft = Draft()
    journal: dict[str, str] = {}
    dates: list[tuple[str, str]] = []
    short = first = last = ""
    for label, raw in fields:
        # Only abstracts and notes have lines of their own; elsewhere a line that goes on was wrapped.
        value = raw if label in ("AB", "N2", "N1") else " ".join(raw.split())
        if not value:
            continue
        match label:
            case "TY":
                _type(draft, value)
            case "TI" | "T1" | "CT":
                draft.title(value, of_text(value))
            case "BT" if draft.kind == "book":
                draft.title(value, of_text(value))
            case "TT":
                draft.title(value, of_text(value))
            case "ST":
                short = value
            case "AU" | "A1":
                draft.authors += [tagged.person(name) for name in tagged.names(value)]
            case "A2" | "A3" | "ED":
                people = [tagged.person(name) for name in tagged.names(value)]
                draft.authors += [msgspec.structs.replace(person, role="editor") for person in people]
            case "JF" | "JO" | "T2" | "BT" | "JA" | "J1" | "J2":
                journal.setdefault(label, value)
            case "VL" | "VO":
                draft.volume = tagged.number(value)
            case "IS" | "CP":
                draft.issue = tagged.number(value)
            case "SP":
                first = value
            case "EP":
                last = value
            case "AB" | "N2":
                number = 1 + sum(passage.kind == "abstract" for passage in draft.passages)
                draft.passages.append(Passage(f"abstract.{number}", "abstract", of_text(value), value))
            case "KW":
                draft.keywords += [Text(word, of_text(word)) for word in tagged.split(value.replace("\n", ";"))]
            case "DO" if doi(value):
                draft.identify("doi", value)
            case "C2" if pmcid(value):
                draft.identify("pmcid", value)
            case "SN" if number_ := issn(re.sub(r"\(.*?\)", "", value)):
                journal.setdefault("eissn" if "electr" in value.lower() or "issn" in journal else "issn", number_)
            case "SN" if len(re.sub(r"[^0-9Xx]", "", value)) in (10, 13):
                draft.identify("isbn", value)
            case "UR" | "L1" | "L2" | "LK":
                draft.urls.append(value)
            case "PB":
                draft.publisher = value
            case "CY" | "PP":
                draft.place = value
            case "ET":
                draft.edition = value
            case "LA":
                draft.languages.append(_language(value))
            case _ if label in _DATE_TAGS:
                dates.append(tagged.date(value.rstrip("/").replace("//", "/")))
            case _:
                draft.unread.append((label, value))
    if not draft.titles and short:
        draft.title(short, of_text(short))
    if not draft.languages:
        draft.languages += [title.language for title in draft.titles[:1]]
    if published := max((read for read, _ in dates), key=len, default=""):
        draft.dates["published"] = published
    draft.date_text = "; ".join(dict.fromkeys(text for _, text in dates if text))
    draft.pages = f"{first}-{last}" if first and last and last != first else first or last
    _container(draft, journal)
    return draft


def _type(draft: Draft, value: str) -> None:
    found = _TYPES.get(value.upper()) or tagged.kind(value)
    draft.kind = found or "other"
    if found is None:
        draft.unread.append(("TY", value))


def _language(value: str) -> str:
    words = {"english": "en", "chinese": "zh", "中文": "zh", "英文": "en"}
    return words.get(value.strip().lower()) or tag(value[:3] if value.isascii() else value)


def _container(draft: Draft, names: dict[str, str]) -> None:
    """The journal of an article, the book or conference of what is part of one."""
    full = next((names[label] for label in ("JF", "T2", "JO", "BT", "J1") if label in names), "")
    short = next((names[label] for label in ("JA", "J2", "JO") if label in names and names[label] != full), "")
    title = full or short
    if draft.kind in _SERIALS and title:
        draft.journal = Journal(title, short, names.get("issn", ""), names.get("eissn", ""))
    else:
        draft.series = title
        draft.unread += [("SN", names[key]) for key in ("issn", "eissn") if key in names]
