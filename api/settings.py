"""Settings: ``medkg.toml``, overridden by ``MEDKG_*``, overridden by command-line options.

The only module that reads the environment. Names in the file are those of ``Settings``; the
variable of ``query_seconds`` is ``MEDKG_QUERY_SECONDS``. Lists are written with commas.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from kg.errors import ConfigError
from kg.vocab import DEFAULT_BASE

FILE = "medkg.toml"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything an operator can set.

    ``encoder``: ``packaged`` (MiniLM from its package), ``none`` (no dense vectors) or the folder of
    a sentence-transformers model. ``concept_vectors``: encode names of concepts beside documents.
    ``cluster``: address of a Dask scheduler, empty for a local pool.
    ``database``: URL of the workflow database, empty for SQLite in the data folder.
    ``query_*``: limits of one query that a user writes; ``query_megabytes`` on top of what an idle
    worker uses. ``language``: of the command line, empty for the locale's.
    """

    data: str = ".medkg"
    base: str = DEFAULT_BASE
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 0
    cluster: str = ""
    store: str = "oxigraph"
    database: str = ""
    encoder: str = "packaged"
    concept_vectors: bool = True
    keep_generations: int = 5
    query_workers: int = 2
    query_seconds: float = 10.0
    query_megabytes: int = 1024
    query_rows: int = 100_000
    body_bytes: int = 2_000_000
    language: str = ""
    test_data: str = ""

    @property
    def folder(self) -> Path:
        return Path(self.data).expanduser().resolve()

    @property
    def processes(self) -> int:
        """Workers of a build: as set, or one a core."""
        return self.workers or os.cpu_count() or 1

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.folder / 'workflow.sqlite'}"

    @property
    def variables(self) -> dict[str, str]:
        """What ``${…}`` means in build files."""
        return {"MEDKG_TEST_DATA": self.test_data} if self.test_data else {}


def load(
    overrides: Mapping[str, object] | None = None,
    environ: Mapping[str, str] | None = None,
    file: Path | None = None,
) -> Settings:
    """The settings in force; raises ConfigError naming the file or variable that does not fit.

    ``overrides`` whose value is None are not given. ``MEDKG_CONFIG`` names another file.
    """
    variables = os.environ if environ is None else environ
    path = file or Path(variables.get("MEDKG_CONFIG", FILE))
    values: dict[str, object] = _from_file(path) if file or "MEDKG_CONFIG" in variables or path.is_file() else {}
    names = set(Settings.__struct_fields__)
    for name in names:
        text = variables.get(f"MEDKG_{name.upper()}")
        if text is not None:
            values[name] = text
    values |= {name: value for name, value in (overrides or {}).items() if value is not None}
    try:
        return msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigError(where="settings", reason=str(error)) from error


def _from_file(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(where=path, reason=error.strerror or str(error)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(where=path, reason=str(error)) from error


def locale_language(environ: Mapping[str, str] | None = None) -> str:
    """``zh`` or ``en``, from MEDKG_LANGUAGE, LC_ALL, LC_MESSAGES or LANG."""
    variables = os.environ if environ is None else environ
    for name in ("MEDKG_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := variables.get(name, ""):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"
