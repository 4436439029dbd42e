"""Mappings between terminologies: candidates with reasons, their life, and contradictions (ADR 27)."""
