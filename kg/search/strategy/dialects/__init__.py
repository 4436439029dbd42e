"""Strategies in the syntax of other databases, and back."""
