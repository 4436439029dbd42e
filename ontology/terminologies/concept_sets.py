"""``conceptset.v1``: concept sets as YAML documents or JSON Lines.

::

    conceptset: diabetes            # lower-case letters, digits, hyphens
    version: "1.0"
    title: {zh: 糖尿病, en: Diabetes mellitus}
    status: active                  # draft, active, retired
    source: who made the list
    description: {zh: …, en: …}
    illustrative: false
    include:
      - {concept: DOID:9351, descendants: true, mapped: [exactMatch]}
      - {set: other-set, version: "2"}
    exclude:
      - {concept: DOID:11714, descendants: true}
    ---
    conceptset: …

Several versions of one set may stand beside each other. That sets do not lead back to themselves is looked at when they
are compiled (``kg.sets``), because they may lie in several files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

import msgspec

from kg.errors import ConfigError, InputError
from kg.model.concept import Label
from kg.model.conceptset import ConceptSet, Relation, SetPart, SetStatus
from kg.model.source import RawFile, Reject
from ontology.base import Options, TerminologyItem
from ontology.prefixes import identifier
from ontology.reading.damage import fatal, rejected
from ontology.reading.definitions import Tree, trees

_SNIFF = re.compile(rb"(?:\s*(?:#[^\n]*|---)?\r?\n)*\s*\{?\s*\"?conceptset\"?\s*:").match
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*").fullmatch
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,31}").fullmatch
LONGEST_ID = 80
MOST_LINES = 20_000


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    concept: str = ""
    set: str = ""
    version: str = ""
    descendants: bool = False
    mapped: tuple[Relation, ...] = ()


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    conceptset: str
    version: str
    title: dict[str, str]
    include: tuple[_Line, ...]
    exclude: tuple[_Line, ...] = ()
    status: SetStatus = "active"
    source: str = ""
    description: dict[str, str] = {}
    illustrative: bool = False


class _Unfit(ValueError):
    """A definition that cannot be used: the reason of its reject, and the detail."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


class ConceptSets:
    """Reads definitions; takes no options. One line that cannot be used makes the whole set a reject: a set without it
    would be another one."""

    name: ClassVar[str] = "conceptset.v1"
    extensions: ClassVar[tuple[str, ...]] = (".yaml", ".yml", ".jsonl", ".json")

    def sniff(self, head: bytes) -> float:
        return 1.0 if _SNIFF(head.removeprefix(b"\xef\xbb\xbf")) else 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[TerminologyItem]:
        if options:
            raise ConfigError(where=self.name, reason=f"unknown options: {', '.join(options)}")
        try:
            for tree in trees(raw.path):
                yield _item(raw, tree)
        except InputError as error:
            yield fatal(raw, error)


def _item(raw: RawFile, tree: Tree) -> ConceptSet | Reject:
    if tree.damage:
        return rejected(raw, tree.position, "", "bad-record", tree.damage)
    key = ""
    if isinstance(tree.value, dict):
        key = str(tree.value.get("conceptset", ""))[:LONGEST_ID]
    try:
        return _set(msgspec.convert(tree.value, _File, strict=tree.typed))
    except msgspec.ValidationError as error:
        return rejected(raw, tree.position, key, "bad-record", str(error)[:200])
    except _Unfit as error:
        return rejected(raw, tree.position, key, error.reason, error.detail)


def _set(found: _File) -> ConceptSet:
    if not _ID(found.conceptset) or len(found.conceptset) > LONGEST_ID:
        raise _Unfit("bad-record", f"conceptset: {found.conceptset[:LONGEST_ID]}")
    if not _VERSION(found.version):
        raise _Unfit("bad-record", f"version: {found.version[:LONGEST_ID]}")
    titles = _texts(found.title)
    if {title.language for title in titles} != {"zh", "en"}:
        raise _Unfit("bad-record", "title: zh, en")
    if not found.include:
        raise _Unfit("bad-record", "include")
    if len(found.include) + len(found.exclude) > MOST_LINES:
        raise _Unfit("bad-record", f"> {MOST_LINES}")
    return ConceptSet(
        id=found.conceptset,
        version=found.version,
        titles=titles,
        include=tuple(_part(line, f"include {place}") for place, line in enumerate(found.include, 1)),
        exclude=tuple(_part(line, f"exclude {place}") for place, line in enumerate(found.exclude, 1)),
        status=found.status,
        source=" ".join(found.source.split()),
        descriptions=_texts(found.description),
        illustrative=found.illustrative,
    )


def _texts(given: dict[str, str]) -> tuple[Label, ...]:
    unknown = given.keys() - {"zh", "en"}
    if unknown:
        raise _Unfit("bad-record", f"zh, en: {min(unknown)[:LONGEST_ID]}")
    return tuple(Label(" ".join(given[code].split()), code) for code in ("zh", "en") if given.get(code, "").strip())


def _part(line: _Line, where: str) -> SetPart:
    if bool(line.concept) is bool(line.set):
        raise _Unfit("bad-record", f"{where}: concept / set")
    if line.set:
        if line.descendants or line.mapped or not _ID(line.set):
            raise _Unfit("bad-record", f"{where}: set")
        return SetPart(set=line.set, version=line.version)
    if line.version:
        raise _Unfit("bad-record", f"{where}: version")
    known = identifier(line.concept)
    if known is None:
        raise _Unfit("unknown-prefix", line.concept.partition(":")[0][:LONGEST_ID])
    return SetPart(concept=known, descendants=line.descendants, mapped=tuple(sorted(set(line.mapped))))
