"""Corrections at their places: the mentions and claims of a document as curators say that they are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter

import msgspec

from ingest.corrections.agreement import language_of
from ingest.text.annotate import guess_language
from ingest.text.attributes import TextAttributes
from ingest.text.sentences import Span, sentences
from kg.model.correction import Correction
from kg.model.document import Document, Passage
from kg.model.evidence import Candidate, Claim, Mention
from kg.model.ids import digest
from ontology.lessons import family

METHOD = "correction"
"""``Mention.method`` begins so and goes on with the digest that names the correction."""


class Curator:
    """Applies corrections that nobody contradicts; ``counts`` tells what came of them, by kind and language
    (``removed.en``); ``idle`` are those that found everything as they say it should be. One for each reader."""

    def __init__(self, corrections: Iterable[Correction]) -> None:
        self.counts: Counter[str] = Counter()
        self._of = by_document(corrections)

    def of(self, document: str) -> tuple[Correction, ...]:
        """The corrections of a document, by its CURIE."""
        return self._of.get(document, ())

    def mentions(self, document: Document, found: Sequence[Mention]) -> list[Mention]:
        """``found`` in the order of passages and offsets, with what corrections remove, replace and add."""
        rows: dict[str, list[Correction]] = defaultdict(list)
        for one in self.of(document.id):
            if not one.about_relation:
                rows[one.passage].append(one)
        by_passage: dict[str, list[Mention]] = defaultdict(list)
        for mention in found:
            by_passage[mention.passage].append(mention)
        made: list[Mention] = []
        for passage in document.passages:
            own = by_passage[passage.key]
            made += self._passage(passage, own, rows[passage.key]) if passage.key in rows else own
        return made

    def claims(self, document: Document, found: Sequence[Claim]) -> list[Claim]:
        """Without those that a correction calls wrong."""
        wrong = [one for one in self.of(document.id) if one.verdict == "wrong-relation"]
        left = list(found)
        for one in wrong:
            kept = [claim for claim in left if not _meant(claim, one)]
            self._count("claims-removed" if len(kept) < len(left) else "idle", one)
            left = kept
        return left

    def _passage(self, passage: Passage, found: list[Mention], rows: Sequence[Correction]) -> list[Mention]:
        left = list(found)
        for one in rows:
            if one.verdict != "right":
                before, left = left, list(_corrected(passage, left, one))
                self._count(_effect(before, left), one)
        left.sort(key=lambda one: (one.start, -one.end))
        return left if left == found else list(_told_again(passage, left))

    def _count(self, effect: str, one: Correction) -> None:
        self.counts[f"{effect}.{language_of(one)}"] += 1


def _corrected(passage: Passage, found: Sequence[Mention], one: Correction) -> Iterator[Mention]:
    """The mentions of a passage after one correction."""
    here = [mention for mention in found if (mention.start, mention.end) == (one.start, one.end)]
    if one.verdict == "wrong-entity" and not one.concept:
        wrong = [mention for mention in here if family(mention.category) == family(one.category)]
        yield from (mention for mention in found if mention not in wrong)
        return
    crossed = [mention for mention in found if mention.start < one.end and one.start < mention.end]
    known = crossed[0] if crossed and one.verdict == "wrong-span" else None
    category = one.category or (known.category if known else "")
    if not category:
        # A span that is said to be wrong, where nothing is found any more, and no category to put there.
        yield from found
        return
    concept = one.concept or (known.candidates[0].concept if known and known.candidates else "")
    yield from (mention for mention in found if mention not in crossed)
    yield _mention(passage, one, category, concept, here)


def _mention(passage: Passage, one: Correction, category: str, concept: str, here: Sequence[Mention]) -> Mention:
    """The mention at the place of a correction: that which is there, where it says so already."""
    for mention in here:
        if mention.category == category and [it.concept for it in mention.candidates[:1]] == [concept] * bool(concept):
            return mention
    candidates = (Candidate(concept, 1.0, f"{METHOD}·{one.verdict}"),) if concept else ()
    return Mention(
        one.document, passage.key, one.start, one.end, one.surface, category, candidates,
        method=f"{METHOD}:{digest(*one.identity)}",
    )  # fmt: skip


def _effect(before: Sequence[Mention], after: Sequence[Mention]) -> str:
    gone = any(mention not in after for mention in before)
    come = any(mention not in before for mention in after)
    return {(True, True): "replaced", (True, False): "removed", (False, True): "added"}.get((gone, come), "idle")


def _told_again(passage: Passage, found: Iterable[Mention]) -> Iterator[Mention]:
    """Sentences and attributes, as ``Annotator`` gives them: a list shares what is said of it, so all are told anew."""
    spans = sentences(passage.text)
    spoken = TextAttributes(passage.text, passage.language or guess_language(passage.text))
    placed = [(_sentence(spans, one), one) for one in found]
    for sentence, group in groupby(placed, key=itemgetter(0)):
        within = [one for _, one in group]
        marks = spoken.of(sentence, [(one.start, one.end, one.category) for one in within])
        for one, attributes in zip(within, marks, strict=True):
            yield msgspec.structs.replace(one, sentence=sentence, attributes=attributes)


def _sentence(spans: Sequence[Span], one: Mention) -> Span:
    """The sentence of a mention, and those that it reaches into."""
    first = next(span for span in spans if span[1] > one.start)
    last = next(span for span in spans if span[1] >= one.end)
    return first[0], last[1]


def _meant(claim: Claim, one: Correction) -> bool:
    """Whether a correction speaks of this claim: its ends, and a place in its sentence."""
    same = (claim.subject, claim.object) == (one.subject, one.object) and one.predicate in ("", claim.predicate)
    return same and claim.passage == one.passage and claim.start < one.end and one.start < claim.end


def by_document(corrections: Iterable[Correction]) -> Mapping[str, tuple[Correction, ...]]:
    """The corrections of each document, in a fixed order."""
    found: dict[str, list[Correction]] = defaultdict(list)
    for one in corrections:
        found[one.document].append(one)
    return {name: tuple(sorted(rows, key=lambda one: one.identity)) for name, rows in found.items()}
