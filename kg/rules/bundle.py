"""One read-only file with everything that answers need: rules as they may fire, what concepts are, what codes and names
mean. It is evaluated without store and indexes, where the service is down.

A zip archive: ``manifest.json`` first, then the parts, each with its SHA-256 and its length in the manifest. The same
content of one moment makes the same bytes. ``Bundle.id`` is the SHA-256 of the manifest; who wrote it down can tell the
file later. Checksums tell damage, and nothing of who wrote it: only an id that was kept apart, or a signature
(``signature.json``, Ed25519 over the manifest) by a key that the reader holds, does.
Standings are those of when it was written; it knows nothing of what was stopped since, so it ends after some days.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from kg.errors import BundleRefused, IntegrityError
from kg.generation.manifest import SIGNATURE
from kg.generation.signature import fitting, public_keys, signature_of
from kg.model.standing import Approval
from kg.rules.base import Meaning, PathStep
from kg.rules.firing import Firing
from kg.store.disk import write_atomic

FORMAT = "medkg-rules-bundle/2"
MANIFEST = "manifest.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MOST = 4 * 1024**3
"""Bytes of one part."""
DAYS, MOST_DAYS = 7, 90
"""For how long a bundle answers, where nobody says otherwise, and at most."""
_CLOCKS = timedelta(hours=1)
"""By how much the clocks of two machines may differ."""


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of the bundle."""

    sha256: str
    bytes: int


class BundleManifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a bundle is: of which generation, with which rules (``kg.rules.ruleset.Ruleset.mark``), under which base.
    ``issued`` and ``expires``: from when to when it answers (ISO 8601, with a zone)."""

    format: str
    issued: str
    expires: str
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


class Term(msgspec.Struct, frozen=True):
    """From when on a bundle answers, and for how many days."""

    issued: datetime
    days: int = DAYS


def write_bundle(
    path: Path, content: Content, *, generation: str, base: str, rules: str, term: Term, key: Path | None = None
) -> str:  # fmt: skip
    """Write ``path`` whole or not at all, and give the id of the bundle. ``key``: a private key to sign it with.

    Raises BundleRefused for a term that no bundle may have, ConfigError for a file that is no key, StorageFull,
    StoreError.
    """
    if not 1 <= term.days <= MOST_DAYS:
        raise BundleRefused(path=path, why="bundle-days", most=MOST_DAYS)
    issued = term.issued.replace(microsecond=0)
    bodies = {f"{name}.json": msgspec.json.encode(getattr(content, name), order="sorted")
              for name in Content.__struct_fields__}  # fmt: skip
    parts = {name: Part(hashlib.sha256(body).hexdigest(), len(body)) for name, body in sorted(bodies.items())}
    made = BundleManifest(
        format=FORMAT, issued=issued.isoformat(), expires=(issued + timedelta(days=term.days)).isoformat(),
        generation=generation, base=base, rules=rules, parts=parts,
    )  # fmt: skip
    head = msgspec.json.encode(made, order="sorted")
    signed = {SIGNATURE: msgspec.json.encode(signature_of(MANIFEST, head, key))} if key is not None else {}
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in ((MANIFEST, head), *signed.items(), *sorted(bodies.items())):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, body)
    write_atomic(path, held.getvalue())
    return hashlib.sha256(head).hexdigest()


class Bundle:
    """An opened bundle; every part was compared with the manifest.

    ``vouched``: it has the ``id`` that was given, or a signature by one of the public ``keys`` (PEM files). Raises
    IntegrityError for damage, for another format, where ``id`` is given and is not its own, and for a signature that
    does not fit; BundleRefused where keys are given and none of them signed it; ConfigError for a file that is no key.
    """

    def __init__(self, path: Path, id: str = "", keys: Sequence[Path] = ()) -> None:
        self.path = path
        trusted = public_keys(keys)
        try:
            with zipfile.ZipFile(path) as archive:
                head = self._read(archive, MANIFEST, None)
                self.id = hashlib.sha256(head).hexdigest()
                self.manifest = msgspec.json.decode(head, type=BundleManifest)
                if self.manifest.format != FORMAT or (id and id != self.id):
                    raise IntegrityError(path=path, reason=f"{self.manifest.format}, {self.id}")
                written = self._read(archive, SIGNATURE, None) if SIGNATURE in archive.namelist() else b""
                self._issued, self._expires = self._days()
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
        signed = fitting(written, MANIFEST, head, trusted, path) if written else None
        if keys and not (signed and signed.trusted):
            raise BundleRefused(path=path, why="bundle-signature")
        self.vouched = bool(id or keys)

    def answering(self, now: datetime) -> None:
        """Nothing where it may answer now; raises BundleRefused where nobody vouches for it, where its days are over,
        or have not begun."""
        if not self.vouched:
            raise BundleRefused(path=self.path, why="bundle-unvouched")
        if now >= self._expires:
            raise BundleRefused(path=self.path, why="bundle-expired", time=self.manifest.expires)
        if now < self._issued - _CLOCKS:
            raise BundleRefused(path=self.path, why="bundle-early", time=self.manifest.issued)

    def _days(self) -> tuple[datetime, datetime]:
        """When it begins and ends; raises ValueError for what is no time with a zone, or lies too far apart."""
        issued, expires = (datetime.fromisoformat(one) for one in (self.manifest.issued, self.manifest.expires))
        if issued.tzinfo is None or expires.tzinfo is None or expires - issued > timedelta(days=MOST_DAYS):
            raise ValueError(f"{self.manifest.issued}, {self.manifest.expires}")
        return issued, expires

    def _read(self, archive: zipfile.ZipFile, name: str, part: Part | None) -> bytes:
        most = part.bytes if part is not None else 1024**2
        if most > _MOST:
            raise IntegrityError(path=self.path, reason=name)
        with archive.open(name) as stream:
            # One byte more than there may be: what is longer than it says is refused before it fills the memory.
            body = stream.read(most + 1)
        if len(body) > most or (part is not None and hashlib.sha256(body).hexdigest() != part.sha256):
            raise IntegrityError(path=self.path, reason=name)
        return body
