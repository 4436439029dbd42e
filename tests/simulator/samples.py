"""Codings of public FHIR samples that rules could use: what is ordered, taken, had, measured."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

KINDS = frozenset({
    "Medication", "MedicationRequest", "MedicationStatement", "MedicationDispense", "MedicationOrder",
    "ServiceRequest", "Condition", "AllergyIntolerance", "Observation", "Procedure",
})  # fmt: skip
PREFIXES = {
    "http://www.nlm.nih.gov/research/umls/rxnorm": "RXNORM", "http://snomed.info/sct": "SNOMED",
    "http://loinc.org": "LOINC", "http://hl7.org/fhir/sid/icd-10-cm": "ICD10CM",
    "http://hl7.org/fhir/sid/ndc": "NDC", "http://www.ama-assn.org/go/cpt": "CPT",
    "https://bluebutton.cms.gov/resources/codesystem/hcpcs": "HCPCS",
}  # fmt: skip
_BLOCK = re.compile(r"```(?:json)?\n(.*?)```", re.DOTALL)


def codings(folder: Path) -> Iterator[tuple[str, str]]:
    """(system, code) of each, as often as it stands there."""
    for path in sorted((folder / "synthea-fhir").glob("r4-*")):
        yield from _within(
            json.loads(gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes())
        )
    for path in sorted((folder / "cds-hooks").glob("*.json")):
        yield from _within(json.loads(path.read_bytes()))
    for path in sorted((folder / "cds-hooks").glob("*.md")):
        for block in _BLOCK.findall(path.read_text("utf-8")):
            yield from _within(_read(block))


def _read(block: str) -> Any:
    """A block of a page: JSON, or the fields of an object without its braces; nothing where it is neither."""
    for text in (block, f"{{{block}}}"):
        try:
            return json.loads(text)
        except ValueError:
            continue
    return None


def _within(tree: Any) -> Iterator[tuple[str, str]]:
    if isinstance(tree, dict):
        if tree.get("resourceType") in KINDS:
            concepts = [tree.get("code"), tree.get("medicationCodeableConcept")]
            concepts += [one.get("code") for one in tree.get("component", ())]
            for concept in concepts:
                for coding in (concept or {}).get("coding", ()):
                    yield coding.get("system", ""), coding["code"]
        for inner in tree.values():
            yield from _within(inner)
    elif isinstance(tree, list):
        for inner in tree:
            yield from _within(inner)
