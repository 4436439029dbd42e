"""Rule bundles: what a service answers, in one file that answers without it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from api.decisions import Decisions, Evaluation, answered
from api.knowledge import Knowledge
from kg.model.case import Case
from kg.model.ids import Ids
from kg.rules.bundle import Bundle, BundledMeanings, Content, write_bundle
from kg.rules.engine import Engine
from kg.rules.facts import Unused
from kg.rules.ruleset import Asked
from kg.rules.units import Units
from ontology.bundled import BundledResolver, words


def bundle(decisions: Decisions, found: Knowledge, path: Path) -> str:
    """Write the rules of a generation as they may fire now, and give the id of the file.

    Raises StorageFull, StoreError.
    """
    shelf, ids = decisions.shelf(found), found.naming.ids
    held = words(found.reader, ids, found.annotator.lexicon, shelf.local)
    rules = shelf.engine.ruleset
    content = Content(
        firings=tuple(rules.rules.values()), approvals=shelf.approvals,
        meanings={name: (tuple(sorted(one.same)), tuple(sorted(one.within))) for name, one in shelf.meanings.items()},
        names=held.names, known=held.known, meant=held.meant, local=held.local,
    )  # fmt: skip
    return write_bundle(path, content, generation=found.id, base=ids.base, rules=rules.mark)


class Bundled:
    """A bundle that answers cases."""

    def __init__(self, opened: Bundle, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        content = opened.content
        self._generation, self._approvals, self._clock = opened.manifest.generation, content.approvals, clock
        self._engine = Engine(
            content.firings, BundledMeanings(content.meanings),
            BundledResolver(content, Ids(opened.manifest.base)), Units(),
        )  # fmt: skip

    def evaluate(self, case: Case, asked: Asked) -> Evaluation:
        """As the service that wrote the bundle answers, but for paths and near codes. Notes are not read: each is told
        as not understood."""
        decision = self._engine.decide(case, asked, self._clock())
        unread = tuple(Unused(f"/notes/{number}", "not-understood") for number in range(len(case.notes or ())))
        told = msgspec.structs.replace(decision, problems=decision.problems + unread)
        return answered(self._generation, case, told, asked.limit, self._engine.ruleset, self._approvals)
