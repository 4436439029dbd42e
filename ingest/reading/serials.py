"""A serial under construction, as catalogues and lists fill it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.reading.identifiers import issn
from ingest.reading.languages import of_text, tag
from kg.model.document import Journal, Text
from kg.model.serial import Serial

_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)").search
_EDGES = " /:;,=."


@dataclass(slots=True)
class SerialDraft:
    """Mutable, one record long; ``finish`` gives the frozen Serial."""

    titles: list[str] = field(default_factory=list)
    other_titles: list[str] = field(default_factory=list)
    abbreviation: str = ""
    issn: str = ""
    eissn: str = ""
    linking: str = ""
    cn: str = ""
    publisher: str = ""
    place: str = ""
    frequency: str = ""
    country: str = ""
    begin: str = ""
    end: str = ""
    languages: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)

    def fault(self) -> str:
        """What the record lacks to be told from others: ``ISSN``, ``title``; empty when nothing."""
        if not issn(self.issn) and not issn(self.eissn):
            return "ISSN"
        return "" if any(map(_clean, self.titles)) else "title"

    def finish(self) -> Serial:
        """The serial; an ISSN whose check digit is wrong is kept among what could not be read."""
        print_, electronic, linking = issn(self.issn), issn(self.eissn), issn(self.linking)
        unread = list(self.unread)
        for label, given, good in (
            ("ISSN", self.issn, print_),
            ("eISSN", self.eissn, electronic),
            ("ISSN-L", self.linking, linking),
        ):
            if given.strip() and not good:
                unread.append((label, given.strip()))
        titles = _texts(self.titles)
        return Serial(
            id=f"ISSN:{print_ or electronic}",
            titles=titles,
            journal=Journal(
                title=titles[0].value, abbreviation=_clean(self.abbreviation), issn=print_, eissn=electronic,
                country=self.country.strip(),
            ),
            other_titles=tuple(text for text in _texts(self.other_titles) if text not in titles),
            linking=linking,
            cn=self.cn.strip(),
            publisher=_clean(self.publisher),
            place=_clean(self.place),
            frequency=_clean(self.frequency),
            begin=year(self.begin),
            end=year(self.end),
            languages=tuple(dict.fromkeys(tag(code) for code in self.languages if code.strip())),
            classes=tuple(dict.fromkeys(value.strip() for value in self.classes if value.strip())),
            subjects=_texts(self.subjects),
            urls=tuple(dict.fromkeys(value.strip() for value in self.urls if value.strip())),
            unread=tuple(dict.fromkeys(unread)),
        )  # fmt: skip


def year(value: str) -> int | None:
    """The first year in a text; None for none, and for the 9999 of catalogues.

    >>> year("Vol. 1 (1953)-"), year("9999"), year("19uu")
    (1953, None, None)
    """
    found = _YEAR(value)
    return int(found[1]) if found else None


def _texts(values: list[str]) -> tuple[Text, ...]:
    return tuple(dict.fromkeys(Text(value, of_text(value)) for value in map(_clean, values) if value))


def _clean(value: str) -> str:
    """Without the punctuation that cataloguers (ISBD) put between the parts of a field."""
    return " ".join(value.split()).strip(_EDGES).strip()
