"""Concept sets of an opened generation, and their exports; what the routes and the command line share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from kg.generation.manifest import GenerationManifest
from kg.model.conceptset import ConceptSet
from kg.query.naming import Naming
from kg.sets.compilation import Compiled
from kg.sets.fhir import value_set
from kg.sets.omop import concept_set
from kg.sets.table import rows
from kg.terminology.systems import place, url_of, written

Export = Literal["fhir", "omop", "csv"]
MEDIA: Mapping[Export, str] = {
    "fhir": "application/fhir+json", "omop": "application/json", "csv": "text/csv; charset=utf-8",
}  # fmt: skip


def exported(
    form: Export, definition: ConceptSet, found: Compiled, naming: Naming, manifest: GenerationManifest
) -> bytes:
    """The whole file."""

    def coded(curie: str) -> tuple[str, str]:
        name, local = place(curie)
        return url_of(name, naming.ids), written(name, local)

    def category(curie: str) -> str:
        card = naming.card("concept", curie)
        return card.category if card else ""

    if form == "csv":
        return "".join(rows(found, naming.label, coded, manifest.id)).encode()
    if form == "omop":
        tree = concept_set(definition, found, naming.label, place, category)
    else:
        tree = value_set(
            definition, found, naming.label, coded, naming.ids.base, manifest.id, manifest.published
        )  # fmt: skip
    return msgspec.json.format(msgspec.json.encode(tree), indent=1) + b"\n"
