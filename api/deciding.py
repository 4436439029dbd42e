"""Decided and proposed mappings on their way into the queue (ADR 24, 27)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import msgspec

from api import wiring
from api.releasing import opened
from api.settings import Settings
from api.workbench import Found
from kg.errors import EditRefused, GateRefused
from kg.generation.indexes import open_indexes
from kg.model.concept import Concept
from kg.model.edit import AddMapping, Edit, NewConcept
from kg.model.ids import Ids
from kg.workflow.proposals import Content, Person, Proposal
from ontology.curation.applying import applied
from ontology.curation.conflicts import states
from ontology.curation.gate import gate
from ontology.curation.graph import GraphConcepts
from ontology.mapping.candidate import MappingCandidate
from ontology.mapping.life import Ledger
from ontology.mapping.systems import Systems
from ontology.mapping.worksheet import TOOL, Decision, edits

FORM = "mapping"
MACHINE = "medkg-mappings"
"""The author of what programs propose; nobody can sign in by this name, so any reviewer may judge it."""
AT_ONCE = 100
"""Mappings of one machine proposal: what a person can look through in one go."""
_LONGEST_NAME = 80


class Enqueued(msgspec.Struct, frozen=True):
    """``refused``: candidates that the gate would not let pass, so that nobody is asked about them."""

    proposals: tuple[Proposal, ...]
    edits: int
    refused: int


def submit(
    settings: Settings, decisions: Sequence[Decision], person: Person, new: Mapping[str, Concept], name: str
) -> Proposal:
    """One proposal with all decisions of a sheet, submitted: another person approves it.

    Codes of registered local systems that the graph has not are made with it, as ``new`` has them or as the sheet
    names them. Raises EditRefused and GateRefused for decisions that could not be accepted; then nothing is written.
    """
    today = datetime.now(UTC).date().isoformat()
    starts = tuple(one.iri for one in Systems(settings.folder).all())
    with _current(settings) as (concepts, generation):
        named = {one.subject: one.concept() for one in decisions if starts and one.subject.startswith(starts)}
        known = {**named, **new}
        lacking = {one: concept for one, concept in known.items() if concepts.concept(one) is None}
        made = edits(decisions, person.name, today, lacking)
        _judge(made, concepts, Ids(settings.base), name)
        content = Content(made, states(made, concepts.concept), generation)
    proposals = wiring.proposals(settings)
    reason = "; ".join(f"{one.position}: {one.comment}" for one in decisions if one.comment)
    draft = Proposal(name[:_LONGEST_NAME], person.name, form=FORM, title=name[:200], reason=reason)
    added = proposals.add(draft, person, content)
    return proposals.move("submit", added.id, person)


def enqueue(
    settings: Settings, found: Iterable[Found], known: Ledger, least: float, new: Mapping[str, Concept], name: str
) -> Enqueued:
    """Machine proposals for the best candidate of each concept that is at least so sure, in portions.

    What waits in the queue, was rejected, or would take the place of what is confirmed is not proposed.
    """
    rows = [one for row in found for one in row.candidates[:1] if one.confidence >= least and _open(known, one)]
    proposals = wiring.proposals(settings)
    machine = Person(MACHINE, "machine")
    made: list[Proposal] = []
    refused = counted = 0
    with _current(settings) as (concepts, generation):
        for start in range(0, len(rows), AT_ONCE):
            changes: list[Edit] = []
            for one in rows[start : start + AT_ONCE]:
                own = _edits(one, new, concepts)
                try:
                    _judge(own, concepts, Ids(settings.base), name)
                    changes += own
                except (EditRefused, GateRefused):
                    refused += 1
            if not changes:
                continue
            content = Content(tuple(changes), states(changes, concepts.concept), generation)
            title = f"{name} ({start // AT_ONCE + 1})" if len(rows) > AT_ONCE else name
            draft = Proposal(name[:_LONGEST_NAME], MACHINE, kind="machine", form=FORM, title=title[:200])
            added = proposals.add(draft, machine, content)
            made.append(proposals.move("submit", added.id, machine))
            counted += len(changes)
    return Enqueued(tuple(made), counted, refused)


@contextmanager
def _current(settings: Settings) -> Iterator[tuple[GraphConcepts, str]]:
    """Concepts as the gate asks about them, and the id of the generation."""
    with opened(settings) as (reader, folder, manifest):
        yield GraphConcepts(reader, open_indexes(folder, None).text, Ids(manifest.base)), manifest.id


def _edits(one: MappingCandidate, new: Mapping[str, Concept], concepts: GraphConcepts) -> tuple[Edit, ...]:
    mapping = AddMapping(msgspec.structs.replace(one.mapping(), tool=TOOL))
    lacking = one.subject in new and concepts.concept(one.subject) is None
    return (NewConcept(new[one.subject]), mapping) if lacking else (mapping,)


def _judge(made: Sequence[Edit], concepts: GraphConcepts, ids: Ids, name: str) -> None:
    """Raises EditRefused, GateRefused."""
    applied(made, concepts.concept)
    verdict = gate(made, concepts, ids)
    if verdict.refused:
        raise GateRefused(name=name, finding=next(one for one in verdict.new if one.severity == "error"))


def _open(known: Ledger, one: MappingCandidate) -> bool:
    """Whether nobody has judged the pair, and it does not wait already."""
    standing = known.standing(one.subject, one.object)
    waits = standing is not None and standing.state == "candidate"
    return not waits and known.refusal(one.mapping()) is None
