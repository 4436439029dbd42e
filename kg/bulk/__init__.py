"""Whole graphs in and out: dumps with their licences, bags with checksums, and back into a data folder."""
