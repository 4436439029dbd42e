"""Signatures of manifests: Ed25519 (RFC 8032), in a file ``signature.json`` beside what is signed.

A manifest holds the checksum of every file, so its signature covers them all. Keys are PEM files, as
``openssl genpkey -algorithm ed25519`` makes them; a key is named by the SHA-256 of its 32 bytes.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from kg.errors import ConfigError, IntegrityError
from kg.generation.manifest import SIGNATURE
from kg.store.disk import write_atomic

_ALGORITHM = "ed25519"


class Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``file`` is what was signed; ``key`` the public key and ``value`` the signature, both in base64."""

    algorithm: str
    file: str
    key: str
    value: str


class Signed(msgspec.Struct, frozen=True):
    """What was found: ``key`` (its SHA-256) made a signature that fits. ``trusted``: it is one of those given."""

    key: str
    trusted: bool


def sign(path: Path, key_file: Path) -> str:
    """Sign the file at ``path`` with a private key; returns the name of the key. Raises ConfigError, StorageFull."""
    made = signature_of(path.name, path.read_bytes(), key_file)
    write_atomic(path.with_name(SIGNATURE), msgspec.json.format(msgspec.json.encode(made), indent=1) + b"\n")
    return _name(base64.b64decode(made.key))


def signature_of(name: str, data: bytes, key_file: Path) -> Signature:
    """The signature of ``data``, which stands under ``name``, with a private key; raises ConfigError."""
    try:
        key = load_pem_private_key(key_file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ConfigError(where=key_file, why="key-file") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigError(where=key_file, why="key-file")
    public = key.public_key().public_bytes_raw()
    return Signature(_ALGORITHM, name, _base64(public), _base64(key.sign(data)))


def check(path: Path, trusted: Sequence[Path]) -> Signed | None:
    """What the signature beside ``path`` says of it; None where there is none.

    Raises IntegrityError for a signature that does not fit, ConfigError for a key file that is none.
    """
    keys = public_keys(trusted)
    beside = path.with_name(SIGNATURE)
    if not beside.is_file():
        return None
    try:
        return fitting(beside.read_bytes(), path.name, path.read_bytes(), keys, beside)
    except OSError as error:
        raise IntegrityError(path=beside, reason=str(error)) from error


def fitting(signature: bytes, name: str, data: bytes, keys: frozenset[bytes], place: Path) -> Signed:
    """What a signature (JSON) says of ``data``, which stands under ``name``; raises IntegrityError, which names
    ``place``, for one that does not fit."""
    try:
        found = msgspec.json.decode(signature, type=Signature)
        public = base64.b64decode(found.key, validate=True)
        if (found.algorithm, found.file) != (_ALGORITHM, name):
            raise ValueError("of another file or kind")
        Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(found.value), data)
    except (ValueError, msgspec.MsgspecError, InvalidSignature) as error:
        raise IntegrityError(path=place, reason=f"the signature does not fit ({type(error).__name__})") from error
    return Signed(_name(public), public in keys)


def public_keys(files: Sequence[Path]) -> frozenset[bytes]:
    """The public keys in PEM files; raises ConfigError for a file that holds none."""
    return frozenset(_public(file).public_bytes_raw() for file in files)


def _public(path: Path) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise ConfigError(where=path, why="key-file") from error
    if not isinstance(key, Ed25519PublicKey):
        raise ConfigError(where=path, why="key-file")
    return key


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _name(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()
