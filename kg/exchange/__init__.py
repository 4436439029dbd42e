"""Annotated texts in the formats that other annotation tools read."""
