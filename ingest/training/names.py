"""Names and stop lists from labelled documents: what the dictionary tier learns.

Every count leaves the document out that it is made in: a name is not counted in a document if no other document labels
it, because there it cannot fail. So the share of right hits is what new text meets, and a name that is right in few of
them is stopped, whichever source it has (in prototypes these stops alone were worth ten points of F1).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from ingest.labelled import LabelledDocument, LabelledMention
from kg.model.document import Passage
from ontology.admission import Admission
from ontology.grounding import Grounder
from ontology.lessons import Group, Lessons, Taught, family, group_of, taught, unknown
from ontology.lexicon import Lexicon
from ontology.matcher import Hit, longest
from ontology.normalize import normalize

_ROUNDS = 3
_LONGEST = 80


class Plan(msgspec.Struct, frozen=True):
    """A name stays with at least ``share`` of its hits right; its group counts as ``weight`` hits more. A name of a
    family that is not labelled goes if ``overlaps`` of its hits cross a label."""

    share: float = 0.4
    weight: float = 1.0
    overlaps: float = 0.6


class _Seen(msgspec.Struct):
    """What the documents label: the meanings of each name, and the documents that have it."""

    types: Counter[str]
    concepts: Counter[tuple[str, ...]]
    exact: Counter[str]
    documents: set[str]


class _Text(msgspec.Struct, frozen=True):
    document: str
    passage: Passage
    hits: list[Hit]
    gold: dict[tuple[int, int], str]


_Key = tuple[str, str]
"""Name, family."""


def lessons(
    lexicon: Lexicon, documents: Sequence[LabelledDocument], types: Iterable[str], plan: Plan | None = None
) -> Lessons:
    """What ``documents``, in which all mentions of ``types`` are labelled, teach ``lexicon``."""
    plan = plan or Plan()
    kinds = frozenset(family(kind) for kind in types)
    seen = _labelled(documents)
    names = tuple(sorted(one for one in (_taught(name, seen[name]) for name in seen) if one.concepts))
    # Of names that are known it is the terminologies' ways to them that are judged.
    whole = taught(lexicon, Lessons(names=unknown(lexicon, names)))
    grounder = Grounder(whole)
    texts = list(_texts(documents, grounder))
    known = set(lexicon.names)
    own = {name: one.documents for name, one in seen.items() if name not in known}
    stops: set[_Key] = set()
    groups: set[Group] = set()
    kept: set[_Key] = set()
    for _ in range(_ROUNDS):
        counts = _counts(texts, _Meanings(whole, grounder, stops, groups, kept), own, kinds)
        groups |= _bad_groups(counts, kinds, plan)
        more, good = _judged(counts, kinds, plan)
        kept |= good
        stops |= more
    return Lessons(
        names=names, stops=tuple(sorted(stops)), groups=tuple(sorted(groups)), kept=tuple(sorted(kept - stops))
    )


def _labelled(documents: Iterable[LabelledDocument]) -> dict[str, _Seen]:
    rules = Admission()
    seen: dict[str, _Seen] = {}
    for document in documents:
        for mention in document.mentions:
            surface = document.surface(mention)
            name = normalize(surface).text.strip()
            if not 1 < len(name) <= _LONGEST or not any(map(str.isalpha, name)):
                continue
            one = seen.setdefault(name, _Seen(Counter(), Counter(), Counter(), set()))
            one.types[mention.type] += 1
            one.concepts[mention.ids] += 1
            one.exact[rules.exact(surface, mention.type)] += 1
            one.documents.add(document.id)
    return seen


def _taught(name: str, one: _Seen) -> Taught:
    concepts = next((ids for ids, _ in one.concepts.most_common() if ids), ())
    forms = () if one.exact.get("") else tuple(sorted(one.exact))
    return Taught(name, one.types.most_common(1)[0][0], concepts, forms)


def _texts(documents: Iterable[LabelledDocument], grounder: Grounder) -> Iterator[_Text]:
    for document in documents:
        mentions: dict[str, list[LabelledMention]] = defaultdict(list)
        for mention in document.mentions:
            mentions[mention.passage].append(mention)
        for passage in document.passages:
            gold = {(one.start, one.end): family(one.type) for one in mentions[passage.key]}
            yield _Text(document.id, passage, grounder.hits(passage.text, passage.language), gold)


class _Meanings:
    """The group and family that a name has, by what is stopped so far."""

    def __init__(
        self, lexicon: Lexicon, grounder: Grounder, stops: set[_Key], groups: set[Group], kept: set[_Key]
    ) -> None:
        self._lexicon = lexicon
        self._grounder = grounder
        self._stopped = stops, groups, kept
        self._known: dict[tuple[int, str], Group | None] = {}

    def of(self, number: int, surface: str, language: str) -> tuple[str, Group] | None:
        """The name and how it came to mean what it means."""
        key = (number, surface)
        if key not in self._known:
            self._known[key] = self._found(number, surface, language)
        group = self._known[key]
        return (self._lexicon.names[number], group) if group else None

    def _found(self, number: int, surface: str, language: str) -> Group | None:
        stops, groups, kept = self._stopped
        name = self._lexicon.names[number]
        meaning = self._grounder.meaning(number, surface, language)
        if meaning is None:
            return None
        places = {candidate.concept: place for place, candidate in enumerate(meaning.candidates)}
        ways = sorted(
            (sense for sense in self._lexicon.senses[number] if sense.concept in places),
            key=lambda sense: places[sense.concept],
        )
        for sense in ways:
            group = group_of(name, sense)
            key = (name, group.family)
            if key not in stops and (group not in groups or key in kept):
                return group
        return None


class _Count(msgspec.Struct):
    right: int = 0
    wrong: int = 0


_Counts = dict[tuple[str, Group], _Count]


def _active(text: _Text, meanings: _Meanings, own: dict[str, set[str]]) -> Iterator[tuple[int, int, str, Group]]:
    """Start, end, name and group of what is found where nothing was learned from this document."""
    active: list[Hit] = []
    ways: dict[Hit, tuple[str, Group]] = {}
    for hit in text.hits:
        found = meanings.of(hit[2], text.passage.text[hit[0] : -hit[1]], text.passage.language)
        if found is not None and own.get(found[0]) != {text.document}:
            active.append(hit)
            ways[hit] = found
    for hit in longest(active):
        yield hit[0], -hit[1], *ways[hit]


def _counts(texts: Iterable[_Text], meanings: _Meanings, own: dict[str, set[str]], kinds: frozenset[str]) -> _Counts:
    """Right and wrong hits of each name and group; of families that are not labelled, wrong is what crosses a label."""
    counts: _Counts = defaultdict(_Count)
    for text in texts:
        for start, end, name, group in _active(text, meanings, own):
            if group.family in kinds:
                right = text.gold.get((start, end)) == group.family
            else:
                right = not any(first < end and start < last for first, last in text.gold)
            one = counts[name, group]
            one.right += right
            one.wrong += not right
    return counts


def _shares(counts: _Counts) -> dict[Group, tuple[float, int]]:
    """The share of right hits of each group, every name counted at most five times, and its number of hits."""
    totals: dict[Group, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for (_, group), one in counts.items():
        scale = min(1.0, 5 / (one.right + one.wrong))
        totals[group][0] += one.right * scale
        totals[group][1] += (one.right + one.wrong) * scale
    return {group: (right / every, round(every)) for group, (right, every) in totals.items()}


def _bad_groups(counts: _Counts, kinds: frozenset[str], plan: Plan) -> set[Group]:
    return {
        group
        for group, (share, hits) in _shares(counts).items()
        if group.family in kinds and hits >= 10 and share < plan.share
    }


def _judged(counts: _Counts, kinds: frozenset[str], plan: Plan) -> tuple[set[_Key], set[_Key]]:
    """(names to stop, names to keep though their group is bad)."""
    shares = _shares(counts)
    stops, kept = set(), set()
    for (name, group), one in counts.items():
        share = (one.right + plan.weight * shares[group][0]) / (one.right + one.wrong + plan.weight)
        key = (name, group.family)
        if share < (plan.share if group.family in kinds else 1 - plan.overlaps):
            stops.add(key)
        elif one.right:
            kept.add(key)
    return stops, kept
