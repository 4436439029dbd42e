"""What the network finds and what the dictionary finds, as one list: the union, with thresholds from held-out texts.

The network says where a name is and of which type; the dictionary says what it means. Categories of the dictionary
that corpora label as one type are one family: a symptom is a disease there, a drug is a chemical.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence

from ingest.text.extent import Named
from ingest.text.models import Thresholds
from ingest.text.tagger import LearnedTagger, TaggedSpan
from ontology.scoring import Meaning

FAMILY: Mapping[str, str] = {"symptom": "disease", "drug": "chemical", "gene-family": "gene"}
Lookup = Callable[[str], Meaning | None]
"""What a whole surface means."""
Places = frozenset[tuple[int, int]]


def family(category: str) -> str:
    """The type of a category in labelled corpora.

    >>> family("drug"), family("test")
    ('chemical', 'test')
    """
    return FAMILY.get(category, category)


def united(
    tagger: LearnedTagger, texts: Sequence[str], languages: Sequence[str], named: Sequence[list[Named]], lookup: Lookup
) -> list[tuple[list[Named], Places]]:
    """For each text the names of both tiers, and the places of those that the network found.

    A text in a language that the network was not trained on keeps what the dictionary says.
    """
    read = [at for at, language in enumerate(languages) if tagger.reads(language)]
    found = tagger.spans(
        [texts[at] for at in read], [[(start, end, told.category) for start, end, _, told in named[at]] for at in read]
    )
    made: list[tuple[list[Named], Places]] = [(names, frozenset()) for names in named]
    for at, spans in zip(read, found, strict=True):
        names, places = union(texts[at], spans, named[at], tagger.config.thresholds, lookup)
        made[at] = names, places
    return made


def union(
    text: str,
    learned: Sequence[TaggedSpan],
    named: Sequence[Named],
    thresholds: Mapping[str, Thresholds],
    lookup: Lookup,
) -> tuple[list[Named], Places]:
    """Both in order, none overlapping: the network's spans win, and ``lookup`` gives what such a surface may mean."""
    sure = [span for span in learned if span.score >= thresholds[span.category].learned]
    known = {(start, end): meaning for start, end, _, meaning in named}
    made: list[Named] = []
    for span in sure:
        surface = text[span.start : span.end]
        meaning = known.get((span.start, span.end)) or lookup(surface)
        made.append((span.start, span.end, surface, _of_type(meaning, span)))
    starts, ends = [span.start for span in sure], [span.end for span in sure]
    for start, end, surface, meaning in named:
        limit = thresholds.get(family(meaning.category))
        free = bisect_right(ends, start) == bisect_left(starts, end)
        if free and (limit is None or meaning.score >= limit.dictionary):
            made.append((start, end, surface, meaning))
    return sorted(made, key=lambda one: one[:2]), frozenset(zip(starts, ends, strict=True))


def _of_type(meaning: Meaning | None, span: TaggedSpan) -> Meaning:
    """The dictionary's meaning where it is of the network's type; else the type alone, without a concept."""
    if meaning is not None and family(meaning.category) == span.category:
        return meaning
    return Meaning(span.category, (), span.score)
