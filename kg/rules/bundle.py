"""One read-only file with everything that answers need: rules as they may fire, what concepts are, what codes and names
mean. It is evaluated without store and indexes, where the service is down.

A zip archive: ``manifest.json`` first, then the parts, each with its SHA-256 and its length in the manifest. The same
content makes the same bytes. ``Bundle.id`` is the SHA-256 of the manifest; who wrote it down can tell the file later.
Standings are those of the moment when it was written: after a rule was stopped, a bundle is written anew.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from kg.errors import IntegrityError
from kg.model.standing import Approval
from kg.rules.base import Meaning, PathStep
from kg.rules.firing import Firing
from kg.store.disk import write_atomic

FORMAT = "medkg-rules-bundle/1"
MANIFEST = "manifest.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MOST = 4 * 1024**3
"""Bytes of one part."""


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of the bundle."""

    sha256: str
    bytes: int


class BundleManifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a bundle is: of which generation, with which rules (``kg.rules.ruleset.Ruleset.mark``), under which base."""

    format: str
    generation: str
    base: str
    rules: str
    parts: dict[str, Part]


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What goes in. ``names``, ``known``, ``meant``, ``local``: what codes and names mean, as ``ontology.bundled``
    reads it. ``meanings``: concept -> (``same``, ``within``) of ``kg.rules.base.Meaning``."""

    firings: tuple[Firing, ...]
    approvals: dict[str, Approval]
    meanings: dict[str, tuple[tuple[str, ...], tuple[str, ...]]]
    names: list[tuple[str, list[tuple[str, ...]]]]
    known: list[str]
    meant: dict[str, list[str]]
    local: list[dict[str, Any]]


class BundledMeanings:
    """``kg.rules.base.Meanings`` of a bundle. How a concept comes to be one of another is not in it."""

    def __init__(self, table: Mapping[str, tuple[Iterable[str], Iterable[str]]]) -> None:
        self._table = {name: Meaning(frozenset(same), frozenset(within)) for name, (same, within) in table.items()}

    def of(self, concept: str) -> Meaning:
        return self._table.get(concept, _NOTHING)

    def path(self, concept: str, target: str) -> tuple[PathStep, ...]:
        return ()


_NOTHING = Meaning()


def write_bundle(path: Path, content: Content, *, generation: str, base: str, rules: str) -> str:
    """Write ``path`` whole or not at all, and give the id of the bundle; raises StorageFull, StoreError."""
    bodies = {f"{name}.json": msgspec.json.encode(getattr(content, name), order="sorted")
              for name in Content.__struct_fields__}  # fmt: skip
    parts = {name: Part(hashlib.sha256(body).hexdigest(), len(body)) for name, body in sorted(bodies.items())}
    made = BundleManifest(format=FORMAT, generation=generation, base=base, rules=rules, parts=parts)
    head = msgspec.json.encode(made, order="sorted")
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in ((MANIFEST, head), *sorted(bodies.items())):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, body)
    write_atomic(path, held.getvalue())
    return hashlib.sha256(head).hexdigest()


class Bundle:
    """An opened bundle; every part was compared with the manifest. Raises IntegrityError for damage, for another
    format, and where ``id`` is given and is not its own."""

    def __init__(self, path: Path, id: str = "") -> None:
        self._path = path
        try:
            with zipfile.ZipFile(path) as archive:
                head = self._read(archive, MANIFEST, None)
                self.id = hashlib.sha256(head).hexdigest()
                self.manifest = msgspec.json.decode(head, type=BundleManifest)
                if self.manifest.format != FORMAT or (id and id != self.id):
                    raise IntegrityError(path=path, reason=f"{self.manifest.format}, {self.id}")
                wanted = {f"{name}.json" for name in Content.__struct_fields__}
                if set(self.manifest.parts) != wanted:
                    raise IntegrityError(path=path, reason=", ".join(sorted(wanted ^ set(self.manifest.parts))))
                bodies = {name: self._read(archive, name, part) for name, part in self.manifest.parts.items()}
            fields = {
                one.name: msgspec.json.decode(bodies[f"{one.name}.json"], type=one.type)
                for one in msgspec.structs.fields(Content)
            }
        except (OSError, zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, RuntimeError) as error:
            raise IntegrityError(path=path, reason=str(error) or type(error).__name__) from None
        self.content = Content(**fields)

    def _read(self, archive: zipfile.ZipFile, name: str, part: Part | None) -> bytes:
        most = part.bytes if part is not None else 1024**2
        if most > _MOST:
            raise IntegrityError(path=self._path, reason=name)
        with archive.open(name) as stream:
            # One byte more than there may be: what is longer than it says is refused before it fills the memory.
            body = stream.read(most + 1)
        if len(body) > most or (part is not None and hashlib.sha256(body).hexdigest() != part.sha256):
            raise IntegrityError(path=self._path, reason=name)
        return body
