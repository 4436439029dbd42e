"""The life of a mapping: proposed, judged, replaced; who said so, how sure, when.

``candidate``: it stands in the queue (ADR 24), so it is in no graph. ``stated``: a mapping set or terminology states it
and nobody here has judged it. ``confirmed`` and ``rejected``: a person judged it and another approved; the last
judgement on a pair counts. ``superseded``: a judgement that a later one of the same pair, or of the same subject with
another object of the same system, took the place of. Nothing is forgotten: ``Ledger.history`` has them all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Literal

import msgspec

from kg.model.concept import ConceptMapping
from kg.model.edit import AddMapping, Edit, ReleasedEdit, RemoveMapping
from ontology.curation.current import system

MappingState = Literal["candidate", "stated", "confirmed", "rejected", "superseded"]
Refusal = Literal["rejected", "confirmed", "confirmed-otherwise"]
_EXACT = "skos:exactMatch"


class Standing(msgspec.Struct, frozen=True):
    """What was said of a pair at one time. ``person`` said it, ``approver`` let it pass; ``date`` is a day (ISO 8601),
    empty where it is not known; ``origin``: a release, a mapping set or the number of a proposal."""

    mapping: ConceptMapping
    state: MappingState
    person: str = ""
    approver: str = ""
    date: str = ""
    origin: str = ""


class Ledger:
    """Everything said of mappings, in order: what sources state, what was released, what waits."""

    def __init__(
        self, released: Iterable[ReleasedEdit] = (), stated: Iterable[tuple[str, ConceptMapping]] = (),
        waiting: Iterable[tuple[str, str, Edit]] = (),
    ) -> None:  # fmt: skip
        """``stated``: (set, mapping); ``waiting``: (proposal, author, edit) that nobody has decided on."""
        self._said: defaultdict[tuple[str, str], list[Standing]] = defaultdict(list)
        self._exact: dict[tuple[str, str], str] = {}
        for origin, mapping in stated:
            state: MappingState = "rejected" if mapping.negative else "stated"
            self._say(Standing(mapping, state, mapping.author, mapping.reviewer, mapping.mapping_date, origin))
        for one in released:
            self._judge(one)
        for origin, author, edit in waiting:
            if isinstance(edit, AddMapping) and self.refusal(edit.mapping) is None:
                self._say(Standing(edit.mapping, "candidate", author, origin=origin))

    def _say(self, standing: Standing) -> None:
        self._said[_pair(standing.mapping)].append(standing)

    def _judge(self, released: ReleasedEdit) -> None:
        edit = released.edit
        if not isinstance(edit, AddMapping | RemoveMapping):
            return
        mapping = edit.mapping
        self._supersede(_pair(mapping))
        if isinstance(edit, RemoveMapping):
            return
        if not mapping.negative and mapping.predicate == _EXACT:
            # The newest exact match of a concept in a system takes the place of the one before.
            key = (mapping.subject, system(mapping.object))
            before = self._exact.get(key)
            if before not in (None, mapping.object):
                self._supersede((mapping.subject, before or ""))
            self._exact[key] = mapping.object
        state: MappingState = "rejected" if mapping.negative else "confirmed"
        self._say(Standing(mapping, state, released.author, released.approver, released.date, released.release))

    def _supersede(self, pair: tuple[str, str]) -> None:
        key = pair if pair in self._said else (pair[1], pair[0])
        for at, one in enumerate(self._said.get(key, ())):
            if one.state in ("confirmed", "rejected"):
                self._said[key][at] = msgspec.structs.replace(one, state="superseded")

    def history(self, one: str, other: str) -> list[Standing]:
        """All that was said of a pair, in either direction, in order."""
        return [*self._said.get((one, other), ()), *self._said.get((other, one), ())]

    def standing(self, one: str, other: str) -> Standing | None:
        """What holds of a pair now: the last judgement, else a candidate, else what a source states."""
        said = self.history(one, other)
        for states in (("confirmed", "rejected"), ("candidate",), ("stated",)):
            for found in reversed(said):
                if found.state in states:
                    return found
        return said[-1] if said else None

    def _now(self, state: MappingState) -> list[Standing]:
        return [
            found for pair in sorted(self._said) if (found := self.standing(*pair)) is not None and found.state == state
        ]

    @property
    def rejected(self) -> list[tuple[str, str]]:
        """Pairs that must not be proposed again, nor be used for inference."""
        return [_pair(found.mapping) for found in self._now("rejected")]

    @property
    def confirmed(self) -> list[ConceptMapping]:
        return [found.mapping for found in self._now("confirmed")]

    def refusal(self, mapping: ConceptMapping) -> Refusal | None:
        """Why a program (an importer, a run of candidates) may not propose a mapping; None where it may.

        A person may still propose the contrary of what was decided: this is how judgements change.
        """
        found = self.standing(mapping.subject, mapping.object)
        if found is not None and found.state == "rejected":
            return "rejected"
        if found is not None and found.state == "confirmed":
            return "confirmed"
        other = self._exact.get((mapping.subject, system(mapping.object)))
        held = self.standing(mapping.subject, other) if other else None
        if held is not None and held.state == "confirmed" and mapping.predicate == _EXACT:
            return "confirmed-otherwise"
        return None


def _pair(mapping: ConceptMapping) -> tuple[str, str]:
    return mapping.subject, mapping.object
