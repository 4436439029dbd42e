"""Serials: journals and yearbooks as catalogues and lists describe them, and the lists that choose among them."""

from __future__ import annotations

import msgspec

from kg.model.document import Journal, Text


class Serial(msgspec.Struct, frozen=True):
    """One serial. ``id`` is the CURIE of its ISSN, the printed one before the electronic one.

    ``titles``: title proper, then parallel titles; ``other_titles``: key title, variants, former names.
    ``linking``: the ISSN-L. ``cn``: the number that serials of China have (``11-2137/R``). ``begin`` and
    ``end`` are years, None when not known; a serial without ``end`` need not live on. ``classes``: numbers of
    the Chinese Library Classification. ``unread``: (label, value) of what the reader does not know.
    """

    id: str
    titles: tuple[Text, ...]
    journal: Journal
    other_titles: tuple[Text, ...] = ()
    linking: str = ""
    cn: str = ""
    publisher: str = ""
    place: str = ""
    frequency: str = ""
    begin: int | None = None
    end: int | None = None
    languages: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    subjects: tuple[Text, ...] = ()
    urls: tuple[str, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()


class JournalListing(msgspec.Struct, frozen=True):
    """One journal on a list of journals, such as a list of core journals or of an index.

    ``list`` is the name of the list, ``edition`` its year or edition, ``category`` where the list puts the journal (a
    subject, a quartile). The journal is known by its numbers, and by ``title`` where it has none. ``unread``: as of a
    Serial.
    """

    list: str
    title: str = ""
    issn: str = ""
    eissn: str = ""
    cn: str = ""
    edition: str = ""
    category: str = ""
    unread: tuple[tuple[str, str], ...] = ()
