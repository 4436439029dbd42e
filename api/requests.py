"""What is sent to the API as JSON, and what comes back for it."""

from __future__ import annotations

import json
import re
from typing import Annotated, TypeVar

import msgspec
from fastapi import Request

from api.bodies import in_utf8, media_type, read_body
from api.problems import Refusal
from kg.model.attribute import AttributeKind
from kg.model.dose import Dose
from kg.model.evidence import Direction, Directness
from kg.query.records import LabelPair

MOST_TEXTS = 100
LONGEST_TEXT = 100_000
"""Characters of one text."""
MOST_CHARACTERS = 500_000
"""Of all texts of one request: about a second of work."""

T = TypeVar("T", bound=msgspec.Struct)
_PLACE = re.compile(r" - at `(\$[^`]*)`$")
_MISSING = re.compile(r"missing required field `(\w+)`")


class AnnotateText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text. ``language`` ``zh`` or ``en``, guessed when empty; ``id`` comes back as it is."""

    text: Annotated[str, msgspec.Meta(max_length=LONGEST_TEXT)]
    language: Annotated[str, msgspec.Meta(pattern="^(zh|en)?$")] = ""
    id: Annotated[str, msgspec.Meta(max_length=200)] = ""


class AnnotateRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A batch of texts. ``claims``: what their sentences say of the concepts, too. ``nested``: concepts within longer
    mentions. ``doses``: amounts, frequencies and routes."""

    texts: Annotated[list[AnnotateText | str], msgspec.Meta(min_length=1, max_length=MOST_TEXTS)]
    claims: bool = False
    nested: bool = False
    doses: bool = False


class FoundCandidate(msgspec.Struct, frozen=True):
    """A concept that the surface may mean; ``reason`` says how the match was made."""

    id: str
    label: LabelPair
    score: float
    reason: str


class FoundAttribute(msgspec.Struct, frozen=True):
    """What the sentence says of a mention (``negated``, ``uncertain``, ``family``, ``history``, ``conditional``), and
    the words that say so: ``text[start:end] == cue``."""

    kind: AttributeKind
    start: int
    end: int
    cue: str


class FoundMention(msgspec.Struct, frozen=True):
    """``text[start:end] == surface`` in code points; ``candidates`` best first, several when ambiguous.

    ``method`` names the trained model that found it; empty where the dictionary did. ``nested``: it stands within the
    mention before it that is not.
    """

    start: int
    end: int
    surface: str
    category: str
    candidates: tuple[FoundCandidate, ...]
    sentence: tuple[int, int] | None
    attributes: tuple[FoundAttribute, ...]
    method: str = ""
    nested: bool = False


class FoundClaim(msgspec.Struct, frozen=True):
    """What a sentence says: ``text[start:end] == sentence``; ``subject_mention`` and ``object_mention`` lie in it.

    ``direction``: ``supports``, ``refutes``, or ``insufficient`` where the sentence asks or leaves open.
    ``directness``: ``direct`` (people), ``indirect`` (animals, cells) or empty. ``calibrated``: whether ``score`` is a
    share of claims that are right; else it only orders them.
    """

    subject: str
    predicate: str
    object: str
    direction: Direction
    directness: Directness
    sentence: str
    start: int
    end: int
    subject_mention: tuple[int, int]
    object_mention: tuple[int, int]
    score: float
    calibrated: bool
    hedged: bool
    method: str


class TextMentions(msgspec.Struct, frozen=True):
    """The mentions in one text of the batch, in order, and its claims and doses where they were asked for."""

    id: str
    language: str
    mentions: tuple[FoundMention, ...]
    claims: tuple[FoundClaim, ...] = ()
    doses: tuple[Dose, ...] = ()


async def read_json(request: Request, kind: type[T], limit: int, also: str = "") -> T:
    """The JSON body as ``kind``; ``also``: further media types that its caller takes.

    Raises Refusal: 415 for another media type or charset (UTF-8 and GB18030 are read), 413 for too many bytes, 400 for
    what is no JSON or has a key twice, 422 naming the place that does not fit, never what stands there.
    """
    if media_type(request) != "application/json":
        raise Refusal(415, known=f"application/json, {also}" if also else "application/json")
    data = in_utf8(request, await read_body(request, limit))
    try:
        found = msgspec.json.decode(data, type=kind)
        # What fits the type is shallow; only the other parser tells of keys that are there twice.
        json.loads(data, object_pairs_hook=_once)
        return found
    except msgspec.ValidationError as error:
        raise Refusal(422, where=located(error, kind)) from None
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise Refusal(400) from None


def located(error: msgspec.ValidationError, kind: type[msgspec.Struct]) -> str:
    """The place that msgspec names, down to the field that is missing there; ``$ (texts, claims)``, the fields that
    there are, where the body has another one, whose name is the caller's text."""
    misfit = str(error)
    place, missing = _PLACE.search(misfit), _MISSING.search(misfit)
    if place is None and "unknown field" in misfit:
        return f"$ ({', '.join(field.encode_name for field in msgspec.structs.fields(kind))})"
    return (place[1] if place else "$") + (f".{missing[1]}" if missing else "")


def _once(pairs: list[tuple[str, object]]) -> None:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError
