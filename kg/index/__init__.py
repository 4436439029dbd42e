"""Indexes of a generation: text, vectors and suggestions, each a sealed folder of files."""
