"""A test collection: texts to find, questions, and which texts answer which question."""

from __future__ import annotations

import hashlib

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
    id: str
    text: str


class Collection(msgspec.Struct, frozen=True):
    """``items`` sorted by id; ``judged``: id of a question -> id of an item -> grade, an answer from 1 on.

    A question without an answer says nothing and is in no collection.
    """

    name: str
    items: tuple[Item, ...]
    questions: tuple[Question, ...]
    judged: dict[str, dict[str, int]]

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
