"""Annotated texts and mapping sets in the formats that other tools read."""
