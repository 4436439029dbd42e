"""From a document and its mentions to claims that can be checked: each quotes its sentence, with both mentions in it.

What a sentence says is proposed by patterns; nothing is written that does not pass the gates here, and what does not
is counted by reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

import msgspec

from ingest.text.annotate import guess_language
from ingest.text.claims.classifier import RelationModel
from ingest.text.claims.extraction import Found, relations
from ingest.text.claims.fit import direction, misfit, wording
from ingest.text.claims.pairs import Named, Pairs
from ingest.text.claims.reliability import reliability
from ingest.text.claims.studies import directness, study
from kg.model.document import Document, Passage
from kg.model.evidence import Claim, Directness, Mention, Place, Study

METHOD = "cues.v2"
"""Names patterns and rules; changes with them."""
_HEDGED = 0.5
"""What a hedged claim keeps of its score."""


_CHEMICALS = frozenset({"drug", "chemical"})
_CONDITIONS = frozenset({"disease", "symptom"})


class Ledger:
    """Reads claims; ``refused`` counts what was found and not written, by reason. One for each reader of documents.

    ``model`` scores the claims that it was trained for, in its languages: the probability that people would label the
    pair in such a document. It makes no claims, because what it finds without a cue has no sentence that says so.
    """

    def __init__(self, model: RelationModel | None = None) -> None:
        self.refused: Counter[str] = Counter()
        self._model = model

    def document(self, document: Document, mentions: Iterable[Mention]) -> list[Claim]:
        """The claims of a document; ``mentions`` are its own, in the order of passages and offsets."""
        by_passage: dict[str, list[Mention]] = {}
        for mention in mentions:
            by_passage.setdefault(mention.passage, []).append(mention)
        if not any(len(found) > 1 for found in by_passage.values()):
            return []
        made = study(document)
        whole = _whole(document)
        claims: dict[tuple[object, ...], Claim] = {}
        for passage in document.passages:
            for claim in self._passage(document.id, passage, by_passage.get(passage.key, ()), made, whole):
                key = (claim.subject, claim.predicate, claim.object, claim.direction, claim.passage, claim.start)
                claims.setdefault(key, claim)
        return self._scored(document.passages, by_passage, list(claims.values()))

    def text(self, text: str, language: str, mentions: Sequence[Mention]) -> list[Claim]:
        """The claims of a bare text, whose mentions were found by ``Annotator.text``."""
        passage = Passage("text", "section", language, text)
        found = list(self._passage("", passage, mentions, None, directness(text, language)))
        return self._scored((passage,), {passage.key: list(mentions)}, found)

    def _scored(
        self, passages: Sequence[Passage], mentions: Mapping[str, Sequence[Mention]], claims: list[Claim]
    ) -> list[Claim]:
        """The claims with the scores of the model, where it has one."""
        if self._model is None or not any(_scorable(one) for one in claims):
            return claims
        read = [one for one in passages if one.language in self._model.languages]
        named = [
            Named(at, one.start, one.end, (one.candidates[0].concept,), one.category in _CHEMICALS)
            for at, passage in enumerate(read)
            for one in mentions.get(passage.key, ())
            if one.candidates and one.category in _CHEMICALS | _CONDITIONS
        ]
        shares = {
            (chemical, disease): self._model.probability(features) for chemical, disease, features in Pairs(read, named)
        }
        keys = {passage.key for passage in read}
        return [self._rescored(one, shares) if one.passage in keys else one for one in claims]

    def _rescored(self, claim: Claim, shares: Mapping[tuple[str, str], float]) -> Claim:
        share = shares.get((claim.subject, claim.object))
        if self._model is None or share is None or claim.predicate != self._model.predicate or not _scorable(claim):
            return claim
        kept = tuple(one for one in claim.qualifiers if one[0] != "calibrated")
        return msgspec.structs.replace(
            claim, score=round(share, 3), method=f"{METHOD}+{self._model.name}",
            qualifiers=(("calibrated", "yes"), *kept),
        )  # fmt: skip

    def _passage(
        self, document: str, passage: Passage, mentions: Sequence[Mention], made: Study | None, whole: Directness
    ) -> Iterator[Claim]:
        linked = [mention for mention in mentions if mention.candidates and mention.sentence]
        for sentence, group in groupby(linked, key=lambda mention: mention.sentence):
            assert sentence is not None
            within = list(group)
            quote = passage.text[slice(*sentence)]
            # A Chinese text may have English sentences, and an English one Chinese names.
            language = guess_language(quote)
            for found in relations(passage.text, sentence, within, language):
                ends = within[found.subject], within[found.object]
                reason = _gate(passage, sentence, ends) or misfit(passage.text, sentence, found, ends, language)
                if reason:
                    self.refused[reason] += 1
                    continue
                told = found._replace(direction=direction(passage.text, sentence, found, ends, language))
                share = reliability(language, wording(passage.text, sentence, told, ends))
                own = directness(quote, language) or whole
                yield _claim(document, passage, sentence, told, ends, own, made, share)


def _scorable(claim: Claim) -> bool:
    """Whether it is asserted between a chemical and a condition, as what the model was trained on."""
    if claim.direction != "supports" or claim.ends is None:
        return False
    return claim.ends[0].category in _CHEMICALS and claim.ends[1].category in _CONDITIONS


def _gate(passage: Passage, sentence: tuple[int, int], ends: tuple[Mention, Mention]) -> str:
    """Why a claim is not written; empty where it is."""
    start, end = sentence
    if not 0 <= start < end <= len(passage.text):
        return "quote-outside-text"
    for one in ends:
        if not (start <= one.start < one.end <= end):
            return "mention-outside-quote"
        if passage.text[one.start : one.end] != one.surface:
            return "mention-not-in-text"
    if ends[0].candidates[0].concept == ends[1].candidates[0].concept:
        return "same-concept"
    return ""


def _claim(
    document: str, passage: Passage, sentence: tuple[int, int], found: Found, ends: tuple[Mention, Mention],
    direct: Directness, made: Study | None, share: float | None,
) -> Claim:  # fmt: skip
    """``share``: how often claims that are worded so are right, None where that is not known."""
    subject, target = (end.candidates[0] for end in ends)
    score = min(subject.score, target.score) * (_HEDGED if found.hedged else 1.0)
    calibrated = "no" if share is None else "yes"
    score *= 1.0 if share is None else share
    return Claim(
        subject=subject.concept,
        predicate=found.predicate,
        object=target.concept,
        evidence="text-mined",
        method=METHOD,
        direction=found.direction,
        document=document,
        passage=passage.key,
        start=sentence[0],
        end=sentence[1],
        sentence=passage.text[slice(*sentence)],
        score=round(score, 3),
        qualifiers=(("calibrated", calibrated), *((("hedged", "yes"),) if found.hedged else ())),
        ends=(_place(ends[0]), _place(ends[1])),
        directness=direct,
        study=made,
    )


def _place(mention: Mention) -> Place:
    return Place(mention.start, mention.end, mention.category)


def _whole(document: Document) -> Directness:
    """What title and abstract as a whole say of people and animals."""
    said = {directness(one.text, one.language) for one in document.passages if one.kind in ("title", "abstract")}
    said.discard("")
    return said.pop() if len(said) == 1 else ""
