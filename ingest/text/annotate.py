"""From documents to mentions: dictionary hits, short forms that the document defines, sentences.

Everything is done on raw text with exact offsets: ``passage.text[start:end] == surface``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from functools import partial
from itertools import groupby
from operator import itemgetter

import msgspec

from ingest.text.abbreviations import Abbreviation, abbreviations
from ingest.text.attributes import VERSION, TextAttributes
from ingest.text.borders import bordered
from ingest.text.complaints import with_complaints
from ingest.text.composites import composed
from ingest.text.extent import Named, extended
from ingest.text.implied import with_implied
from ingest.text.insertions import with_insertions
from ingest.text.linker import Linker
from ingest.text.mutations import with_mutations
from ingest.text.nested import with_nested
from ingest.text.occurrences import occurrences
from ingest.text.readings import with_readings
from ingest.text.sentences import Span, sentences
from ingest.text.siblings import with_siblings
from ingest.text.similar import VERSION as LIKENESS
from ingest.text.similar import SimilarNames
from ingest.text.support import supported
from ingest.text.taggers import SpanTagger
from ingest.text.union import Similar, united
from kg.model.document import Document, Passage
from kg.model.evidence import Mention
from ontology.crossing import apart
from ontology.grounding import Grounder
from ontology.lexicon import Lexicon
from ontology.matcher import Hit, longest
from ontology.scoring import Meaning, doubted, expanded

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_TEXT = "text"
"""Name of the passage that a bare text is."""


class Annotator:
    """Finds the mentions of one lexicon's concepts. Build it once in each process; it is not picklable.

    ``floor`` leaves out mentions whose best candidate scores less. Without ``with_sentences`` a
    mention has no sentence and, as without ``with_attributes``, no attributes; without
    ``with_abbreviations`` short forms mean what the lexicon says; without ``with_context`` names are those of the
    dictionary only, neither longer nor composed, sequence variants are none, and short names need no support.
    With ``tagger`` mentions are the union of what it and the dictionary find, and what it finds that no name is equal
    to means what ``linker`` says, or, without one, what similar names do.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        *,
        with_sentences: bool = True,
        with_abbreviations: bool = True,
        with_attributes: bool = True,
        with_context: bool = True,
        floor: float = 0.3,
        tagger: SpanTagger | None = None,
        linker: Linker | None = None,
    ) -> None:
        self.lexicon = lexicon
        self._grounder = Grounder(lexicon)
        self._tagger = tagger
        self._linker = linker
        self._similar = SimilarNames(lexicon)
        self._with_sentences = with_sentences
        self._with_abbreviations = with_abbreviations
        self._with_attributes = with_sentences and with_attributes
        self._with_context = with_context
        self._floor = floor

    def with_tagger(self, tagger: SpanTagger, linker: Linker | None = None) -> Annotator:
        """The same with the mentions that a trained network finds beside those of the dictionary; ``linker`` is one
        for the same lexicon."""
        made = copy(self)
        made._tagger = tagger
        made._linker = linker
        return made

    @property
    def version(self) -> str:
        """The pipeline version, ``grounding.v2+<digest of the lexicon>``, with what comes to it or differs."""
        changed = [
            *([VERSION] if self._with_attributes else []),
            *(["plain"] if not self._with_abbreviations else []),
            *(["bare"] if not self._with_context else []),
            *([f"floor{self._floor}"] if self._floor != 0.3 else []),
            *([self._linker.method if self._linker else LIKENESS, self._tagger.method] if self._tagger else []),
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

    def nested(self, text: str, mentions: Sequence[Mention], language: str = "") -> list[Mention]:
        """``mentions`` of the bare ``text`` in order, with the shorter ones within them, marked as nested."""
        return with_nested(text, mentions, self._grounder, language or guess_language(text), self._floor)

    def _annotate(self, document: str, passages: tuple[Passage, ...]) -> list[Mention]:
        languages = [passage.language or guess_language(passage.text) for passage in passages]
        found = [self._grounder.hits(p.text, language) for p, language in zip(passages, languages, strict=True)]
        defined: list[tuple[str, Meaning]] = []
        doubtful: set[str] = set()
        if self._with_abbreviations:
            defined, doubtful = self._definitions(passages, languages, found)
        named: list[list[Named]] = []
        for passage, language, hits in zip(passages, languages, found, strict=True):
            if defined:
                hits += _occurrences(passage.text, defined)
                hits.sort()
            taken = apart(passage.text, hits) if language.startswith("zh") else longest(hits)
            names = list(self._named(passage.text, taken, language, defined, doubtful))
            named.append(self._in_context(passage.text, names, language) if self._with_context else names)
        known = supported(named) if self._with_context else named
        if self._tagger is not None:
            return list(self._united(document, passages, languages, known, self._tagger))
        mentions: list[Mention] = []
        for passage, language, names in zip(passages, languages, known, strict=True):
            mentions += self._mentions(document, passage, language, names)
        return mentions

    def _in_context(self, text: str, names: list[Named], language: str) -> list[Named]:
        lookup = self._grounder.lookup
        if language.startswith("zh"):
            names = bordered(text, names, lookup, language)
            names = with_insertions(text, names, lookup, language)
            names = with_complaints(text, names, lookup, language)
            names = with_implied(text, names, lookup, language)
            names = with_siblings(text, names, lookup, language)
            names = with_readings(text, names, lookup, language)
        return with_mutations(text, composed(text, extended(text, names, language), lookup, language))

    def _united(
        self, document: str, passages: tuple[Passage, ...], languages: list[str], known: list[list[Named]],
        tagger: SpanTagger,
    ) -> Iterator[Mention]:  # fmt: skip
        """With what the network finds, whose mentions name it."""
        texts = [passage.text for passage in passages]
        similar: Similar = self._similar.meaning
        if self._linker:
            named = frozenset(one[3].candidates[0].concept for names in known for one in names if one[3].candidates)
            similar = partial(self._linker.meaning, context=named)
        both = united(tagger, texts, languages, known, self._grounder.lookup, similar)
        for passage, language, (names, learned) in zip(passages, languages, both, strict=True):
            for mention in self._mentions(document, passage, language, names):
                told = (mention.start, mention.end) in learned
                yield msgspec.structs.replace(mention, method=tagger.method) if told else mention

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

    def _mentions(self, document: str, passage: Passage, language: str, named: list[Named]) -> Iterator[Mention]:
        if not named:
            return
        text, key = passage.text, passage.key
        if not self._with_sentences:
            for start, end, surface, meaning in named:
                yield Mention(document, key, start, end, surface, meaning.category, meaning.candidates)
            return
        placed = _placed(named, sentences(text))
        if not self._with_attributes:
            for sentence, (start, end, surface, meaning) in placed:
                yield Mention(document, key, start, end, surface, meaning.category, meaning.candidates, sentence)
            return
        # Beside a network the time of weights does not count.
        spoken = TextAttributes(text, language, weighs=True if self._tagger else None)
        for sentence, within in groupby(placed, key=itemgetter(0)):
            group = [one for _, one in within]
            told = spoken.of(sentence, [(start, end, meaning.category) for start, end, _, meaning in group])
            for (start, end, surface, meaning), marks in zip(group, told, strict=True):
                yield Mention(document, key, start, end, surface, meaning.category, meaning.candidates, sentence, marks)

    def _named(
        self, text: str, hits: list[Hit], language: str, defined: list[tuple[str, Meaning]], doubtful: set[str]
    ) -> Iterator[Named]:
        for start, end, surface, meaning in self._grounder.meanings(text, hits, language, [m for _, m in defined]):
            if doubtful and surface in doubtful:
                meaning = doubted(meaning)
            if meaning.weight >= self._floor:
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
        for start, end in occurrences(text, short):
            yield start, -end, -1 - index


def _across(spans: list[Span], at: int, end: int) -> Span:
    """One span over the sentences that a name reaches across (a name may hold a full stop)."""
    last = at
    while spans[last][1] < end:
        last += 1
    return spans[at][0], spans[last][1]
