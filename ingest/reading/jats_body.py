"""JATS abstracts, sections, figures and tables as passages."""

from __future__ import annotations

from typing import Literal

from ingest.reading.jats_text import FLOATS, XML_LANGUAGE, floats_of, notes_text, running_text, table_text
from ingest.reading.languages import tag
from kg.model.document import Passage
from ontology.reading.xml import Element, text

PassageKind = Literal["title", "abstract", "heading", "section", "caption", "table"]
_CONTAINERS = frozenset({"fig-group", "table-wrap-group", "boxed-text", "app", "app-group", "floats-group"})


class Passages:
    """Passages in reading order, numbered by kind: ``section.1``, ``heading.1``, ``caption.1``, ``table.1``.

    A paragraph is a passage; its label is the path of section titles above it (``Methods > Patients``).
    """

    def __init__(self, language: str) -> None:
        self.found: list[Passage] = []
        self._language = language
        self._counts: dict[str, int] = {}

    def abstract(self, element: Element) -> None:
        """An ``<abstract>`` (``abstract.1`` …) or ``<trans-abstract>`` (``abstract.zh.1`` …)."""
        language = tag(element.get(XML_LANGUAGE) or self._language)
        start = "abstract" if element.tag == "abstract" else f"abstract.{language}"
        label = element.get("abstract-type") or ""
        for child in element:
            if child.tag == "title":
                label = text(child)
            elif child.tag == "sec":
                title = text(child.find("title")) or label
                value = " ".join(
                    filter(None, (running_text(part) for part in child if part.tag not in ("title", "label")))
                )
                self._add(start, "abstract", value, title, language)
            elif child.tag != "label":
                self._add(start, "abstract", running_text(child), label, language)

    def body(self, element: Element, path: tuple[str, ...] = ()) -> None:
        """A ``<body>``, ``<sec>``, ``<app>`` or group of floats, with all that it holds."""
        for child in element:
            name = child.tag
            if name == "sec" or name in _CONTAINERS:
                title = text(child.find("title"))
                if title:
                    self._add("heading", "heading", title, " > ".join(path))
                self.body(child, (*path, title) if title else path)
            elif name == "caption":
                self._caption(child, text(element.find("label")))
            elif name in FLOATS:
                self._float(child)
            elif isinstance(name, str) and name not in ("title", "label", "sec-meta"):
                self._add("section", "section", running_text(child), " > ".join(path))
                for item in floats_of(child):
                    if item.tag in _CONTAINERS:
                        self.body(item, path)
                    else:
                        self._float(item)

    def _float(self, element: Element) -> None:
        """Captions (one a language), tables, and what is printed below a table, all under the label of the float."""
        label = text(element.find("label"))
        for caption in element.iterfind("caption"):
            self._caption(caption, label)
        for table in element.iter("table"):
            self._add("table", "table", table_text(table), label)
        for foot in element.iterfind("table-wrap-foot"):
            self._add("caption", "caption", notes_text(foot), label)

    def _caption(self, element: Element, label: str) -> None:
        language = element.get(XML_LANGUAGE)
        self._add("caption", "caption", running_text(element), label, tag(language) if language else "")

    def _add(self, start: str, kind: PassageKind, value: str, label: str, language: str = "") -> None:
        if value:
            number = self._counts[start] = self._counts.get(start, 0) + 1
            self.found.append(Passage(f"{start}.{number}", kind, language or self._language, value, label))
