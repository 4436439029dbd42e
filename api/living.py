"""Rules held against the literature whenever a generation is published: flags, tasks, what subscribers hear."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from api.keeping import Keeping
from api.settings import Settings
from kg.generation.feed import ChangeEvent
from kg.generation.kinds import FieldChange
from kg.generation.pointer import Shelf
from kg.model.ids import Ids, digest
from kg.model.standing import ENDED, Flag
from kg.query.records import LabelPair
from kg.rules.living import supports
from kg.rules.local import LocalConflict, Overrides
from kg.rules.shelf import installed, overrides
from kg.store.base import STORES, Snapshot
from kg.workflow.ruleflags import Doubt


class RuleReview(msgspec.Struct, frozen=True):
    """What a generation brought for rules: how many there are, what was flagged, local changes that do nothing now."""

    rules: int = 0
    flagged: tuple[Flag, ...] = ()
    conflicts: tuple[LocalConflict, ...] = ()


def review_rules(settings: Settings, generation: str) -> RuleReview:
    """Flag rules of a generation whose sources fell or whom new evidence contradicts, and hold local changes against
    their bases. Raises StoreError, IntegrityError.
    """
    folder = Shelf(settings.folder).path(generation)
    reader = STORES.load(settings.store).open(Snapshot(store=settings.store, path=folder / "store"))
    try:
        every = installed(reader)
        keeping = Keeping(settings)
        if not every:
            return RuleReview()
        decided = keeping.decided()
        conflicts = Overrides(overrides(reader), every).over((), decided)[1]
        owners = {one.mark.rule: one.author for one in decided.standings if one.mode not in ENDED}
        found = supports([one.rule for one in every], reader, Ids(settings.base))
        doubts = [
            Doubt(one.rule.id, one.pack, kind, about, what, one.rule.title.zh, owners.get(one.rule.id, one.rule.author))
            for one, support in zip(every, found, strict=True)
            for kind, about, what in support.doubts()
        ]  # fmt: skip
    finally:
        reader.close()
    return RuleReview(len(every), tuple(keeping.flags.found(doubts, generation)), tuple(conflicts))


def rule_events(settings: Settings, generation: str, published: str) -> Iterable[ChangeEvent]:
    """What a generation flagged, for the change feed: what changed, and why."""
    for flag in Keeping(settings).state.flags(generation):
        why = FieldChange("under-review", "", (), (f"{flag.kind} {flag.what} {flag.about}",))
        mark = digest(generation, "rule", flag.rule, flag.kind, flag.about, flag.what)
        yield ChangeEvent(mark, generation, published, "rule", "changed", flag.rule, LabelPair(), (why,))
