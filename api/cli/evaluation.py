"""``medkg eval``: how good reading is, on labelled corpora."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from api.cli.labelled import corpora_folder
from api.cli.options import Corpora, Data, Generation, Json, LinkedBy, Model, Terminologies
from api.cli.output import put, say, tell
from api.cli.retrieval import TASK, retrieval, show
from api.cli.retrieval import Asked as AskedRetrieval
from kg.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

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
    path: Annotated[Path | None, typer.Argument(help=say("cli.retrieval.path"))] = None,
    corpus: Annotated[str | None, _OPTION("--corpus", help=say("cli.eval.corpus"))] = None,
    format_: Annotated[str | None, _OPTION("--format", help=say("cli.retrieval.format"))] = None,
    split: Annotated[str | None, _OPTION("--split", help=say("cli.retrieval.split"))] = None,
    fold: Annotated[int | None, _OPTION("--fold", help=say("cli.retrieval.fold"))] = None,
    k: Annotated[int | None, _OPTION("-k", help=say("cli.retrieval.k"))] = None,
    concepts: Annotated[bool | None, _OPTION("--concepts/--no-concepts", help=say("cli.retrieval.concepts"))] = None,
    vectors: Annotated[bool, _OPTION("--vectors", help=say("cli.retrieval.vectors"))] = False,
    ablation: Annotated[bool, _OPTION("--ablation", help=say("cli.retrieval.ablation"))] = False,
    table: Annotated[Path | None, _OPTION("--table", help=say("cli.retrieval.table"))] = None,
    ranker: Annotated[Path | None, _OPTION("--ranker", help=say("cli.retrieval.ranker"))] = None,
    align: Annotated[Path | None, _OPTION("--align", help=say("cli.retrieval.align"))] = None,
    part: Annotated[str, _OPTION(help=say("cli.eval.part"))] = "development",
    sealed: Annotated[bool, _OPTION("--sealed", help=say("cli.eval.sealed"))] = False,
    corpora: Corpora = None,
    labels: Annotated[Path | None, _OPTION("--labels", help=say("cli.eval.labels"))] = None,
    generation: Generation = None,
    terminologies: Terminologies = None,
    model: Model = None,
    linker: LinkedBy = None,
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

    if linker and not model:
        raise ConfigError(where="--linker", reason=say("cli.option.linker-alone"))
    settings = load({"data": data, "test_data": str(corpora) if corpora else None})
    searched = {"PATH": path, "--format": format_, "--split": split, "--fold": fold, "-k": k, "--concepts": concepts,
                "--vectors": vectors or None, "--ablation": ablation or None, "--ranker": ranker,
                "--align": align, "--table": table}  # fmt: skip
    if task == TASK:
        from ingest.evaluation.retrieval.questions import LANGUAGES

        ours = corpus in LANGUAGES
        read = {"--sealed": (sealed and not ours) or None, "--labels": None if ours else labels,
                "--model": model, "--linker": linker, "--names": names, "--relations": relations,
                "--part": None if part == "development" else part}  # fmt: skip
        _refuse(read, "cli.retrieval.not-here")
        given = AskedRetrieval(
            corpus, path, format_, split or "test", fold, 10 if k is None else k, vectors, ablation, ranker,
            labels, sealed, align, table,
        )  # fmt: skip
        known = _named(settings, generation, terminologies, concepts)
        told, figures, parts = retrieval(given, settings, known)
        if json:
            put(msgspec.json.encode(told).decode())
        else:
            show(told, figures, parts)
        return
    _refuse(searched, "cli.retrieval.only-here")
    if corpus is None:
        raise ConfigError(where="--corpus", reason=say("cli.eval.no-corpus"))
    asked = Asked(
        task, corpus, corpora_folder(settings), cast("Part", part), labels or _LABELS, sealed, relations, bool(model)
    )
    made = (lambda lexicon: learned(lexicon, model, linker)) if model else dictionary
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


def _refuse(options: Mapping[str, object], why: str) -> None:
    """Raises ConfigError for the first option that was given and says nothing to the task."""
    for name, value in options.items():
        if value is not None:
            raise ConfigError(where=name, reason=say(why))


def _named(
    settings: Settings, generation: str | None, terminologies: Path | None, concepts: bool | None
) -> Callable[[], Knowledge] | None:
    """The names for search, None where none are wanted, or none are there and nobody asked for them."""
    from kg.generation.pointer import Shelf

    if concepts is None and not (generation or terminologies or Shelf(settings.folder).ids()):
        tell(say("cli.retrieval.no-names"))
        return None
    return None if concepts is False else lambda: knowledge(settings, generation, terminologies)


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
