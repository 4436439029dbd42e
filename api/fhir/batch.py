"""Batches: many calls in one Bundle, each answered in its place, whatever becomes of the others."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import msgspec

from api.fhir.calls import AS_OF, Call, perform, values_of
from api.fhir.languages import spoken, wanted
from api.outcomes import outcome
from api.problems import status_of
from api.texts import text
from kg.errors import MedkgError, TerminologyError
from kg.generation.manifest import GenerationManifest
from kg.terminology.terminology import Terminology

MOST = 1_000
"""Entries of a batch."""


class Request(msgspec.Struct):
    """``url`` is relative to ``/fhir``."""

    method: str
    url: str


class Entry(msgspec.Struct):
    """One call; a POST carries its Parameters as ``resource``."""

    request: Request
    resource: Any = None


class Batch(msgspec.Struct, rename={"resource_type": "resourceType"}):
    """A Bundle of type ``batch``."""

    resource_type: str
    type: str
    entry: list[Entry] = []


def batch_of(body: object) -> Batch:
    """Raises TerminologyError for another resource, another type of Bundle, and too many entries."""
    try:
        found = msgspec.convert(body, Batch)
    except msgspec.ValidationError as error:
        raise TerminologyError(why="fhir-resource", kind="Bundle (batch)") from error
    if found.resource_type != "Bundle" or found.type != "batch":
        raise TerminologyError(why="fhir-resource", kind="Bundle (batch)")
    if len(found.entry) > MOST:
        raise TerminologyError(why="fhir-entries", limit=MOST)
    return found


def answer(held: Terminology, manifest: GenerationManifest, entry: Entry, base: str, accept: str) -> dict[str, Any]:
    """The entry of the answer: a status and the resource, an OperationOutcome for what went wrong."""
    try:
        made = perform(held, manifest, _call(entry, base, accept))
        status = "200"
    except MedkgError as error:
        language = spoken(wanted("", accept))
        status, why = str(status_of(error)), str(error.params.get("why", ""))
        made = outcome(error.slug, int(status), text(f"problem.{error.slug}", language), error.text(language), why)
        return {"response": {"status": status, "outcome": made}}
    return {"resource": made, "response": {"status": status}}


def _call(entry: Entry, base: str, accept: str) -> Call:
    path, _, query = entry.request.url.partition("?")
    if entry.request.method not in ("GET", "POST"):
        raise TerminologyError(why="fhir-context", name=entry.request.method[:20])
    values, generation = values_of(query, entry.resource if entry.request.method == "POST" else None)
    if generation:
        # All entries are answered from one generation, which the batch itself names.
        raise TerminologyError(why="fhir-unsupported", name=AS_OF, operation="batch")
    return Call(entry.request.method, unquote(path).strip("/"), tuple(values), base, accept)
