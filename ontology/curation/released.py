"""All released edits together: what they add to each concept, which mappings they state, and what they take away.

Later lines take back what earlier ones did, so that an undo leaves nothing behind but its edit nodes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from kg.errors import InputError
from kg.model.concept import Concept, ConceptMapping, Label
from kg.model.correction import Correction
from kg.model.edit import (
    AddDefinition,
    AddLabel,
    AddMapping,
    AddParent,
    Correct,
    Deprecate,
    Merge,
    NewConcept,
    Reinstate,
    ReleasedEdit,
    ReleaseHead,
    RemoveCorrection,
    RemoveDefinition,
    RemoveLabel,
    RemoveMapping,
    RemoveParent,
)

replace = msgspec.structs.replace
Text = tuple[str, str, str]
"""Value, language and kind of a name or definition."""
Link = tuple[str, str, str]
"""Subject, predicate and object of a mapping."""


class Line(msgspec.Struct, frozen=True):
    """A line of a file of releases, whichever it is, for finding out."""

    edit: msgspec.Raw = msgspec.Raw()
    release: str = ""


class Changes(msgspec.Struct):
    """What edits do to one concept. ``gone`` texts and parents are withheld where any source states them;
    ``preferred`` languages have a preferred name of curation, which sources keep as a synonym."""

    category: str = ""
    created: Concept | None = None
    labels: dict[Text, Label] = {}
    definitions: dict[Text, Label] = {}
    parents: dict[str, None] = {}
    gone: set[tuple[str, Text]] = set()
    gone_parents: set[str] = set()
    preferred: dict[str, str] = {}
    retired: tuple[str, ...] | None = None
    reinstated: bool = False


class Curated:
    """The fold of released edits, in their order."""

    def __init__(self, edits: Iterable[ReleasedEdit]) -> None:
        self.concepts: dict[str, Changes] = {}
        self.mappings: dict[tuple[Link, bool], ConceptMapping] = {}
        self.unmapped: set[Link] = set()
        self.corrections: dict[tuple[str, ...], Correction] = {}
        self._given: dict[str, tuple[str, tuple[Label, ...], str]] = {}
        for released in edits:
            self._take(released)

    def _of(self, concept: str, category: str = "") -> Changes:
        found = self.concepts.setdefault(concept, Changes())
        found.category = found.category or category
        return found

    def _take(self, released: ReleasedEdit) -> None:
        edit, category = released.edit, released.category
        match edit:
            case NewConcept(concept):
                self._of(concept.id, concept.category).created = concept
            case AddLabel(name, label):
                self._label(self._of(name, category), label, released.names)
            case RemoveLabel(name, label):
                self._unlabel(self._of(name, category), label)
            case AddDefinition(name, text):
                changes = self._of(name, category)
                changes.definitions[_key(text)] = text
                changes.gone.discard(("definition", _key(text)))
            case RemoveDefinition(name, text):
                changes = self._of(name, category)
                changes.definitions.pop(_key(text), None)
                changes.gone.add(("definition", _key(text)))
            case AddParent(name, parent):
                changes = self._of(name, category)
                changes.parents[parent] = None
                changes.gone_parents.discard(parent)
            case RemoveParent(name, parent):
                changes = self._of(name, category)
                changes.parents.pop(parent, None)
                changes.gone_parents.add(parent)
            case Deprecate(name, replaced_by):
                self._retire(name, replaced_by, category)
            case Merge(name, into):
                self._retire(name, (into,))
                self._given[name] = (into, released.names, category)
            case Reinstate(name):
                changes = self._of(name, category)
                changes.retired, changes.reinstated = None, True
                self._given.pop(name, None)
            case AddMapping(mapping):
                link = _link(mapping)
                self.mappings.pop((link, not mapping.negative), None)
                # Who stands behind it is told with it (SSSOM: author, reviewer, day).
                self.mappings[link, mapping.negative] = replace(
                    mapping, author=mapping.author or released.author, reviewer=released.approver,
                    mapping_date=released.date,
                )  # fmt: skip
                if mapping.negative:
                    self.unmapped.add(link)
                else:
                    self.unmapped.discard(link)
            case RemoveMapping(mapping):
                self.mappings.pop((_link(mapping), mapping.negative), None)
                if mapping.negative:
                    self.unmapped.discard(_link(mapping))
                else:
                    self.unmapped.add(_link(mapping))
            case Correct(correction):
                self.corrections[correction.identity] = replace(
                    correction, by=correction.by or released.author, reviewer=released.approver,
                    date=correction.date or released.date,
                )  # fmt: skip
            case RemoveCorrection(correction):
                self.corrections.pop(replace(correction, by=correction.by or released.author).identity, None)

    def _label(self, changes: Changes, label: Label, before: tuple[Label, ...]) -> None:
        changes.gone.discard(("label", _key(label)))
        if label.kind == "preferred":
            # Of two preferred names in a language the newer one stays.
            for key, old in list(changes.labels.items()):
                if old.kind == "preferred" and old.language == label.language:
                    del changes.labels[key]
                    changes.labels[old.value, old.language, "exact"] = replace(old, kind="exact")
            changes.preferred[label.language] = label.value
            changes.labels.pop((label.value, label.language, "exact"), None)
        changes.labels[_key(label)] = label

    def _unlabel(self, changes: Changes, label: Label) -> None:
        changes.labels.pop(_key(label), None)
        changes.gone.add(("label", _key(label)))
        if label.kind == "preferred" and changes.preferred.get(label.language) == label.value:
            del changes.preferred[label.language]

    def _retire(self, name: str, replaced_by: tuple[str, ...], category: str = "") -> None:
        changes = self._of(name, category)
        changes.retired, changes.reinstated = replaced_by, False

    def additions(self) -> Iterator[Concept]:
        """What curation states of each concept, by id: all of a new one, of others what was added."""
        given: dict[str, list[Label]] = {}
        for into, names, category in self._given.values():
            self._of(into, category)
            given.setdefault(into, []).extend(names)
        for name in sorted(self.concepts):
            changes = self.concepts[name]
            labels = dict(changes.labels)
            for label in given.get(name, ()):
                if ("label", _key(label)) not in changes.gone:
                    labels.setdefault(_key(label), label)
            part = Concept(
                id=name, category=changes.category, labels=tuple(labels.values()),
                definitions=tuple(changes.definitions.values()), parents=tuple(changes.parents),
                deprecated=changes.retired is not None, replaced_by=changes.retired or (),
            )  # fmt: skip
            if changes.created is not None:
                part = _joined(changes.created, part, changes)
            if part.labels or part.definitions or part.parents or part.deprecated or changes.created is not None:
                yield part


def _joined(created: Concept, part: Concept, changes: Changes) -> Concept:
    """A concept of curation's own with what later edits made of it."""
    labels = {_key(one): one for one in without(created.labels, "label", changes)}
    for key, one in list(labels.items()):
        if one.kind == "preferred" and changes.preferred.get(one.language, one.value) != one.value:
            del labels[key]
            labels[one.value, one.language, "exact"] = replace(one, kind="exact")
    definitions = {_key(one): one for one in without(created.definitions, "definition", changes)}
    parents = dict.fromkeys(parent for parent in created.parents if parent not in changes.gone_parents)
    return replace(
        created, labels=tuple((labels | {_key(one): one for one in part.labels}).values()),
        definitions=tuple((definitions | {_key(one): one for one in part.definitions}).values()),
        parents=tuple(parents | dict.fromkeys(part.parents)), deprecated=part.deprecated,
        replaced_by=part.replaced_by,
    )  # fmt: skip


