"""From documents to mentions: dictionary hits, short forms that the document defines, sentences.

Everything is done on raw text with exact offsets: ``passage.text[start:end] == surface``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from ingest.text.abbreviations import Abbreviation, abbreviations
from ingest.text.attributes import VERSION, attributes
from ingest.text.sentences import Span, sentences
from kg.model.document import Document, Passage
from kg.model.evidence import Mention
from ontology.grounding import Grounder
from ontology.lexicon import Lexicon
from ontology.matcher import Hit, longest
from ontology.scoring import Meaning, doubted, expanded

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_TEXT = "text"
"""Name of the passage that a bare text is."""
Named = tuple[int, int, str, Meaning]
"""Start, end, surface, meaning."""


class Annotator:
    """Finds the mentions of one lexicon's concepts. Build it once in each process; it is not picklable.

    ``floor`` leaves out mentions whose best candidate scores less. Without ``with_sentences`` a
    mention has no sentence and, as without ``with_attributes``, no attributes; without
    ``with_abbreviations`` short forms mean what the lexicon says.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        *,
        with_sentences: bool = True,
        with_abbreviations: bool = True,
        with_attributes: bool = True,
        floor: float = 0.3,
    ) -> None:
        self._grounder = Grounder(lexicon)
        self._with_sentences = with_sentences
        self._with_abbreviations = with_abbreviations
        self._with_attributes = with_sentences and with_attributes
        self._floor = floor

    @property
    def version(self) -> str:
        """The pipeline version, ``grounding.v1+<digest of the lexicon>``, with what comes to it or differs."""
        changed = [
            *([VERSION] if self._with_attributes else []),
            *(["plain"] if not self._with_abbreviations else []),
            *([f"floor{self._floor}"] if self._floor != 0.3 else []),
        ]
        return ".".join([self._grounder.version, *changed])

    def document(self, document: Document) -> list[Mention]:
        """Mentions in the order of passages and offsets; short forms count in all passages."""
        return self._annotate(document.id, document.passages)

    def documents(self, documents: Iterable[Document]) -> Iterator[tuple[Document, list[Mention]]]:
        """Each document with its mentions, in order, one at a time."""
        for document in documents:
            yield document, self._annotate(document.id, document.passages)

    def text(self, text: str, language: str = "") -> list[Mention]:
        """Mentions of a bare text: no document, the whole is one passage; the language is guessed when not given."""
        return self._annotate("", (Passage(_TEXT, "section", language, text),))

    def _annotate(self, document: str, passages: tuple[Passage, ...]) -> list[Mention]:
        languages = [passage.language or guess_language(passage.text) for passage in passages]
        found = [self._grounder.hits(p.text, language) for p, language in zip(passages, languages, strict=True)]
        defined: list[tuple[str, Meaning]] = []
        doubtful: set[str] = set()
        if self._with_abbreviations:
            defined, doubtful = self._definitions(passages, languages, found)
        mentions: list[Mention] = []
        for passage, language, hits in zip(passages, languages, found, strict=True):
            if defined:
                hits += _occurrences(passage.text, defined)
                hits.sort()
            mentions += self._mentions(document, passage, language, longest(hits), defined, doubtful)
        return mentions

    def _definitions(
        self, passages: tuple[Passage, ...], languages: list[str], found: list[list[Hit]]
    ) -> tuple[list[tuple[str, Meaning]], set[str]]:
        """(short forms with the meaning of their long form, short forms defined as something unknown)."""
        known: dict[str, Meaning] = {}
        unknown: set[str] = set()
        for passage, language, hits in zip(passages, languages, found, strict=True):
            for definition in abbreviations(passage.text):
                if definition.short_form in known:
                    continue
                if meaning := self._long_meaning(definition, passage.text, language, hits):
                    known[definition.short_form] = expanded(meaning)
                elif not definition.open:
                    unknown.add(definition.short_form)
        return sorted(known.items()), unknown - known.keys()

    def _long_meaning(self, definition: Abbreviation, text: str, language: str, hits: list[Hit]) -> Meaning | None:
        """The meaning of the longest name that ends where the long form ends and covers it (if its start is sure)."""
        begin, end = definition.long
        for start, stop, number in hits:
            if -stop == end and (start <= begin or definition.open):
                return self._grounder.meaning(number, text[start:end], language)
        return None

    def _mentions(
        self, document: str, passage: Passage, language: str, hits: list[Hit],
        defined: list[tuple[str, Meaning]], doubtful: set[str],
    ) -> Iterator[Mention]:  # fmt: skip
        if not hits:
            return
        text, key = passage.text, passage.key
        named = self._named(text, hits, language, defined, doubtful)
        if not self._with_sentences:
            for start, end, surface, meaning in named:
                yield Mention(document, key, start, end, surface, meaning.category, meaning.candidates)
            return
        for sentence, within in groupby(_placed(named, sentences(text)), key=itemgetter(0)):
            group = [one for _, one in within]
            told = attributes(
                text, sentence, [(start, end, meaning.category) for start, end, _, meaning in group], language
            )
            for (start, end, surface, meaning), marks in zip(group, told, strict=True):
                yield Mention(document, key, start, end, surface, meaning.category, meaning.candidates, sentence, marks)

    def _named(
        self, text: str, hits: list[Hit], language: str, defined: list[tuple[str, Meaning]], doubtful: set[str]
    ) -> Iterator[Named]:
        for start, end, surface, meaning in self._grounder.meanings(text, hits, language, [m for _, m in defined]):
            if doubtful and surface in doubtful:
                meaning = doubted(meaning)
            if meaning.score >= self._floor:
                yield start, end, surface, meaning


def _placed(named: Iterable[Named], spans: list[Span]) -> Iterator[tuple[Span, Named]]:
    """Each with the sentence that it stands in."""
    at = 0
    for one in named:
        while spans[at][1] <= one[0]:
            at += 1
        yield (spans[at] if one[1] <= spans[at][1] else _across(spans, at, one[1])), one


def guess_language(text: str) -> str:
    """``zh`` where there are Chinese characters, else ``en``.

    >>> guess_language("EGFR突变"), guess_language("EGFR mutation")
    ('zh', 'en')
    """
    return "zh" if not text.isascii() and _CHINESE.search(text) else "en"


def _occurrences(text: str, defined: list[tuple[str, Meaning]]) -> Iterator[Hit]:
    """Where short forms stand as words; their numbers are negative, so that they win over equal spans."""
    for index, (short, _) in enumerate(defined):
        start = text.find(short)
        while start >= 0:
            end = start + len(short)
            if end < len(text) and text[end] == "s" and short[-1].isupper():
                end += 1
            if not (start and _sticks(text[start - 1])) and not (end < len(text) and _sticks(text[end])):
                yield start, -end, -1 - index
            start = text.find(short, start + 1)


def _sticks(char: str) -> bool:
    return char < "\u2e80" and char.isalnum()


def _across(spans: list[Span], at: int, end: int) -> Span:
    """One span over the sentences that a name reaches across (a name may hold a full stop)."""
    last = at
    while spans[last][1] < end:
        last += 1
    return spans[at][0], spans[last][1]
