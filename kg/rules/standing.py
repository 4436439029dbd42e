"""Which rules may fire: what was approved here, and nothing else.

``demo.json`` in the data folder names example packs that fire in the demonstration scope: on loopback, without an
issuer of tokens, marked on every card. No other activation exists yet, so outside of that nothing fires at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import msgspec

from kg.errors import ConfigError, UnknownName
from kg.rules.ruleset import Installed
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


def may_fire(known: Iterable[Installed], shown: Demonstration) -> list[Installed]:
    """The rules that fire: those of example packs that are shown."""
    packs = frozenset(shown.packs)
    return [one for one in known if one.example and one.pack in packs]
