"""Ages above 89 and numbers of records that a word beside them or their own shape tells."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology.deidentification.span import Kind, Span

_OLD = r"(?:9\d|1[01]\d)"
_PERSON = (
    r"(?:lady|woman|man|gentleman|widow(?:er)?|nonagenarian|centenarian|male|female|pensioner|veteran|nun|priest|"
    r"farmer|resident)"
)
_KIN = r"(?:father|mother|mum|mom|dad|gran(?:dmother|dfather|dma|dpa|ny)?|aunt|uncle|sister|brother|husband|wife)"
_END = r"(?![\d/%]|\.\d|\s?(?:%|kg|cm|mg|ml|bpm|beats|mm|degrees|percent|lb|on\b|over\b|patients|cases))"
_AGES = (
    re.compile(rf"\b(?:pt|patient) (?:is|was|now) ({_OLD})(?=[.,;)]|$| (?:and|when|years|yrs|y)\b){_END}", re.I),
    re.compile(rf"\bage\s?[:=]\s?({_OLD}){_END}", re.I),
    re.compile(rf"\b{_PERSON} (?:of |\()({_OLD}){_END}", re.I),
    re.compile(rf"\bat (?:the|an|a) (?:[a-z]+ ){{0,2}}age of ({_OLD}){_END}", re.I),
    re.compile(rf"(?<![\w/])[FM]/({_OLD})(?![\w/]|\.\d)"),
    re.compile(rf"(?<![\w/.])({_OLD})\s?[♀♂]"),
    re.compile(rf"\bin (?:his|her|their|my) ({_OLD})(?:st|nd|rd|th) year\b", re.I),
    re.compile(rf"\b(?:dob|age|birthday) (?:is )?(?:unknown|not known)[,;:]? \(?(?:approx\.?|about|est\.?|circa|c\.?|~)"
               rf"\s?({_OLD}){_END}", re.I),
    re.compile(rf"\b{_KIN} (?:d\.|dec'?d|deceased|†)\s?(?:at |aged? )?({_OLD}){_END}", re.I),
)  # fmt: skip
_RECORDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    # What laboratories write: S22-10233, 22:H10233.
    ("record", re.compile(
        r"\b(?:accession|specimen|path(?:ology)?|biopsy|slide|histo(?:logy)?|cyto(?:logy)?|lab|sample)"
        r"(?: (?:no|number|ref|id))?[.:#]{0,2}\s?((?:[A-Z]{1,3})?\d{2}[:-][A-Z]{0,2}\d{3,7})(?!\w)", re.I)),
    ("record", re.compile(r"\bUR(?:N)?(?: no)?[.:#]?\s?(\d{5,8})(?!\w|\.\d)")),
    ("record", re.compile(r"\b(?:subject|participant|screening|randomi[sz]ation)(?: (?:no|number|id))?[.:#]?\s"
                          r"(\d{3,5}-\d{3,5})(?![\w-])", re.I)),
    ("record", re.compile(r"\b(?:CAD|incident|run|e?PCR|case)(?: (?:no|number|ref))?\s?[.:#]?\s?"
                          r"(\d{2,4}-\d{4,7})(?![\w-])")),
    # The donation identification number of ISBT 128, and the Medicare number of the United States, by their shapes.
    ("record", re.compile(r"(?<![\w-])([A-Z]\d{4}\s?\d{2}\s?\d{6})(?![\w-])")),
    ("identity", re.compile(r"(?<![\w-])([1-9][A-Z][A-Z\d]\d-?[A-Z][A-Z\d]\d-?[A-Z]{2}\d{2})(?![\w-])")),
    ("identity", re.compile(r"\bDVA(?: (?:no|number|file|card))?[.:#]?\s?([A-Z]{1,4}\d{4,7}[A-Z]?)(?!\w)")),
    ("identity", re.compile(r"\blast (?:four|4)(?: digits)?(?: of (?:the |his |her )?[A-Za-z]{2,12})?[:,]?\s(\d{4})"
                            r"(?![\w/]|\.\d)", re.I)),
)  # fmt: skip


def english_records(text: str) -> Iterator[Span]:
    """Ages and numbers in folded text.

    >>> text = "Accession S22-10233: a lady of 92, Medicare 1EG4-TE5-MK73."
    >>> [text[one.start : one.end] for one in english_records(text)]
    ['92', 'S22-10233', '1EG4-TE5-MK73']
    """
    for pattern in _AGES:
        for found in pattern.finditer(text):
            yield Span(*found.span(1), "age")
    for kind, pattern in _RECORDS:
        for found in pattern.finditer(text):
            yield Span(*found.span(1), kind)
