"""Texts to mentions, with the labels of what they may mean."""

from __future__ import annotations

from collections.abc import Iterable

from api.knowledge import Knowledge
from api.requests import AnnotateText, FoundAttribute, FoundCandidate, FoundClaim, FoundMention, TextMentions
from ingest.text.annotate import Annotator, guess_language
from ingest.text.claims.ledger import Ledger
from kg.exchange.annotated import AnnotatedText
from kg.model.evidence import Claim, Mention


def annotate_texts(
    found: Knowledge,
    texts: Iterable[AnnotateText],
    annotator: Annotator | None = None,
    ledger: Ledger | None = None,
) -> list[TextMentions]:
    """The mentions of each text, in order, and what ``ledger`` reads; ``annotator`` instead of the generation's own."""
    return [_told(found, read_text(item, annotator or found.annotator, ledger)) for item in texts]


def read_text(item: AnnotateText, annotator: Annotator, ledger: Ledger | None = None) -> AnnotatedText:
    """One text with its mentions, and with its claims where there is a ledger."""
    language = item.language or guess_language(item.text)
    mentions = annotator.text(item.text, language)
    claims = ledger.text(item.text, language, mentions) if ledger else []
    return AnnotatedText(item.id, item.text, language, tuple(mentions), tuple(claims))


def _told(found: Knowledge, read: AnnotatedText) -> TextMentions:
    mentions = tuple(_mention(found, mention, read.text) for mention in read.mentions)
    return TextMentions(read.id, read.language, mentions, tuple(map(_claim, read.claims)))


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
    )
