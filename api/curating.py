"""Proposals as the service handles them: written, looked at, judged, undone, against the generation that it serves."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections import OrderedDict
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import msgspec

import api
from api import wiring
from api.knowledge import Knowledge
from api.releasing import Order
from api.settings import Settings
from kg.errors import EditsConflict, GateRefused, NotInState
from kg.model.edit import Correct, Edit, ReleasedEdit
from kg.model.finding import FindingRecord
from kg.model.ids import Ids
from kg.workflow.audit import Audit
from kg.workflow.database import open_database
from kg.workflow.jobs import Jobs
from kg.workflow.proposals import Comment, Content, Kind, Person, Proposal, Proposals
from kg.workflow.queue import Happening, Past, Queue
from kg.workflow.releases import CurationRelease, Releases
from kg.workflow.states import Action, moved
from ontology.curation.applying import Look, applied
from ontology.curation.conflicts import EditMisfit, StateConflict, conflicts, misfit, states
from ontology.curation.gate import Verdict, gate
from ontology.curation.graph import GraphConcepts
from ontology.curation.inverse import inverse
from ontology.curation.shelf import ReleaseFiles, check_version

RELEASE = "release"
_MOST_JUDGED = 500
"""Edits that the gate looks at whenever a proposal is shown."""
_KEPT = 256


class Dossier(msgspec.Struct, frozen=True):
    """A proposal with everything that whoever judges it needs.

    ``conflicts``: what became of its concepts since it was written; ``misfit``: the first edit that cannot be applied
    any more; ``findings``: what the gate says against it (only of what is not released yet). ``judged`` is false where
    there are too many edits to look at them each time: then the gate is asked when it is submitted and accepted.
    """

    proposal: Proposal
    edits: tuple[Edit, ...]
    conflicts: tuple[StateConflict, ...]
    misfit: EditMisfit | None
    findings: tuple[FindingRecord, ...]
    judged: bool
    comments: tuple[Comment, ...]
    history: tuple[Happening, ...]


class ReleaseStarted(msgspec.Struct, frozen=True):
    """``job`` tells how it goes (``/api/v1/jobs/{number}``)."""

    release: CurationRelease
    job: int


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants to propose."""

    edits: tuple[Edit, ...]
    title: str = ""
    reason: str = ""
    form: str = ""
    kind: Kind = "human"
    undoes: str = ""


