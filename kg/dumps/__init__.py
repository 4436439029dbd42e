"""Terminologies of a generation as files for others: SKOS, OBO, CSV, FHIR (ADR 29)."""
