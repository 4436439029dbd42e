"""What curators say of works."""

from __future__ import annotations

import msgspec


class WorkDecision(msgspec.Struct, frozen=True):
    """Whether two records describe one work, as a person decided; ``a`` before ``b`` in the alphabet (CURIEs).

    ``date``: ISO, as far as it is known. ``reason``: in the words of who decided.
    """

    a: str
    b: str
    same: bool
    reason: str = ""
    date: str = ""
