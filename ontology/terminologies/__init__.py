"""Readers of terminologies, one module a format; none imports another."""
