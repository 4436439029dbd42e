"""How often a claim that is worded so is right: shares of claims that were read (``reliability.toml``)."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files

import msgspec


def reliability(language: str, wording: str) -> float | None:
    """In 0..1, one claim right and one wrong added to what was read; None where nothing of the kind was.

    >>> [round(reliability("en", wording) or 0, 2) for wording in ("causes-own", "causes-forward", "refutes")]
    [0.98, 0.72, 0.38]
    >>> reliability("zh", "causes-own")
    """
    read = _table().get(language, {}).get(wording)
    return None if read is None else (read[0] + 1) / (read[1] + 2)


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, tuple[int, int]]]:
    text = (files("ingest.text.claims") / "reliability.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, dict[str, tuple[int, int]]])
