"""One call of the FHIR interface, whichever way it came: from a request of its own or from an entry of a batch."""

from __future__ import annotations

from typing import Any

import msgspec

from api.fhir import codesystem, conceptmap, resources, statements, valueset
from api.fhir.languages import wanted
from api.fhir.parameters import Asked, Operation, of_query, of_resource
from kg.errors import TerminologyError
from kg.generation.manifest import GenerationManifest
from kg.terminology.terminology import Terminology

OPERATIONS = {(one.type, one.name): one for one in statements.OPERATIONS}
_METADATA = Operation("", "metadata", {"mode": "text"})
_READ = Operation("", "read", {})
_FORMATS = ("json", "application/json", "application/fhir+json")
AS_OF = "as_of"


class Call(msgspec.Struct, frozen=True):
    """``path`` below ``/fhir`` without a slash in front; ``values`` are its parameters, ``base`` is the URL of
    ``/fhir`` as the caller wrote it, ``accept`` an Accept-Language header."""

    method: str
    path: str
    values: tuple[tuple[str, object], ...]
    base: str
    accept: str = ""


def values_of(query: str, body: object = None) -> tuple[list[tuple[str, object]], str]:
    """Parameters of a query string and of a Parameters resource, and ``as_of`` (empty where it is not given).

    ``_format`` and ``_pretty`` are what every FHIR server takes: there is one format. Raises TerminologyError.
    """
    found, generation = [], ""
    for name, value in of_query(query) if query else ():
        if name == AS_OF:
            generation = str(value)
        elif name == "_format":
            if value not in _FORMATS:
                raise TerminologyError(why="fhir-value", name=name, kind=" | ".join(_FORMATS))
        elif name != "_pretty":
            found.append((name, value))
    if body is not None:
        found += of_resource(body)
    return found, generation


def perform(held: Terminology, manifest: GenerationManifest, call: Call) -> dict[str, Any]:
    """The answer as a resource; raises the errors of ``kg.errors`` that the operations name."""
    kind, _, rest = call.path.partition("/")
    accept = call.accept
    if kind == "metadata" and not rest:
        asked, languages = Asked(_METADATA, call.values), wanted("", accept)
        if asked.text("mode") == "terminology":
            return statements.terminology(held, manifest, languages, call.base)
        return statements.capability(manifest, languages, call.base)
    if kind not in resources.TYPES:
        raise TerminologyError(why="fhir-type", known=", ".join(resources.TYPES))
    identifier, _, named = rest.partition("/")
    if identifier.startswith("$"):
        identifier, named = "", rest
    if named:
        return _operate(held, manifest, call, kind, identifier, named)
    if call.method == "POST":
        raise _no_operation(kind)
    if identifier:
        Asked(_READ, call.values)
        return resources.read(held, kind, identifier, wanted("", accept)).told(True)
    return resources.search(held, kind, Asked(resources.SEARCHES[kind], call.values), wanted("", accept), call.base)


def _no_operation(kind: str) -> TerminologyError:
    known = ", ".join(name for type_, name in OPERATIONS if type_ == kind)
    return TerminologyError(why="fhir-operation", kind=kind, known=known)


def _operate(
    held: Terminology, manifest: GenerationManifest, call: Call, kind: str, identifier: str, named: str
) -> dict[str, Any]:
    operation = OPERATIONS.get((kind, named))
    if operation is None or (identifier and not operation.instance):
        raise _no_operation(kind)
    asked = Asked(operation, call.values)
    languages = wanted(asked.text("displayLanguage") if "displayLanguage" in operation.inputs else "", call.accept)
    match kind, named:
        case "CodeSystem", "$lookup":
            return codesystem.lookup(held, asked, languages)
        case "CodeSystem", _:
            url = resources.system_of(held, identifier).url if identifier else ""
            if named == "$subsumes":
                return codesystem.subsumes(held, asked, url)
            return codesystem.validate(held, asked, languages, url)
        case "ValueSet", _:
            known = resources.value_set_of(held, identifier) if identifier else None
            if named == "$expand":
                return valueset.expansion(held, asked, languages, manifest.published, known)
            return valueset.validate(held, asked, languages, known)
    return conceptmap.translate(held, asked, languages, resources.map_of(held, identifier) if identifier else None)
