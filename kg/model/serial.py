"""Serials: journals and yearbooks as catalogues and lists describe them."""

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
