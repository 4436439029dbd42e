"""What this server can do: CapabilityStatement and TerminologyCapabilities, made from the operations themselves."""

from __future__ import annotations

from typing import Any

from api.fhir import codesystem, conceptmap, valueset
from api.fhir.languages import spoken
from api.fhir.parameters import Operation
from api.fhir.resources import FILTERS, PROPERTIES, SEARCHED, TYPES
from api.release import release
from api.texts import text
from kg.generation.manifest import GenerationManifest
from kg.terminology.terminology import Terminology

OPERATIONS: tuple[Operation, ...] = (
    codesystem.LOOKUP, codesystem.VALIDATE, codesystem.SUBSUMES, valueset.EXPAND, valueset.VALIDATE,
    conceptmap.TRANSLATE,
)  # fmt: skip
FHIR_VERSION = "4.0.1"
_SEARCH_KINDS = {"_id": "token", "url": "uri", "version": "token", "status": "token", "system": "uri"}


def definition(operation: Operation) -> str:
    """The URL of the OperationDefinition of FHIR."""
    return f"http://hl7.org/fhir/OperationDefinition/{operation.type}-{operation.name.removeprefix('$')}"


def capability(manifest: GenerationManifest, languages: tuple[str, ...], base: str) -> dict[str, Any]:
    """``/fhir/metadata``."""
    resources = [
        {
            "type": kind,
            "profile": f"http://hl7.org/fhir/StructureDefinition/{kind}",
            "interaction": [{"code": "read"}, {"code": "search-type"}],
            "versioning": "no-version",
            "searchParam": [
                {"name": name, "type": _SEARCH_KINDS.get(name, "string")}
                for name in (*SEARCHED, *(("system",) if kind == "CodeSystem" else ()))
            ],
            "operation": [
                {"name": one.name.removeprefix("$"), "definition": definition(one)}
                for one in OPERATIONS
                if one.type == kind
            ],
        }
        for kind in TYPES
    ]
    rest = {"mode": "server", "resource": resources, "interaction": [{"code": "batch"}]}
    return {
        "resourceType": "CapabilityStatement",
        "url": f"{base}/metadata",
        "name": "MedkgCapabilityStatement",
        **_common(manifest, languages, base),
        "instantiates": ["http://hl7.org/fhir/CapabilityStatement/terminology-server"],
        "fhirVersion": FHIR_VERSION,
        "format": ["json", "application/fhir+json"],
        "rest": [rest],
    }


def terminology(
    held: Terminology, manifest: GenerationManifest, languages: tuple[str, ...], base: str
) -> dict[str, Any]:
    """``/fhir/metadata?mode=terminology``."""
    return {
        "resourceType": "TerminologyCapabilities",
        "url": f"{base}/metadata?mode=terminology",
        "name": "MedkgTerminologyCapabilities",
        **_common(manifest, languages, base),
        "lockedDate": False,
        "codeSystem": [
            {
                "uri": system.url,
                "version": [
                    {
                        **({"code": system.version} if system.version else {}),
                        "isDefault": True,
                        "compositional": False,
                        "filter": [{"code": code, "op": [*operators]} for code, operators in FILTERS],
                        "property": [code for code, _ in PROPERTIES],
                    }
                ],
                "subsumption": True,
            }
            for system in held.table.systems
            if system.count
        ],
        "expansion": {
            "hierarchical": True,
            "paging": True,
            "incomplete": False,
            "parameter": [{"name": name} for name in valueset.EXPAND.inputs],
            "textFilter": "Each word of the filter begins a word of some name of the code; Chinese anywhere in a name.",
        },
        "codeSearch": "all",
        "validateCode": {"translations": True},
        "translation": {"needsMap": False},
        "closure": {"translation": False},
    }


def _common(manifest: GenerationManifest, languages: tuple[str, ...], base: str) -> dict[str, Any]:
    title = text("fhir.terminology", spoken(languages))
    return {
        "version": manifest.id,
        "title": title,
        "status": "active",
        "date": manifest.published,
        "kind": "instance",
        "software": {"name": "medkg", "version": release()},
        "implementation": {"description": title, "url": base},
    }
