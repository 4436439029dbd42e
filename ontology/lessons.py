"""What labelled texts teach a dictionary: names that it lacks, and names that mostly mean something else.

A lexicon and its lessons make another lexicon, so whatever reads one needs to know nothing of training.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

import msgspec

from kg.errors import ConfigError
from ontology.lexicon import Lexicon, Sense

FOLDER, FILE = "names", "lessons.json"
"""Where a data folder keeps them: ``names/NAME/lessons.json``."""
SOURCE = "corpus"
"""Source of a sense that a corpus taught."""

LABELLED, DOUBTED = "labelled", "doubted"
"""Kinds of a sense: of a known name what texts mean by it, and what else a terminology has for it."""

FAMILIES: Mapping[str, str] = {"symptom": "disease", "drug": "chemical", "gene-family": "gene"}
"""Categories that corpora do not tell from each other."""


def family(category: str) -> str:
    """The category that stands for its family.

    >>> family("symptom"), family("test")
    ('disease', 'test')
    """
    return FAMILIES.get(category, category)


class Taught(msgspec.Struct, frozen=True, order=True):
    """A name that a corpus labels or curators add: normalised, with the forms whose capitals count, and what it means
    there. ``source`` becomes that of its senses."""

    name: str
    category: str
    concepts: tuple[str, ...]
    exact: tuple[str, ...] = ()
    source: str = SOURCE
    language: str = "en"


class Group(msgspec.Struct, frozen=True, order=True):
    """Senses that came to a name in one way; ``short`` tells names of up to three letters and digits."""

    family: str
    source: str
    kind: str
    form: str
    short: bool


class Lessons(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``stops`` are (name, family) that are not looked for any more; so are all names of ``groups`` but ``kept``.

    ``dropped`` are (name, concept): the name does not mean the concept, whatever else it means.
    """

    format: Literal["lessons.v1"] = "lessons.v1"
    names: tuple[Taught, ...] = ()
    stops: tuple[tuple[str, str], ...] = ()
    groups: tuple[Group, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()
    dropped: tuple[tuple[str, str], ...] = ()


def group_of(name: str, sense: Sense) -> Group:
    """How ``sense`` came to ``name``."""
    short = len(name) <= 8 and sum(map(str.isalnum, name)) <= 3
    return Group(family(sense.category), sense.source, sense.kind, sense.form, short)


def senses_of(taught: Taught) -> tuple[Sense, ...]:
    """Of a name that is taught."""
    forms = taught.exact or ("",)
    made = (
        Sense(concept, taught.category, taught.language, "exact", taught.source, "exact", exact)
        for concept in taught.concepts
        for exact in forms
    )
    return tuple(sorted(made))


def taught(lexicon: Lexicon, lessons: Lessons) -> Lexicon:
    """``lexicon`` with what ``lessons`` add and without what they stop.

    >>> from ontology.lexicon import LabelRow
    >>> lexicon = Lexicon.build([LabelRow("X:1", "disease", "en", "preferred", "made-up", "fall")])
    >>> learned = Lessons(names=(Taught("liver toxicity", "disease", ("X:2",)),), stops=(("fall", "disease"),))
    >>> taught(lexicon, learned).names
    ['liver toxicity']
    """
    stops, kept, groups = frozenset(lessons.stops), frozenset(lessons.kept), frozenset(lessons.groups)
    dropped = frozenset(lessons.dropped)
    made: dict[str, tuple[Sense, ...]] = {}
    for name, senses in zip(lexicon.names, lexicon.senses, strict=True):
        left = senses
        if groups or stops:
            left = tuple(sense for sense in left if not _stopped(name, sense, stops, kept, groups))
        if dropped:
            left = tuple(sense for sense in left if (name, sense.concept) not in dropped)
        if left:
            made[name] = left
    for one in lessons.names:
        if (one.name, family(one.category)) in stops:
            continue
        made[one.name] = tuple(sorted(_with(made.get(one.name, ()), one)))
    names = sorted(made)
    return Lexicon(names, [made[name] for name in names])


def unknown(lexicon: Lexicon, names: Iterable[Taught]) -> tuple[Taught, ...]:
    """Those that ``lexicon`` has no name of the kind for."""
    known = dict(zip(lexicon.names, lexicon.senses, strict=True))
    return tuple(one for one in names if not any(_rivals(sense, one) for sense in known.get(one.name, ())))


def _with(known: tuple[Sense, ...], one: Taught) -> Iterator[Sense]:
    """What a name means when texts say that it means ``one``: that comes first among the concepts of a terminology."""
    if not any(_rivals(sense, one) for sense in known):
        yield from {*known, *senses_of(one)}
        return
    named = {_terminology(concept) for concept in one.concepts}
    category = next(sense.category for sense in known if _rivals(sense, one))
    yield from {Sense(concept, category, one.language, LABELLED, one.source, "exact", "") for concept in one.concepts}
    for sense in known:
        other = _rivals(sense, one) and sense.concept not in one.concepts and _terminology(sense.concept) in named
        yield msgspec.structs.replace(sense, kind=DOUBTED) if other else sense


def _rivals(sense: Sense, one: Taught) -> bool:
    return not sense.exact and family(sense.category) == family(one.category)


def _terminology(concept: str) -> str:
    return concept.partition(":")[0]


def _stopped(
    name: str,
    sense: Sense,
    stops: frozenset[tuple[str, str]],
    kept: frozenset[tuple[str, str]],
    groups: frozenset[Group],
) -> bool:
    key = (name, family(sense.category))
    return key in stops or (bool(groups) and key not in kept and group_of(name, sense) in groups)


def read(path: Path) -> Lessons:
    """Raises ConfigError for a file that cannot be read or is no lessons."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Lessons)
    except (OSError, msgspec.MsgspecError) as error:
        raise ConfigError(where=path, reason=str(error)) from error
