"""JSON of registries: objects without empty values, texts that nobody takes for markup."""

from __future__ import annotations

import re
from html import escape
from typing import Any

import msgspec

from kg.query.records import DocumentRecord, Wording
from kg.references.fields import line

_MARKUP = re.compile(r"<[/!?A-Za-z]|&#?\w+;").search
_CREATIVE = re.compile(r"CC-(BY(?:-NC)?(?:-ND|-SA)?)(?:-(\d\.\d))?").fullmatch
_PUBLIC = {"CC0-1.0": "zero/1.0/", "public-domain": "mark/1.0/"}


def filled(**values: object) -> dict[str, Any]:
    """An object of what is there."""
    return {name: value for name, value in values.items() if value}


def encoded(value: object) -> str:
    """As JSON, on one line."""
    return msgspec.json.encode(value).decode() + "\n"


def plain(value: str) -> str:
    """A text for a field that may hold markup: escaped where it looks like some.

    >>> plain("p < 0.05 & more"), plain("the <b> element")
    ('p < 0.05 & more', 'the &lt;b&gt; element')
    """
    value = line(value)
    return escape(value, quote=False) if _MARKUP(value) else value


def words(found: tuple[Wording, ...]) -> list[str]:
    """Keywords, each once."""
    return list(dict.fromkeys(line(word.value) for word in found))


def licence_address(record: DocumentRecord) -> str:
    """Where the licence stands, for those of Creative Commons; else empty."""
    if found := _CREATIVE(record.licence):
        version = f"{found[2]}/" if found[2] else ""
        return f"https://creativecommons.org/licenses/{found[1].lower()}/{version}"
    place = _PUBLIC.get(record.licence)
    return f"https://creativecommons.org/publicdomain/{place}" if place else ""
