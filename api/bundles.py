"""Rule bundles: what a service answers, in one file that answers without it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from api.decisions import Decisions, Evaluation, answered
from api.knowledge import Knowledge
from kg.errors import BundleRefused
from kg.model.case import Case
from kg.model.ids import Ids
from kg.model.standing import Kill
from kg.rules.bundle import DAYS, Bundle, BundledMeanings, Content, Term, write_bundle
from kg.rules.engine import Engine
from kg.rules.facts import Unused
from kg.rules.firing import Firing
from kg.rules.ruleset import Asked
from kg.rules.units import Units
from ontology.bundled import BundledResolver, words


def bundle(decisions: Decisions, found: Knowledge, path: Path, *, days: int = DAYS, key: Path | None = None) -> str:
    """Write the rules of a generation as they may fire now, for ``days``, and give the id of the file. ``key``: a
    private key (PEM file) to sign it with.

    Raises BundleRefused for too many days, ConfigError for a file that is no key, StorageFull, StoreError.
    """
    shelf, ids = decisions.shelf(found), found.naming.ids
    held = words(found.reader, ids, found.annotator.lexicon, shelf.local)
    rules = shelf.engine.ruleset
    content = Content(
        firings=tuple(rules.rules.values()), approvals=shelf.approvals,
        meanings={name: (tuple(sorted(one.same)), tuple(sorted(one.within))) for name, one in shelf.meanings.items()},
        names=held.names, known=held.known, meant=held.meant, local=held.local,
    )  # fmt: skip
    return write_bundle(
        path, content, generation=found.id, base=ids.base, rules=rules.mark, term=Term(decisions.now(), days), key=key
    )  # fmt: skip


class Bundled:
    """A bundle that answers cases, within its days and where somebody vouches for it."""

    def __init__(
        self, opened: Bundle, clock: Callable[[], datetime] = lambda: datetime.now(UTC), kills: Iterable[Kill] = ()
    ) -> None:  # fmt: skip
        """``kills``: what was stopped since it was written. Raises BundleRefused where that is a local change, since
        what the rule was without it is not in the bundle."""
        content = opened.content
        self._opened, self._clock = opened, clock
        self._generation, self._approvals = opened.manifest.generation, content.approvals
        self._engine = Engine(
            tuple(_left(opened, content.firings, tuple(kills))), BundledMeanings(content.meanings),
            BundledResolver(content, Ids(opened.manifest.base)), Units(),
        )  # fmt: skip

    def evaluate(self, case: Case, asked: Asked) -> Evaluation:
        """As the service that wrote the bundle answers, but for paths and near codes. Notes are not read: each is told
        as not understood. Raises BundleRefused before its first day and after its last, and where neither its id nor
        its signature was checked: no card is better than one of a rule that was stopped since."""
        now = self._clock()
        self._opened.answering(now)
        decision = self._engine.decide(case, asked, now)
        unread = tuple(Unused(f"/notes/{number}", "not-understood") for number in range(len(case.notes or ())))
        told = msgspec.structs.replace(decision, problems=decision.problems + unread)
        return answered(self._generation, case, told, asked.limit, self._engine.ruleset, self._approvals)


def _left(opened: Bundle, firings: Iterable[Firing], kills: tuple[Kill, ...]) -> Iterator[Firing]:
    """The rules that no switch stops."""
    for one in firings:
        for kill in kills:
            # The version of a changed rule names each change: ``1+local:narrow@2``.
            if kill.kind == "rule" and f"+{kill.name}@" in one.rule.version:
                raise BundleRefused(path=opened.path, why="bundle-change", name=kill.name)
        if not any(kill.stops(one.installed.pack, one.rule.id) for kill in kills):
            yield one
