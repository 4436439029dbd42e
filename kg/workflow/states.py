"""The states of everything that is proposed, and the only ways between them: one table."""

from __future__ import annotations

import unicodedata
from typing import Literal, get_args

import msgspec

from kg.errors import NotInState, OthersProposal, OwnProposal

State = Literal["draft", "submitted", "in-review", "accepted", "rejected", "withdrawn", "released", "in-force"]
"""``released`` is where edits end, ``in-force`` where what is asked about rules does."""
STATES: tuple[State, ...] = get_args(State)
Action = Literal["submit", "revise", "take", "accept", "reject", "withdraw", "reopen", "release", "approve"]
ACTIONS: tuple[Action, ...] = get_args(Action)


class Transition(msgspec.Struct, frozen=True):
    """``who``: the ``author`` alone, anybody but the author (``reviewer``), or the ``release`` that takes it along."""

    before: tuple[State, ...]
    after: State
    who: Literal["author", "reviewer", "release"]


TRANSITIONS: dict[Action, Transition] = {
    "submit": Transition(("draft",), "submitted", "author"),
    "revise": Transition(("submitted", "in-review", "rejected"), "draft", "author"),
    "withdraw": Transition(("draft", "submitted", "in-review"), "withdrawn", "author"),
    "take": Transition(("submitted",), "in-review", "reviewer"),
    "accept": Transition(("submitted", "in-review"), "accepted", "reviewer"),
    "reject": Transition(("submitted", "in-review"), "rejected", "reviewer"),
    "reopen": Transition(("accepted",), "in-review", "reviewer"),
    "release": Transition(("accepted",), "released", "release"),
    "approve": Transition(("submitted", "in-review"), "in-force", "reviewer"),
}


def moved(action: Action, state: State, author: str, person: str, name: str = "") -> State:
    """The state after ``person`` did ``action``; ``name`` is told in errors.

    Raises NotInState, OwnProposal where an author would judge the own work, OthersProposal.

    >>> moved("submit", "draft", "li", "li")
    'submitted'
    """
    way = TRANSITIONS[action]
    own = same_person(author, person)
    if way.who == "reviewer" and own:
        raise OwnProposal(name=name)
    if way.who == "author" and not own:
        raise OthersProposal(name=name)
    if state not in way.before:
        raise NotInState(name=name, state=state, known=", ".join(way.before))
    return way.after


def same_person(one: str, other: str) -> bool:
    """Whether two names are one: width and case of letters, and spaces, make no other person.

    >>> same_person("Ｌｉ  Na", " li na"), same_person("li", "lin")
    (True, False)
    """
    plain, others = (" ".join(unicodedata.normalize("NFKC", name).casefold().split()) for name in (one, other))
    return plain == others
