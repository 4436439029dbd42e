"""The parts of search that an ablation takes away, and the names of its rankings."""

from __future__ import annotations

from typing import Literal, NamedTuple

PARTS: dict[str, tuple[str, ...]] = {
    "words": ("text", "characters", "phrase"),
    "vectors": ("dense",),
    "graph": ("concept", "about", "subtree", "about_subtree"),
}
"""Part of search -> its signals."""
State = Literal["on", "off", "alone", "added"]
"""``on``: search as it is; ``off``: without the part; ``alone``: by nothing else; ``added``: with a re-ranking that is
off unless it is asked for."""


class Part(NamedTuple):
    """A ranking of the table; ``search`` itself is a part that is on."""

    language: str
    part: str
    state: State
