"""Code systems, value sets and concept maps of one generation, answered from arrays that are mapped (ADR 25)."""
