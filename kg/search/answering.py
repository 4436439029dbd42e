"""Answers to questions by cited passages only: a sentence of a document with its place and standing, or nothing.

No text is made. Sentences of the first documents of a search are weighed by how much of the question they cover, how
near the vector of their stretch is, and how well their document stands in the ranking. What reaches the least for this
type of question is cited; a sentence of a retracted document never is, but is shown apart as what it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cache, partial

import msgspec

from kg.index.base import Filters
from kg.index.passages import Near
from kg.index.sentences import sentences
from kg.messages import LANGUAGES, Catalogue
from kg.search import cursor
from kg.search.base import Interpretation, Names, Query
from kg.search.citing import Candidate, Weighing, best, packaged
from kg.search.content import content, origins
from kg.search.holdings import Holdings
from kg.search.matching import Matching
from kg.search.passages import passages_of
from kg.search.ranker import kind_of
from kg.search.reading import Reading
from kg.search.searcher import Searcher
from kg.search.works import Ranked

DOCUMENTS = 20
"""Documents whose sentences are weighed."""
MOST_ANSWERS = 5
_NO_FILTERS = Filters()
_NEAREST = 200
_WITHHELD = frozenset({"retracted"})
"""Standings of documents that nothing is answered from."""
_SOUND = frozenset({"published", ""})
_QUOTED = frozenset({"title", "abstract", "section", "caption", "table"})
"""Kinds of passages that say something; headings do not."""


class Cited(msgspec.Struct, frozen=True):
    """A sentence that answers: ``passage.text[start:end] == text`` in the record of ``document``, code points.

    ``notice`` says what must be known of the source (retracted, doubted, replaced, not reviewed); both texts are empty
    where it stands. ``score`` is between 0 and 1, ``least`` of the answer on the same scale; ``covers`` is how much of
    the question the sentence covers, ``near`` the cosine of its stretch, 0 where the vectors did not find it.
    """

    text: str
    document: str
    label: Names
    passage: str
    start: int
    end: int
    marks: tuple[tuple[int, int], ...]
    score: float
    covers: float
    near: float
    year: int | None
    standing: str
    notice: Names
    illustrative: bool


class Answer(msgspec.Struct, frozen=True):
    """``found`` says whether there is any answer; ``answers``, best first, are empty where not, and ``message`` says
    so in both languages. ``withheld``: what only retracted documents say, never among ``answers``. ``next``: cursor of
    the sentences that follow, of up to 20 documents."""

    found: bool
    message: Names
    answers: tuple[Cited, ...]
    withheld: tuple[Cited, ...]
    least: float
    interpretation: Interpretation
    next: str | None = None


class Answering:
    """Answers from one generation; keeps nothing of what it is asked."""

    def __init__(self, searcher: Searcher, holdings: Holdings, weighings: dict[str, Weighing] | None = None) -> None:
        self._searcher = searcher
        self._holdings = holdings
        self._matching = Matching(holdings.reader, holdings.ids, partial(holdings.names, "concept"))
        self._weighings = packaged() if weighings is None else weighings

    def answer(self, question: str, filters: Filters = _NO_FILTERS, limit: int = 3, after: str | None = None) -> Answer:
        """At most ``limit`` sentences, one a document, or those that follow the page whose ``next`` is ``after``; what
        is withheld stands on the first page. Raises QueryError for a question that is too long and a foreign cursor."""
        asked = ("answer", question, filters)
        start = cursor.place(asked, after)
        reading, candidates = self.candidates(question, filters)
        kind = kind_of(reading.interpretation.language, reading.interpretation.type)
        by = self._weighings[kind if reading.interpretation.encoded else f"{kind}-words"]
        cited = [self._cited(one, by) for one in best(candidates, by) if one.score(by) >= by.least]
        standing = [one for one in cited if one.standing not in _WITHHELD]
        withheld = [one for one in cited if one.standing in _WITHHELD]
        why = "withheld" if withheld else "nothing-found"
        return Answer(
            found=bool(standing),
            message=Names(zh="", en="") if standing else say(why),
            answers=tuple(standing[start : start + limit]),
            withheld=() if start else tuple(withheld[:limit]),
            least=by.least,
            interpretation=reading.interpretation,
            next=cursor.mark(asked, start + limit) if start + limit < len(standing) else None,
        )

    def candidates(
        self, question: str, filters: Filters = _NO_FILTERS, without: Collection[str] = ()
    ) -> tuple[Reading, list[Candidate]]:
        """Every sentence of the first documents that covers anything of the question, as if the documents ``without``
        were not there; raises QueryError for a question that is too long."""
        reading, ranked, _ = self._searcher.ranking(Query(question, "document", filters))
        ids = {row: self._holdings.text.card("document", row).id for _, row, _, _ in ranked[: DOCUMENTS + len(without)]}
        chosen = [hit for hit in ranked if ids.get(hit[1], "") not in without and hit[1] in ids][:DOCUMENTS]
        return reading, list(self._weighed(question, reading, chosen))

    def _weighed(self, question: str, reading: Reading, chosen: Sequence[Ranked]) -> Iterator[Candidate]:
        holdings = self._holdings
        asked = content(question, reading, holdings)
        near = self._near(reading)
        ids = [holdings.text.card("document", row).id for _, row, _, _ in chosen]
        told = self._matching.of(ids, reading.wanted)
        matched = {one.path[-1].id: one.concept for some in told.values() for one in some}
        passages = passages_of(holdings.reader, holdings.ids, ids, matched)
        first = chosen[0][2] if chosen else 1.0
        for (_, row, score, _), document in zip(chosen, ids, strict=True):
            for passage in passages.get(document, ()):
                for start, end in sentences(passage.text) if passage.kind in _QUOTED else ():
                    concepts = origins(matched, passage.mentions, start, end)
                    covers = asked.share(passage.text[start:end], concepts)
                    if covers:
                        close = _close(near.get(row), passage.key, start, end)
                        yield Candidate(document, passage, start, end, covers, close, score / first if first else 0.0)

    def _near(self, reading: Reading) -> dict[int, Near]:
        holdings, encoded = self._holdings, reading.interpretation.encoded
        if holdings.passages is None or holdings.encoder is None or not encoded:
            return {}
        vector = holdings.encoder.encode([encoded])[0]
        allowed = holdings.text.allowed("document", reading.filters)
        return {one.row: one for one in holdings.passages.nearest("document", vector, _NEAREST, allowed)}

    def _cited(self, one: Candidate, by: Weighing) -> Cited:
        text = self._holdings.text
        row = text.row("document", one.document)
        assert row is not None  # it was ranked
        card, passage = text.card("document", row), one.passage
        marks = {(a, b) for a, b, _ in passage.mentions if one.start <= a and b <= one.end}
        return Cited(
            text=passage.text[one.start : one.end],
            document=one.document,
            label=Names(zh=card.zh, en=card.en),
            passage=passage.key,
            start=one.start,
            end=one.end,
            marks=tuple(sorted(marks)),
            score=round(one.score(by), 4),
            covers=round(one.covers, 4),
            near=round(one.near, 4),
            year=card.year,
            standing=card.standing,
            notice=Names(zh="", en="") if card.standing in _SOUND else say(card.standing),
            illustrative=card.illustrative,
        )


def _close(near: Near | None, passage: str, start: int, end: int) -> float:
    """The cosine of the stretch that a sentence lies in, where that is the nearest one of its document."""
    if near is None or near.window.passage != passage or not (start < near.window.end and near.window.start < end):
        return 0.0
    return max(0.0, min(1.0, near.score))


@cache
def _texts() -> Catalogue:
    return Catalogue("kg")


def say(key: str) -> Names:
    """A text of ``[answer]`` in both languages.

    >>> say("nothing-found").zh[:4]
    '没有找到'
    """
    return Names(**{language: _texts().text(f"answer.{key}", language) for language in LANGUAGES})
