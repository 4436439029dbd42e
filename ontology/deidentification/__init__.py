"""De-identification of clinical notes in Chinese and English (ADR 41)."""

from ontology.deidentification.redaction import Redacted, deidentified
from ontology.deidentification.span import Kind, Span

__all__ = ["Kind", "Redacted", "Span", "deidentified"]
