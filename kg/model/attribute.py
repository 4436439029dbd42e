"""What a text says of a mention beside naming it."""

from __future__ import annotations

from typing import Literal

import msgspec

AttributeKind = Literal["negated", "uncertain", "family", "history", "conditional"]


class Attribute(msgspec.Struct, frozen=True):
    """``kind`` of a mention, and the cue that says so: ``passage.text[start:end]`` (code points)."""

    kind: AttributeKind
    start: int
    end: int
