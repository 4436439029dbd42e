"""The rule language and its engine (ADR 31)."""
