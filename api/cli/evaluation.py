"""``medkg eval``: how good reading is, on labelled corpora."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from api.cli.labelled import corpora_folder
from api.cli.options import Data, Json, Model
from api.cli.output import put, say, tell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from api.settings import Settings
    from ingest.evaluation.corpora import Part
    from ingest.evaluation.knowledge import Knowledge
    from ingest.evaluation.result import Evaluation, Worst
    from ingest.evaluation.tasks import Report

_OPTION = typer.Option
_LABELS = Path("benchmarks/annotated")


def register(app: typer.Typer) -> None:
    app.command("eval", help=say("cli.eval.help"))(eval_)


def eval_(
    task: Annotated[str, typer.Argument(help=say("cli.eval.task"))],
    corpus: Annotated[str, _OPTION("--corpus", help=say("cli.eval.corpus"))],
    part: Annotated[str, _OPTION(help=say("cli.eval.part"))] = "development",
    sealed: Annotated[bool, _OPTION("--sealed", help=say("cli.eval.sealed"))] = False,
    corpora: Annotated[Path | None, _OPTION("--corpora", help=say("cli.eval.corpora"))] = None,
    labels: Annotated[Path, _OPTION("--labels", help=say("cli.eval.labels"))] = _LABELS,
    generation: Annotated[str | None, _OPTION("--generation", "--as-of", help=say("cli.option.as-of"))] = None,
    terminologies: Annotated[Path | None, _OPTION("--terminologies", help=say("cli.eval.terminologies"))] = None,
    model: Model = None,
    names: Annotated[Path | None, _OPTION("--names", help=say("cli.eval.names"))] = None,
    relations: Annotated[Path | None, _OPTION("--relations", help=say("cli.eval.relations"))] = None,
    worst: Annotated[int, _OPTION("--worst", min=0, help=say("cli.eval.worst"))] = 10,
    data: Data = None,
    json: Json = False,
) -> None:
    import msgspec

    from api.settings import load
    from ingest.evaluation.tagging import dictionary, learned, taught_by
    from ingest.evaluation.tasks import Asked, evaluate

    settings = load({"data": data, "test_data": str(corpora) if corpora else None})
    asked = Asked(task, corpus, corpora_folder(settings), cast("Part", part), labels, sealed, relations)
    made = (lambda lexicon: learned(lexicon, model)) if model else dictionary
    if names:
        made = taught_by(names, made)
    report, found = evaluate(
        asked, lambda: knowledge(settings, generation, terminologies), lambda known: made(known.lexicon)
    )
    if json:
        put(msgspec.json.encode(report).decode())
        return
    # A sealed half stays one that nobody has read.
    _put(report, found, [] if sealed else found.worst(worst))


def knowledge(settings: Settings, generation: str | None, terminologies: Path | None) -> Knowledge:
    """The names that are asked for: of a build file's terminologies, or of a generation."""
    from api.engine import use_engine
    from ingest.evaluation.knowledge import Published, Terminologies

    if terminologies:
        return Terminologies(terminologies, settings.variables)
    use_engine(settings)
    return Published(settings.folder, generation)


def _put(report: Report, found: Evaluation, worst: Iterable[Worst]) -> None:
    tell(say("cli.eval.told", task=report.task, corpus=report.corpus, n=report.n))
    tell(say("cli.eval.model", model=report.model, generation=report.generation or "-"))
    names = ("labelled", "precision", "recall", "f1", "low", "high")
    put("\t".join(["", *(say(f"cli.eval.{name}") for name in names)]))
    for name, score in found.scores.items():
        values = (score.precision, score.recall, score.f1, score.low, score.high)
        put("\t".join([name, str(score.labelled), *(f"{value:.3f}" for value in values)]))
    for name, share in found.shares.items():
        put(f"{name}\t{share}")
    for name, value in report.figures.items():
        if name.startswith("mistakes."):
            _, kind, category = name.split(".")
            put(f"{kind}\t{say(f'cli.eval.{category}')}\t{value}")
    for row in worst:
        one = row.mistake
        kind = f"{say(f'cli.eval.{one.category}')}\t{one.type}"
        put(f"{row.times}\t{kind}\t{one.labelled or '-'}\t{one.found or '-'}\t{one.document}: {one.around}")
