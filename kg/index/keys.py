"""What may be typed to find a concept: the folded keys of its labels and codes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from kg.index.analysis import fold, has_han, is_gram
from kg.index.base import SuggestLabel
from kg.index.pinyin import syllables

KeyKind = Literal["label", "code", "pinyin", "initials", "inner"]
KEY_KINDS: tuple[KeyKind, ...] = ("label", "code", "pinyin", "initials", "inner")

_BREAK = re.compile(r"[\s\-_/,;()\[\]{}·、，（）【】]+")
_INNER_WORDS = 6
_LONGEST = 120
"""Characters of a key that are kept: nobody types more."""


def fold_key(text: str) -> str:
    """``text`` as keys and typed prefixes are compared: folded, one blank for what separates words.

    >>> fold_key(" Alzheimer’s  Disease, Late-Onset "), fold_key("糖尿病（2型）")
    ("alzheimer's disease late onset", '糖尿病 2型')
    """
    return _BREAK.sub(" ", fold(text).replace("’", "'").replace("\0", "")).strip()[:_LONGEST]


def label_keys(label: SuggestLabel) -> Iterator[tuple[str, KeyKind]]:
    """Every key of one label, the most direct first.

    >>> list(label_keys(SuggestLabel("肺癌", "zh")))
    [('肺癌', 'label'), ('feiai', 'pinyin'), ('fa', 'initials')]
    >>> [key for key, kind in label_keys(SuggestLabel("type 2 diabetes", "en"))]
    ['type 2 diabetes', '2 diabetes', 'diabetes']
    """
    key = fold_key(label.value)
    if not key:
        return
    yield key, "label"
    if has_han(key):
        parts = syllables(key)
        yield "".join(parts), "pinyin"
        yield "".join(part[0] for part in parts), "initials"
    yield from ((inner, "inner") for inner in _inner(key))


def _inner(key: str) -> Iterator[str]:
    """The rest of the label from later starts on: words, and Chinese characters two from the end."""
    if key.isascii():
        for _ in range(_INNER_WORDS):
            _, blank, key = key.partition(" ")
            if not blank:
                return
            yield key
        return
    starts = [at for at in range(1, len(key)) if key[at - 1] == " " or (is_gram(key[at]) and at < len(key) - 1)]
    yield from (key[at:] for at in starts[:_INNER_WORDS])


def code_keys(codes: tuple[str, ...]) -> Iterator[tuple[str, KeyKind]]:
    """Codes whole, and the part after the prefix of a CURIE.

    >>> [key for key, kind in code_keys(("DOID:9352",))]
    ['doid:9352', '9352']
    """
    for code in codes:
        key = fold_key(code)
        if key:
            yield key, "code"
            _, colon, local = key.partition(":")
            if colon and local:
                yield local, "code"
