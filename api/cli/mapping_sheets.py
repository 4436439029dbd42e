"""``medkg mappings decide``, ``conceptmap``, ``sssom``: what people wrote on a sheet of candidates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.exits import Exit
from api.cli.options import Data
from api.cli.output import LANGUAGE, put, say, tell
from api.settings import load

if TYPE_CHECKING:
    from api.settings import Settings
    from kg.model.concept import Concept
    from kg.model.source import Reject
    from ontology.mapping.worksheet import Decision

System = Annotated[str, typer.Option("--system", help=say("cli.mappings.system"))]
Sheet = Annotated[Path, typer.Argument(help=say("cli.mappings.sheet"))]
Output = Annotated[Path | None, typer.Option("--output", help=say("cli.mappings.output"))]
Person = Annotated[str, typer.Option("--as", help=say("cli.mappings.as"))]


def decide(
    sheet: Sheet, person: Person, system: System = "",
    dictionary: Annotated[Path | None, typer.Option("--dictionary", help=say("cli.mappings.dictionary"))] = None,
    code: Annotated[str, typer.Option("--code", help=say("cli.mappings.column"))] = "code",
    name: Annotated[str, typer.Option("--name", help=say("cli.mappings.column"))] = "name",
    english: Annotated[str, typer.Option("--english", help=say("cli.mappings.column"))] = "",
    synonyms: Annotated[str, typer.Option("--synonyms", help=say("cli.mappings.column"))] = "",
    category: Annotated[str, typer.Option("--category", help=say("cli.mappings.category"))] = "",
    data: Data = None,
) -> None:  # fmt: skip
    from api.deciding import submit

    settings = load({"data": data})
    decisions, rejects = _decisions(sheet)
    concepts: list[Concept] = []
    if dictionary is not None:
        concepts, _ = read_dictionary_file(settings, dictionary, system, (code, name, english, synonyms, category))
    if decisions and not rejects:
        from kg.workflow.proposals import Person as Who

        made = submit(settings, decisions, Who(person), {one.id: one for one in concepts}, sheet.name)
        tell(say("cli.mappings.submitted", number=made.id, edits=made.edits))
        put(str(made.id))
    elif not rejects:
        tell(say("cli.mappings.nothing"))
    tell_rejects(rejects)


def conceptmap(
    sheet: Sheet, url: Annotated[str, typer.Option("--url", help=say("cli.mappings.url"))],
    person: Person = "", version: Annotated[str, typer.Option("--version", help=say("cli.mappings.version"))] = "",
    output: Output = None, data: Data = None,
) -> None:  # fmt: skip
    import msgspec

    from kg.model.ids import Ids
    from ontology.mapping.conceptmap import concept_map

    decisions, rejects = _decisions(sheet)
    rows = [one.mapping(person, "") for one in decisions]
    made = concept_map(rows, url=url, name=sheet.stem, version=version, ids=Ids(load({"data": data}).base))
    text = msgspec.json.format(msgspec.json.encode(made), indent=1)
    if output is None:
        put(text.decode())
    else:
        output.write_bytes(text + b"\n")
    tell_rejects(rejects)


def sssom(
    sheet: Sheet, url: Annotated[str, typer.Option("--url", help=say("cli.mappings.set"))],
    person: Person = "", version: Annotated[str, typer.Option("--version", help=say("cli.mappings.version"))] = "",
    output: Output = None, data: Data = None,
) -> None:  # fmt: skip
    from api.workbench import decided_set
    from kg.model.ids import Ids

    decisions, rejects = _decisions(sheet)
    rows = [one.mapping(person, "") for one in decisions]
    text = decided_set(rows, url, sheet.stem, version, Ids(load({"data": data}).base))
    if output is None:
        put(text.rstrip("\n"))
    else:
        output.write_text(text, "utf-8")
    tell_rejects(rejects)


def read_dictionary_file(
    settings: Settings, file: Path, system: str, columns: tuple[str, str, str, str, str]
) -> tuple[list[Concept], list[Reject]]:
    from kg.model.source import Reject
    from kg.vocab import CATEGORIES
    from ontology.mapping.dictionary import DictionaryColumns, read_dictionary
    from ontology.mapping.systems import Systems
    from ontology.reading.raw import describe

    code, name, english, synonyms, category = columns
    fixed = category if category in CATEGORIES else "other"
    column = "" if category in CATEGORIES else category
    wanted = DictionaryColumns(code, name, english, synonyms, column, of_all=fixed)
    items = list(read_dictionary(describe(file), wanted, Systems(settings.folder).get(system)))
    return [one for one in items if not isinstance(one, Reject)], [one for one in items if isinstance(one, Reject)]


def _decisions(sheet: Path) -> tuple[list[Decision], list[Reject]]:
    from kg.model.source import Reject
    from ontology.mapping.worksheet import read_decisions
    from ontology.reading.raw import describe

    items = list(read_decisions(describe(sheet)))
    return [one for one in items if not isinstance(one, Reject)], [one for one in items if isinstance(one, Reject)]


def tell_rejects(rejects: list[Reject]) -> None:
    from kg.messages import Catalogue

    for one in rejects:
        reason = Catalogue("kg").text(f"reject.{one.reason}", LANGUAGE, detail=one.detail)
        tell(f"{one.path} {one.position} {one.key}: {reason}")
    if rejects:
        raise typer.Exit(Exit.REJECTS)
