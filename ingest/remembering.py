"""``inputs.json``: every input that builds read, as their build files have it, so that a release can build them again.

Relative paths keep the folder that they start in, and variables what they meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from ingest.config import BuildConfig, InputSpec
from kg.errors import IntegrityError
from kg.store.disk import write_atomic

FILE = "inputs.json"


class RememberedInput(msgspec.Struct, frozen=True):
    """An input as it was last built, and where its relative paths start."""

    spec: InputSpec
    folder: str


class Remembered(msgspec.Struct, frozen=True):
    """By name of the input."""

    inputs: dict[str, RememberedInput] = {}
    variables: dict[str, str] = {}

    @property
    def config(self) -> BuildConfig:
        """All of them as one build."""
        return BuildConfig(
            input=tuple(one.spec for one in self.inputs.values()),
            folders={name: Path(one.folder) for name, one in self.inputs.items()},
        )


def remembered(data: Path) -> Remembered:
    """What was built into a data folder; raises IntegrityError for a damaged file."""
    path = data / FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=Remembered)
    except FileNotFoundError:
        return Remembered()
    except (OSError, msgspec.MsgspecError) as error:
        raise IntegrityError(path=path, reason=str(error)) from error


def remember(data: Path, config: BuildConfig, variables: Mapping[str, str]) -> None:
    """Keep the inputs of a build beside those of earlier ones; raises IntegrityError, StorageFull, StoreError."""
    before = remembered(data)
    inputs = dict(before.inputs)
    for spec in config.input:
        folder = config.folders.get(spec.name, config.folder)
        inputs[spec.name] = RememberedInput(spec, str(folder.resolve()))
    after = Remembered(inputs, before.variables | dict(variables))
    if after != before:
        write_atomic(data / FILE, msgspec.json.format(msgspec.json.encode(after), indent=1))
