"""What became of the concepts of a proposal since its edits were written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from kg.errors import EditRefused
from kg.model.concept import Concept, Label, Xref
from kg.model.edit import AddParent, Deprecate, Edit, Merge, concepts_of
from ontology.curation.applying import Look, applied

_SHOWN = ("labels", "definitions", "parents", "xrefs", "notations", "deprecated", "replaced_by", "category")


class FieldConflict(msgspec.Struct, frozen=True):
    """What one field said when the edits were written and says no more (``gone``), and what it says since."""

    field: str
    gone: tuple[str, ...]
    come: tuple[str, ...]


class StateConflict(msgspec.Struct, frozen=True):
    """A concept that is other than it was. ``appeared`` and ``vanished``: it was not there, or is not any more."""

    concept: str
    fields: tuple[FieldConflict, ...] = ()
    appeared: bool = False
    vanished: bool = False


class EditMisfit(msgspec.Struct, frozen=True):
    """An edit that cannot be applied: its ``position`` from 1, its concept, and why (in both languages)."""

    position: int
    concept: str
    message: dict[str, str]


def states(edits: Iterable[Edit], look: Look) -> dict[str, Concept | None]:
    """The concepts that edits change or lead to, as they are now."""
    names = dict.fromkeys(name for edit in edits for name in (*concepts_of(edit), *_led_to(edit)))
    return {name: look(name) for name in names}


def conflicts(before: Mapping[str, Concept | None], look: Look) -> list[StateConflict]:
    """Every concept of ``before`` that is other now."""
    found = []
    for name, old in before.items():
        new = look(name)
        if old == new:
            continue
        if old is None or new is None:
            found.append(StateConflict(name, appeared=old is None, vanished=new is None))
        elif fields := tuple(_fields(old, new)):
            found.append(StateConflict(name, fields))
    return found


def misfit(edits: Iterable[Edit], look: Look) -> EditMisfit | None:
    """The first edit that cannot be applied to the concepts as they are now."""
    try:
        applied(edits, look)
    except EditRefused as error:
        position, name = error.params["position"], error.params["name"]
        return EditMisfit(int(str(position)), str(name), {code: error.text(code) for code in ("zh", "en")})
    return None


def _fields(old: Concept, new: Concept) -> Iterable[FieldConflict]:
    for name in _SHOWN:
        before, after = _told(getattr(old, name)), _told(getattr(new, name))
        gone, come = tuple(one for one in before if one not in after), tuple(one for one in after if one not in before)
        if gone or come:
            yield FieldConflict(name, gone, come)


def _told(value: object) -> tuple[str, ...]:
    values = value if isinstance(value, tuple) else (value,)
    return tuple(map(_text, values))


def _text(value: object) -> str:
    if isinstance(value, Label):
        return f"{value.value}@{value.language} ({value.kind})"
    if isinstance(value, Xref):
        return f"{value.relation} {value.curie}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _led_to(edit: Edit) -> tuple[str, ...]:
    match edit:
        case AddParent(_, parent):
            return (parent,)
        case Deprecate(_, replaced_by):
            return replaced_by
        case Merge(_, into):
            return (into,)
    return ()
