"""Mentions and claims: what texts and tables say, with where they say it."""

from __future__ import annotations

from typing import Literal

import msgspec

from kg.model.attribute import Attribute


class Candidate(msgspec.Struct, frozen=True):
    """One concept that a surface may mean, with its score in 0..1 and the reason for it.

    ``reason`` reads like ``exact·en·preferred·doid``: how the match was made.
    """

    concept: str
    score: float
    reason: str = ""


class Mention(msgspec.Struct, frozen=True):
    """A stretch of a passage that names a concept: ``passage.text[start:end] == surface``.

    ``passage`` is the ``Passage.key`` of the wording that the offsets count in, not its name.
    ``candidates`` is sorted best first and may be empty for gold mentions without an id.
    ``sentence`` is the (start, end) of the sentence around it, in the same passage; ``attributes`` is what that
    sentence says of it (absent, doubted, …), each kind once. ``method`` names the trained model that found it, and is
    empty where the dictionary did. ``tool`` is the name and release of the tool of others that made it, empty for ours
    and for what people labelled; a score of 0 says that such a tool stated none. ``nested`` ones stand within a longer
    mention of the same text; they are told to who asks for them and never stored.
    """

    document: str
    passage: str
    start: int
    end: int
    surface: str
    category: str
    candidates: tuple[Candidate, ...] = ()
    sentence: tuple[int, int] | None = None
    attributes: tuple[Attribute, ...] = ()
    method: str = ""
    tool: str = ""
    nested: bool = False


EvidenceType = Literal["curated", "text-mined", "gold"]
Direction = Literal["supports", "refutes", "insufficient"]
Directness = Literal["direct", "indirect", ""]


class Place(msgspec.Struct, frozen=True):
    """Where a mention stands in the passage of its claim, its category and its tool: what a mention's id is made of."""

    start: int
    end: int
    category: str
    tool: str = ""


class Quote(msgspec.Struct, frozen=True):
    """Words of a document: ``passage.text[start:end] == text``; ``passage`` is a ``Passage.key``."""

    passage: str
    start: int
    end: int
    text: str


class Study(msgspec.Struct, frozen=True):
    """What a document says of the study that it reports; empty where it does not say.

    ``design_quote`` is None where the record's publication types name the design. ``size``: people in ``population``.
    """

    design: str = ""
    design_quote: Quote | None = None
    population: Quote | None = None
    size: int | None = None


class Claim(msgspec.Struct, frozen=True):
    """Subject, predicate, object, and the evidence for it: the unit of evidence.

    ``predicate`` is a CURIE (``biolink:treats``). Curated tables and text mining share this shape:
    ``document``, ``passage``, offsets and ``sentence`` are empty where a table gives none.
    ``passage`` is the ``Passage.key`` of the wording that the offsets count in, not its name.
    ``qualifiers`` keeps the source's own columns (``category=DM``), keys sorted. ``ends`` are the mentions of
    subject and object within the quoted sentence. ``directness``: ``direct`` where the text speaks of people,
    ``indirect`` where of animals or cells, empty where it does not say. ``tool`` as in Mention.
    """

    subject: str
    predicate: str
    object: str
    evidence: EvidenceType
    method: str
    direction: Direction = "supports"
    document: str = ""
    passage: str = ""
    start: int = -1
    end: int = -1
    sentence: str = ""
    score: float | None = None
    qualifiers: tuple[tuple[str, str], ...] = ()
    references: tuple[str, ...] = ()
    ends: tuple[Place, Place] | None = None
    directness: Directness = ""
    study: Study | None = None
    tool: str = ""
