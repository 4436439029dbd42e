"""What is wrong or doubtful about a concept, a mapping or an edit, told in both languages.

A finding is known by its code, its concept and what it is about, so that the same one can be told before and after
a change. Texts stand in ``kg/locale`` under ``finding.<code>``.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from kg.messages import LANGUAGES, Catalogue

Severity = Literal["error", "warning"]
"""What a proposal brings in is refused for an error, and shown for a warning."""
Identity = tuple[str, str, str]
_CATALOGUE = Catalogue("kg")


class Finding(msgspec.Struct, frozen=True, order=True):
    """``concept`` is a CURIE; ``about`` tells it from others of the same code and concept (a label, another concept);
    ``path`` are further CURIEs in order (a cycle, the concepts that share a name). ``wording``: texts by language,
    where they come from elsewhere (SHACL)."""

    code: str
    concept: str
    about: str = ""
    severity: Severity = "warning"
    path: tuple[str, ...] = ()
    wording: tuple[tuple[str, str], ...] = ()

    @property
    def identity(self) -> Identity:
        return self.code, self.concept, self.about

    def text(self, language: str = "en") -> str:
        """One sentence.

        >>> Finding("label-empty", "DOID:1").text("zh")
        'DOID:1 有一个空名称。'
        """
        for code, words in self.wording:
            if code == language:
                return words
        path = " → ".join(self.path)
        return _CATALOGUE.text(f"finding.{self.code}", language, concept=self.concept, about=self.about, path=path)

    def record(self) -> FindingRecord:
        """As programs and pages are shown it."""
        message = {language: self.text(language) for language in LANGUAGES}
        return FindingRecord(self.code, self.severity, self.concept, self.about, self.path, message)


class FindingRecord(msgspec.Struct, frozen=True):
    """A finding with its texts; ``message`` by language."""

    code: str
    severity: Severity
    concept: str
    about: str
    path: tuple[str, ...]
    message: dict[str, str]
