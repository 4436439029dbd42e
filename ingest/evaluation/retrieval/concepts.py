"""Concepts and the abstracts that people found them in: a name of a concept asks for what is about it.

The labels of the corpora judge, and nothing else reads them: not the index, not the names. An abstract is about a
concept that is labelled in its title, or twice. Corpora label diseases or diseases and chemicals, so a concept was
judged in the abstracts of those that label its type.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from ingest.evaluation.corpora import corpora, read
from ingest.evaluation.hierarchy import TREE
from ingest.evaluation.knowledge import Knowledge
from ingest.evaluation.retrieval.collection import Collection, Item, Question
from kg.errors import CorpusError

TYPES = ("disease", "chemical")
LEAST = 3
"""Abstracts that are about a concept that is asked for."""
FAMILY = "concepts"
_OFTEN = 2
_KINDS = ("preferred", "exact", "clinical")
_About = dict[str, set[str]]
"""Concept -> ids of abstracts."""


class Gold(msgspec.Struct, frozen=True):
    """``about``: what is about a concept; ``types``: the type that a concept is labelled as; ``judged``: abstracts in
    which a type is labelled."""

    items: tuple[Item, ...]
    about: Mapping[str, frozenset[str]]
    types: Mapping[str, str]
    judged: dict[str, frozenset[str]]


def gold(folder: Path) -> Gold:
    """What the labelled corpora of the test data say. Raises CorpusError where there are none."""
    items: dict[str, Item] = {}
    about: _About = defaultdict(set)
    types: dict[str, Counter[str]] = defaultdict(Counter)
    judged: _About = {kind: set() for kind in TYPES}
    for name, corpus in corpora(folder).items():
        kinds = [kind for kind in TYPES if kind in corpus.types]
        if corpus.by_hand or not kinds:
            continue
        for document in read(name, folder, "all"):
            title, text = (" ".join(one.text for one in document.passages if (one.kind == "title") is first)
                           for first in (True, False))  # fmt: skip
            items.setdefault(document.id, Item(document.id, title, text))
            titles = {one.key for one in document.passages if one.kind == "title"}
            times: Counter[str] = Counter()
            for mention in document.mentions:
                if mention.type in kinds:
                    for concept in mention.ids:
                        times[concept] += _OFTEN if mention.passage in titles else 1
                        types[concept][mention.type] += 1
            for kind in kinds:
                judged[kind].add(document.id)
            for concept, number in times.items():
                if number >= _OFTEN:
                    about[concept].add(document.id)
    if not items:
        raise CorpusError(path=folder, position="line 1", why="empty-corpus")
    return Gold(
        tuple(one for _, one in sorted(items.items())),
        {concept: frozenset(found) for concept, found in about.items()},
        {concept: min(counted, key=lambda kind: (-counted[kind], kind)) for concept, counted in types.items()},
        {kind: frozenset(found) for kind, found in judged.items()},
    )


def names(knowledge: Knowledge, language: str) -> dict[str, str]:
    """Concept -> a name in the language: the preferred one where there is any, else an exact synonym."""
    best: dict[str, tuple[int, str]] = {}
    for name, senses in zip(knowledge.lexicon.names, knowledge.lexicon.senses, strict=True):
        for sense in senses:
            if sense.language[:2] == language and sense.form == "exact" and sense.kind in _KINDS:
                told = _KINDS.index(sense.kind), name
                best[sense.concept] = min(told, best.get(sense.concept, told))
    return {concept: name for concept, (_, name) in best.items()}


def exact(folder: Path, knowledge: Knowledge) -> Collection:
    """The English name of a concept asks for what is about just that concept."""
    found = gold(folder)
    english = names(knowledge, "en")
    rows = ((one, english[one], found.about[one]) for one in _asked(found, english))
    return _collection("concepts", found, rows, narrower=False)


def with_narrower(folder: Path, knowledge: Knowledge) -> Collection:
    """The same for concepts with narrower ones (by the tree numbers of MeSH) that other abstracts are about: these are
    answers as well."""
    found = gold(folder)
    english = names(knowledge, "en")
    below = _below(folder, found.about)
    rows = ((one, english[one], found.about[one] | below[one]) for one in _asked(found, english) if one in below)
    return _collection(
        "concepts-narrower",
        found,
        (row for row in rows if row[2] & found.judged[found.types[row[0]]] > found.about[row[0]]),
        narrower=True,
    )


def chinese(folder: Path, knowledge: Knowledge) -> Collection:
    """The Chinese name of a concept asks for the English abstracts about it; its English name beside it."""
    return _bilingual("concepts-zh", folder, knowledge, hidden=False)


def chinese_unseen(folder: Path, knowledge: Knowledge) -> Collection:
    """The same where the dictionary knows no Chinese name of the concept."""
    return _bilingual("concepts-zh-unseen", folder, knowledge, hidden=True)


def _bilingual(name: str, folder: Path, knowledge: Knowledge, *, hidden: bool) -> Collection:
    found = gold(folder)
    english, chinese_ = names(knowledge, "en"), names(knowledge, "zh")
    rows = []
    for one in _asked(found, english):
        same = sorted(knowledge.crosswalk.ids(one), key=lambda other: (other != one, other))
        if label := next((chinese_[other] for other in same if other in chinese_), ""):
            rows.append((one, label, found.about[one]))
    made = _collection(name, found, rows, narrower=False)
    told = (
        msgspec.structs.replace(
            one, other=english[one.id], hidden=tuple(sorted(knowledge.crosswalk.ids(one.id))) if hidden else ()
        )
        for one in made.questions
    )
    return msgspec.structs.replace(made, questions=tuple(told))


def _asked(found: Gold, english: Mapping[str, str]) -> list[str]:
    """Concepts that enough abstracts are about, and that have an English name."""
    return sorted(
        one for one, about in found.about.items()
        if one in english and len(about & found.judged[found.types[one]]) >= LEAST
    )  # fmt: skip


def _below(folder: Path, about: Mapping[str, frozenset[str]]) -> Mapping[str, set[str]]:
    """Concept -> what is about any narrower one."""
    numbers: dict[str, list[str]] = defaultdict(list)
    owners: dict[str, str] = {}
    path = folder / TREE
    if not path.is_file():
        raise CorpusError(path=path, position="line 1", why="missing-file")
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            concept = f"MESH:{row['mesh_id']}"
            numbers[concept].append(row["mesh_tree_number"])
            owners[row["mesh_tree_number"]] = concept
    below: _About = defaultdict(set)
    for concept, found in about.items():
        for number in numbers.get(concept, ()):
            for above in _above(number):
                if owners.get(above, concept) != concept:
                    below[owners[above]] |= found
    return below


def _above(number: str) -> Iterator[str]:
    """
    >>> list(_above("C14.280.647"))
    ['C14.280', 'C14']
    """
    while "." in number:
        number = number.rpartition(".")[0]
        yield number


def _collection(
    name: str, found: Gold, rows: Iterable[tuple[str, str, Iterable[str]]], *, narrower: bool
) -> Collection:
    questions = {}
    judged = {}
    for concept, label, about in rows:
        group = found.types[concept]
        questions[concept] = Question(concept, label, group, narrower=narrower)
        judged[concept] = {one: 1 for one in sorted(about) if one in found.judged[group]}
    if not questions:
        raise CorpusError(path=name, position="line 1", why="no-questions")
    ordered = tuple(one for _, one in sorted(questions.items()))
    return Collection(name, found.items, ordered, judged, found.judged, FAMILY)


BUILT: Mapping[str, Callable[[Path, Knowledge], Collection]] = {
    "concepts": exact,
    "concepts-narrower": with_narrower,
    "concepts-zh": chinese,
    "concepts-zh-unseen": chinese_unseen,
}
