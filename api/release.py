"""Which medkg this is."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def release() -> str:
    """The version of the installed package; ``0.0.0`` where it runs from a folder that was not installed."""
    try:
        return version("medkg")
    except PackageNotFoundError:
        return "0.0.0"
