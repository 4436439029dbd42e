"""A test collection: texts to find, questions, and which texts answer which question."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec

from kg.errors import UnknownName

FOLDS = 5


class Item(msgspec.Struct, frozen=True):
    """A text that can be found; raw, either part may be empty."""

    id: str
    title: str
    text: str

    @property
    def whole(self) -> str:
        return f"{self.title}\n{self.text}" if self.title else self.text


class Question(msgspec.Struct, frozen=True):
    """``group``: the key in ``Collection.groups`` of the texts that were judged for it, empty where all were.
    ``other``: the same in the other language, empty for none. ``hidden``: concepts of which the dictionary that reads
    it may know no name in its language. ``narrower``: what it says of narrower concepts (``kg.search.base.Query``)."""

    id: str
    text: str
    group: str = ""
    other: str = ""
    hidden: tuple[str, ...] = ()
    narrower: bool | None = None


class Collection(msgspec.Struct, frozen=True):
    """``items`` sorted by id; ``judged``: id of a question -> id of an item -> grade, an answer from 1 on.

    A question without an answer says nothing and is in no collection. What is outside of the group of a question was
    not judged for it, and is taken out of every ranking. ``family``: collections of one family share questions by id,
    so what saw a fold of one saw that fold of all; the name itself where it is empty.
    """

    name: str
    items: tuple[Item, ...]
    questions: tuple[Question, ...]
    judged: dict[str, dict[str, int]]
    groups: dict[str, frozenset[str]] = {}
    family: str = ""

    def sample(self, most: int | None) -> Collection:
        """``most`` of the questions, those with the smallest digests, so that folds keep their shares; all for None."""
        if most is None or most >= len(self.questions):
            return self
        kept = sorted(self.questions, key=lambda one: hashlib.sha256(one.id.encode()).hexdigest())[:most]
        return msgspec.structs.replace(self, questions=tuple(sorted(kept, key=lambda one: one.id)))

    def judged_for(self, question: Question, ranked: Sequence[str]) -> Sequence[str]:
        """``ranked`` without what was not judged for the question."""
        group = self.groups.get(question.group)
        return ranked if group is None else [one for one in ranked if one in group]

    def in_fold(self, number: int | None) -> Collection:
        """The questions of one of the five folds beside all texts; all questions for None. Raises UnknownName."""
        if number is None:
            return self
        if not 0 <= number < FOLDS:
            raise UnknownName(kind="fold", name=number, known=", ".join(map(str, range(FOLDS))))
        kept = tuple(one for one in self.questions if fold(one.id) == number)
        return msgspec.structs.replace(self, name=f"{self.name}:fold{number}", questions=kept)


def fold(identifier: str) -> int:
    """The fold of a question, by digest: whatever is trained on others may be measured on it.

    Fold 0 of a PMID is the fifth that ``corpora.in_fifth`` keeps for development.

    >>> [fold(one) for one in ("1", "2", "3")]
    [0, 1, 3]
    """
    return int(hashlib.sha256(identifier.encode()).hexdigest(), 16) % FOLDS
