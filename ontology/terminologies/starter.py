"""``starter.v1``: the bilingual starter pack (form: ``ontology.reading.starter``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

import msgspec

from kg.errors import ConfigError, InputError
from kg.model.concept import Concept, Label, Xref
from kg.model.source import RawFile, Reject
from kg.vocab import CATEGORIES
from ontology.base import Options, TerminologyItem
from ontology.prefixes import identifier
from ontology.reading.damage import fatal, rejected
from ontology.reading.raw import describe
from ontology.reading.starter import CHECKS, Check, Entry, Synonym, entries, is_starter, read_checks, starter_files

Checks = Mapping[tuple[str, str, str], Check]


class ChecksFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``path`` of the findings, from the folder of the pack."""

    path: str = CHECKS


class StarterOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``checks.path`` names the findings, so that a build sees when they change."""

    checks: ChecksFile = ChecksFile()


class Starter:
    """Reads one file of the pack, or a folder of them; ``checks.tsv`` beside it says what is confirmed.

    A cross-reference that no table confirms is given as unverified, also where ``checks.tsv`` is
    missing: the pack alone is no proof.
    """

    name: ClassVar[str] = "starter.v1"
    extensions: ClassVar[tuple[str, ...]] = (".tsv",)

    def sniff(self, head: bytes) -> float:
        return 1.0 if is_starter(head) else 0.0

    def companions(self, raw: RawFile, options: Options) -> tuple[Path, ...]:
        """Other files that the result depends on."""
        path = _folder(raw.path) / _options(options).checks.path
        return (path,) if path.is_file() and path != raw.path else ()

    def parse(self, raw: RawFile, options: Options) -> Iterator[TerminologyItem]:
        file_of_checks = _folder(raw.path) / _options(options).checks.path
        try:
            checks = read_checks(file_of_checks)
            for path in starter_files(raw.path):
                file = raw if path == raw.path else describe(path)
                for entry in entries(file):
                    yield entry if isinstance(entry, Reject) else _concept(file, entry, checks)
        except InputError as error:
            yield fatal(raw, error)


def _options(options: Options) -> StarterOptions:
    try:
        return msgspec.convert(dict(options), StarterOptions)
    except msgspec.ValidationError as error:
        raise ConfigError(where="starter.v1", reason=str(error)) from error


def _folder(path: Path) -> Path:
    return path if path.is_dir() else path.parent


def _concept(raw: RawFile, entry: Entry, checks: Checks) -> Concept | Reject:
    if not entry.id or entry.category not in CATEGORIES:
        return rejected(raw, entry.position, entry.id, "unidentified", entry.id)
    if not (entry.en and entry.zh):
        return rejected(raw, entry.position, entry.id, "no-label")
    xrefs = []
    for written in entry.xrefs:
        curie = identifier(written)
        if curie is None:
            return rejected(raw, entry.position, entry.id, "unknown-prefix", written)
        check = checks.get((entry.id, "xref", written))
        xrefs.append(Xref(curie, verified=check is not None and check.status == "verified"))
    return Concept(
        id=f"medkg:{entry.id}",
        category=entry.category,
        labels=(
            Label(entry.en, "en"),
            _chinese(entry, Synonym(entry.zh, "preferred"), checks),
            *(Label(synonym.value, "en", synonym.kind) for synonym in entry.en_synonyms),
            *(_chinese(entry, synonym, checks) for synonym in entry.zh_synonyms),
        ),
        parents=tuple(f"medkg:{parent}" for parent in entry.broader),
        xrefs=tuple(xrefs),
    )


def _chinese(entry: Entry, name: Synonym, checks: Checks) -> Label:
    check = checks.get((entry.id, "label", name.value))
    return Label(name.value, "zh", name.kind, attested=None if check is None else check.status == "attested")
