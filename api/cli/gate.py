"""``medkg curation check`` and ``preview``: how good the terminologies are, and what edits would do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import AsOf, Data, Json
from api.cli.output import LANGUAGE, put, say, tell

if TYPE_CHECKING:
    from api.consequences import Consequences
    from api.settings import Settings
    from kg.impact.preview import KindImpact
    from kg.model.edit import Edit
    from kg.model.finding import FindingRecord
    from ontology.curation.applying import Look

File = Annotated[Path, typer.Argument(help=say("cli.curation.preview-file"))]
Samples = Annotated[int, typer.Option("--samples", min=0, max=50, help=say("cli.curation.samples"))]

PATCHES = (".rdfp", ".patch")
"""Endings of RDF patches."""


def add_to(curation: typer.Typer) -> None:
    """The commands of the gate, in the group of curation."""
    curation.command("check", help=say("cli.curation.check"))(check)
    curation.command("preview", help=say("cli.curation.preview"))(preview)


def check(samples: Samples = 5, data: Data = None, as_of: AsOf = None, json: Json = False) -> None:
    import msgspec

    from api import wiring
    from api.settings import load
    from api.survey import report, surveyed

    settings = load({"data": data})
    name = wiring.shelf(settings).find(as_of)
    found = report(surveyed(settings, name), name, samples)
    if json:
        put(msgspec.json.encode(found).decode())
        return
    for row in found.rows:
        systems = ", ".join(f"{system} {count}" for system, count in row.systems.items())
        put(f"{say(f'cli.curation.{row.severity}')}\t{row.code}\t{row.count}\t{systems}")
        for one in row.samples:
            put(f"\t{one.message[LANGUAGE]}")
    for cover in found.systems:
        put(say("cli.curation.cover", system=cover.system, concepts=cover.concepts, deprecated=cover.deprecated,
                tops=cover.tops, zh=cover.named["zh"], en=cover.named["en"]))  # fmt: skip
    tell(say("cli.curation.checked", generation=name, n=found.concepts, errors=found.errors, warnings=found.warnings))


def preview(file: File, samples: Samples = 5, data: Data = None, as_of: AsOf = None, json: Json = False) -> None:
    import msgspec

    from api.cli.exits import Exit
    from api.consequences import consequences, opened
    from api.settings import load
    from ontology.curation.graph import GraphConcepts

    settings = load({"data": data})
    with opened(settings, as_of) as (world, name, lexicon):
        look = GraphConcepts(world.reader, world.texts, world.naming.ids).concept
        edits = _edits(file, settings, look)
        found = consequences(edits, world, name, lexicon, settings.folder, samples)
    if json:
        put(msgspec.json.encode(found).decode())
    else:
        _put(found)
    if found.refused:
        raise typer.Exit(Exit.FAILED)


def _edits(file: Path, settings: Settings, look: Look) -> tuple[Edit, ...]:
    """Edits as JSON (a list, or the body of a proposal), as a table, or as an RDF patch."""
    import msgspec

    from kg.errors import InputError
    from kg.model.edit import Edit
    from ontology.curation.patch import read_patch
    from ontology.curation.spreadsheet import read_spreadsheet

    try:
        content = file.read_bytes()
        if file.suffix == ".json":
            return msgspec.json.decode(content, type=tuple[Edit, ...])
    except OSError as error:
        raise InputError(path=file, position="byte 0", reason=error.strerror or str(error)) from error
    except msgspec.MsgspecError as error:
        raise InputError(path=file, position="byte 0", reason=str(error)) from error
    if file.suffix in PATCHES:
        return read_patch(content, look, settings.base)
    return read_spreadsheet(content, file.name, look)


def _put(found: Consequences) -> None:
    for name, rows in (("new", found.findings), ("stood", found.stood), ("gone", found.gone)):
        for row in rows:
            put(f"{say(f'cli.curation.finding-{name}')}\t{_finding(row)}")
    for kind in found.impact.kinds:
        _kind(kind)
    tell(say("cli.curation.refused" if found.refused else "cli.curation.passes", generation=found.generation))


def _finding(row: FindingRecord) -> str:
    return f"{say(f'cli.curation.{row.severity}')}\t{row.code}\t{row.message[LANGUAGE]}"


def _kind(kind: KindImpact) -> None:
    about = say("cli.curation.about") if kind.exactness == "about" else ""
    put(f"{kind.title[LANGUAGE]}\t{about}{kind.count}")
    for reason in kind.reasons:
        put(f"\t{reason.message[LANGUAGE]}")
    for one in kind.samples:
        order = (one.label.zh, one.label.en) if LANGUAGE == "zh" else (one.label.en, one.label.zh)
        put(f"\t{one.id}\t{order[0] or order[1] or one.text}\t{', '.join(one.concepts)}")
