"""What is called after somebody, and is nobody: signs, tests, peoples, firms."""

from __future__ import annotations

import re

from ontology.deidentification.words import words

_EPONYM = re.compile(r"(?:'s|s')?\s*[-–]?\s*(\w+)(?:\s+(\w+))?")
_TERM = re.compile(
    r"(?:oma|itis|plasty|otomy|ectomy|ostomy|scopy|pexy|rrhaphy|desis|opathy|osis|graphy|metry|gram|therapy)s?$"
)
"""Endings of diseases and operations, which are called after people."""
OF = re.compile(
    r"\b(?:pouch|angle|circle|ligament|sign|canal|islets?|triangle|sinus|bundle|node|foramen|space|"
    r"duct|loop|valve|law|tetralogy|nerve|artery|band|line|area|organ|body|bodies|crypts?|cells?|type|"
    r"criteria|test|method|blood group|modified|per|according to) (?:of )?\Z",
    re.I,
)
EPONYMS = frozenset(
    [
        "thomas",
        "bruce",
        "martin",
        "graham",
        "claude",
        "gordon",
        "albert",
        "roy",
        "marie",
        "kelly",
        "alan",
        "charles",
        "leonard",
        "oscar",
        "neil",
        "walter",
        "gerald",
        "carl",
        "theo",
        "max",
        "leo",
        "ray",
    ]
)
"""Given names that signs, tests and protocols are called after as well."""
PEOPLES = ("ical", "ian", "ians", "ans", "ese", "ish", "ics", "ology", "tion", "ment", "ic", "ist", "ists")
"""Endings of adjectives, peoples and subjects, which are written with capitals, too."""


WORLD = frozenset(
    [
        "united",
        "states",
        "kingdom",
        "european",
        "union",
        "american",
        "british",
        "french",
        "german",
        "japanese",
        "swiss",
        "asian",
        "african",
        "world",
        "national",
        "international",
        "society",
        "association",
        "organization",
        "organisation",
        "committee",
        "group",
        "council",
        "federal",
        "ministry",
        "board",
        "southeast",
        "northern",
        "southern",
        "eastern",
        "western",
        "central",
        "pacific",
        "atlantic",
        "webster",
        "wistar",
        "sprague",
        "dawley",
        "albino",
        "diagnostics",
        "pharmaceuticals",
        "pharm",
        "squibb",
        "roche",
        "pfizer",
        "novartis",
        "bayer",
        "merck",
        "sigma",
        "aldrich",
        "spatial",
        "summaries",
    ]
)


def called_after(text: str, end: int) -> bool:
    """Whether a word of medicine follows, so that something is called after somebody."""
    found = _EPONYM.match(text, end)
    if found is None:
        return False
    first, second = found[1].lower(), (found[2] or "").lower()
    close = first in words().terms
    return close or (text[end : end + 1] in "'-" and second in words().terms) or _TERM.search(first) is not None
