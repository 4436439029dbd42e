"""Texts to mentions, with the labels of what they may mean."""

from __future__ import annotations

from collections.abc import Iterable

from api.knowledge import Knowledge
from api.requests import AnnotateText, FoundAttribute, FoundCandidate, FoundClaim, FoundMention, TextMentions
from ingest.text.annotate import Annotator, guess_language
from ingest.text.claims.ledger import Ledger
from ingest.text.doses import doses
from kg.exchange.annotated import AnnotatedText
from kg.model.evidence import Claim, Mention


def annotate_texts(
    found: Knowledge,
    texts: Iterable[AnnotateText],
    annotator: Annotator | None = None,
    ledger: Ledger | None = None,
    *,
    nested: bool = False,
    with_doses: bool = False,
) -> list[TextMentions]:
    """The mentions of each text, in order, and what ``ledger`` reads; ``annotator`` instead of the generation's own.

    ``nested``: with mentions within mentions; ``with_doses``: with the amounts, frequencies and routes of each text.
    """
    read = (read_text(item, annotator or found.annotator, ledger, nested=nested) for item in texts)
    return [_told(found, one, with_doses) for one in read]


def read_text(
    item: AnnotateText, annotator: Annotator, ledger: Ledger | None = None, *, nested: bool = False
) -> AnnotatedText:
    """One text with its mentions, and with its claims where there is a ledger; claims are of mentions not nested."""
    language = item.language or guess_language(item.text)
    mentions = annotator.text(item.text, language)
    claims = ledger.text(item.text, language, mentions) if ledger else []
    if nested:
        mentions = annotator.nested(item.text, mentions, language)
    return AnnotatedText(item.id, item.text, language, tuple(mentions), tuple(claims))


def _told(found: Knowledge, read: AnnotatedText, with_doses: bool) -> TextMentions:
    mentions = tuple(_mention(found, mention, read.text) for mention in read.mentions)
    drugs = [(one.start, one.end) for one in read.mentions if one.category in {"drug", "chemical"}]
    stated = tuple(doses(read.text, drugs)) if with_doses else ()
    return TextMentions(read.id, read.language, mentions, tuple(map(_claim, read.claims)), stated)


def _claim(one: Claim) -> FoundClaim:
    assert one.ends, "read from a text"
    subject, target = one.ends
    told = dict(one.qualifiers)
    return FoundClaim(
        one.subject, one.predicate, one.object, one.direction, one.directness, one.sentence, one.start, one.end,
        (subject.start, subject.end), (target.start, target.end), one.score or 0.0,
        told.get("calibrated") == "yes", "hedged" in told, one.method,
    )  # fmt: skip


def _mention(found: Knowledge, mention: Mention, text: str) -> FoundMention:
    candidates = tuple(
        FoundCandidate(candidate.concept, found.naming.label(candidate.concept), candidate.score, candidate.reason)
        for candidate in mention.candidates
    )
    attributes = tuple(
        FoundAttribute(one.kind, one.start, one.end, text[one.start : one.end]) for one in mention.attributes
    )
    return FoundMention(
        mention.start,
        mention.end,
        mention.surface,
        mention.category,
        candidates,
        mention.sentence,
        attributes,
        mention.method,
        mention.nested,
    )
