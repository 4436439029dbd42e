"""``medkg eval retrieval``: how good search is, beside plain BM25, on questions with judged answers."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from api.cli.labelled import corpora_folder
from api.cli.output import put, say, tell
from kg.errors import ConfigError, UnknownName

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from api.settings import Settings
    from ingest.evaluation.knowledge import Knowledge
    from ingest.evaluation.retrieval.ablation import Row
    from ingest.evaluation.retrieval.collection import Collection
    from ingest.evaluation.retrieval.comparing import Difference
    from ingest.evaluation.retrieval.running import Figure
    from ingest.evaluation.retrieval.searching import Names, SearchedCollection
    from ingest.evaluation.tasks import Report
    from kg.index.base import Encoder
    from kg.search.alignment import Alignment
    from kg.search.ranker import Ranker
    from kg.search.reranking import Reranker

TASK = "retrieval"
FORMATS = ("beir",)
MOST = 1_000
"""The searcher ranks no more."""


class Asked(msgspec.Struct, frozen=True):
    """What is measured: a folder in ``format``, or the corpus of that name from the test data; one fold of the
    questions, or all; nDCG and reciprocal rank at ``k``; with ``ablation`` search without each signal, too; by the
    weights of a ``ranker`` (file or folder), the packaged ones by default. ``labels``: folder of our own questions,
    ``sealed``: their other half. ``align``: folder of an alignment, by layers that have not seen the concept.
    ``table``: file for the table of the ablation."""

    corpus: str | None
    path: Path | None
    format: str | None
    split: str = "test"
    fold: int | None = None
    k: int = 10
    vectors: bool = False
    ablation: bool = False
    ranker: Path | None = None
    labels: Path | None = None
    sealed: bool = False
    align: Path | None = None
    table: Path | None = None


def retrieval(
    asked: Asked, settings: Settings, known: Callable[[], Knowledge] | None
) -> tuple[Report, tuple[Figure, ...], tuple[Row, ...]]:
    """The figures, and with ``ablation`` those of each part of search; ``known`` is None where no concepts are looked
    for.

    Raises ConfigError and UnknownName for what is asked, CorpusError for what cannot be measured with,
    TrainedOnEvaluated for a ranker that has seen the questions.
    """
    from functools import cache

    from api.encoders import late
    from api.wiring import encoder
    from ingest.evaluation.retrieval.ablation import ablated, named_parts, write_table
    from ingest.evaluation.retrieval.running import depth_of, measured, named
    from ingest.evaluation.tasks import Report
    from kg.search.alignment import read as read_alignment
    from kg.search.ranker import packaged, read

    if not 1 <= asked.k <= MOST:
        raise ConfigError(where="-k", reason=say("cli.retrieval.depth", most=MOST))
    ranker = read(asked.ranker) if asked.ranker else packaged()
    if asked.table and not asked.ablation:
        raise ConfigError(where="--table", reason=say("cli.retrieval.table-alone"))
    if asked.align and not asked.vectors:
        raise ConfigError(where="--align", reason=say("cli.retrieval.align-alone"))
    # Names make some collections and search all: they are read once.
    knows = cache(known) if known else None
    collection = collection_of(asked, settings, knows).in_fold(asked.fold)
    encodes = encoder(settings) if asked.vectors else None
    if asked.vectors and encodes is None:
        raise ConfigError(where="--vectors", reason=say("cli.retrieval.no-encoder"))
    aligned = read_alignment(asked.align, encodes.id) if asked.align and encodes else None
    names = names_for(collection, knows()) if knows else None
    again = late(encodes) if asked.ablation else {}
    with indexed(collection, settings, names, encodes, ranker, aligned, again) as searched:
        depth = depth_of(collection, asked.k)
        figures = measured(collection, searched.rankings(depth, ablation=asked.ablation), asked.k)
        parts = ablated(collection, searched.parted(depth), asked.k) if asked.ablation else ()
    if asked.table:
        write_table(asked.table, parts)
    made = [*([names.annotator.version] if names else []), *([encodes.id] if encodes else [])]
    made += [aligned.name] if aligned else []
    model = " ".join(["search", ranker.name, *made])
    generation = names.knowledge.name if names else ""
    told = named(figures) | named_parts(parts)
    return Report(TASK, collection.name, len(collection.questions), told, model, generation), figures, parts


@contextmanager
def indexed(
    collection: Collection, settings: Settings, names: Names | None, encodes: Encoder | None,
    ranker: Ranker | None = None, aligned: Alignment | None = None, rerankers: Mapping[str, Reranker] | None = None,
) -> Iterator[SearchedCollection]:  # fmt: skip
    """A collection with an index of its own, in a folder that goes with it; vectors of texts are kept where those of
    builds are."""
    from tempfile import TemporaryDirectory

    from ingest.evaluation.retrieval.searching import SearchedCollection

    kept = settings.folder / "embeddings" if encodes else None
    with TemporaryDirectory() as folder:
        searched = SearchedCollection(Path(folder), collection, names, encodes, kept, ranker, aligned=aligned,
                                      rerankers=rerankers)  # fmt: skip
        try:
            yield searched
        finally:
            searched.close()


def names_for(collection: Collection, knowledge: Knowledge) -> Names:
    """Who reads texts and questions: questions without the names that are hidden from them."""
    from api.reading import AnnotatorReader
    from ingest.evaluation.retrieval.searching import Names
    from ingest.evaluation.retrieval.unseen import without_names
    from ingest.text.annotate import Annotator

    annotator = reader = Annotator(knowledge.lexicon, with_sentences=False)
    hidden = {concept for question in collection.questions for concept in question.hidden}
    if hidden:
        reader = Annotator(without_names(knowledge.lexicon, hidden, "zh"), with_sentences=False)
    return Names(knowledge, annotator, AnnotatorReader(reader))


def collection_of(asked: Asked, settings: Settings, known: Callable[[], Knowledge] | None) -> Collection:
    """Raises ConfigError, UnknownName, CorpusError."""
    from ingest.evaluation.retrieval import beir, concepts, pairs, questions

    if asked.path is None:
        if asked.format or not asked.corpus:
            raise ConfigError(where="PATH", reason=say("cli.retrieval.what"))
        if asked.corpus in pairs.BUILT:
            return pairs.read(asked.corpus, corpora_folder(settings))
        if asked.corpus in questions.LANGUAGES:
            folder = asked.labels or questions.FOLDER
            return questions.read(asked.corpus, corpora_folder(settings), folder, sealed=asked.sealed)
        if asked.corpus not in concepts.BUILT:
            known_names = (*pairs.BUILT, *concepts.BUILT, *questions.LANGUAGES)
            raise UnknownName(kind="corpus", name=asked.corpus, known=", ".join(known_names))
        if known is None:
            raise ConfigError(where="--no-concepts", reason=say("cli.retrieval.named-by", corpus=asked.corpus))
        return concepts.BUILT[asked.corpus](corpora_folder(settings), known())
    if asked.corpus or not asked.format:
        raise ConfigError(where="--format", reason=say("cli.retrieval.what"))
    if asked.format not in FORMATS:
        raise UnknownName(kind="format", name=asked.format, known=", ".join(FORMATS))
    return beir.read(asked.path, asked.split)


def show(report: Report, figures: Iterable[Figure], parts: Iterable[Row] = ()) -> None:
    """A table for people: a line for each measure of each ranking, and for what search is compared with; and one of the
    parts of search."""
    tell(say("cli.retrieval.told", corpus=report.corpus, n=report.n))
    tell(say("cli.eval.model", model=report.model, generation=report.generation or "-"))
    columns = ("ranking", "measure", "value", "low", "high", "ratio", "p", "worse")
    put("\t".join(say(f"cli.retrieval.{name}") for name in columns))
    for one in figures:
        values = [f"{value:.4f}" for value in (one.mean.value, one.mean.low, one.mean.high)]
        put("\t".join([one.ranking, one.measure, *values, *(_compared(one.against) if one.against else ())]))
        for other, apart in one.beside.items():
            values = [f"{value:+.4f}" for value in (apart.mean.value, apart.mean.low, apart.mean.high)]
            name = say(f"cli.retrieval.beside-{other}")
            put("\t".join([f"{one.ranking} - {name}", one.measure, *values, *_compared(apart)]))

    for at, row in enumerate(parts):
        if not at:
            names = ("language", "part", "state", "value", "low", "high", "apart", "low", "high", "p", "worse")
            put("\n" + "\t".join(say(f"cli.retrieval.{name}") for name in names))
        part = say(f"cli.retrieval.part-{row.part}")
        numbers = (row.ndcg, row.low, row.high, row.apart, row.apart_low, row.apart_high, row.p, row.worse)
        told = ("-" if number is None else f"{number:.4f}" for number in numbers)
        put("\t".join([row.language, part, say(f"cli.retrieval.state-{row.state}"), *told]))


def _compared(apart: Difference) -> list[str]:
    return [f"{value:.4f}" for value in (apart.ratio, apart.p, apart.worse)]
