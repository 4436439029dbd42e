"""BioC, one document at a time, from JSON or XML: https://bioc.sourceforge.net/ (Comeau 2013), PubTator's forms too.

Offsets count from the beginning of the document, in code points. What the two forms call by the same name is one
record here; nothing is mended or made up.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from ingest.reading.json_objects import objects
from kg.model.source import RawFile
from ontology.reading.raw import head
from ontology.reading.xml import Element, elements

Infons = dict[str, str]
_PUBTATOR = b'"PubTator3"'


class Location(msgspec.Struct, frozen=True):
    offset: int
    length: int


class BiocAnnotation(msgspec.Struct, frozen=True):
    id: str | int = ""
    infons: dict[str, object] = {}
    text: str = ""
    locations: tuple[Location, ...] = ()


class Node(msgspec.Struct, frozen=True):
    refid: str | int
    role: str | None = None


class BiocRelation(msgspec.Struct, frozen=True):
    id: str | int = ""
    infons: dict[str, object] = {}
    nodes: tuple[Node, ...] = ()


class BiocPassage(msgspec.Struct, frozen=True):
    """``sentences`` hold the text where the passage itself has none; what is in them is not read."""

    offset: int
    infons: dict[str, object] = {}
    text: str | None = ""
    annotations: tuple[BiocAnnotation, ...] = ()
    relations: tuple[BiocRelation, ...] = ()
    sentences: tuple[msgspec.Raw, ...] = ()


class BiocDocument(msgspec.Struct, frozen=True):
    passages: tuple[BiocPassage, ...]
    id: str | int = ""
    infons: dict[str, object] = {}
    annotations: tuple[BiocAnnotation, ...] = ()
    relations: tuple[BiocRelation, ...] = ()


def value(infons: dict[str, object], *names: str) -> str:
    """The first infon of these names that is text or a number; empty for none.

    >>> value({"score": 0.5, "type": None}, "type", "score")
    '0.5'
    """
    for name in names:
        found = infons.get(name)
        if isinstance(found, str | int | float) and not isinstance(found, bool) and str(found).strip():
            return str(found).strip()
    return ""


def is_xml(raw: RawFile) -> bool:
    return head(raw.path, 64).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


def documents(raw: RawFile) -> Iterator[tuple[str, BiocDocument | str]]:
    """(position, document) of each; a text says what is wrong instead. Raises InputError where the file is damaged."""
    if is_xml(raw):
        for element in elements(raw.path, ("document",)):
            position = f"line {element.sourceline}"
            try:
                yield position, _document(element)
            except (ValueError, msgspec.ValidationError) as error:
                yield position, str(error)
        return
    within = "PubTator3" if _PUBTATOR in head(raw.path, 1024) else "documents"
    for position, text in objects(raw.path, within):
        try:
            yield position, msgspec.json.decode(text, type=BiocDocument)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            yield position, str(error)


def _document(element: Element) -> BiocDocument:
    return BiocDocument(
        id=_text(element, "id"),
        infons=_infons(element),
        passages=tuple(map(_passage, element.iterfind("passage"))),
        annotations=tuple(map(_annotation, element.iterfind("annotation"))),
        relations=tuple(map(_relation, element.iterfind("relation"))),
    )


def _passage(element: Element) -> BiocPassage:
    return BiocPassage(
        offset=int(_text(element, "offset")),
        infons=_infons(element),
        text=_text(element, "text"),
        annotations=tuple(map(_annotation, element.iterfind("annotation"))),
        relations=tuple(map(_relation, element.iterfind("relation"))),
        sentences=tuple(msgspec.Raw(b"") for _ in element.iterfind("sentence")),
    )


def _annotation(element: Element) -> BiocAnnotation:
    places = (Location(int(one.get("offset", "")), int(one.get("length", ""))) for one in element.iterfind("location"))
    return BiocAnnotation(element.get("id", ""), _infons(element), _text(element, "text"), tuple(places))


def _relation(element: Element) -> BiocRelation:
    nodes = (Node(one.get("refid", ""), one.get("role")) for one in element.iterfind("node"))
    return BiocRelation(element.get("id", ""), _infons(element), tuple(nodes))


def _infons(element: Element) -> dict[str, object]:
    return {one.get("key", ""): one.text or "" for one in element.iterfind("infon")}


def _text(element: Element, name: str) -> str:
    """The text of a child as it stands, to the blank; raises ValueError where there is markup in it."""
    found = element.find(name)
    if found is None:
        return ""
    if len(found):
        raise ValueError(f"<{name}> holds markup or an entity")
    return found.text or ""
