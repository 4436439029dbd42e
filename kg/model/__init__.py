"""Frozen records and identifiers: what travels between the steps."""
