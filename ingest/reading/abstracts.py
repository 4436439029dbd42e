"""PubMed abstracts as passages: one a section, other languages beside the first."""

from __future__ import annotations

from ingest.reading.languages import of_text, tag
from kg.model.document import Passage
from ontology.reading.xml import Element, text

_NO_LABEL = ("", "UNASSIGNED", "UNLABELLED")


def abstract(element: Element) -> tuple[list[Passage], str]:
    """(passages ``abstract.1`` …, copyright statement) of an ``<Abstract>``.

    The label is the publisher's (``Label``), else NLM's category. PubMed's ``<Abstract>`` is
    English, except where the script says otherwise.
    """
    passages: list[Passage] = []
    rights = ""
    for child in element:
        if child.tag == "AbstractText":
            if value := text(child):
                number = len(passages) + 1
                passages.append(Passage(f"abstract.{number}", "abstract", of_text(value), value, _label(child)))
        elif child.tag == "CopyrightInformation":
            rights = text(child)
    return passages, rights


def other_abstract(element: Element, before: list[Passage]) -> list[Passage]:
    """Passages ``abstract.zh.1`` … of an ``<OtherAbstract>``; ``before`` are those named already."""
    language = tag(element.get("Language") or "eng")
    kind = element.get("Type") or ""
    start = f"abstract.{language}."
    number = sum(passage.name.startswith(start) for passage in before)
    passages: list[Passage] = []
    for child in element:
        if child.tag == "AbstractText" and (value := text(child)):
            number += 1
            label = _label(child) or (kind if kind != "Publisher" else "")
            passages.append(Passage(f"{start}{number}", "abstract", language, value, label))
    return passages


def _label(element: Element) -> str:
    label = (element.get("Label") or "").strip()
    if label in _NO_LABEL:
        label = (element.get("NlmCategory") or "").strip()
    return "" if label in _NO_LABEL else label
