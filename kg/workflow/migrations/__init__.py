"""Alembic migrations of the workflow database."""
