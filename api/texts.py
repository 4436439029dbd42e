"""What the doors say, in zh and en: ``api/locale``."""

from __future__ import annotations

from kg.messages import Catalogue

CATALOGUE = Catalogue("api")


def text(key: str, language: str = "en", /, **params: object) -> str:
    """The text under ``key`` in ``language``."""
    return CATALOGUE.text(key, language, **params)
