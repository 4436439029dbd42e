"""Development notes of a third hand: one half may be read by who mends the recogniser, of the other only figures.

python -m tests.ontology.deidentification.fresh
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from tests.ontology.deidentification.others import Language, Marked, figures, marked


@cache
def fresh(language: Language, *, read: bool) -> tuple[Marked, ...]:
    """Notes of one half, in the order in which they were written."""
    raw = tomllib.loads((Path(__file__).parent / f"fresh.{language}.toml").read_text("utf-8"))
    return tuple(marked(note["text"]) for note in raw["note"] if note["read"] is read)


def main() -> None:
    """Figures by language, of the half that is read and of the other."""
    languages: tuple[Language, ...] = ("zh", "en")
    for language in languages:
        for read in (True, False):
            told = figures(fresh(language, read=read), language)
            print(language, "read" if read else "unread", {kind: f"{good}/{of}" for kind, (good, of) in told.items()})


if __name__ == "__main__":
    main()
