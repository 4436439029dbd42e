"""A concept set as the JSON that ATLAS and WebAPI of OHDSI exchange: items with a concept and three switches.

https://ohdsi.github.io/TheBookOfOhdsi/Cohorts.html (concept set expressions). OMOP's own numbers of concepts come with
its vocabularies, which are not here: ``CONCEPT_ID`` is 0 ("no matching concept"), and who imports the set looks each
``CONCEPT_CODE`` of ``VOCABULARY_ID`` up. Another set has no form there: its members are listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from kg.model.conceptset import ConceptSet, SetPart
from kg.sets.compilation import Compiled
from kg.sets.shown import Names

Placed = Callable[[str], tuple[str, str]]
"""CURIE -> name of its code system (a CURIE prefix), and the code there."""
VOCABULARIES: dict[str, str] = {
    "SNOMED": "SNOMED", "LOINC": "LOINC", "RXNORM": "RxNorm", "ATC": "ATC", "ICD10": "ICD10", "ICD10CM": "ICD10CM",
    "ICD9CM": "ICD9CM", "MESH": "MeSH", "MEDDRA": "MedDRA", "NDFRT": "NDFRT", "OMIM": "OMIM", "HGNC": "HGNC",
}  # fmt: skip
"""CURIE prefix -> ``vocabulary_id`` of OMOP (https://athena.ohdsi.org); others keep their prefix."""
_DOMAINS = {
    "disease": "Condition", "symptom": "Condition", "drug": "Drug", "chemical": "Drug", "test": "Measurement",
    "procedure": "Procedure",
}  # fmt: skip


def concept_set(
    definition: ConceptSet, found: Compiled, names: Names, placed: Placed, category: Callable[[str], str]
) -> dict[str, Any]:
    """``{"items": […]}``; ``category``: CURIE -> category of ours, for the domain."""

    def item(curie: str, *, excluded: bool, below: bool, mapped: bool) -> dict[str, Any]:
        label = names(curie)
        prefix, code = placed(curie)
        return {
            "concept": {
                "CONCEPT_ID": 0,
                "CONCEPT_NAME": label.en or label.zh or code,
                "STANDARD_CONCEPT": "N",
                "STANDARD_CONCEPT_CAPTION": "Non-Standard",
                "INVALID_REASON": "V",
                "INVALID_REASON_CAPTION": "Valid",
                "CONCEPT_CODE": code,
                "DOMAIN_ID": _DOMAINS.get(category(curie), "Observation"),
                "VOCABULARY_ID": VOCABULARIES.get(prefix, prefix),
                "CONCEPT_CLASS_ID": "",
            },
            "isExcluded": excluded,
            "includeDescendants": below,
            "includeMapped": mapped,
        }

    def items(parts: tuple[SetPart, ...], *, excluded: bool) -> Iterator[dict[str, Any]]:
        for place, part in enumerate(parts):
            if part.concept:
                yield item(part.concept, excluded=excluded, below=part.descendants, mapped=bool(part.mapped))
            else:
                for curie in _of(found, place, excluded=excluded):
                    yield item(curie, excluded=excluded, below=False, mapped=False)

    return {
        "items": [*items(definition.include, excluded=False), *items(definition.exclude, excluded=True)],
    }


def _of(found: Compiled, part: int, *, excluded: bool) -> Iterator[str]:
    """What one line brought, or took away."""
    if excluded:
        yield from (one.id for one in found.removed if any(reason.part == part for reason in one.excluded))
        return
    for one in found.members:
        if any(reason.part == part for reason in one.reasons):
            yield one.id
    for gone in found.removed:
        if any(reason.part == part for reason in gone.included):
            yield gone.id
