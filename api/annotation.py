"""Texts to mentions, with the labels of what they may mean."""

from __future__ import annotations

from collections.abc import Iterable

from api.knowledge import Knowledge
from api.requests import AnnotateText, FoundAttribute, FoundCandidate, FoundMention, TextMentions
from ingest.text.annotate import guess_language
from kg.model.evidence import Mention


def annotate_texts(found: Knowledge, texts: Iterable[AnnotateText]) -> list[TextMentions]:
    """The mentions of each text, in order."""
    return [_text(found, item) for item in texts]


def _text(found: Knowledge, item: AnnotateText) -> TextMentions:
    language = item.language or guess_language(item.text)
    mentions = found.annotator.text(item.text, language)
    return TextMentions(item.id, language, tuple(_mention(found, mention, item.text) for mention in mentions))


def _mention(found: Knowledge, mention: Mention, text: str) -> FoundMention:
    candidates = tuple(
        FoundCandidate(candidate.concept, found.naming.label(candidate.concept), candidate.score, candidate.reason)
        for candidate in mention.candidates
    )
    attributes = tuple(
        FoundAttribute(one.kind, one.start, one.end, text[one.start : one.end]) for one in mention.attributes
    )
    return FoundMention(
        mention.start, mention.end, mention.surface, mention.category, candidates, mention.sentence, attributes
    )
