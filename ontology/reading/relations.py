"""Words of the OBO ontologies, in their OBO and OWL files alike: types of synonyms, and relations between terms."""

from __future__ import annotations

from kg.model.concept import LabelKind

SYNONYM_TYPES: dict[str, LabelKind] = {
    "omo:0003000": "abbreviation", "omo:0003012": "abbreviation", "abbreviation": "abbreviation",
    "acronym": "abbreviation", "omo:0003003": "lay", "layperson": "lay", "brand_name": "brand",
    "omo:0003004": "spelling", "plural_form": "spelling", "omo:0003006": "spelling",
    "misspelling": "spelling", "omo:0003008": "old",
}  # fmt: skip
"""Synonym types (OBO Metadata Ontology, HPO, ChEBI) of exact synonyms -> kind of label."""
RELATIONS = {
    "part_of": "biolink:part_of", "bfo:0000050": "biolink:part_of",
    "has_part": "biolink:has_part", "bfo:0000051": "biolink:has_part",
    "regulates": "biolink:regulates", "ro:0002211": "biolink:regulates",
    "located_in": "biolink:located_in", "ro:0001025": "biolink:located_in",
    "derives_from": "biolink:derives_from", "ro:0001000": "biolink:derives_from",
    "has_role": "biolink:has_chemical_role", "ro:0000087": "biolink:has_chemical_role",
    "has_symptom": "biolink:has_phenotype", "ro:0002452": "biolink:has_phenotype",
}  # fmt: skip
"""Relations (lower case, by name and by id) -> predicate; all others are ``RELATED``, with their name told."""
RELATED = "biolink:related_to"
