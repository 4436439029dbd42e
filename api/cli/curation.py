"""``medkg curation``: proposals by table or patch, releases, undo, and going on after a kill."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli import dumps, gate
from api.cli.gate import PATCHES
from api.cli.options import Data, Json
from api.cli.output import put, say, tell

if TYPE_CHECKING:
    from api.curating import Curating
    from api.settings import Settings
    from kg.workflow.proposals import Proposal
    from kg.workflow.releases import CurationRelease

By = Annotated[str, typer.Option("--by", help=say("cli.curation.by"))]
Note = Annotated[str, typer.Option("--note", help=say("cli.curation.note"))]


def register(app: typer.Typer) -> None:
    curation = typer.Typer(help=say("cli.curation.help"), no_args_is_help=True)
    curation.command("propose", help=say("cli.curation.propose"))(propose)
    curation.command("list", help=say("cli.curation.list"))(listed)
    curation.command("release", help=say("cli.curation.release"))(release)
    curation.command("releases", help=say("cli.curation.releases"))(releases)
    curation.command("recover", help=say("cli.curation.recover"))(recover)
    curation.command("undo", help=say("cli.curation.undo"))(undo)
    curation.command("tasks", help=say("cli.curation.tasks"))(tasks)
    gate.add_to(curation)
    dumps.add_to(curation)
    app.add_typer(curation, name="curation")


def propose(
    file: Annotated[Path, typer.Argument(help=say("cli.curation.file"))],
    by: By,
    title: Annotated[str, typer.Option(help=say("cli.curation.title"))] = "",
    note: Note = "",
    data: Data = None,
) -> None:
    from api.curating import Written
    from api.releasing import looking
    from kg.errors import InputError
    from kg.workflow.proposals import Person
    from ontology.curation.patch import read_patch
    from ontology.curation.spreadsheet import read_spreadsheet

    settings, curating = _desk(data)
    try:
        content = file.read_bytes()
    except OSError as error:
        raise InputError(path=file, position="byte 0", reason=error.strerror or str(error)) from error
    with looking(settings) as (look, generation):
        patch = file.suffix in PATCHES
        edits = read_patch(content, look, settings.base) if patch else read_spreadsheet(content, file.name, look)
        written = Written(edits=edits, title=title or file.name, reason=note, form="patch" if patch else "table")
        _tell(curating.enter(look, generation, Person(by, "curator"), written))


def listed(
    state: Annotated[str | None, typer.Option(help=say("cli.curation.state"))] = None, data: Data = None,
    json: Json = False,
) -> None:  # fmt: skip
    import msgspec

    from kg.errors import ConfigError
    from kg.workflow.queue import Wanted
    from kg.workflow.states import STATES

    known = next((one for one in STATES if one == state), None)
    if state is not None and known is None:
        raise ConfigError(where="--state", reason=", ".join(STATES))
    for row in _desk(data)[1].queue.list(Wanted(state=known)):
        line = f"{row.id}\t{row.kind}\t{row.state}\t{row.author}\t{row.title or row.subject or ', '.join(row.concepts)}"
        put(msgspec.json.encode(row).decode() if json else line)


def release(
    version: Annotated[str, typer.Argument(help=say("cli.curation.version"))],
    by: By,
    note: Note = "",
    only: Annotated[list[int] | None, typer.Option("--proposal", help=say("cli.curation.only"))] = None,
    data: Data = None,
) -> None:
    from api.cli.building import Bars
    from api.cli.output import progress
    from api.releasing import Releasing
    from kg.workflow.proposals import Person

    settings, _ = _desk(data)
    with progress() as bars:
        listener = Bars(bars)
        made = Releasing(settings).run(version, Person(by, "operator"), note, only or (), listener, listener.step)
    _told(made)


def releases(data: Data = None, json: Json = False) -> None:
    import msgspec

    for row in _desk(data)[1].releases.list():
        line = f"{row.version}\t{row.state}\t{row.person}\t{row.created}\t{row.edits}\t{row.generation}"
        put(msgspec.json.encode(row).decode() if json else line)


def recover(data: Data = None) -> None:
    from api.releasing import Releasing

    made = Releasing(_desk(data)[0]).recover()
    if made is None:
        tell(say("cli.curation.nothing"))
    else:
        _told(made)


def undo(
    by: By,
    numbers: Annotated[list[int] | None, typer.Argument(help=say("cli.curation.numbers"))] = None,
    to: Annotated[str, typer.Option("--to", help=say("cli.curation.to"))] = "",
    note: Note = "",
    data: Data = None,
) -> None:
    from api.releasing import looking
    from kg.errors import ConfigError
    from kg.workflow.proposals import Person

    if bool(numbers) is bool(to):
        raise ConfigError(where="undo", reason="NUMBERS | --to")
    settings, curating = _desk(data)
    person = Person(by, "curator")
    with looking(settings) as (look, generation):
        written = curating.back_to(to, note) if to else curating.taken_back(numbers or (), note)
        _tell(curating.enter(look, generation, person, written))


def tasks(data: Data = None) -> None:
    from api.releasing import opened
    from ontology.curation.tasks import enter
    from ontology.curation.tasks import tasks as found

    settings, curating = _desk(data)
    with opened(settings) as (reader, _, _):
        number = enter(found(reader, settings.base), curating.proposals, curating.queue)
    tell(say("cli.curation.entered", number=number))


def _desk(data: str | None) -> tuple[Settings, Curating]:
    from api.curating import Curating
    from api.settings import load

    settings = load({"data": data})
    return settings, Curating(settings)


def _tell(made: Proposal) -> None:
    tell(say("cli.curation.written", number=made.id, edits=made.edits, state=made.state))


def _told(made: CurationRelease) -> None:
    if made.state == "released":
        tell(say("cli.curation.released", version=made.version, edits=made.edits, generation=made.generation))
    else:
        tell(say("cli.curation.taken-back", version=made.version, message=made.message))
