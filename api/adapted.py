"""The answer to a message that an adapter read: how it was read, what was left out, and what the rules say."""

from __future__ import annotations

import msgspec

from api.decisions import Evaluation
from ingest.cases.adapted import PartLeftOut
from kg.model.case import Case


class AdaptedEvaluation(msgspec.Struct, frozen=True):
    """``case`` is how the message was read, kept nowhere; ``notes`` what of it was not used."""

    case: Case
    notes: tuple[PartLeftOut, ...]
    evaluation: Evaluation
