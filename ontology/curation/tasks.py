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
from ontology.curation.current import HeldConcepts
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
    for row in reader.select(named("curation/unlinked")):
        surface = lexical(row["surface"])
        yield Task("unlinked-term", surface[:500], surface[:200], int(lexical(row["places"])))
    for row in reader.select(named("curation/weak")):
        surface, concept = lexical(row["surface"]), ids.curie(lexical(row["concept"]))
        title = f"{surface} → {concept} ({lexical(row['least'])})"
        yield Task("weak-link", f"{surface} {concept}"[:500], title[:200], int(lexical(row["places"])))
    held = HeldConcepts(every_concept(reader, ids))
    for finding in quality(held, held):
        if finding.code in _CONFLICTS:
            title = f"{finding.concept}: {finding.about} {', '.join(finding.path)}"
            yield Task("label-conflict", f"{finding.concept} {finding.about}"[:500], title[:200], PLACES)


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
