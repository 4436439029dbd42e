"""What the plain door is asked, and the envelope of its answer to a batch."""

from __future__ import annotations

from typing import Annotated

import msgspec

from api.decisions import Evaluation
from kg.model.case import Case

MOST_CASES = 1_000
CardId = Annotated[str, msgspec.Meta(max_length=100)]


class EvaluateRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A case. ``explain``: conditions, values and paths of all rules that fired or lack data; ``why``: ids of rules to
    be explained whatever they come to; ``limit``: cards shown, those that block beyond it. ``recent``: ids of cards
    that were shown before and are not to be said again. ``shown``: false where nobody will see the cards."""

    case: Case
    explain: bool = False
    why: Annotated[tuple[str, ...], msgspec.Meta(max_length=50)] = ()
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 10
    recent: Annotated[tuple[CardId, ...], msgspec.Meta(max_length=1_000)] = ()
    shown: bool = True


class BatchRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Many cases, each judged on its own: one that cannot be read has an error and stops no other. ``shown``: true
    where people will see the cards, which are then counted."""

    cases: Annotated[list[msgspec.Raw], msgspec.Meta(min_length=1, max_length=MOST_CASES)]
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 10
    shown: bool = False


class BatchItem(msgspec.Struct, frozen=True):
    """One case of a batch, by its number: its evaluation, or the place of it that does not fit."""

    number: int
    evaluation: Evaluation | None = None
    error: str = ""


class BatchAnswer(msgspec.Struct, frozen=True):
    """The envelope of every list, as the answer to a batch fills it."""

    items: tuple[BatchItem, ...]
    next: None
    generation: str
    interpretation: None
