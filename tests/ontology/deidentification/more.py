"""Notes of further hands that were measured once unread and then read: ``more.zh.toml`` and ``more.en.toml``.

python -m tests.ontology.deidentification.more
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tests.ontology.deidentification.others import Language, Marked, figures, read_notes


@cache
def more(language: Language) -> tuple[Marked, ...]:
    """Notes of a language, in the order in which they were written."""
    return read_notes(Path(__file__).parent / f"more.{language}.toml")


def main() -> None:
    """Figures by language."""
    languages: tuple[Language, ...] = ("zh", "en")
    for language in languages:
        told = figures(more(language), language)
        print(language, {kind: f"{good}/{of}" for kind, (good, of) in told.items()})


if __name__ == "__main__":
    main()
