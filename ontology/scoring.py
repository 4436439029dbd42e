"""How likely a name means each of its concepts: a score in 0..1 with its reason.

A score is a product of what is known without training: the kind of label, how the surface agrees
with it, the language, how short it is, and how many concepts of the same source share the name.
Ambiguity is kept: every concept stays, the sorted best first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

import msgspec

from kg.model.evidence import Candidate
from kg.vocab import CATEGORIES
from ontology.admission import letters
from ontology.lexicon import Sense
from ontology.normalize import normalize

KINDS: Mapping[str, float] = {
    "preferred": 1.0, "labelled": 1.0,
    "exact": 0.95, "clinical": 0.95, "brand": 0.95, "abbreviation": 0.8, "lay": 0.85, "old": 0.85,
    "spelling": 0.9, "narrow": 0.6, "broad": 0.4, "related": 0.4, "doubted": 0.4,
}  # fmt: skip
FORMS: Mapping[str, float] = {
    "exact": 1.0, "plural": 0.97, "numeral": 0.97, "greek": 0.97, "spelling": 0.97, "spacing": 0.95, "inverted": 0.95,
    "possessive": 0.95, "regional": 0.95, "case": 0.85, "adjective": 0.8,
}  # fmt: skip
_SHORT = {1: 0.5, 2: 0.6, 3: 0.9}
_GENE_SYNONYM = 0.8
_TEST_OF_PROTEIN = 0.6
"""In English text the name of a protein is the protein, though there is a test of that name (*IL-6*)."""
_GENE_OF_TEST = 0.7
"""In Chinese text a symbol that is also the short form of a test is the test (AFP, GPT): genes are seldom named."""
_OTHER_LANGUAGE = 0.95
_RANK = {category: rank for rank, category in enumerate(CATEGORIES)}


class Meaning(msgspec.Struct, frozen=True):
    """What a name means in one place: candidates best first, with the category and score of the best.

    ``weight`` says how sure it is that something of the kind is meant, whichever candidate it is: the score before
    candidates share it. *p21* is a gene in any case.
    """

    category: str
    candidates: tuple[Candidate, ...]
    score: float
    weight: float = 0.0


class Scoring(msgspec.Struct, frozen=True):
    """``sources`` weighs releases by name; those not named count 1."""

    sources: Mapping[str, float] = {}

    def meaning(self, name: str, senses: tuple[Sense, ...], surface: str, language: str = "") -> Meaning | None:
        """What the normalised ``name`` means when it is written ``surface``; None when its letters fit no sense.

        Unless a sense asks for exact letters, the surface counts only by being in small letters or not.

        >>> kinds = {"DOID:1": "exact", "DOID:2": "broad"}
        >>> senses = tuple(Sense(concept, "disease", "en", kind, "doid") for concept, kind in kinds.items())
        >>> [(c.concept, c.score, c.reason) for c in Scoring().meaning("flu", senses, "flu").candidates]
        [('DOID:1', 0.8419, 'exact·en·exact·doid'), ('DOID:2', 0.0628, 'exact·en·broad·doid')]
        """
        # As exact forms are written; few names have any.
        spelled = normalize(surface, cased=True).text if any(sense.exact for sense in senses) else surface
        if len(senses) == 1:  # most names
            return self._single(name, senses[0], surface, spelled, language)
        best: dict[str, tuple[float, str, Sense]] = {}
        short = _short(name)
        proteins = any(sense.category == "gene" for sense in senses)
        chinese = language.startswith("zh")
        measured = chinese and proteins and any(sense.category == "test" for sense in senses)
        for sense in senses:
            form = _form(sense, surface, spelled, language)
            if not form:
                continue
            weight = short * self._weight(sense, form, language)
            if proteins and not chinese and sense.category == "test":
                weight *= _TEST_OF_PROTEIN
            elif measured and sense.category == "gene":
                weight *= _GENE_OF_TEST
            known = best.get(sense.concept)
            if known is None or (-weight, form, sense) < (-known[0], known[1], known[2]):
                best[sense.concept] = (weight, form, sense)
        if not best:
            return None
        mass: dict[str, float] = defaultdict(float)
        for weight, _, sense in best.values():
            mass[_prefix(sense.concept)] += weight**4
        rows = []
        for concept, (weight, form, sense) in best.items():
            # The fourth power: a weak label beside a preferred one hardly counts, equals share alike (0.71 of two).
            share = weight**2 / mass[_prefix(concept)] ** 0.5
            score = round(weight * share, 4)
            rows.append((-score, _RANK.get(sense.category, 99), concept, sense.category, _reason(form, sense)))
        rows.sort()
        candidates = tuple(Candidate(concept, -score, reason) for score, _, concept, _, reason in rows)
        return Meaning(rows[0][3], candidates, -rows[0][0], round(best[rows[0][2]][0], 4))

    def _single(self, name: str, sense: Sense, surface: str, spelled: str, language: str) -> Meaning | None:
        form = _form(sense, surface, spelled, language)
        if not form:
            return None
        score = round(_short(name) * self._weight(sense, form, language), 4)
        return Meaning(sense.category, (Candidate(sense.concept, score, _reason(form, sense)),), score, score)

    def _weight(self, sense: Sense, form: str, language: str) -> float:
        factor = self.sources.get(sense.source, 1.0) if self.sources else 1.0
        return factor * _kind_weight(sense.category, sense.kind, form, sense.language[:2], language[:2])


def expanded(meaning: Meaning) -> Meaning:
    """The meaning of a long form, taken over by its short form."""
    return _scaled(meaning, 0.98, "abbreviation")


def doubted(meaning: Meaning) -> Meaning:
    """The dictionary's meaning of a short form that the document itself defines as something unknown.

    Genes are doubted less: dictionaries have their symbols, seldom their names.
    """
    return _scaled(meaning, 0.5 if meaning.category in {"gene", "gene-family"} else 0.25, "redefined")


def respelled(meaning: Meaning) -> Meaning:
    """The meaning of a name with what does not change it: a salt, a dosage form, 病."""
    return _scaled(meaning, 0.98, "extended")


def shared(meaning: Meaning) -> Meaning:
    """The meaning of a name whose end stands with another name only."""
    return _scaled(meaning, 0.9, "shared")


def broader(meaning: Meaning) -> Meaning:
    """The meaning of a name in a longer one that means something narrower."""
    return _scaled(meaning, 0.8, "broader")


def _scaled(meaning: Meaning, factor: float, why: str) -> Meaning:
    candidates = tuple(
        Candidate(candidate.concept, round(candidate.score * factor, 4), f"{why}·{candidate.reason}")
        for candidate in meaning.candidates
    )
    return Meaning(meaning.category, candidates, candidates[0].score, round(meaning.weight * factor, 4))


@lru_cache(maxsize=4096)
def _kind_weight(category: str, kind: str, form: str, written: str, language: str) -> float:
    """What the kind of a label weighs, written in one language and met in another; a few hundred differ."""
    weight = KINDS.get(kind, 0.5) * FORMS.get(form, 0.9)
    if category == "gene" and kind != "preferred":
        weight *= _GENE_SYNONYM
    if language and written and written != language:
        weight *= _OTHER_LANGUAGE
    return weight


def _form(sense: Sense, surface: str, spelled: str, language: str) -> str:
    """How the surface agrees with the sense; empty when it does not."""
    if sense.exact and spelled != sense.exact:
        other_species = sense.category == "gene" and not surface.islower()  # the matcher has looked at the letters
        return "case" if len(sense.exact) > 2 and (other_species or language.startswith("zh")) else ""
    if sense.category == "gene" and sense.form == "exact" and surface.islower():
        return "case"
    return sense.form


def _reason(form: str, sense: Sense) -> str:
    return f"{form}·{sense.language}·{sense.kind}·{sense.source}"


def _short(name: str) -> float:
    """What a very short Latin name loses."""
    return _SHORT.get(len(letters(name)), 1.0) if len(name) < 8 and name.isascii() else 1.0


def _prefix(concept: str) -> str:
    return concept.partition(":")[0]
