"""A call of CDS Hooks as a case: which fields of the context of which hook hold what.

Only context and prefetch are read. ``fhirServer`` and ``fhirAuthorization`` have no field here, so neither can be used,
kept or logged. Context fields follow the hook pages of CDS Hooks (https://cds-hooks.hl7.org/#hook-library).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Annotated

import msgspec

from ingest.cases import fhir, kinds
from ingest.cases.chart import Chart, Unread, resources
from kg.model.case import Case, Event, Note, Scope

EXTENSION = "org.medkg"
OWN: frozenset[Event] = frozenset({"result-received", "prescription-review", "note-saved"})
"""Moments that CDS Hooks has no name for; their hooks have the reverse domain notation that it asks for."""
SECTIONS = ("patient", "conditions", "allergies", "medications", "procedures", "results")
"""Prefetch keys, each of which fills the list of a case with its name."""


class Context(msgspec.Struct, frozen=True):
    """What a hook's context holds that rules look at. ``required``: fields without which nothing can be judged;
    ``orders``: what is being ordered; ``selected``: names of those of them that are asked about; ``written``: what is
    being written down."""

    required: tuple[str, ...] = ()
    orders: str = ""
    selected: str = ""
    written: str = ""


CONTEXTS: dict[Event, Context] = {
    "patient-view": Context(),
    "order-select": Context(("draftOrders",), orders="draftOrders", selected="selections"),
    "order-sign": Context(("draftOrders",), orders="draftOrders"),
    "order-dispatch": Context(),
    "encounter-start": Context(),
    "encounter-discharge": Context(),
    "allergyintolerance-create": Context(("allergyIntolerance",), written="allergyIntolerance"),
    "problem-list-item-create": Context(("conditions",), written="conditions"),
    "medication-refill": Context(("medications",), orders="medications"),
    "appointment-book": Context(),
    "result-received": Context(("results",), written="results"),
    "prescription-review": Context(("draftOrders",), orders="draftOrders"),
    "note-saved": Context(("notes",)),
}


_EARLIER = {"allergyIntolerance": "allergyIntolerances"}
"""Field of a context -> its name in published examples of earlier FHIR versions."""


_Notes = Annotated[tuple[Note, ...], msgspec.Meta(min_length=1, max_length=10)]


class HookCall(msgspec.Struct, frozen=True):
    """What is read of a call; `fhirServer` and `fhirAuthorization` are not: nothing is fetched from anywhere."""

    hook: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    hookInstance: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]  # noqa: N815 - names of the specification
    context: dict[str, msgspec.Raw]
    prefetch: dict[str, msgspec.Raw] | None = None
    extension: dict[str, msgspec.Raw] | None = None


class Lacking(ValueError):
    """``names`` of prefetch keys whose data are needed and were not sent, or not wholly."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


class HookCase(msgspec.Struct, frozen=True):
    """The case of a call. ``others``: where resources stand in the context that name another patient; ``recent``: ids
    of cards that were shown before."""

    case: Case
    others: tuple[str, ...]
    recent: frozenset[str] = frozenset()


class _Link(msgspec.Struct, frozen=True):
    relation: str | None = None


class _Issue(msgspec.Struct, frozen=True):
    severity: str | None = None


class _Head(msgspec.Struct, frozen=True):
    resourceType: str | None = None  # noqa: N815
    id: str | None = None
    issue: tuple[_Issue, ...] | None = None
    link: tuple[_Link, ...] | None = None
    entry: tuple[fhir.Entry, ...] | None = None

    @property
    def name(self) -> str:
        return f"{self.resourceType}/{self.id}" if self.resourceType and self.id else ""


class _Extension(msgspec.Struct, frozen=True):
    """``scope``: who asks, for rules that hold in a part of a hospital. ``recent``: ids of cards that were shown before
    and are not to be said again. Another field is an error, not ignored."""

    scope: Scope = Scope()
    recent: Annotated[tuple[Annotated[str, msgspec.Meta(max_length=100)], ...], msgspec.Meta(max_length=1_000)] = ()


class _Wrapped(msgspec.Struct, frozen=True):
    resource: msgspec.Raw = msgspec.Raw(b"null")


