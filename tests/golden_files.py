"""Golden files: inputs of every plug-in beside the statements that must come out of them.

``tests/golden/<plugin name>/`` holds, for each case, ``<case>.<ext>`` (the input),
``<case>.toml`` (options, where the plug-in gets some), ``<case>.nq`` (canonical, sorted N-Quads
in one fixed graph) and ``<case>.rejects.jsonl`` (where records are rejected).

    python -m tests.golden_files --write [name …]

writes what comes out now; look at the difference before it is committed.
"""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path

import msgspec

from ingest.base import SOURCES, Source
from kg.mapping.base import Context
from kg.mapping.statements import statements
from kg.model.source import Reject
from kg.model.terms import iri, quad
from ontology.base import TERMINOLOGIES, Terminology
from ontology.reading.raw import describe

FOLDER = Path(__file__).resolve().parent / "golden"
GRAPH = iri("https://w3id.org/medkg/graph/golden")
_BESIDE = (".nq", ".rejects.jsonl", ".toml", ".md")


class Case(msgspec.Struct, frozen=True):
    """One input of one plug-in; ``str(case)`` names it in test reports."""

    plugin: str
    path: Path

    def __str__(self) -> str:
        return f"{self.plugin}/{self.path.name}"

    @property
    def name(self) -> str:
        return self.path.name.partition(".")[0]

    def beside(self, suffix: str) -> Path:
        return self.path.with_name(self.name + suffix)

    @property
    def options(self) -> dict[str, object]:
        file = self.beside(".toml")
        return tomllib.loads(file.read_text("utf-8")) if file.exists() else {}


def cases(folder: Path = FOLDER) -> list[Case]:
    """Every input below ``folder``, sorted; files that an input takes along are no inputs themselves."""
    found = [
        Case(plugin.name, path)
        for plugin in sorted(folder.iterdir())
        if plugin.is_dir()
        for path in sorted(plugin.iterdir())
        if path.is_file() and not path.name.endswith(_BESIDE) and not path.name.startswith(".")
    ]
    taken = {path for case in found for path in _companions(case)}
    found = [case for case in found if case.path not in taken]
    names = [(case.plugin, case.name) for case in found]
    assert len(set(names)) == len(names), "two golden inputs share a name"
    return found


def plugin(case: Case) -> Source | Terminology:
    if case.plugin in SOURCES.names():
        return SOURCES.load(case.plugin)()
    return TERMINOLOGIES.load(case.plugin)()


def _companions(case: Case) -> tuple[Path, ...]:
    ask = getattr(plugin(case), "companions", None)
    return tuple(ask(describe(case.path), case.options)) if ask else ()


def actual(case: Case) -> tuple[str, str]:
    """(N-Quads, reject lines) that the plug-in gives now."""
    context = Context(method=case.plugin)
    rows: set[str] = set()
    rejects: list[str] = []
    for item in plugin(case).parse(describe(case.path), case.options):
        if isinstance(item, Reject):
            rejects.append(msgspec.json.encode(item).decode() + "\n")
        else:
            rows.update(quad(statement, GRAPH) for statement in statements(item, context))
    return "".join(sorted(rows)), "".join(rejects)


def expected(case: Case) -> tuple[str, str]:
    """(N-Quads, reject lines) as they stand in the golden files; rejects may be absent, statements not."""
    rejects = case.beside(".rejects.jsonl")
    return case.beside(".nq").read_text("utf-8"), rejects.read_text("utf-8") if rejects.exists() else ""


def write(case: Case) -> bool:
    """Rewrite the golden files of ``case``; True when something changed."""
    rows, rejects = actual(case)
    before = {path: path.read_text("utf-8") if path.exists() else None for path in _files(case)}
    rows_file, rejects_file = _files(case)
    rows_file.write_text(rows, "utf-8", newline="\n")
    if rejects:
        rejects_file.write_text(rejects, "utf-8", newline="\n")
    else:
        rejects_file.unlink(missing_ok=True)
    return before != {path: path.read_text("utf-8") if path.exists() else None for path in _files(case)}


def _files(case: Case) -> tuple[Path, Path]:
    return case.beside(".nq"), case.beside(".rejects.jsonl")


def main() -> None:
    arguments = argparse.ArgumentParser(description="Golden files of sources and terminologies.")
    arguments.add_argument("--write", action="store_true", help="write what comes out now")
    arguments.add_argument("names", nargs="*", help="plug-ins (default: all)")
    options = arguments.parse_args()
    for case in cases():
        if options.names and case.plugin not in options.names:
            continue
        if options.write:
            print("changed" if write(case) else "same   ", case)
        else:
            print("same   " if case.beside(".nq").exists() and actual(case) == expected(case) else "differs", case)


if __name__ == "__main__":
    main()
