"""Names of a language that a dictionary is not to know: what search does with what no label covers."""

from __future__ import annotations

from collections.abc import Collection

from ontology.lexicon import Lexicon


def without_names(lexicon: Lexicon, concepts: Collection[str], language: str) -> Lexicon:
    """The lexicon without the names of these concepts in a language (``zh`` also stands for ``zh-Hans``)."""
    kept = [
        (name, senses)
        for name, every in zip(lexicon.names, lexicon.senses, strict=True)
        if (senses := tuple(one for one in every if one.language[:2] != language or one.concept not in concepts))
    ]
    return Lexicon([name for name, _ in kept], [senses for _, senses in kept])
