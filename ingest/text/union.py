"""What the network finds and what the dictionary finds, as one list: the union, with thresholds from held-out texts.

The network says where a name is and of which type; the dictionary says what it means. Categories of the dictionary
that corpora label as one type are one family: a symptom is a disease there, a drug is a chemical.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence

from ingest.text.agreement import agreed
from ingest.text.extent import Named
from ingest.text.models import Thresholds
from ingest.text.tagger import TaggedSpan
from ingest.text.taggers import SpanTagger
from ontology.lessons import family
from ontology.scoring import Meaning

Lookup = Callable[[str], Meaning | None]
"""What a whole surface means."""
Similar = Callable[[str, str], Meaning | None]
"""What a surface of a type may mean that no name is equal to."""
Places = frozenset[tuple[int, int]]


def united(
    tagger: SpanTagger,
    texts: Sequence[str],
    languages: Sequence[str],
    named: Sequence[list[Named]],
    lookup: Lookup,
    similar: Similar,
) -> list[tuple[list[Named], Places]]:
    """For each text the names of both tiers, and the places of those that the network found.

    A text in a language that the network was not trained on keeps what the dictionary says.
    """
    read = [at for at, language in enumerate(languages) if tagger.reads(language)]
    found = tagger.spans(
        [texts[at] for at in read], [[(start, end, told.category) for start, end, _, told in named[at]] for at in read]
    )
    made: list[tuple[list[Named], Places]] = [(names, frozenset()) for names in named]
    thresholds = tagger.thresholds
    agreeing = agreed([texts[at] for at in read], [sure(spans, thresholds) for spans in found])
    for at, spans in zip(read, agreeing, strict=True):
        names, places = union(texts[at], spans, named[at], thresholds, lookup, similar)
        made[at] = names, places
    return made


def sure(learned: Iterable[TaggedSpan], thresholds: Mapping[str, Thresholds]) -> list[TaggedSpan]:
    """What the network is sure enough of."""
    return [span for span in learned if span.score >= thresholds[span.category].learned]


def union(
    text: str,
    learned: Sequence[TaggedSpan],
    named: Sequence[Named],
    thresholds: Mapping[str, Thresholds],
    lookup: Lookup,
    similar: Similar,
) -> tuple[list[Named], Places]:
    """Both in order, none overlapping: the network's spans, of which it is sure, win; ``lookup`` gives what such a
    surface may mean, ``similar`` where it gives nothing of the type."""
    known = {(start, end): meaning for start, end, _, meaning in named}
    made: list[Named] = []
    for span in learned:
        surface = text[span.start : span.end]
        meaning = known.get((span.start, span.end)) or lookup(surface)
        made.append((span.start, span.end, surface, _of_type(meaning, span) or _likely(surface, span, similar)))
    starts, ends = [span.start for span in learned], [span.end for span in learned]
    for start, end, surface, meaning in named:
        limit = thresholds.get(family(meaning.category))
        free = bisect_right(ends, start) == bisect_left(starts, end)
        if free and (limit is None or meaning.score >= limit.dictionary):
            made.append((start, end, surface, meaning))
    return sorted(made, key=lambda one: one[:2]), frozenset(zip(starts, ends, strict=True))


def _of_type(meaning: Meaning | None, span: TaggedSpan) -> Meaning | None:
    """The dictionary's meaning where it is of the network's type."""
    return meaning if meaning is not None and family(meaning.category) == span.category else None


def _likely(surface: str, span: TaggedSpan, similar: Similar) -> Meaning:
    """What similar names mean; else the type alone, without a concept."""
    return similar(surface, span.category) or Meaning(span.category, (), span.score)
