"""A document and what people say that it mentions."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kg.model.document import Document, Passage

_COUNTED_AS = {"drug": "chemical", "chemical": "drug", "gene-family": "gene", "symptom": "disease"}
"""What a category is in a corpus that does not tell it from another."""


def as_type(category: str, types: Sequence[str]) -> str:
    """One of our categories as a type of a corpus; empty where the corpus does not label such things.

    >>> as_type("symptom", ("disease", "chemical")), as_type("symptom", ("disease", "symptom")), as_type("test", ())
    ('disease', 'symptom', '')
    """
    other = _COUNTED_AS.get(category, "")
    return category if category in types else other if other in types else ""


class LabelledMention(msgspec.Struct, frozen=True, order=True):
    """Offsets count code points in the passage whose ``Passage.key`` is ``passage``; ``type`` is one of ours. What is
    not ``counted`` stands there, but no figure asks for it: readers differ on what the sentence says of it."""

    passage: str
    start: int
    end: int
    type: str
    ids: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    counted: bool = True


class LabelledDocument(msgspec.Struct, frozen=True):
    """``id`` is ``PMID:…``, or the place of a sentence. ``unread``: labels with other words than the text. ``source``:
    of a sentence, the id of the document it was taken from."""

    id: str
    passages: tuple[Passage, ...]
    mentions: tuple[LabelledMention, ...]
    relations: tuple[tuple[str, str, str], ...] = ()
    unread: int = 0
    source: str = ""

    @property
    def pmid(self) -> str:
        """Digits, empty where it has none."""
        return self.id.removeprefix("PMID:") if self.id.startswith("PMID:") else ""

    @property
    def document(self) -> Document:
        """The text alone, as taggers take it."""
        return Document(id=self.id, passages=self.passages)

    def surface(self, mention: LabelledMention) -> str:
        text = next(passage.text for passage in self.passages if passage.key == mention.passage)
        return text[mention.start : mention.end]
