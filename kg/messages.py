"""Texts for people, in Chinese and English, by key.

A catalogue is two TOML files, ``<package>/locale/en.toml`` and ``zh.toml``, with the same keys;
a test counts the gaps. Texts are ``str.format`` templates over named parameters.
"""

from __future__ import annotations

import tomllib
from functools import cached_property
from importlib.resources import files
from string import Formatter

LANGUAGES = ("en", "zh")


class _Lenient(Formatter):
    """Leaves out a missing parameter instead of failing: an error text must never raise."""

    def get_value(self, key: int | str, args: object, kwargs: object) -> object:
        return kwargs.get(key, "") if isinstance(kwargs, dict) else ""


class Catalogue:
    """The texts of one package.

    >>> Catalogue("kg").text("error.not-found", "zh", name="X")[:4]
    '本代数据'
    """

    def __init__(self, package: str) -> None:
        self._package = package

    @cached_property
    def tables(self) -> dict[str, dict[str, str]]:
        """language -> dotted key -> template."""
        folder = files(self._package) / "locale"
        return {
            language: dict(_flatten(tomllib.loads((folder / f"{language}.toml").read_text("utf-8"))))
            for language in LANGUAGES
        }

    def text(self, key: str, language: str = "en", /, **params: object) -> str:
        """The text under ``key``; the key itself where there is none (a test finds those)."""
        table = self.tables.get(language) or self.tables["en"]
        template = table.get(key) or self.tables["en"].get(key) or key
        if "{" not in template and "}" not in template:
            return template
        return _Lenient().vformat(template, (), params)


def _flatten(tree: dict[str, object], prefix: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in tree.items():
        if isinstance(value, dict):
            rows += _flatten(value, f"{prefix}{key}.")
        else:
            rows.append((f"{prefix}{key}", str(value)))
    return rows
