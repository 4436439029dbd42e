"""What a candidate for a mapping is: two concepts, how sure, and every reason in terms that people can check."""

from __future__ import annotations

from typing import Literal

import msgspec

from kg.model.concept import ConceptMapping

ReasonKind = Literal["name", "words", "letters", "bilingual", "shared", "above", "below", "meaning", "clash", "rival"]
_JUSTIFICATIONS: dict[str, str] = {
    "name": "semapv:LexicalMatching",
    "words": "semapv:LexicalSimilarityThresholdMatching",
    "letters": "semapv:LexicalSimilarityThresholdMatching",
    "bilingual": "semapv:BackgroundKnowledgeBasedMatching",
    "shared": "semapv:MappingChaining",
    "above": "semapv:StructuralMatching",
    "below": "semapv:StructuralMatching",
    "meaning": "semapv:SemanticSimilarityThresholdMatching",
}
"""https://mapping-commons.github.io/semantic-mapping-vocabulary/"""


class Reason(msgspec.Struct, frozen=True):
    """One thing that speaks for a candidate (``clash`` and ``rival``: against it).

    ``name``: ``subject`` and ``object`` are equal names; ``words``, ``letters``: names that share words or letters,
    by ``score``; ``bilingual``: a name in another language that the concept ``path`` ties to the object; ``shared``:
    both are said to be the concepts of ``path``; ``above``, ``below``: of the parents or children ``subject`` the
    candidate ``object`` stands in the same relation; ``meaning``: cosine of their vectors; ``clash``: categories;
    ``rival``: the concept ``subject`` has a name that fits the object better.
    """

    kind: ReasonKind
    subject: str = ""
    object: str = ""
    score: float = 1.0
    path: tuple[str, ...] = ()


class MappingCandidate(msgspec.Struct, frozen=True):
    """``confidence``: calibrated share of such candidates that are right, 0 to 1. Best reasons first."""

    subject: str
    object: str
    confidence: float
    reasons: tuple[Reason, ...]
    subject_label: str = ""
    object_label: str = ""

    @property
    def justification(self) -> str:
        """The SEMAPV term for how it was found: one for one way, composite for several.

        >>> MappingCandidate("a:1", "b:1", 0.9, (Reason("name"), Reason("above"))).justification
        'semapv:CompositeMatching'
        """
        found = {_JUSTIFICATIONS[reason.kind] for reason in self.reasons if reason.kind in _JUSTIFICATIONS}
        if len(found) == 1:
            return found.pop()
        return "semapv:CompositeMatching" if found else "semapv:UnspecifiedMatching"

    def mapping(self, predicate: str = "skos:exactMatch") -> ConceptMapping:
        """As a row of a mapping set; that nobody has confirmed it is said where it is kept."""
        return ConceptMapping(
            subject=self.subject, predicate=predicate, object=self.object, justification=self.justification,
            confidence=self.confidence, subject_label=self.subject_label, object_label=self.object_label,
        )  # fmt: skip
