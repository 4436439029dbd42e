"""What the service says of itself: manifest, types and properties, in the language asked for.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/, sections 3 and 7.1.
"""

from __future__ import annotations

from api.knowledge import Knowledge
from api.reconciliation.asked import BATCH
from api.release import release
from api.texts import text
from kg import vocab
from kg.index.analysis import fold
from kg.search.facts import FACTS
from kg.vocab import CATEGORIES, CURIE_PREFIXES

Tag = dict[str, str]
"""``id`` and ``name``."""
PREVIEW = (430, 260)
"""Width and height in pixels."""
_SYSTEMS = ("DOID", "HP", "MESH", "ICD10", "NCBIGENE", "SNOMED", "LOINC", "RXNORM", "ATC", "CHEBI", "UMLS", "OMIM")
"""Code systems that are offered as types; any other prefix is understood as well."""


def categories(language: str) -> list[Tag]:
    return [{"id": slug, "name": text(f"page.category-{slug}", language)} for slug in CATEGORIES]


def types(language: str) -> list[Tag]:
    """Categories, then code systems."""
    known = [prefix for prefix in _SYSTEMS if prefix in CURIE_PREFIXES]
    return categories(language) + [
        {"id": prefix, "name": text("reconcile.system", language, prefix=prefix)} for prefix in known
    ]


def properties(language: str) -> list[Tag]:
    return [{"id": name, "name": text(f"reconcile.property.{name}", language)} for name in FACTS]


def starting(tags: list[Tag], prefix: str) -> list[Tag]:
    """Those of which the id starts with what was typed, or the name holds it."""
    typed = fold(prefix.strip())
    return [tag for tag in tags if typed in fold(tag["name"]) or fold(tag["id"]).startswith(typed)]


def manifest(found: Knowledge, here: str, language: str) -> dict[str, object]:
    """The service manifest; ``here`` is the address of the host without a slash at its end. Clients put parameters of
    their own behind the addresses, so the language is part of the path."""
    spoken = f"lang={language}"
    service = f"{here}/reconcile/{language}"

    def suggests(kind: str) -> dict[str, str]:
        return {"service_url": service, "service_path": f"/suggest/{kind}"}

    flyout = {"flyout_service_url": service, "flyout_service_path": "/flyout?id=${id}"}
    width, height = PREVIEW
    return {
        "versions": ["0.2"],
        "name": text("reconcile.name", language),
        "identifierSpace": f"{found.manifest.base}id/",
        "schemaSpace": f"{vocab.SKOS}Concept",
        "documentation": f"{here}/docs?{spoken}",
        "serviceVersion": release(),
        "defaultTypes": categories(language),
        "view": {"url": f"{here}/concept/{{{{id}}}}?{spoken}"},
        "preview": {"url": f"{here}/reconcile/preview?{spoken}&id={{{{id}}}}", "width": width, "height": height},
        "suggest": {
            "entity": suggests("entity") | flyout,
            "type": suggests("type"),
            "property": suggests("property"),
        },
        "extend": {
            "propose_properties": {"service_url": service, "service_path": "/properties"},
            "property_settings": [
                {
                    "name": "limit",
                    "label": text("reconcile.limit", language),
                    "type": "number",
                    "default": 0,
                    "help_text": text("reconcile.limit-help", language),
                }
            ],
        },
        "batchSize": BATCH,
    }
