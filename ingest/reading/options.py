"""Options that a source does not know are a mistake in the build file, never passed over."""

from __future__ import annotations

from collections.abc import Collection

from ingest.base import Options
from kg.errors import ConfigError


def check_options(source: str, options: Options, known: Collection[str] = ()) -> None:
    """Raise ConfigError naming the first option that is not among ``known``."""
    for name in options:
        if name not in known:
            raise ConfigError(where=f"{source}: {name}", reason=f"known options: {', '.join(known) or 'none'}")
