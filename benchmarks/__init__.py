"""Measurements: each module is a program of its own, run from the root of the repository."""
