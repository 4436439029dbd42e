"""Which labels may be looked for in texts, and which only with their exact letters.

``WAS``, ``ALL`` and ``CAT`` are genes or diseases, ``was``, ``all`` and ``cat`` are not: a name of at
most two characters, a word in capitals, or a short one with a capital inside (``SAMe``) is compared
with the raw text letter by letter.
"""

from __future__ import annotations

import re
from functools import cached_property
from importlib.resources import files

from kg.model.concept import LabelKind
from ontology.normalize import normalize

RULES = "admission.v2+66ff32e7"
"""Changes with the rules below and with the word lists, whose digest it ends in (a test compares)."""

_LATIN = re.compile(r"[A-Za-z]")
_LETTER = re.compile(r"[^\W\d_]")
_WIDE = re.compile(r"[\u2e80-\U0010ffff]")
_SHORT = 5
_LONGEST = 120
"""Longer names are never written like that in a text; they only make the automaton larger."""


def letters(surface: str) -> str:
    """The letters and digits of ``surface``.

    >>> letters("HLA-B")
    'HLAB'
    """
    return "".join(filter(str.isalnum, surface))


class Admission:
    """The filters; word lists are read from ``ontology/words`` when first needed."""

    @cached_property
    def general(self) -> frozenset[str]:
        """Names too general to be a mention, in both languages."""
        return _words("en") | _words("zh")

    @cached_property
    def common(self) -> frozenset[str]:
        """English words and abbreviations of writing that genes also carry as synonyms."""
        return _words("common")

    def refuses(self, name: str, category: str, kind: LabelKind, exact: str = "") -> bool:
        """Whether the normalised ``name`` is never looked for; ``exact`` is its form with capitals, if it needs one.

        >>> [Admission().refuses(name, "disease", "exact") for name in ("disease", "12", "痛", "all", "flu")]
        [True, True, True, True, False]
        >>> Admission().refuses("all", "disease", "abbreviation", "ALL")
        False
        """
        if not 2 <= len(name) <= _LONGEST or not _LETTER.search(name):
            return True
        if name in self.general and not exact.isupper():
            return True
        if category in {"gene", "gene-family"} and kind != "preferred":
            return len(letters(name)) <= 2 or name in self.common or name in self.general
        return False

    def exact(self, surface: str, category: str) -> str:
        """The form with capitals that the text must show; empty when case does not matter.

        >>> [Admission().exact(label, "disease") for label in ("WAS", "Ca", "SAMe", "BRCA1", "HLA-B", "asthma")]
        ['WAS', 'Ca', 'SAMe', '', 'HLA B', '']
        """
        cased = normalize(surface, cased=True).text.strip()
        bare = letters(cased)
        if _WIDE.search(cased) or not _LATIN.search(cased):
            return ""
        word = bare.isalpha() and " " not in surface.strip()
        inside = len(bare) <= _SHORT and not bare[1:].islower() and len(bare) > 1
        symbol = word and (bare.isupper() or inside or category == "gene")
        return cased if symbol or len(bare) <= 2 else ""


def _words(name: str) -> frozenset[str]:
    text = (files("ontology") / "words" / f"{name}.txt").read_text("utf-8")
    rows = [line for line in text.splitlines() if not line.startswith("#")]
    return frozenset(normalize(word.strip()).text for line in rows for word in line.split(",") if word.strip())
