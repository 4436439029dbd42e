"""Hybrid search: text, vectors and concepts joined into one ranking that explains itself."""
