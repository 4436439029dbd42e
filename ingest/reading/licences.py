"""Which licence a copyright statement names."""

from __future__ import annotations

import re

_ADDRESS = re.compile(
    r"creativecommons\.org/(?:licenses/(?P<kind>by(?:-nc)?(?:-nd|-sa)?)|publicdomain/(?P<free>zero|mark))"
    r"(?:/(?P<version>\d\.\d))?",
    re.IGNORECASE,
).search
_SHORT = re.compile(
    r"\bCC[ -](?P<kind>BY(?:[ -]NC)?(?:[ -](?:ND|SA))?)\b(?:[ -](?P<version>\d\.\d))?", re.IGNORECASE
).search
_WORDS = re.compile(r"creative commons attribution(?P<rest>[-\w ]{0,60})", re.IGNORECASE).search
_VERSION = re.compile(r"\d\.\d").search


def licence(statement: str) -> str:
    """``CC-BY-NC-4.0``, ``CC0-1.0``, ``public-domain``; without a version in the text ``CC-BY``; else ``unknown``.

    >>> licence("https://creativecommons.org/licenses/by-nc/4.0/")
    'CC-BY-NC-4.0'
    >>> licence("under the terms of the Creative Commons Attribution License, which permits")
    'CC-BY'
    >>> licence("© 2018. All rights reserved.")
    'unknown'
    """
    if found := _ADDRESS(statement):
        if found["free"]:
            return "CC0-1.0" if found["free"].lower() == "zero" else "public-domain"
        return _name(found["kind"], found["version"])
    if found := _SHORT(statement):
        return _name(found["kind"].replace(" ", "-"), found["version"])
    if found := _WORDS(statement):
        rest = found["rest"].lower().replace("-", " ").replace(" ", "")
        kind = "by" + ("-nc" if "noncommercial" in rest else "")
        kind += "-nd" if "noderiv" in rest else "-sa" if "sharealike" in rest else ""
        version = _VERSION(statement, found.end("rest"), found.end("rest") + 4) or _VERSION(found["rest"])
        return _name(kind, version[0] if version else None)
    return "unknown"


def _name(kind: str, version: str | None) -> str:
    return f"CC-{kind.upper()}" + (f"-{version}" if version else "")
