"""Curation: edits of terminologies, what they do, and how they are released (ADR 24)."""
