"""The mapping workbench: what the command line and the routes share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from threading import Lock

import msgspec

from api import wiring
from api.knowledge import Knowledge
from api.settings import Settings
from kg.exchange.sssom import MappingSet, Provided, write
from kg.index.base import Encoder
from kg.model.concept import Concept, ConceptMapping
from kg.model.edit import AddMapping, Edit
from kg.model.finding import Finding
from kg.model.ids import Ids
from kg.store.base import Reader
from kg.terminology.terminology import Terminology
from kg.workflow.proposals import Proposals
from kg.workflow.queue import Queue, Wanted
from kg.workflow.states import State
from ontology.curation.released import read_edits
from ontology.curation.shelf import ReleaseFiles
from ontology.mapping.borrowing import Links
from ontology.mapping.candidate import MappingCandidate, Reason
from ontology.mapping.consistency import contradictions
from ontology.mapping.held import HeldVocabularies
from ontology.mapping.life import Ledger
from ontology.mapping.proposing import Proposer
from ontology.mapping.translation import Parts, readings
from ontology.mapping.vocabulary import Vocabulary
from ontology.mapping.worksheet import told

KEPT = 4
"""Prepared targets that a service keeps."""
_OPEN: tuple[State, ...] = ("submitted", "in-review", "accepted")
_MOST_WAITING = 2_000
_GENERATIONS = 2


class Found(msgspec.Struct, frozen=True):
    """One concept of the dictionary with its candidates, best first."""

    code: str
    concept: Concept
    candidates: tuple[MappingCandidate, ...]


class MappingReason(msgspec.Struct, frozen=True):
    """A reason, and the same in words by language; ``path``: concepts that lead from one to the other."""

    kind: str
    subject: str
    object: str
    score: float
    path: tuple[str, ...]
    text: dict[str, str]


class CandidateRecord(msgspec.Struct, frozen=True):
    """``confidence`` 0 to 1: how often such a candidate was right where it was calibrated."""

    subject: str
    object: str
    subject_label: str
    object_label: str
    confidence: float
    justification: str
    reasons: tuple[MappingReason, ...]


class FoundRecord(msgspec.Struct, frozen=True):
    """A row of the dictionary; ``name`` as it stands there."""

    code: str
    id: str
    name: str
    candidates: tuple[CandidateRecord, ...]


def record(found: Found) -> FoundRecord:
    name = next((label.value for label in found.concept.labels), "")
    return FoundRecord(found.code, found.concept.id, name, tuple(_candidate(one) for one in found.candidates))


def _candidate(one: MappingCandidate) -> CandidateRecord:
    return CandidateRecord(
        one.subject, one.object, one.subject_label, one.object_label, one.confidence, one.justification,
        tuple(_reason(reason) for reason in one.reasons),
    )  # fmt: skip


def _reason(reason: Reason) -> MappingReason:
    text = {language: told(reason, language) for language in ("zh", "en")}
    return MappingReason(reason.kind, reason.subject, reason.object, reason.score, reason.path, text)


Prepared = tuple[Vocabulary, Links, Parts]


class Workbench:
    """Candidates from one generation. Targets are prepared when they are first asked for and kept."""

    def __init__(
        self, reader: Reader, ids: Ids, terminology: Terminology | None, encoder: Encoder | None = None
    ) -> None:
        self._mappings = stated(terminology)
        self._held = HeldVocabularies(reader, ids, (mapping for _, mapping in self._mappings))
        self._encoder = encoder
        self._targets: dict[tuple[tuple[str, ...], tuple[str, ...]], Prepared] = {}
        self._lock = Lock()

    @property
    def mappings(self) -> list[tuple[str, ConceptMapping]]:
        """(graph, mapping) of everything that the generation states."""
        return self._mappings

    def concepts(self, systems: Sequence[str]) -> list[Concept]:
        return self._held.concepts(systems)

    def categories(self) -> dict[str, str]:
        """Of every concept."""
        return self._held.categories()

    def _target(self, to: Sequence[str], others: Sequence[str]) -> Prepared:
        key = tuple(sorted(set(to))), tuple(sorted(set(others)))
        with self._lock:
            found = self._targets.pop(key, None)
            if found is None:
                found = self._held.target(*key)
            self._targets[key] = found
            while len(self._targets) > KEPT:
                del self._targets[next(iter(self._targets))]
        return found

    def candidates(
        self, concepts: Iterable[Concept], to: Sequence[str], *, others: Sequence[str] = (), top: int = 5,
        ledger: Ledger | None = None,
    ) -> Iterator[Found]:  # fmt: skip
        """For each concept, in order; what the ledger says was rejected or confirmed is respected."""
        target, links, parts = self._target(to, others)
        rows = list(concepts)
        source = Vocabulary(rows, readings(rows, parts))
        ledger = ledger or Ledger()
        shared = {one: ways for prefix in sorted(set(to)) for one, ways in links.shared(source.place, prefix).items()}
        proposer = Proposer(
            source, target, shared=shared, encoder=self._encoder, rejected=ledger.rejected,
            confirmed=[(row.subject, row.object) for row in ledger.confirmed],
        )  # fmt: skip
        for concept in source.concepts:
            code = concept.notations[0] if concept.notations else concept.id
            yield Found(code, concept, tuple(proposer.candidates(concept.id, top)))


def stated(terminology: Terminology | None) -> list[tuple[str, ConceptMapping]]:
    """The mappings of a generation with the graph that states each."""
    if terminology is None:
        return []
    maps = terminology.table.maps
    return [
        (
            found.graph,
            ConceptMapping(
                one.subject, one.predicate, one.object, one.justification or "semapv:UnspecifiedMatching",
                one.confidence, one.negative, author=one.author,
            ),
        )
        for number, found in enumerate(maps.maps)
        for one in maps.of(number)
    ]  # fmt: skip


def ledger(
    folder: Path, queue: Queue | None = None, proposals: Proposals | None = None,
    mappings: Iterable[tuple[str, ConceptMapping]] = (),
) -> Ledger:  # fmt: skip
    """What was decided in a data folder, what waits in its queue, and what the generation denies."""
    waiting = list(_waiting(queue, proposals)) if queue and proposals else []
    denied = [(graph, mapping) for graph, mapping in mappings if mapping.negative]
    return Ledger(read_edits(ReleaseFiles(folder).current), denied, waiting)


def _waiting(queue: Queue, proposals: Proposals) -> Iterator[tuple[str, str, Edit]]:
    for state in _OPEN:
        for proposal in queue.list(Wanted(state=state), _MOST_WAITING):
            if proposal.form == "mapping":
                for edit in proposals.content(proposal.id).edits:
                    if isinstance(edit, AddMapping):
                        yield str(proposal.id), proposal.author, edit


class Workbenches:
    """Those of a running service: one for each of the generations that were asked last."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._benches: dict[str, Workbench] = {}
        self._findings: dict[str, list[Finding]] = {}
        self._lock = Lock()

    def _of(self, found: Knowledge) -> Workbench:
        with self._lock:
            bench = self._benches.pop(found.id, None)
            if bench is None:
                bench = Workbench(found.reader, found.naming.ids, found.terminology)
            self._benches[found.id] = bench
            while len(self._benches) > _GENERATIONS:
                old = next(iter(self._benches))
                del self._benches[old]
                self._findings.pop(old, None)
        return bench

    def candidates(
        self, found: Knowledge, concepts: Iterable[Concept], to: Sequence[str], others: Sequence[str], top: int
    ) -> list[Found]:
        bench, settings = self._of(found), self._settings
        known = ledger(settings.folder, wiring.queue(settings), wiring.proposals(settings), bench.mappings)
        return list(bench.candidates(concepts, to, others=others, top=top, ledger=known))

    def findings(self, found: Knowledge) -> list[Finding]:
        """Contradictions of a generation, looked for once."""
        bench = self._of(found)
        if found.id not in self._findings:
            made = list(contradictions((mapping for _, mapping in bench.mappings), bench.categories()))
            self._findings[found.id] = made
        return self._findings[found.id]


def decided_set(rows: Iterable[ConceptMapping], url: str, title: str, version: str, ids: Ids) -> str:
    """Decided mappings as an SSSOM file."""
    about = MappingSet(id=url, version=version, title=title)
    return "".join(write((Provided(row) for row in rows), about, ids))
