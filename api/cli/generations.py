"""``medkg generations``, ``tag`` and ``verify``: what is kept, under which names, and whether it is whole."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import AsOf, Data, Json
from api.cli.output import put, say, tell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from api.settings import Settings
    from kg.generation.verification import Check


def register(app: typer.Typer) -> None:
    app.command("generations", help=say("cli.generations.help"))(generations)
    app.command("tag", help=say("cli.tag.help"))(tag)
    app.command("verify", help=say("cli.verify.help"))(verify)


def generations(data: Data = None, json: Json = False) -> None:
    import msgspec

    from api.settings import load
    from api.wiring import shelf

    for row in shelf(load({"data": data})).kept():
        if json:
            put(msgspec.json.encode(row).decode())
        else:
            mark = say("cli.generations.current") if row.current else ""
            put(f"{row.id}\t{row.published}\t{row.statements}\t{row.batches}\t{mark}\t{' '.join(row.tags)}")


def tag(
    name: Annotated[str, typer.Argument(help=say("cli.tag.name"))],
    generation: Annotated[str | None, typer.Argument(help=say("cli.tag.generation"))] = None,
    force: Annotated[bool, typer.Option("--force", help=say("cli.tag.force"))] = False,
    delete: Annotated[bool, typer.Option("--delete", help=say("cli.tag.delete"))] = False,
    data: Data = None,
) -> None:
    from api.settings import load
    from api.wiring import shelf

    kept = shelf(load({"data": data}))
    if delete:
        tell(say("cli.tag.deleted", tag=name, id=kept.untag(name)))
    else:
        tell(say("cli.tag.done", tag=name, id=kept.tag(name, generation, move=force)))


def verify(
    data: Data = None,
    as_of: AsOf = None,
    full: Annotated[bool, typer.Option("--full", help=say("cli.verify.full"))] = False,
    bag: Annotated[Path | None, typer.Option("--bag", help=say("cli.verify.bag"))] = None,
    json: Json = False,
) -> None:
    from api.cli.exits import Exit
    from api.cli.quoting import quote_checks
    from api.engine import use_engine
    from api.settings import load
    from api.wiring import shelf
    from kg.generation.verification import verify as checks

    settings = load({"data": data})
    trusted = [Path(name) for name in settings.listed("trusted_keys")]
    if bag is not None:
        problems = _report(_bag(bag, trusted), json)
        tell(say("cli.verify.bag-summary", number=problems, folder=str(bag)))
    else:
        use_engine(settings)
        kept = shelf(settings)
        name = kept.find(as_of)
        problems = _report(chain(checks(kept.path(name), full=full, trusted=trusted), _audit(settings)), json)
        if not problems:
            # Of a damaged generation nothing more can be asked.
            problems += _report(quote_checks(settings, kept.path(name)), json)
        tell(say("cli.verify.summary", number=problems, id=name))
    if problems:
        raise typer.Exit(Exit.FAILED)


def _report(found: Iterable[Check], json: bool) -> int:
    """Print what was found; returns how many problems."""
    import msgspec

    problems = 0
    for check in found:
        problems += not check.ok
        state = say("cli.verify.ok" if check.ok else "cli.verify.failed")
        put(msgspec.json.encode(check).decode() if json else f"{state}\t{check.kind}\t{check.message}")
    return problems


def _bag(folder: Path, trusted: list[Path]) -> Iterator[Check]:
    """Whether a bag is whole and, where keys are trusted, signed by one of them."""
    from kg.bulk.bag import MANIFEST, flaws
    from kg.generation.verification import Check, signed

    found = list(flaws(folder))
    yield from (Check("file", False, flaw) for flaw in found)
    yield from signed(folder / MANIFEST, trusted)
    if not found:
        number = len((folder / MANIFEST).read_text("utf-8").splitlines())
        yield Check("file", True, say("cli.verify.bag-files", number=number))


def _audit(settings: Settings) -> Iterator[Check]:
    """Whether the audit log is whole; nothing where there is none yet."""
    from api.wiring import audit
    from kg.generation.verification import Check

    if not settings.database and not any(
        (settings.folder / name).exists() for name in ("workflow.sqlite", "audit.head")
    ):
        return
    log = audit(settings)
    flaws = list(log.check())
    for flaw in flaws:
        yield Check("audit", False, say(f"cli.verify.audit-{flaw.kind}", number=flaw.sequence))
    if not flaws:
        number, signature = log.head()
        yield Check("audit", True, say("cli.verify.audit", number=number, signature=signature))
