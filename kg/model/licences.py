"""Licences as sources name them, and which of them let anybody pass a copy on."""

from __future__ import annotations

import re

UNKNOWN = "unknown"
_SHARED = re.compile(
    r"(?:CC-BY(?:-NC)?(?:-ND|-SA)?|CC-PDDC|CC0|PDDL|ODbL|ODC-By|OGL(?:-UK)?|etalab|LiLiQ|DL-DE-(?:BY|ZERO)|"
    r"Apache|MIT|BSD|ISC|Unlicense|public-domain)(?:-[\w.+-]*)?|"
    r"https?://creativecommons\.org/(?:licenses/by(?:-nc)?(?:-nd|-sa)?|publicdomain/(?:zero|mark))(?:/.*)?",
    re.IGNORECASE,
).fullmatch


def shared(licence: str) -> bool:
    """Whether a licence (SPDX identifier or IRI) lets anybody pass on an unchanged copy free of charge.

    What is not known does not.

    >>> shared("CC-BY-NC-ND-4.0"), shared("http://creativecommons.org/licenses/by/4.0/"), shared("unknown")
    (True, True, False)
    """
    return _SHARED(licence) is not None
