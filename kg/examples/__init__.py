"""Example queries: what researchers and librarians ask, as RDF (SHACL ``sh:select``) in this folder.

They are served, documented, and tested for an answer on the real build. The form is that of the
SHACL vocabulary (https://www.w3.org/TR/shacl/#SPARQLExecutable), as other collections publish theirs.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

import msgspec
import pyoxigraph as ox

BASE = "https://w3id.org/medkg/example/"
TOPICS = ("drugs", "genes", "evidence", "documents", "terminology", "search")
"""Files, in the order in which they are listed."""
_SH = "http://www.w3.org/ns/shacl#"
_TITLE = "http://purl.org/dc/terms/title"
_KEYWORD = "http://www.w3.org/ns/dcat#keyword"
_PREFIXED = re.compile(r"\b([A-Za-z]+):[A-Za-z_]").findall
_NO_CODE = re.compile(r'"[^"\n]*"|<[^<>\s]*>')


class Example(msgspec.Struct, frozen=True):
    """One query. ``title`` by language, ``zh`` and ``en``; ``query`` declares the prefixes that it uses."""

    id: str
    iri: str
    topic: str
    title: dict[str, str]
    keywords: tuple[str, ...]
    query: str


@lru_cache(maxsize=1)
def examples() -> tuple[Example, ...]:
    """Every example, by topic and in the order of its file.

    >>> examples()[0].id
    'drugs-for-disease'
    """
    prefixes = _prefixes()
    return tuple(example for topic in TOPICS for example in _read(topic, prefixes))


def source(topic: str) -> bytes:
    """The Turtle file of a topic, or of ``prefixes``."""
    return (files("kg.examples") / f"{topic}.ttl").read_bytes()


def _triples(topic: str) -> dict[str, dict[str, list[ox.Literal]]]:
    """Subject -> predicate -> literals, in the order of the file."""
    found: dict[str, dict[str, list[ox.Literal]]] = {}
    for row in ox.parse(source(topic), format=ox.RdfFormat.TURTLE):
        if isinstance(row.subject, ox.NamedNode) and isinstance(row.object, ox.Literal):
            found.setdefault(row.subject.value, {}).setdefault(row.predicate.value, []).append(row.object)
    return found


def _prefixes() -> dict[str, str]:
    rows = _triples("prefixes").values()
    return {row[f"{_SH}prefix"][0].value: row[f"{_SH}namespace"][0].value for row in rows}


def _read(topic: str, prefixes: dict[str, str]) -> list[Example]:
    return [
        Example(
            id=subject.removeprefix(BASE),
            iri=subject,
            topic=topic,
            title={title.language or "": title.value for title in row[_TITLE]},
            keywords=tuple(keyword.value for keyword in row[_KEYWORD]),
            query=_declared(row[f"{_SH}select"][0].value.strip(), prefixes),
        )
        for subject, row in _triples(topic).items()
    ]


def _declared(query: str, prefixes: dict[str, str]) -> str:
    used = set(_PREFIXED(_NO_CODE.sub(" ", query)))
    return "".join(f"PREFIX {name}: <{prefixes[name]}>\n" for name in sorted(used)) + query + "\n"
