"""Concept sets of a generation: definitions, members, exports (ADR 29)."""
