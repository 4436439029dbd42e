"""The gate: what is wrong with edits before anybody approves them, and what was wrong before them.

Only what the edits bring in refuses a proposal. Findings are looked for in the concepts that they change, and, as far
as a change elsewhere may bring them, in those right above and below these and those that match them, before and after.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

import msgspec

from kg.model.concept import Concept
from kg.model.edit import AddMapping, Edit
from kg.model.finding import Finding, Identity
from kg.model.ids import Ids
from ontology.curation.current import Current, system
from ontology.curation.edited import Edited, edited
from ontology.curation.quality import RELATIONS, quality
from ontology.curation.references import reference_findings
from ontology.curation.shaping import shape_findings


class Verdict(msgspec.Struct, frozen=True):
    """``new``: what the edits bring in; ``stood``: what was so before, and still is; ``gone``: what they mend."""

    new: tuple[Finding, ...]
    stood: tuple[Finding, ...] = ()
    gone: tuple[Finding, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the edits bring in an error."""
        return any(finding.severity == "error" for finding in self.new)


def gate(edits: Sequence[Edit], current: Current, ids: Ids) -> Verdict:
    """The verdict on ``edits``; pure, and the same for the same concepts."""
    there = Edited(current, edits)
    changed = sorted({curie for edit in edits for curie in edited(edit)} | there.changed.keys())
    beside = _beside(changed, current, there)
    before, now = (_listed(changed, beside, view) for view in (current, there))
    now |= _told(_tops([*changed, *beside], current, there))
    mappings = [edit.mapping for edit in edits if isinstance(edit, AddMapping)]
    if shaped := _told(shape_findings(there.changed.values(), mappings, ids)):
        before |= _told(shape_findings(_concepts(there.changed, current), (), ids))
        now |= shaped
    brought = _told(reference_findings(edits, current, ids))
    brought |= {identity: one for identity, one in now.items() if identity not in before}
    return Verdict(
        new=_ordered(brought.values()),
        stood=_ordered(one for identity, one in now.items() if identity in before),
        gone=_ordered(one for identity, one in before.items() if identity not in now),
    )


def _listed(changed: Iterable[str], beside: Iterable[str], view: Current) -> dict[Identity, Finding]:
    """The whole list of what changes, and what the change may bring upon those beside it."""
    return _told(chain(quality(_concepts(changed, view), view), quality(_concepts(beside, view), view, RELATIONS)))


def _told(findings: Iterable[Finding]) -> dict[Identity, Finding]:
    return {one.identity: one for one in findings}


def _ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Errors first."""
    return tuple(sorted(findings, key=lambda one: (one.severity, one.code, one.concept, one.about)))


def _beside(changed: Sequence[str], current: Current, there: Edited) -> list[str]:
    """The neighbours of the concepts that edits change, before and after."""
    found: set[str] = set()
    for curie in changed:
        for view in (current, there):
            concept = view.concept(curie)
            found |= {*(concept.parents if concept else ()), *view.children(curie)}
            found |= {subject for subject, _ in view.matching(curie)}
    return sorted(found.difference(changed))


def _concepts(scope: Iterable[str], view: Current) -> list[Concept]:
    return [concept for curie in scope if (concept := view.concept(curie)) is not None]


def _tops(scope: Iterable[str], current: Current, there: Edited) -> Iterable[Finding]:
    """Concepts that edits leave at the top of a hierarchy where they had something above them, or that are new."""
    for curie in scope:
        before, now = current.concept(curie), there.concept(curie)
        if now is None or now.parents or now.deprecated or (before is not None and not before.parents):
            continue
        if current.hierarchical(system(curie)) and there.children(curie):
            yield Finding("becomes-top", curie)