def hook_name(event: Event) -> str:
    """The hook of a moment.

    >>> hook_name("order-sign"), hook_name("note-saved")
    ('order-sign', 'org.medkg.note-saved')
    """
    return f"{EXTENSION}.{event}" if event in OWN else event


def case_of(event: Event, call: HookCall, needed: Collection[str]) -> HookCase:
    """The case of a call; ``needed``: the sections that the rules of the moment look at.

    Raises Unread with the place of what does not fit, a patient who is not the one in context among it, and Lacking
    where something needed was not sent: absent, null, an OperationOutcome, or the first page of several.
    """
    patient = _text(call.context.get("patientId"), "$.context.patientId")
    given = CONTEXTS[event]
    context = {now: call.context[then] for now, then in _EARLIER.items() if then in call.context} | call.context
    for name in given.required:
        if _empty(context.get(name)):
            raise Unread(f"$.context.{name}", "missing")
    prefetch = call.prefetch or {}
    dispatched = _dispatched(context) if event == "order-dispatch" else ()
    whole = {name: _whole(prefetch.get(name)) and _told(name, prefetch[name]) for name in SECTIONS}
    whole["order"] = bool(dispatched) and _whole(prefetch.get("order"))
    lacking = [name for name in SECTIONS if name in needed and not whole[name]]
    chart = Chart(event, patient)
    found: set[str] = set()
    # Keys that were not asked for may hold anything, in part; their names are the caller's text.
    for name in (*SECTIONS, "order"):
        if not whole[name]:
            continue
        chart.open(name)
        if kinds.more(name, kinds.kinds_of(prefetch[name]) or ()):
            chart.leave_open(name)
        for place, resource in resources(prefetch[name], f"$.prefetch.{name}"):
            if not _same(resource, patient):
                raise Unread(place, "another patient than that of the context")
            if f"{type(resource).__name__}/{resource.id}" in dispatched:
                chart.open("orders")
                chart.take(resource, ordered=True)
            elif name != "order":
                chart.take(resource)
        if dispatched:
            # Of kinds that no rule reads, too: they were sent.
            found |= {one.name for one in _heads(prefetch[name])} & set(dispatched)
    if dispatched and found == set(dispatched):
        chart.open("orders")
    elif dispatched and "orders" in needed:
        lacking.append("order")
    if lacking:
        raise Lacking(sorted(lacking))
    others = [*_written(chart, given, context, patient), *_ordered(chart, given, context, patient)]
    more = _extension(call.extension)
    case = msgspec.structs.replace(chart.case(), scope=more.scope, notes=_notes(event, context))
    return HookCase(case, tuple(others), frozenset(more.recent))


def _notes(event: Event, context: dict[str, msgspec.Raw]) -> tuple[Note, ...]:
    """What was written, as the plain door takes it; raises Unread."""
    if event != "note-saved":
        return ()
    try:
        return msgspec.json.decode(context["notes"], type=_Notes)
    except (msgspec.MsgspecError, UnicodeError) as error:
        inner = re.search(r" - at `\$([^`]*)`$", str(error))
        raise Unread(f"$.context.notes{inner[1] if inner else ''}", str(error)) from None


def _written(chart: Chart, given: Context, context: dict[str, msgspec.Raw], patient: str) -> Iterator[str]:
    """Take what is being written down; yields places of what names another patient."""
    if given.written:
        for place, resource in _resources(context[given.written], f"$.context.{given.written}"):
            chart.take(resource)
            if not _same(resource, patient):
                yield place


def _ordered(chart: Chart, given: Context, context: dict[str, msgspec.Raw], patient: str) -> Iterator[str]:
    """Take what is being ordered: of what was drafted only what is selected, where something is."""
    if not given.orders:
        return
    place = f"$.context.{given.orders}"
    chart.open("orders")
    # The version of the hook that the library has now need not say what is selected: then everything is.
    selected = None if _empty(context.get(given.selected)) else _selected(context, given.orders)
    if kinds.more("orders", kinds.kinds_of(context[given.orders]) or ()):
        chart.leave_open("orders")
    for where, resource in _resources(context[given.orders], place):
        if selected is None or {f"{type(resource).__name__}/{resource.id}", resource.id} & selected:
            chart.take(resource, ordered=True)
        else:
            chart.pend(resource)
        if not _same(resource, patient):
            yield where


