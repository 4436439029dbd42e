"""Elements by their plain names: without namespace, case, underscores, and with the language that they are in."""

from __future__ import annotations

import re
from html import unescape

from ingest.reading.languages import tag
from ontology.reading.xml import Element, collapse

LANGUAGES = {
    "cn": "zh", "zh": "zh", "ch": "zh", "chs": "zh", "chinese": "zh", "en": "en", "eng": "en", "english": "en",
}  # fmt: skip
_SUFFIX = re.compile(r"(.+)_(cn|zh|chs?|eng?)", re.IGNORECASE).fullmatch
_ATTRIBUTES = ("{http://www.w3.org/XML/1998/namespace}lang", "lang", "language")
_BREAK = re.compile(r"\s*<br\s*/?>\s*|\r\n?", re.IGNORECASE).sub


def name_of(element: Element) -> tuple[str, str]:
    """(name as it stands, without namespace and language; language where the element says it)."""
    name = str(element.tag).rpartition("}")[2]
    language = next((found for key in _ATTRIBUTES if (found := element.get(key))), "")
    if suffix := _SUFFIX(name):
        return suffix[1], LANGUAGES[suffix[2].lower()]
    return name, LANGUAGES.get(re.split("[-_]", language.lower())[0]) or (tag(language) if language else "")


def plain(name: str) -> str:
    """What names are compared by.

    >>> plain("Date_registration"), plain("dateRegistration")
    ('dateregistration', 'dateregistration')
    """
    return name.replace("_", "").replace("-", "").lower()


def values_below(element: Element) -> dict[str, str]:
    """Text by name of everything below; the first of a name counts."""
    found: dict[str, str] = {}
    for part in element.iter():
        if part is not element and isinstance(part.tag, str) and (value := collapse(text_of(part))):
            found.setdefault(plain(name_of(part)[0]), value)
    return found


def text_of(element: Element) -> str:
    """The text of an element itself, lines kept; the portal leaves ``<br>`` of web pages in it."""
    pieces = [element.text or ""]
    for child in element:
        if not isinstance(child.tag, str):
            pieces.append(unescape(child.text or ""))
        pieces.append(child.tail or "")
    return _BREAK("\n", "".join(pieces)).strip()
