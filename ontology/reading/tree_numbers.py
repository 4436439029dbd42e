"""Which descriptor of a MeSH file owns which tree number: what must be known before the first parent can be named.

Parsing a file a second time for it would take half of all the time, so the bytes are searched, where the text cannot
hide a tag: with comments, character data sections or an encoding that is not ASCII's it is parsed after all.
"""

from __future__ import annotations

import re

from kg.errors import InputError
from kg.model.source import RawFile
from ontology.reading.raw import open_bytes
from ontology.reading.xml import elements, text

_END = b"</DescriptorRecord>"
_FOUND = re.compile(
    rb"<(?:DescriptorRecord(?:\s[^<>]*)?>\s*<DescriptorUI>\s*([^<&]*?)\s*<|TreeNumber>\s*([^<&]*?)\s*</TreeNumber)"
).finditer
_HIDING = (b"<!--", b"<![CDATA[", b"\0")
_BLOCK = 1 << 20


def owners(raw: RawFile) -> dict[str, str]:
    """Tree number -> descriptor, of every complete record before any damage."""
    found: dict[str, str] = {}
    try:
        return found if _searched(raw, found) else _parsed(raw)
    except InputError:
        return found  # who reads the records reports it


def _searched(raw: RawFile, found: dict[str, str]) -> bool:
    """Whether the file could be searched; then ``found`` holds what is in it."""
    rest = b""
    with open_bytes(raw.path) as stream:
        while block := stream.read(_BLOCK):
            block = rest + block
            if any(sign in block for sign in _HIDING):
                return False
            cut = block.rfind(_END)
            piece, rest = block[: cut + 1], block[cut + 1 :]
            ui = ""
            for match in _FOUND(piece):
                if match[2] is None:
                    ui = match[1].decode("ascii", "replace")
                else:
                    found[match[2].decode("ascii", "replace")] = ui
    return True


def _parsed(raw: RawFile) -> dict[str, str]:
    found: dict[str, str] = {}
    try:
        for element in elements(raw.path, ("DescriptorRecord",)):
            ui = text(next(element.iterchildren("DescriptorUI"), None))
            for numbers in element.iterchildren("TreeNumberList"):
                found.update((text(number), ui) for number in numbers.iterchildren("TreeNumber"))
    except InputError:
        pass
    return found
