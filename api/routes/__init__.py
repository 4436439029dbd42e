"""HTTP operations, one module a subject."""
