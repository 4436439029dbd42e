"""What every writer of annotations gets: texts with what was read in them, and who read it."""

from __future__ import annotations

import msgspec

from kg.model.evidence import Claim, Mention
from kg.model.ids import Ids


class AnnotatedText(msgspec.Struct, frozen=True):
    """One text. ``id`` is the caller's, empty where none was given.

    Offsets are code points of ``text``: ``text[start:end] == surface``. Claims were read in the text, so they have
    ``ends``, and these are among ``mentions``.
    """

    id: str
    text: str
    language: str
    mentions: tuple[Mention, ...]
    claims: tuple[Claim, ...] = ()


class Origin(msgspec.Struct, frozen=True):
    """What annotated: the ``generation`` whose names were looked for, and the ``pipeline`` version that read."""

    generation: str
    pipeline: str
    ids: Ids = Ids()
