"""What speaks for and against each candidate, as figures: the second round of a comparison."""

from __future__ import annotations

from collections.abc import Set
from functools import cached_property

from ontology.mapping.comparison import NOTHING, Best, Comparison
from ontology.mapping.vocabulary import Name
from ontology.mapping.wording import worded

FEATURES = (
    "same", "same_preferred", "bag", "bag_preferred", "shared", "shared_preferred", "of_subject", "of_object",
    "letters", "letters_preferred", "numbers", "several", "support", "borrowed", "xref", "xref_only", "above",
    "not_above", "as_parent", "below", "not_below", "rival", "rival_above", "clash", "kin", "defined", "meaning",
    "meaning_preferred", "nothing", "first", "alike",
)  # fmt: skip
Figures = dict[str, float]
"""Feature -> 0 to 1."""


class Evidence:
    """The figures of every candidate that a comparison has; anchors of the first round tell what stands about them."""

    def __init__(self, comparison: Comparison) -> None:
        self._compared = comparison

    def of(self, subject: int) -> dict[int, Figures]:
        """By place of the candidate, for one concept of the source."""
        made = {other: self._figures(subject, other, best) for other, best in self._compared.best[subject].items()}
        if made:
            top = max(figures["alike"] for figures in made.values())
            for figures in made.values():
                figures["first"] = float(figures["alike"] == top)
        return made

    def _figures(self, subject: int, other: int, best: Best) -> Figures:
        source, target = self._compared.source, self._compared.target
        found = dict.fromkeys(FEATURES, 0.0)
        found["alike"] = best.whole
        hits = 0
        supports: list[float] = []
        for one in source.names_of[subject]:
            first, most = source.names[one], 0.0
            for two in target.names_of[other]:
                second = target.names[two]
                alike, weight = self._compared.alike(one, two), first.weight * second.weight
                for key in ("same", "bag", "shared", "letters"):
                    found[key] = max(found[key], weight * getattr(alike, key))
                most = max(most, alike.shared)
                hits += int(alike.same or alike.bag)
                if alike.bag and second.via:
                    found["borrowed"] = 1.0
                if _preferred(first, second):
                    found["same_preferred"] = max(found["same_preferred"], alike.same)
                    found["bag_preferred"] = max(found["bag_preferred"], alike.bag)
                    found["shared_preferred"] = max(found["shared_preferred"], alike.shared)
                    found["letters_preferred"] = max(found["letters_preferred"], alike.letters)
                if self._compared.vectors is not None:
                    cosine = float(self._compared.vectors[0][one] @ self._compared.vectors[1][two])
                    found["meaning"] = max(found["meaning"], cosine * weight)
                    if _preferred(first, second):
                        found["meaning_preferred"] = max(found["meaning_preferred"], cosine)
            supports.append(most)
        if best is not NOTHING:
            found |= {"of_subject": best.likeness.of_subject, "of_object": best.likeness.of_object}
            found["numbers"] = best.likeness.numbers
        found["several"] = min(3, hits) / 3
        found["support"] = sum(supports) / len(supports) if supports else 0.0
        ways = self._compared.shared(subject, other)
        found["xref"] = max((self._compared.telling_of(way, subject) for way in ways), default=0.0)
        found["xref_only"] = float(bool(ways) and best.whole < 0.5)
        self._surroundings(subject, other, found)
        found["defined"] = self._defined(subject, other)
        found["clash"] = float(self._compared.clash(subject, other))
        found["kin"] = float(source.concepts[subject].category == target.concepts[other].category)
        return found

    def _surroundings(self, subject: int, other: int, found: Figures) -> None:
        above, not_above, below, not_below = self._compared.about(subject, other)
        if above or not_above:
            found["above"] = len(above) / (len(above) + len(not_above))
            found["not_above"] = 1 - found["above"]
            found["as_parent"] = float(any(self._compared.anchors[one] == other for one in above))
        if below or not_below:
            found["below"] = len(below) / (len(below) + len(not_below))
            found["not_below"] = 1 - found["below"]
        found["nothing"] = float(not (above or not_above or below or not_below))
        if rival := self._compared.rival(subject, other):
            found["rival"] = rival[0]
            found["rival_above"] = float(rival[1] in self._compared.source.above(subject)) * rival[0]

    def _defined(self, subject: int, other: int) -> float:
        """How much of the candidate's preferred name the definition says."""
        words = self._definition_words(subject)
        target, telling = self._compared.target, self._compared.telling
        if not words:
            return 0.0
        return max(
            (
                telling.total(words & set(name.wording.words)) / max(1e-9, telling.total(name.wording.words))
                for name in (target.names[at] for at in target.names_of[other])
                if name.label.kind == "preferred" and not name.via
            ),
            default=0.0,
        )

    def _definition_words(self, subject: int) -> Set[str]:
        if subject not in self._definitions:
            texts = self._compared.source.concepts[subject].definitions
            self._definitions[subject] = frozenset(word for text in texts for word in worded(text.value).words)
        return self._definitions[subject]

    @cached_property
    def _definitions(self) -> dict[int, frozenset[str]]:
        return {}


def _preferred(one: Name, other: Name) -> bool:
    return one.label.kind == "preferred" and other.label.kind == "preferred" and not other.via
