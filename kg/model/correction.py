"""What curators say of the mentions and claims that a program found in a text."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

Verdict = Literal["right", "wrong-entity", "wrong-span", "missing", "wrong-relation"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """One judgement of one place: ``text[start:end] == surface`` in the passage whose ``Passage.key`` is ``passage``.

    ``wrong-entity``: the mention at this place means ``concept``, or nothing where that is empty; ``found`` is what
    the program had. ``wrong-span``: the mention that crosses this place stands here, and means ``concept`` where one
    is given. ``missing``: here stands a mention that was not found. ``right``: the mention is as it should be.
    ``wrong-relation`` and, with a subject, ``right``: whether the sentence around this place says that ``subject``
    stands in ``predicate`` (any, where empty) to ``object``.

    ``category``: of what is right; where nothing is, of what was found. ``by`` and ``reviewer`` name people,
    ``date`` is ISO as far as it is known, ``notes`` are (language, text). ``position`` is the place in the table.
    """

    document: str
    passage: str
    start: int
    end: int
    surface: str
    verdict: Verdict
    by: str
    category: str = ""
    concept: str = ""
    found: str = ""
    subject: str = ""
    predicate: str = ""
    object: str = ""
    reviewer: str = ""
    date: str = ""
    reason: str = ""
    notes: tuple[tuple[str, str], ...] = ()
    position: str = ""

    @property
    def identity(self) -> tuple[str, ...]:
        """Under which a later judgement of the same person replaces it, and a node is named."""
        place = (self.document, self.passage, str(self.start), str(self.end))
        return (*place, self.by, self.subject, self.predicate, self.object)

    @property
    def about_relation(self) -> bool:
        return bool(self.subject)
