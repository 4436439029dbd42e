"""``medkg eval retrieval``: how good search is, beside plain BM25, on questions with judged answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from api.cli.labelled import corpora_folder
from api.cli.output import put, say, tell
from kg.errors import ConfigError, UnknownName

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from api.settings import Settings
    from ingest.evaluation.knowledge import Knowledge
    from ingest.evaluation.retrieval.collection import Collection
    from ingest.evaluation.retrieval.running import Figure
    from ingest.evaluation.tasks import Report

TASK = "retrieval"
FORMATS = ("beir",)
MOST = 1_000
"""The searcher ranks no more."""


class Asked(msgspec.Struct, frozen=True):
    """What is measured: a folder in ``format``, or the corpus of that name from the test data; one fold of the
    questions, or all; nDCG and reciprocal rank at ``k``."""

    corpus: str | None
    path: Path | None
    format: str | None
    split: str = "test"
    fold: int | None = None
    k: int = 10
    vectors: bool = False


def retrieval(
    asked: Asked, settings: Settings, known: Callable[[], Knowledge] | None
) -> tuple[Report, tuple[Figure, ...]]:
    """``known`` is None where no concepts are looked for.

    Raises ConfigError and UnknownName for what is asked, CorpusError for what cannot be measured with.
    """
    from tempfile import TemporaryDirectory

    from api.reading import AnnotatorReader
    from api.wiring import encoder
    from ingest.evaluation.retrieval.running import DEEP, measured, named
    from ingest.evaluation.retrieval.searching import Names, SearchedCollection
    from ingest.evaluation.tasks import Report
    from ingest.text.annotate import Annotator

    if not 1 <= asked.k <= MOST:
        raise ConfigError(where="-k", reason=say("cli.retrieval.depth", most=MOST))
    collection = _collection(asked, settings).in_fold(asked.fold)
    encodes = encoder(settings) if asked.vectors else None
    if asked.vectors and encodes is None:
        raise ConfigError(where="--vectors", reason=say("cli.retrieval.no-encoder"))
    names = None
    if known:
        knowledge = known()
        annotator = Annotator(knowledge.lexicon, with_sentences=False)
        names = Names(knowledge, annotator, AnnotatorReader(annotator))
    with TemporaryDirectory() as folder:
        searched = SearchedCollection(Path(folder), collection, names, encodes)
        try:
            figures = measured(collection, searched.rankings(max(asked.k, DEEP)), asked.k)
        finally:
            searched.close()
    made = [*([names.annotator.version] if names else []), *([encodes.id] if encodes else [])]
    model = " ".join(["search", *made])
    generation = names.knowledge.name if names else ""
    return Report(TASK, collection.name, len(collection.questions), named(figures), model, generation), figures


def _collection(asked: Asked, settings: Settings) -> Collection:
    from ingest.evaluation.retrieval import beir, pairs

    if asked.path is None:
        if asked.format or not asked.corpus:
            raise ConfigError(where="PATH", reason=say("cli.retrieval.what"))
        return pairs.read(asked.corpus, corpora_folder(settings))
    if asked.corpus or not asked.format:
        raise ConfigError(where="--format", reason=say("cli.retrieval.what"))
    if asked.format not in FORMATS:
        raise UnknownName(kind="format", name=asked.format, known=", ".join(FORMATS))
    return beir.read(asked.path, asked.split)


def show(report: Report, figures: Iterable[Figure]) -> None:
    """A table for people: a line for each measure of each ranking."""
    tell(say("cli.retrieval.told", corpus=report.corpus, n=report.n))
    tell(say("cli.eval.model", model=report.model, generation=report.generation or "-"))
    columns = ("ranking", "measure", "value", "low", "high", "ratio", "p", "worse")
    put("\t".join(say(f"cli.retrieval.{name}") for name in columns))
    for one in figures:
        values = [f"{value:.4f}" for value in (one.mean.value, one.mean.low, one.mean.high)]
        if one.against:
            values += [f"{value:.4f}" for value in (one.against.ratio, one.against.p, one.against.worse)]
        put("\t".join([one.ranking, one.measure, *values]))
