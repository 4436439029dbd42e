"""Running a build with progress, and telling what came of it."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import msgspec
import typer
from rich.progress import Progress, TaskID

from api.cli.exits import Exit
from api.cli.output import LANGUAGE, progress, say, tell
from api.settings import Settings
from api.wiring import Building, Built
from ingest.config import BuildConfig
from ingest.pipeline import Listener
from ingest.replacement import FOLDER
from ingest.unit import Unit, UnitReport
from kg.generation.replacement import WAYS, Replacement
from kg.messages import Catalogue
from kg.model.ids import slug
from kg.model.source import Reject

_SHOWN = 3


class Bars(Listener):
    """A bar for each phase of reading, then one for each step of publishing."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: list[TaskID] = []
        self._step = ""

    def phase(self, name: str, units: int, size: int) -> None:
        self._tasks.append(self._bars.add_task(say(f"cli.phase.{name}"), total=units))

    def unit(self, unit: Unit, report: UnitReport) -> None:
        self._bars.advance(self._tasks[-1])

    def step(self, name: str, done: int = 0, total: int = 1) -> None:
        """A step of publishing begins, so the one before is over; or the one that is at work has come so far."""
        if name != self._step:
            if self._step and self._tasks:
                self._bars.update(self._tasks[-1], completed=self._bars.tasks[-1].total)
            self._step = name
            self._tasks.append(self._bars.add_task(say(f"cli.step.{name}"), total=total))
        elif done:
            self._bars.update(self._tasks[-1], completed=done, total=total)


def run_build(settings: Settings, config: BuildConfig, arguments: dict[str, object]) -> Built:
    """Batches and a generation, recorded as a job; raises errors of the tree."""
    with progress() as bars:
        listener = Bars(bars)
        built = Building(settings).run(config, arguments, listener, listener.step)
    if config.demo_rules:
        show_rules(settings)
    return built


def show_rules(settings: Settings, packs: tuple[str, ...] = ()) -> None:
    """Show example packs of the current generation, all where none is named, and say so."""
    from api.wiring import shelf
    from kg.rules.shelf import installed
    from kg.rules.standing import demonstrate, may_fire
    from kg.store.base import STORES, Snapshot

    kept = shelf(settings)
    folder = kept.path(kept.find())
    reader = STORES.load(settings.store).open(Snapshot(store=settings.store, path=folder / "store"))
    try:
        known = installed(reader)
    finally:
        reader.close()
    made = demonstrate(settings.folder, known, packs)
    tell(say("cli.rules.shown", packs=", ".join(made.packs), rules=len(may_fire(known, made))))


def finish(built: Built) -> None:
    """Print the report; exit code 3 when records were left out."""
    report = built.report
    for row in report.outcomes:
        state = say("cli.build.unchanged") if row.batch is None else row.batch
        tell(say("cli.build.row", name=row.name, read=row.read, stored=row.stored, rejected=row.rejected,
                 replaced=row.replaced, quads=row.quads, state=state))  # fmt: skip
        for reject in _first_rejects(Path(built.data) / "rejects" / f"{row.name}.jsonl"):
            tell(say("cli.build.reject", path=reject.path, position=reject.position, reason=_reason(reject)))
        for notice in _first_rejects(Path(built.data) / "notices" / f"{row.name}.jsonl"):
            tell(say("cli.build.notice", path=notice.path, position=notice.position or notice.key,
                     reason=_reason(notice)))  # fmt: skip
        if row.changes:
            show_replacement(row.changes, Path(built.data))
    for missing in report.missing:
        tell(say("cli.build.missing", path=missing.path, reason=_reason(missing)))
    if built.generation:
        tell(say("cli.build.published", id=built.generation.id, quads=built.generation.counts.get("", 0)))
    else:
        tell(say("cli.build.nothing-new", id=built.current))
    for flag in built.rules.flagged if built.rules else ():
        tell(
            say(
                "cli.build.flagged",
                rule=flag.rule,
                why=say(f"rules.doubt.{flag.kind}", what=flag.what, about=flag.about),
            )
        )
    for one in built.rules.conflicts if built.rules else ():
        tell(
            say(
                "cli.build.conflict",
                change=one.override,
                of=one.of,
                why=say(f"rules.conflict.{one.why}"),
                told=one.told,
            )
        )
    if report.rejected:
        tell(say("cli.build.rejects", number=report.rejected, folder=str(Path(built.data) / "rejects")))
        raise typer.Exit(Exit.REJECTS)


def show_replacement(changes: Replacement, data: Path) -> None:
    """How many concepts a new release of a terminology changed, in which way, and where the report lies."""
    counts = ", ".join(
        f"{Catalogue('kg').text(f'replacement.{way}', LANGUAGE)} {changes.counts[way]}"
        for way in WAYS
        if changes.counts.get(way)
    )
    folder = data / FOLDER / slug(changes.input) / f"{slug(changes.before)}..{slug(changes.after)}"
    tell(say("cli.build.replacement", name=changes.input, before=changes.before, after=changes.after,
             counts=counts or say("cli.build.no-changes"), folder=str(folder)))  # fmt: skip


def _first_rejects(file: Path) -> list[Reject]:
    """The first few; the rest is for whoever opens the file."""
    if not file.is_file():
        return []
    with file.open("rb") as lines:
        return [msgspec.json.decode(line, type=Reject) for line in islice(lines, _SHOWN)]


def _reason(reject: Reject) -> str:
    return Catalogue("kg").text(f"reject.{reject.reason}", LANGUAGE, detail=reject.detail)
