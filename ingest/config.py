"""The build file: which inputs make up a graph.

::

    [[input]]
    name = "doid"                              # names the graph
    format = "obo.v1"                          # a terminology or a source; sniffed when left out
    kind = "terminology"                       # terminology, source, curated or mapping
    paths = ["${MEDKG_TEST_DATA}/doid/*.obo"]  # files, folders or globs; package:… for shipped files
    version = "2016-03-04"
    licence = "CC-BY-3.0"
    title = { zh = "疾病本体", en = "Disease Ontology" }
    annotate = true                            # link mentions in documents (sources only)
    claims = false                             # read claims between them, too
    small_count_limit = 5                      # exports keep counts below it back
    [input.options]                            # handed to the reader

Relative paths start at the folder of the build file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Annotated, Literal

import msgspec

from kg.errors import ConfigError, InputError
from kg.model.source import Release

Kind = Literal["terminology", "source", "curated", "mapping"]


class InputSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One ``[[input]]`` table."""

    name: str
    paths: tuple[str, ...]
    kind: Kind
    format: str = ""
    version: str = ""
    licence: str = "unknown"
    title: dict[str, str] = {}
    home: str = ""
    annotate: bool = True
    claims: bool = False
    illustrative: bool = False
    small_count_limit: Annotated[int, msgspec.Meta(ge=0)] = 0
    options: dict[str, object] = {}

    @property
    def release(self) -> Release:
        return Release(
            name=self.name,
            version=self.version,
            licence=self.licence,
            title=self.title,
            home=self.home,
            illustrative=self.illustrative,
            small_count_limit=self.small_count_limit,
        )


class BuildConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole build file; ``folder`` is where relative paths start, but for the inputs that ``folders`` names.

    ``demo_rules``: whether the rules of example packs are shown, in the demonstration scope, once they are published.
    """

    input: tuple[InputSpec, ...]
    folder: Path = Path()
    folders: dict[str, Path] = {}
    demo_rules: bool = False


def read_config(path: Path) -> BuildConfig:
    """The build file at ``path``; raises ConfigError naming the file and what does not fit."""
    try:
        tree = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(where=path, reason=error.strerror or str(error)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(where=path, reason=str(error)) from error
    try:
        config = msgspec.convert(tree, BuildConfig)
    except msgspec.ValidationError as error:
        raise ConfigError(where=path, reason=str(error)) from error
    names = [spec.name for spec in config.input]
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(where=path, reason=f"two inputs are named {name}")
    return msgspec.structs.replace(config, folder=path.resolve().parent)


def input_files(spec: InputSpec, folder: Path, variables: Mapping[str, str]) -> list[Path]:
    """The files that ``spec.paths`` names, each pattern's sorted; raises ConfigError, InputError."""
    found: list[Path] = []
    for pattern in spec.paths:
        path = _resolve(pattern, spec.name, folder, variables)
        if path.is_dir():
            matches = sorted(child for child in path.rglob("*") if child.is_file() and not child.name.startswith("."))
        elif any(mark in path.name for mark in "*?["):
            matches = sorted(path.parent.glob(path.name))
        else:
            matches = [path]
        if not matches:
            raise InputError(path=path, position="byte 0", why="missing-file")
        found += matches
    return found


def named_files(options: object) -> list[str]:
    """Every ``path`` in the options, however deep: look-up tables beside the input, in a fixed order.

    >>> named_files({"lookup": {"b": {"path": "y.tsv"}, "a": {"path": "x.tsv"}}})
    ['x.tsv', 'y.tsv']
    """
    if isinstance(options, Mapping):
        own = [str(options["path"])] if isinstance(options.get("path"), str) else []
        return own + [name for key in sorted(options) for name in named_files(options[key])]
    if isinstance(options, list | tuple):
        return [name for part in options for name in named_files(part)]
    return []


def _resolve(pattern: str, name: str, folder: Path, variables: Mapping[str, str]) -> Path:
    try:
        text = Template(pattern).substitute(variables)
    except (KeyError, ValueError) as error:
        raise ConfigError(where=f"input {name}", reason=f"{pattern}: the variable {error} is not set") from error
    if text.startswith("package:"):
        package, _, rest = text.removeprefix("package:").partition("/")
        return Path(str(files(package))) / rest
    path = Path(text).expanduser()
    return path if path.is_absolute() else folder / path
