"""Whether a text may have other mentions after names of the lexicon changed.

Mentions of a text depend on the lexicon by the names that stand in it, by names put together from two of its
parts (*breast and ovarian cancer*, 急、慢性肝炎, BRCA1/2突变: ``composites``, ``siblings`` and ``borders`` in
``ingest.text``), by names said in other words (胃口不太好: ``complaints``), and by longer names that a
word means (DNA beside 乙肝: ``implied``; 抗癫痫: ``borders``). Where no changed name can stand in any
of these ways the mentions are the same by both lexicons. What is asked here is a little weaker than that, so a text
too many is linked again, never one too few.
"""

from __future__ import annotations

import re
from collections import defaultdict

import msgspec

from ingest.text.annotate import guess_language
from ingest.text.complaints import may_say, said_otherwise
from ingest.text.implied import NAMES, may_imply
from kg.model.document import Document
from ontology.lexicon import Lexicon
from ontology.normalize import Normalized, normalize

_WIDE = "\u2e80-\U0010ffff"
"""Characters without word edges (``ontology.matcher``)."""
_TOKEN = re.compile(rf"[{_WIDE}]|[^\W_{_WIDE}]+")


class Changes(msgspec.Struct, frozen=True):
    """Normalised ``names`` that mean something else than before, and ``documents`` whose corrections changed."""

    names: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()


def changed_names(before: Lexicon, after: Lexicon) -> tuple[str, ...]:
    """The names that only one of two lexicons has, or that mean other things in them, sorted."""
    old = dict(zip(before.names, before.senses, strict=True))
    new = dict(zip(after.names, after.senses, strict=True))
    return tuple(sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name)))


class Touched:
    """Asks of many documents whether changes concern them."""

    def __init__(self, changes: Changes) -> None:
        self._documents = frozenset(changes.documents)
        self._names = changes.names
        self._otherwise = any(map(said_otherwise, changes.names))
        self._implied = any(name in NAMES for name in changes.names)
        self._against = tuple(name[:-1] for name in changes.names if _against(name))
        self._characters = {name: frozenset(name) - {" "} for name in changes.names}
        # By the longest token, which is likely to be the rarest; a name without one may stand anywhere.
        self._by_token: defaultdict[str, list[frozenset[str]]] = defaultdict(list)
        self._anywhere = False
        for name in changes.names:
            tokens = frozenset(tokens_of(name))
            if tokens:
                self._by_token[max(tokens, key=lambda one: (len(one), one))].append(tokens)
            self._anywhere = self._anywhere or not tokens

    def by(self, document: Document) -> bool:
        """Whether the document may have other mentions."""
        if document.id in self._documents or self._anywhere:
            return True
        if not self._names:
            return False
        texts = [(normalize(one.text), one.language or guess_language(one.text)) for one in document.passages]
        tokens = {token for text, _ in texts for token in tokens_of(text.text)}
        if any(needed <= tokens for token in tokens & self._by_token.keys() for needed in self._by_token[token]):
            return True
        chinese = [text for text, language in texts if language.startswith("zh")]
        return any(self._composed(text) or self._in_other_words(text.text) for text in chinese)

    def _in_other_words(self, text: str) -> bool:
        return (
            (self._otherwise and may_say(text))
            or (self._implied and may_imply(text))
            or any(name in text for name in self._against)
        )

    def _composed(self, text: Normalized) -> bool:
        """Whether a Chinese text may name one of them in two parts: there, these need no word edges."""
        if text.offsets is not None:
            return True  # Characters join here, and might join otherwise in a name that is put together.
        characters = frozenset(text.text)
        return any(needed <= characters and _in_two(name, text.text) for name, needed in self._characters.items())


def said_in_other_words(name: str) -> bool:
    """Whether a Chinese text may have a name of which it does not hold every character.

    >>> said_in_other_words("食欲不振"), said_in_other_words("抗癫痫药"), said_in_other_words("胃炎")
    (True, True, False)
    """
    return said_otherwise(name) or name in NAMES or _against(name)


def _against(name: str) -> bool:
    return name[0] == "抗" and name[-1] == "药"


def tokens_of(text: str) -> list[str]:
    """Runs of letters and digits as the matcher sees words, and every wide character by itself.

    >>> tokens_of("2-egfr突变b")
    ['2', 'egfr', '突', '变', 'b']
    """
    return _TOKEN.findall(text)


def _in_two(name: str, text: str) -> bool:
    return any(name[:at] in text and name[at:] in text for at in range(len(name)))