def without(texts: tuple[Label, ...], kind: str, changes: Changes) -> tuple[Label, ...]:
    """Names (``label``) or definitions without those that are gone."""
    return tuple(one for one in texts if (kind, _key(one)) not in changes.gone)


def _key(label: Label) -> Text:
    return label.value, label.language, label.kind


def _link(mapping: ConceptMapping) -> Link:
    return mapping.subject, mapping.predicate, mapping.object


def read_lines(path: Path) -> Iterator[ReleaseHead | ReleasedEdit]:
    """The lines of a file of releases, as they stand; raises InputError naming the line."""
    look = msgspec.json.Decoder(Line)
    edit, first = msgspec.json.Decoder(ReleasedEdit), msgspec.json.Decoder(ReleaseHead)
    try:
        with path.open("rb") as stream:
            for number, line in enumerate(stream, 1):
                try:
                    yield edit.decode(line) if bytes(look.decode(line).edit) else first.decode(line)
                except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                    raise InputError(path=path, position=f"line {number}", reason=str(error)) from error
    except OSError as error:
        raise InputError(path=path, position="byte 0", reason=error.strerror or str(error)) from error


def read_edits(path: Path) -> list[ReleasedEdit]:
    """The edits of a file of releases, in order; none where there is no file."""
    return [line for line in read_lines(path) if isinstance(line, ReleasedEdit)] if path.exists() else []
