"""Which rules may fire: what was approved here, and nothing else.

Approvals stand in the workflow database alone (``kg.workflow.standings``) and name the text that was approved: a rule
that says something else, under whatever version, is a draft. ``demo.json`` in the data folder names example packs that
fire in the demonstration scope: on loopback, without an issuer of tokens, marked on every card.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from kg.errors import ConfigError, UnknownName
from kg.model.standing import ENDED, Decided, Flag, RuleMark, Standing, StandingMode
from kg.rules.content import mark_of
from kg.rules.firing import Firing, Installed, Mode
from kg.store.disk import storage, write_atomic

FOLDER, FILE = "rules", "demo.json"


class Demonstration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Packs that are shown in the demonstration scope."""

    packs: tuple[str, ...] = ()


def demonstrated(data: Path) -> Demonstration:
    """What the data folder says; nothing where it says nothing. Raises ConfigError for a damaged file."""
    path = data / FOLDER / FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=Demonstration)
    except FileNotFoundError:
        return Demonstration()
    except (OSError, msgspec.MsgspecError) as error:
        raise ConfigError(where=path, reason=str(error)) from error


def demonstrate(data: Path, known: Iterable[Installed], packs: Iterable[str]) -> Demonstration:
    """Show these packs, and no others; all example packs where none is named.

    Raises UnknownName for a pack that is not there or is no example, ConfigError where two packs have a rule of the
    same id, StorageFull, StoreError.
    """
    known = list(known)
    examples = {one.pack for one in known if one.example}
    wanted = tuple(sorted(set(packs))) or tuple(sorted(examples))
    for pack in wanted:
        if pack not in examples:
            raise UnknownName(kind="example pack", name=pack, known=", ".join(sorted(examples)))
    made = Demonstration(wanted)
    names = Counter(one.rule.id for one in may_fire(known, made))
    if twice := sorted(name for name, number in names.items() if number > 1):
        raise ConfigError(where=", ".join(wanted), reason=f"{', '.join(twice[:5])}: in more than one pack")
    path = data / FOLDER / FILE
    with storage(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, msgspec.json.encode(made))
    return made


_NOTHING = Decided()
_FIRES: dict[StandingMode, Mode] = {"shadow": "shadow", "pilot": "pilot", "active": "active"}


def may_fire(
    known: Iterable[Installed], shown: Demonstration, decided: Decided = _NOTHING, today: str = "",
    marks: Callable[[Installed], RuleMark] = mark_of,
) -> list[Firing]:  # fmt: skip
    """The rules that fire: those that were approved as they are installed, then those of example packs that are shown.

    What a kill switch stops is left out, whatever else holds; a rule that was ever approved here, in whatever text, is
    no example any more. ``today`` (ISO 8601) tells which reviews are overdue.
    """
    packs = frozenset(shown.packs)
    standings = {one.mark.rule: one for one in decided.standings}
    flags: dict[str, Flag] = {one.rule: one for one in reversed(decided.flags)}
    found = []
    for one in known:
        name = one.rule.id
        if any(kill.stops(one.pack, name) for kill in decided.kills):
            continue
        standing = standings.get(name)
        if standing is None:
            if one.example and one.pack in packs:
                found.append(Firing(one, "demo"))
        elif (mode := _FIRES.get(standing.mode)) and standing.mark.pack == one.pack and standing.mark == marks(one):
            review = review_of(standing, flags.get(name), today)
            found.append(Firing(one, mode, standing.scopes, standing.tier, review))
    return found


def review_of(standing: Standing, flag: Flag | None, today: str) -> str:
    """Why somebody is to look at a rule again: a key of ``[rules.review]`` and what it is about; empty for none."""
    if flag is not None:
        return f"{flag.kind} {flag.what} {flag.about}"
    return f"review-overdue {standing.review_due}" if overdue(standing, today) else ""


def overdue(standing: Standing, today: str) -> bool:
    """Whether it should have been reviewed before ``today``."""
    return standing.mode not in ENDED and bool(standing.review_due) and standing.review_due < today
