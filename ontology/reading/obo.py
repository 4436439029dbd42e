"""OBO flat files as frames of clauses, streaming (OBO Flat File Format 1.4).

https://owlcollab.github.io/oboformat/doc/obo-syntax.html. More tolerant than the grammar, because
published files are: white space in cross-reference lists, unknown tags and tags of other tools pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from kg.model.source import RawFile
from ontology.reading.raw import lines

_ESCAPED = re.compile(r"\\(.)")
_ESCAPES = {"n": "\n", "t": "\t", "W": " "}
# Unrolled: runs of ordinary characters are taken at once, which is most of a definition.
_QUOTED = re.compile(r'\s*"([^"\\]*(?:\\.[^"\\]*)*)"\s*(.*)').match


class Clause(msgspec.Struct, frozen=True, gc=False):
    """``tag: value`` with its line number; the value as written, comment and modifiers included."""

    line: int
    tag: str
    value: str


class Frame(msgspec.Struct, frozen=True):
    """A stanza: ``Term``, ``Typedef``, ``Instance``, or the header with an empty kind. ``clauses``: those of each tag,
    in the order of the file."""

    line: int
    kind: str
    clauses: dict[str, list[Clause]]

    def all(self, tag: str) -> Sequence[Clause]:
        return self.clauses.get(tag, ())

    def first(self, tag: str) -> str:
        """The plain text of the first ``tag``, empty where there is none."""
        found = self.clauses.get(tag)
        return plain(found[0].value) if found else ""


def frames(raw: RawFile) -> Iterator[Frame]:
    """Every frame, the header first. A line that is no clause has an empty tag.

    Raises EncodingError or TruncatedInput after the last complete frame.
    """
    clauses: dict[str, list[Clause]] = {}
    frame = Frame(1, "", clauses)
    for number, line in lines(raw.path):
        text = line.strip()
        if not text or text[0] == "!":
            continue
        if text[0] == "[" and text.partition("!")[0].rstrip().endswith("]"):
            yield frame
            clauses = {}
            frame = Frame(number, text.partition("!")[0].rstrip()[1:-1], clauses)
            continue
        tag, colon, value = text.partition(":")
        if not colon:
            tag, value = "", text
        clause = Clause(number, tag, value.strip())
        if tag in clauses:
            clauses[tag].append(clause)
        else:
            clauses[tag] = [clause]
    yield frame


def plain(value: str) -> str:
    """An unquoted value without modifiers and comment, escapes resolved.

    >>> plain(r'DOID\\:1115 {source="a"} ! sarcoma')
    'DOID:1115'
    """
    if " !" in value:
        value = value[: value.index(" !")]
    if " {" in value:
        value = value[: value.index(" {")]
    return (unescape(value) if "\\" in value else value).strip()


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