class Curating:
    """The desk of one data folder; its database is opened when first asked."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._tasks: set[asyncio.Task[None]] = set()
        self._verdicts: OrderedDict[tuple[int, int, str], Verdict] = OrderedDict()

    @cached_property
    def _opened(self) -> tuple[Proposals, Queue, Releases, Jobs]:
        self._settings.folder.mkdir(parents=True, exist_ok=True)
        engine = open_database(self._settings.database_url)
        audit = Audit(engine, self._settings.folder)
        return Proposals(engine, audit), Queue(engine), Releases(engine, audit), Jobs(engine)

    @property
    def proposals(self) -> Proposals:
        return self._opened[0]

    @property
    def queue(self) -> Queue:
        return self._opened[1]

    @property
    def releases(self) -> Releases:
        return self._opened[2]

    def write(self, found: Knowledge, person: Person, written: Written) -> Proposal:
        """A draft; raises EditRefused where an edit does not fit the concepts as they are."""
        return self.enter(look_at(found), found.id, person, written)

    def enter(self, look: Look, generation: str, person: Person, written: Written) -> Proposal:
        """The same, against the concepts of ``generation``."""
        content = _content(look, generation, person, written.edits)
        proposal = Proposal(
            name="", author=person.name, kind=written.kind, title=written.title, reason=written.reason,
            form=written.form, undoes=written.undoes,
        )  # fmt: skip
        return self.proposals.add(proposal, person, content)

    def rewrite(self, found: Knowledge, number: int, person: Person, version: int, written: Written) -> Proposal:
        """Other edits in a draft; raises EditRefused and what ``Proposals.change`` raises."""
        content = _content(look_at(found), found.id, person, written.edits)
        return self.proposals.change(number, person, version, content, written.title, written.reason)

    def act(
        self, found: Knowledge, action: Action, number: int, person: Person, words: str, version: int | None,
        *, confirmed: bool,
    ) -> Proposal:  # fmt: skip
        """Do what ``kg.workflow.states`` names.

        Before a proposal is submitted or accepted it must pass the gate, and conflicts must be confirmed: raises
        EditsConflict, EditRefused, GateRefused, and what ``Proposals.move`` raises.
        """
        if action in ("submit", "accept"):
            # What is judged is what is accepted: whoever writes in between is told, and so is whoever accepts.
            proposal = self.proposals.get(number)
            version = version or proposal.version
            moved(action, proposal.state, proposal.author, person.name, str(number))
            content = self.proposals.content(number)
            self._judge(found, proposal, action, content)
            look = look_at(found)
            if content.states and (changed := conflicts(content.states, look)):
                if not confirmed:
                    raise EditsConflict(name=str(number), known=", ".join(one.concept for one in changed))
                again = Content(content.edits, states(content.edits, look), found.id)
                version = self.proposals.confirm(number, person, version, again).version
        return self.proposals.move(action, number, person, words, version)

    def _judge(self, found: Knowledge, proposal: Proposal, action: Action, content: Content) -> None:
        """Raises EditRefused, GateRefused, NotInState for a proposal that says nothing."""
        if not content.edits:
            if action == "submit" and proposal.kind != "feedback":
                raise NotInState(name=str(proposal.id), state="empty", known="a proposal with edits")
            return
        concepts = _concepts(found)
        applied(content.edits, concepts.concept)
        verdict = self._verdict(found, proposal, content)
        error = next((one for one in verdict.new if one.severity == "error"), None)
        if error is not None:
            raise GateRefused(name=str(proposal.id), finding=error)

    def dossier(self, found: Knowledge, number: int) -> Dossier:
        """Raises UnknownName."""
        proposal, content = self.proposals.get(number), self.proposals.content(number)
        past = self.queue.history(Past(proposal=number))
        concepts = _concepts(found)
        waiting = proposal.state != "released" and content.edits
        judged = bool(waiting) and len(content.edits) <= _MOST_JUDGED
        verdict = self._verdict(found, proposal, content) if judged else None
        return Dossier(
            proposal=proposal,
            edits=content.edits,
            conflicts=tuple(conflicts(content.states, concepts.concept)) if waiting else (),
            misfit=misfit(content.edits, concepts.concept) if waiting else None,
            findings=tuple(one.record() for one in verdict.new) if verdict else (),
            judged=judged,
            comments=tuple(self.proposals.comments(number)),
            history=tuple(past),
        )

    def _verdict(self, found: Knowledge, proposal: Proposal, content: Content) -> Verdict:
        """What the gate says; kept, because neither a version nor a generation changes."""
        key = proposal.id, proposal.version, found.id
        verdict = self._verdicts.get(key)
        if verdict is None:
            verdict = gate(content.edits, _concepts(found), Ids(found.manifest.base))
            self._verdicts[key] = verdict
            while len(self._verdicts) > _KEPT:
                self._verdicts.popitem(last=False)
        return verdict

    def taken_back(self, numbers: Sequence[int], reason: str) -> Written:
        """What takes released proposals back; raises NotInState where one is not released, UnknownName."""
        files = ReleaseFiles(self._settings.folder)
        for number in numbers:
            proposal = self.proposals.get(number)
            if proposal.state != "released":
                raise NotInState(name=str(number), state=proposal.state, known="released")
        lines = [line for head in files.heads() for line in files.edits(head.release)]
        wanted = set(numbers)
        undone = [line for line in lines if line.proposal in wanted]
        return _undone(undone, lines, ", ".join(map(str, numbers)), reason)

    def back_to(self, version: str, reason: str) -> Written:
        """What takes back everything that was released after a release; raises UnknownName, NotInState."""
        self.releases.find(check_version(version))
        files = ReleaseFiles(self._settings.folder)
        heads = files.heads()
        place = next(place for place, head in enumerate(heads) if head.release == version)
        undone = [line for head in heads[place + 1 :] for line in files.edits(head.release)]
        if not undone:
            raise NotInState(name=f"release {version}", state="the newest", known="a release before it")
        before = [line for head in heads[: place + 1] for line in files.edits(head.release)]
        return _undone(undone, before, f"after {version}", reason)

    async def release(self, version: str, person: Person, note: str, numbers: Sequence[int]) -> ReleaseStarted:
        """Begin a release, which a process of its own carries out; raises ConfigError, NotInState, NothingToRelease."""
        check_version(version)
        row = await asyncio.to_thread(self.releases.prepare, version, person, note, numbers)
        job = await asyncio.to_thread(self._opened[3].enter, RELEASE, {"release": version})
        self._begin(Order(self._settings, version, job))
        return ReleaseStarted(row[0], job)

    async def recover(self) -> None:
        """Go on with a release whose process has ended; at the start of the service, in a process of its own."""
        if await asyncio.to_thread(lambda: wiring.releases(self._settings).pending()) is not None:
            self._begin(Order(self._settings))

    def _begin(self, order: Order) -> None:
        task = asyncio.create_task(_process(order))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """End a release that runs; the next start finishes it."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _process(order: Order) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "api.releasing", cwd=Path(api.__file__).resolve().parent.parent,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await process.communicate(msgspec.json.encode(order))
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _concepts(found: Knowledge) -> GraphConcepts:
    return GraphConcepts(found.reader, found.indexes.text, Ids(found.manifest.base))


def _content(look: Look, generation: str, person: Person, edits: Sequence[Edit]) -> Content:
    signed = tuple(_signed(edit, person) for edit in edits)
    applied(signed, look)
    return Content(signed, states(signed, look), generation)


def _undone(undone: Sequence[ReleasedEdit], before: Sequence[ReleasedEdit], undoes: str, reason: str) -> Written:
    edits = inverse(undone, [line for line in before if line not in undone])
    return Written(edits=edits, reason=reason, form="undo", undoes=undoes[:200])


def look_at(found: Knowledge) -> Look:
    """The concepts of a generation, for whoever reads edits."""
    return _concepts(found).concept


def _signed(edit: Edit, person: Person) -> Edit:
    """Whoever proposes a correction makes it."""
    if isinstance(edit, Correct):
        correction = msgspec.structs.replace(edit.correction, by=person.name, reviewer="", position="")
        return Correct(correction)
    return edit
