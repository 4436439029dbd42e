"""ClaML files (ISO 13120): what a first pass learns of a whole file, and the texts of one class."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from kg.errors import InputError
from kg.model.concept import Label, LabelKind
from kg.model.source import RawFile
from ontology.reading.hierarchy import closing
from ontology.reading.xml import Element, collapse, elements

_RUBRICS: dict[str, LabelKind] = {"preferred": "preferred", "preferredLong": "exact", "inclusion": "narrow"}
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_EMPTY = re.compile(r"\s*[(\[（][\s,;]*[)\]）]")


class Outlined(msgspec.Struct):
    """What a first pass learns of a class."""

    parents: list[str]
    children: list[str]
    modified: list[str]
    excluded: list[str]


class Outline:
    """Codes, links and modifiers of the whole file; what stands before any damage."""

    def __init__(self, raw: RawFile) -> None:
        self.classes: dict[str, Outlined] = {}
        self.modifiers: dict[str, list[tuple[str, list[Label]]]] = {}
        try:
            for element in elements(raw.path, ("Class", "ModifierClass")):
                code = (element.get("code") or "").strip()
                if element.tag == "ModifierClass":
                    preferred = [label for label in names(element, "en") if label.kind == "preferred"]
                    self.modifiers.setdefault(element.get("modifier") or "", []).append((code, preferred))
                elif code and code not in self.classes:
                    self.classes[code] = Outlined(
                        codes(element, "SuperClass"), codes(element, "SubClass"), codes(element, "ModifiedBy"),
                        codes(element, "ExcludeModifier"),
                    )  # fmt: skip
        except InputError:
            pass  # the second pass reports it
        self.closing = frozenset(closing({code: known.parents for code, known in self.classes.items()}))

    def modifying(self, code: str, depth: int = 0) -> list[str]:
        """The modifiers of a class, its own and those of what is above it, without those that it excludes."""
        known = self.classes.get(code)
        if known is None or depth > 12:
            return []
        above = [name for parent in known.parents for name in self.modifying(parent, depth + 1)]
        return [name for name in dict.fromkeys([*known.modified, *above]) if name not in known.excluded]


def codes(element: Element, tag: str) -> list[str]:
    """The codes that children of a class with this ``tag`` name."""
    return [code for child in element.iterfind(tag) if (code := (child.get("code") or "").strip())]


def names(element: Element, language: str) -> Iterator[Label]:
    """The names of a class; ``language`` is that of labels that say none."""
    for kind, named in _RUBRICS.items():
        for label in rubrics(element, kind, language):
            yield Label(label.value, label.language, named)


def rubrics(element: Element, kind: str, language: str) -> Iterator[Label]:
    """The texts of one kind of rubric."""
    for label in element.iterfind(f"Rubric[@kind='{kind}']/Label"):
        if value := words(label):
            spoken = (label.get(_LANGUAGE) or language).lower().partition("-")[0]
            yield Label(value, spoken)


def words(element: Element) -> str:
    """The text of a label without the codes that it refers to."""
    parts: list[str] = []

    def gather(one: Element) -> None:
        parts.append(one.text or "")
        for child in one:
            if child.tag != "Reference":
                gather(child)
            # Pieces of a label are words of their own.
            parts.append(f" {child.tail or ''}" if child.tag == "Fragment" else child.tail or "")

    gather(element)
    return collapse(_EMPTY.sub("", collapse("".join(parts))))


def appended(code: str, tail: str) -> str | None:
    """A code with the sign of a modifier; None where the place before it is empty.

    >>> appended("E10", ".0"), appended("M23.0", "1"), appended("M23.0", ".1"), appended("M45", "1")
    ('E10.0', 'M23.01', 'M23.01', None)
    """
    if "." in code:
        return code + tail.removeprefix(".")
    return code + tail if tail.startswith(".") else None


def combined(first: list[Label], added: list[Label]) -> list[Label]:
    """A name of a class and one of a modifier, where both are of one language."""
    found = []
    for label in first:
        for other in added:
            if label.language == other.language:
                sign = "：" if label.language == "zh" else ": "
                found.append(Label(f"{label.value}{sign}{other.value}", label.language))
    return found
