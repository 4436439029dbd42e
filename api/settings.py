"""Settings: ``medkg.toml``, overridden by ``MEDKG_*``, overridden by command-line options.

The only module that reads the environment. Names in the file are those of ``Settings``; the
variable of ``query_seconds`` is ``MEDKG_QUERY_SECONDS``. Lists are written with commas.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from kg.errors import ConfigError
from kg.vocab import DEFAULT_BASE

FILE = "medkg.toml"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything an operator can set.

    ``encoder``: ``packaged`` (MiniLM from its package), ``static`` (vectors of pieces made from it, for very large
    collections), ``none`` (no dense vectors) or the folder of a sentence-transformers model. ``precision``:
    ``float32``, ``bfloat16`` or ``int8`` of its weights, empty for what the processor does best. ``concept_vectors``:
    encode names of concepts beside documents.
    ``vector_index``: ``faiss``, ``exact`` or ``milvus``, the server of the ``milvus_*`` settings (docs/engines.md); its
    token is written nowhere. ``milvus_words``: whether words are looked up there, too.
    ``ranker``: ``packaged`` or the folder of one made by ``medkg train ranker``: how much each signal of search counts.
    ``align``: ``none`` or the folder of an alignment made by ``medkg train align``: Chinese that no label covers.
    ``cross_encoder``: ``none`` or the folder of a cross-encoder (safetensors) that may order the first hits anew.
    ``profiles``: TOML file with profiles of one's own beside those of medkg, empty for none.
    ``people``: bring together at publishing what one person wrote.
    ``cluster``: address of a Dask scheduler, empty for a local pool.
    ``curation_licence``: SPDX identifier or IRI of the licence of what curators release. ``feedback_an_hour``:
    of one caller, 0 for no limit.
    ``database``: URL of the workflow database, empty for SQLite in the data folder.
    ``remote_*``: the engine of stores of kind ``remote`` (docs/engines.md); its password is written nowhere.
    ``analytics``: name of that engine in answers when it is to help with queries that have none after
    ``analytics_after`` seconds (``medkg analytics`` fills it); empty for not.
    ``query_*``: limits of one query that a user writes; ``query_megabytes`` on top of what an idle
    worker uses. ``query_budget_*``: seconds of work and errors of one client a minute, 0 for no limit.
    ``query_log``: file that gets a line for each query, empty for none. ``graph_bytes``: largest graph
    that is sent to a workspace; ``upload_bytes``: largest file that is sent for ingest; ``workspace_seconds``: of
    one task in a workspace. ``language``: of the command line, empty for the locale's. ``signing_key``: PEM file
    with the Ed25519 key that signs generations and bags; ``trusted_keys``: PEM files with public keys, one of which
    must have. ``export_statements``: most statements of one export over HTTP, and ``exports_an_hour`` of one caller,
    0 for no limit. Of rules (docs/stewardship.md): ``count_alerts``: count the cards that are shown; ``alert_days``
    until they are told apart no more; ``departments``: names that are counted apart; ``suppress_hours``: how long a
    card is not said again to who has seen it, 0 for never, and ``suppress_blocks`` whether what blocks is, too;
    ``count_unread``: count codes that nobody could read; ``question_days``: how long it is kept who asked the rules;
    ``text_tier``: strongest tier of a card that rests on text; ``decision_seconds``: after which an answer of the rules
    is an error, ``rule_seconds`` of the processor after which one rule is cut and named (docs/adr/0033-engine.md).
    ``doors``: ``all``, or ``rules`` for a service that answers clinical systems alone (docs/adr/0045-processes.md), and
    ``serve_processes``: how many processes such a service has.
    ``webhook_origins``: servers that webhooks may be on, empty for none. Those of access, ``hosts``
    to ``cds_*``, are described in docs/security.md.
    """

    data: str = ".medkg"
    base: str = DEFAULT_BASE
    host: str = "127.0.0.1"
    port: int = 8000
    doors: Literal["all", "rules"] = "all"
    serve_processes: int = 1
    workers: int = 0
    cluster: str = ""
    store: str = "oxigraph"
    remote_query: str = ""
    remote_update: str = ""
    remote_graphs: str = "urn:x-medkg:"
    remote_loader: str = ""
    remote_seconds: float = 30.0
    remote_user: str = ""
    remote_login: str = "basic"
    remote_password: str = ""
    analytics: str = ""
    analytics_after: float = 0.05
    database: str = ""
    curation_licence: str = "unknown"
    feedback_an_hour: int = 20
    encoder: str = "packaged"
    precision: Literal["", "float32", "bfloat16", "int8"] = ""
    concept_vectors: bool = True
    vector_index: str = "faiss"
    milvus_words: bool = False
    milvus_uri: str = ""
    milvus_prefix: str = "medkg_"
    milvus_seconds: float = 2.0
    milvus_build_seconds: float = 600.0
    milvus_token: str = ""
    ranker: str = "packaged"
    align: str = "none"
    cross_encoder: str = "none"
    profiles: str = ""
    people: bool = True
    keep_generations: int = 5
    query_workers: int = 2
    query_seconds: float = 10.0
    query_megabytes: int = 1024
    query_rows: int = 100_000
    query_budget_seconds: float = 60.0
    query_budget_errors: int = 30
    query_log: str = ""
    body_bytes: int = 2_000_000
    graph_bytes: int = 32_000_000
    upload_bytes: int = 100_000_000
    workspace_seconds: float = 120.0
    hosts: str = ""
    proxies: str = ""
    origins: str = ""
    anonymous: str = "read, annotate, evaluate, query, feedback"
    denials: int = 20
    connections: int = 2_000
    fetch_networks: str = ""
    webhook_origins: str = ""
    count_alerts: bool = True
    alert_days: int = 92
    departments: str = ""
    suppress_hours: float = 0.0
    suppress_blocks: bool = False
    count_unread: bool = False
    question_days: int = 365
    text_tier: Literal["interrupt", "warn", "inform", "silent"] = "warn"
    decision_seconds: float = 0.5
    rule_seconds: float = 0.05
    oidc_issuer: str = ""
    oidc_audience: str = ""
    oidc_keys: str = ""
    oidc_role_claim: str = "roles"
    oidc_roles: str = ""
    oidc_default_role: str = "reader"
    oidc_single_use: bool = False
    cds_clients: str = ""
    cds_address: str = ""
    cds_origins: str = ""
    signing_key: str = ""
    trusted_keys: str = ""
    export_statements: int = 50_000_000
    exports_an_hour: int = 10
    language: str = ""
    test_data: str = ""

    def listed(self, name: str) -> tuple[str, ...]:
        """A setting that is written with commas, in parts.

        >>> Settings(hosts="a, b").listed("hosts")
        ('a', 'b')
        """
        return tuple(part.strip() for part in str(getattr(self, name)).split(",") if part.strip())

    def narrowed(self) -> Settings:
        """These, without what only searches and queries need where the rules alone are served.

        Raises ConfigError for several processes that serve everything: workspaces and what curators do belong to one.

        >>> Settings(doors="rules", serve_processes=2).narrowed().query_workers
        0
        """
        if self.doors == "all" and self.serve_processes > 1:
            raise ConfigError(
                where="serve_processes", reason='several processes serve rules alone: set doors = "rules"'
            )
        if self.doors == "all":
            return self
        return msgspec.structs.replace(
            self, encoder="none", align="none", cross_encoder="none", analytics="", query_workers=0
        )

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
    def counts_url(self) -> str:
        """Where cards and questions are counted. Apart from the rest in SQLite, where a commit keeps readers waiting:
        they are written all the time, and what holds of rules is read before each decision."""
        return self.database or f"sqlite:///{self.folder / 'counts.sqlite'}"

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
