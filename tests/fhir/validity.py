"""Whether a resource is FHIR: R4 (4.0.1) by fhirclient's models, and R4B by fhir.resources, which checks more."""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import Any

from fhirclient.models.fhirelementfactory import FHIRElementFactory

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import fhir.resources.R4B  # noqa: F401


def check(resource: dict[str, Any]) -> None:
    """Raise FHIRValidationError (R4) or a ValidationError (R4B) for what is none."""
    kind = resource["resourceType"]
    FHIRElementFactory.instantiate(kind, resource).as_json()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = import_module(f"fhir.resources.R4B.{kind.lower()}")
        getattr(module, kind).model_validate(resource)
