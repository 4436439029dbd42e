"""What a generation shows to be done: terms that mean nothing, links that are doubtful, names that conflict.

Each becomes a row of the queue, once: what was done or rejected is not entered again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Literal

import msgspec

from kg.model.ids import Ids
from kg.model.terms import lexical
from kg.query.named import named
from kg.store.base import Reader
from kg.workflow.proposals import Person, Proposal, Proposals
from kg.workflow.queue import Queue, Wanted
from ontology.curation.current import HeldConcepts, spelling
from ontology.curation.graph import every_concept
from ontology.curation.quality import quality

TaskKind = Literal["unlinked-term", "weak-link", "label-conflict"]
MACHINE = Person("medkg", "machine")
PLACES = 3
"""Passages from which a term or a link is worth a look."""
MOST = 200
"""Tasks of a kind that are entered at once."""
_CONFLICTS = ("label-conflict", "label-several-preferred")


class Task(msgspec.Struct, frozen=True):
    """``subject`` tells it from others of its kind: a surface, or a concept; ``weight`` orders them."""

    kind: TaskKind
    subject: str
    title: str
    weight: int = 1


def tasks(reader: Reader, base: str) -> Iterator[Task]:
    """Those of one generation, by kind, the weightiest first."""
    ids = Ids(base)
    held = HeldConcepts(every_concept(reader, ids))
    for surface, places in _unlinked(reader, held):
        yield Task("unlinked-term", surface[:500], surface[:200], places)
    for row in reader.select(named("curation/weak")):
        surface, concept = lexical(row["surface"]), ids.curie(lexical(row["concept"]))
        title = f"{surface} → {concept} ({lexical(row['least'])})"
        yield Task("weak-link", f"{surface} {concept}"[:500], title[:200], int(lexical(row["places"])))
    for finding in quality(held, held):
        if finding.code in _CONFLICTS:
            title = f"{finding.concept}: {finding.about} {', '.join(finding.path)}"
            yield Task("label-conflict", f"{finding.concept} {finding.about}"[:500], title[:200], PLACES)


def _unlinked(reader: Reader, held: HeldConcepts) -> list[tuple[str, int]]:
    """Terms that mean no concept, and how many passages or documents have them: what a model marked in texts, and
    keywords that no name says; spellings count together under the most frequent."""
    places: dict[str, tuple[str, int]] = {}
    for query, name in (("curation/keywords", "keyword"), ("curation/unlinked", "surface")):
        counted: dict[str, tuple[str, int]] = {}
        for row in reader.select(named(query)):
            surface, number = lexical(row[name]), int(lexical(row["places"]))
            folded = spelling(surface)
            # What a model marked and nothing linked is worth a look even where a name says the same.
            if folded and (name == "surface" or not held.named(surface)):
                first, before = counted.get(folded, (surface, 0))
                counted[folded] = first, before + number
        for folded, (surface, number) in counted.items():
            if number > places.get(folded, ("", 0))[1]:
                places[folded] = surface, number
    return sorted(places.values(), key=lambda one: (-one[1], one[0]))


def enter(found: Iterable[Task], proposals: Proposals, queue: Queue) -> int:
    """Put tasks into the queue that were never there; how many."""
    known = {(row.form, row.subject) for row in _entered(queue)}
    entered = 0
    for _, rows in groupby(found, key=lambda task: task.kind):
        heavy = (task for task in rows if task.weight >= PLACES)
        new = [task for task in heavy if (task.kind, task.subject) not in known][:MOST]
        for task in new:
            row = Proposal(
                name="", author=MACHINE.name, kind="task", state="submitted", form=task.kind, subject=task.subject,
                title=task.title,
            )  # fmt: skip
            proposals.add(row, MACHINE)
        entered += len(new)
    return entered


def _entered(queue: Queue) -> Iterator[Proposal]:
    below: int | None = None
    while rows := queue.list(Wanted(kind="task"), 1_000, below):
        yield from rows
        below = rows[-1].id
