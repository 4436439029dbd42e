"""OBO flat files as frames of clauses, streaming (OBO Flat File Format 1.4).

https://owlcollab.github.io/oboformat/doc/obo-syntax.html. More tolerant than the grammar, because
published files are: white space in cross-reference lists, unknown tags and tags of other tools pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from kg.model.source import RawFile
from ontology.reading.raw import lines

_ESCAPED = re.compile(r"\\(.)")
_ESCAPES = {"n": "\n", "t": "\t", "W": " "}
_QUOTED = re.compile(r'\s*"((?:[^"\\]|\\.)*)"\s*(.*)').match


class Clause(msgspec.Struct, frozen=True):
    """``tag: value`` with its line number; the value as written, comment and modifiers included."""

    line: int
    tag: str
    value: str


class Frame(msgspec.Struct, frozen=True):
    """A stanza: ``Term``, ``Typedef``, ``Instance``, or the header with an empty kind."""

    line: int
    kind: str
    clauses: list[Clause]

    def all(self, tag: str) -> list[Clause]:
        return [clause for clause in self.clauses if clause.tag == tag]

    def first(self, tag: str) -> str:
        """The plain text of the first ``tag``, empty where there is none."""
        return next((plain(clause.value) for clause in self.clauses if clause.tag == tag), "")


def frames(raw: RawFile) -> Iterator[Frame]:
    """Every frame, the header first. A line that is no clause has an empty tag.

    Raises EncodingError or TruncatedInput after the last complete frame.
    """
    frame = Frame(1, "", [])
    for number, line in lines(raw.path):
        text = line.strip()
        if not text or text.startswith("!"):
            continue
        if text.startswith("[") and text.partition("!")[0].rstrip().endswith("]"):
            yield frame
            frame = Frame(number, text.partition("!")[0].rstrip()[1:-1], [])
            continue
        tag, colon, value = text.partition(":")
        frame.clauses.append(Clause(number, tag, value.strip()) if colon else Clause(number, "", text))
    yield frame


def plain(value: str) -> str:
    """An unquoted value without modifiers and comment, escapes resolved.

    >>> plain(r'DOID\\:1115 {source="a"} ! sarcoma')
    'DOID:1115'
    """
    return unescape(_unescaped_end(value)).strip()


def _unescaped_end(value: str) -> str:
    for mark in (" !", " {"):
        end = value.find(mark)
        if end >= 0:
            value = value[:end]
    return value


def quoted(value: str) -> tuple[str, str] | None:
    """The quoted text that a value starts with, and the rest; None where there is no such text.

    >>> quoted(r'"a \\"b\\"" EXACT []')
    ('a "b"', 'EXACT []')
    """
    found = _QUOTED(value)
    return (unescape(found[1]), found[2]) if found else None


def unescape(text: str) -> str:
    """Backslash escapes resolved (section 2.3)."""
    return _ESCAPED.sub(lambda match: _ESCAPES.get(match[1], match[1]), text) if "\\" in text else text
