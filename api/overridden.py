"""Tasks for rules that are overridden too often: rows of the one queue of the curators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from api import wiring
from api.settings import Settings
from kg.workflow.alertreport import Tally
from kg.workflow.proposals import Person, Proposal
from kg.workflow.queue import Wanted

FORM = "rule-overridden"


def enter(
    settings: Settings, rows: Iterable[Tally], month: str, owners: Mapping[str, str], person: Person
) -> int:  # fmt: skip
    """Open a task for each rule and version that never had one; how many. ``owners``: author of each rule.

    Raises StoreError, IntegrityError.
    """
    queue, proposals = wiring.queue(settings), wiring.proposals(settings)
    entered = 0
    for row in rows:
        subject = f"{row.rule} {row.version}"[:500]
        if any(one.form == FORM for one in queue.list(Wanted(kind="task", subject=subject))):
            continue
        rate = f"{row.override_rate or 0:.0%}"
        reasons = ", ".join(f"{one.reason or '-'} {one.number}" for one in row.reasons)
        proposals.add(
            Proposal(
                name="", author="medkg", kind="task", state="submitted", form=FORM, subject=subject,
                title=f"{row.rule} {row.version}: {rate} ({row.accepted + row.overridden}), {month}"[:200],
                reason=f"author: {owners.get(row.rule) or '-'}; {reasons}",
            ),
            person,
        )  # fmt: skip
        entered += 1
    return entered