def _selected(context: dict[str, msgspec.Raw], orders: str) -> set[str | None]:
    """Names of the drafts that were selected; raises Unread for one that is not among them."""
    try:
        selections = msgspec.json.decode(context["selections"], type=tuple[str, ...])
        heads = _heads(context[orders])
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise Unread("$.context.selections", str(error)) from None
    known = {name for head in heads for name in (head.name, head.id) if name}
    for number, name in enumerate(selections):
        if name not in known:
            raise Unread(f"$.context.selections[{number}]", "no draft has this name")
    return set(selections)


def _dispatched(context: dict[str, msgspec.Raw]) -> tuple[str, ...]:
    """References to what is sent out: ``order``, or in later versions of the hook a list."""
    try:
        if not _empty(context.get("dispatchedOrders")):
            return msgspec.json.decode(context["dispatchedOrders"], type=tuple[str, ...])
        return (msgspec.json.decode(context["order"], type=str),)
    except KeyError:
        raise Unread("$.context.order", "missing") from None
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise Unread("$.context.order", str(error)) from None


def _resources(raw: msgspec.Raw, place: str) -> Iterator[tuple[str, fhir.Resource]]:
    """Resources of a context field: as they are, or as published examples have it within ``resource``. Raises Unread
    for what is neither: a diagnosis must not get lost because of its wrapping."""
    try:
        head = msgspec.json.decode(raw, type=_Head)
        inner = msgspec.json.decode(raw, type=_Wrapped).resource
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise Unread(place, str(error)) from None
    if head.resourceType:
        yield from resources(raw, place)
    elif bytes(inner) != b"null":
        yield from _resources(inner, f"{place}.resource")
    else:
        raise Unread(f"{place}.resourceType", "missing")


def _same(resource: fhir.Resource, patient: str) -> bool:
    """Whether a resource is about the patient in context, as far as it says."""
    if isinstance(resource, fhir.Patient):
        return resource.id in (None, "", patient)
    about = getattr(resource, "subject", None) or getattr(resource, "patient", None)
    kind, _, name = (about.reference or "").rpartition("/") if about else ("", "", "")
    return not kind.endswith("Patient") or name == patient


def _extension(extension: dict[str, msgspec.Raw] | None) -> _Extension:
    raw = (extension or {}).get(EXTENSION)
    if raw is None:
        return _Extension()
    try:
        return msgspec.json.decode(raw, type=_Extension)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise Unread(f"$.extension.{EXTENSION}", str(error)) from None


def _whole(raw: msgspec.Raw | None) -> bool:
    """Whether all data came: no null, no OperationOutcome that says why none did, no first page of several."""
    if raw is None or bytes(raw) == b"null":
        return False
    try:
        head = msgspec.json.decode(raw, type=_Head)
    except msgspec.MsgspecError:
        return True  # Whoever reads it tells where it does not fit.
    if head.resourceType == "OperationOutcome" or any(one.relation == "next" for one in head.link or ()):
        return False
    # Beside the hits of a search an outcome may stand that only informs.
    return not any(_failed(one) for one in _heads(raw) if one.resourceType == "OperationOutcome")


def _told(name: str, raw: msgspec.Raw) -> bool:
    """Whether what came is the list that a key asks for. What cannot be read is left to who reads it and tells."""
    found = kinds.kinds_of(raw)
    return found is None or kinds.told(name, found)


def _failed(outcome: _Head) -> bool:
    return any(one.severity not in ("information", "warning") for one in outcome.issue or (_Issue(),))


def _heads(raw: msgspec.Raw) -> list[_Head]:
    """What names a resource, or those of a bundle; nothing where neither can be read."""
    try:
        head = msgspec.json.decode(raw, type=_Head)
        return [msgspec.json.decode(one.resource, type=_Head | None) or _Head() for one in head.entry or ()] or [head]
    except msgspec.MsgspecError:
        return []


def _empty(raw: msgspec.Raw | None) -> bool:
    return raw is None or bytes(raw) in (b"null", b'""', b"{}", b"[]")


def _text(raw: msgspec.Raw | None, place: str) -> str:
    try:
        found = msgspec.json.decode(raw, type=str) if raw is not None else ""
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise Unread(place, str(error)) from None
    if not 0 < len(found) <= 300:
        raise Unread(place, "missing")
    return found
