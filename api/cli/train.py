"""``medkg train``: models that read texts, made from labelled corpora."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.align import align
from api.cli.evaluation import knowledge
from api.cli.labelled import (
    corpora_folder,
    evaluated_documents,
    judged_sentences,
    labelled_parts,
    new_folder,
    put_card,
    related_documents,
)
from api.cli.lessons import names
from api.cli.linker import linker
from api.cli.options import Corpora, Data, Generation, Json, Name, Seed, Terminologies
from api.cli.output import say, tell
from api.cli.ranker import ranker

_OPTION = typer.Option
_ARGUMENT = typer.Argument


def register(app: typer.Typer) -> None:
    group = typer.Typer(help=say("cli.train.help"), no_args_is_help=True, rich_markup_mode=None)
    group.command("ner", help=say("cli.train.ner"))(ner)
    group.command("relations", help=say("cli.train.relations"))(relations)
    group.command("attributes", help=say("cli.train.attributes"))(attributes)
    group.command("names", help=say("cli.train.names"))(names)
    group.command("linker", help=say("cli.train.linker"))(linker)
    group.command("ranker", help=say("cli.train.ranker"))(ranker)
    group.command("align", help=say("cli.train.align"))(align)
    app.add_typer(group, name="train")


def ner(
    corpus: Annotated[list[str], _ARGUMENT(help=say("cli.train.corpus"))],
    name: Name,
    types: Annotated[str, _OPTION("--types", help=say("cli.train.types"))] = "disease,chemical,gene",
    seed: Seed = 1,
    epochs: Annotated[int, _OPTION("--epochs", min=1, help=say("cli.train.epochs"))] = 8,
    rate: Annotated[float, _OPTION("--rate", min=1e-6, max=1, help=say("cli.train.rate"))] = 2e-4,
    frozen: Annotated[int, _OPTION("--frozen", min=0, help=say("cli.train.frozen"))] = 0,
    layers: Annotated[int, _OPTION("--layers", min=0, help=say("cli.train.layers"))] = 0,
    threads: Annotated[int, _OPTION("--threads", min=1, help=say("cli.train.threads"))] = 1,
    encoder: Annotated[Path | None, _OPTION("--encoder", help=say("cli.train.encoder"))] = None,
    corpora: Corpora = None,
    generation: Generation = None,
    terminologies: Terminologies = None,
    dictionary: Annotated[bool, _OPTION("--dictionary/--no-dictionary", help=say("cli.train.dictionary"))] = True,
    data: Data = None,
    json: Json = False,
) -> None:
    from api.settings import load
    from ingest.text.annotate import Annotator
    from ingest.training.ner import divided, train
    from ingest.training.plan import Plan
    from kg.index.encoder import packaged_model

    settings = load({"data": data, "test_data": str(corpora) if corpora else None})
    source = corpora_folder(settings)
    folder = new_folder(settings.folder / "models", name)
    asked = tuple(one.strip() for one in types.split(",") if one.strip())
    parts = divided(labelled_parts(corpus, source, asked), evaluated_documents(source))
    tell(say("cli.train.removed", n=parts.removed))
    for part in parts.training:
        tell(say("cli.train.part", corpus=part.name, n=len(part.documents), types=", ".join(part.types)))
    found = tuple(kind for kind in asked if any(kind in part.types for part in parts.training))
    annotator = None
    if dictionary:
        annotator = Annotator(knowledge(settings, generation, terminologies).lexicon, with_sentences=False)
    card = train(
        parts, found, folder,
        Plan(epochs=epochs, seed=seed, threads=threads, frozen=frozen, layers=layers, rate=rate),
        encoder=encoder or packaged_model(),
        dictionary=annotator.document if annotator else None,
        dictionary_version=annotator.version if annotator else "",
        progress=lambda epoch, loss: tell(say("cli.train.epoch", epoch=epoch, loss=f"{loss:.4f}")),
    )  # fmt: skip
    written = say("cli.train.written", folder=folder, seconds=round(card.seconds))
    put_card(card, card.figures, written, json=json)


def relations(
    corpus: Annotated[str, _ARGUMENT(help=say("cli.train.relation-corpus"))],
    name: Name,
    seed: Seed = 1,
    weak: Annotated[Path | None, _OPTION("--weak-labels", help=say("cli.train.weak"))] = None,
    corpora: Corpora = None,
    data: Data = None,
    json: Json = False,
) -> None:
    from api.settings import load
    from ingest.text.models import digest
    from ingest.training.relations import train
    from ingest.training.weak import from_build

    settings = load({"data": data, "test_data": str(corpora) if corpora else None})
    source = corpora_folder(settings)
    folder = new_folder(settings.folder / "models", name)
    documents, file = related_documents(corpus, source)
    evaluated = evaluated_documents(source)
    used: dict[str, str | int | list[str]] = {
        "name": corpus, "file": file.name, "sha256": digest(file), "documents": len(documents),
    }  # fmt: skip
    labels = None
    if weak:
        known = knowledge(settings, None, weak)
        labels = from_build(weak, settings.variables, known, documents, evaluated, source)
        removed = {"pairs": labels.removed_pairs, "documents": labels.removed_documents}
        tell(say("cli.train.weakly", n=len(labels.rows), **removed))
    card = train(documents, evaluated, folder, source, (used,), seed, labels)
    tell(say("cli.train.removed", n=card.removed))
    written = say("cli.train.written", folder=folder, seconds=round(card.seconds))
    put_card(card, card.figures, written, json=json)


def attributes(
    corpus: Annotated[list[str], _ARGUMENT(help=say("cli.train.attribute-corpus"))],
    name: Name,
    beside: Annotated[list[str] | None, _OPTION("--beside", help=say("cli.train.beside"))] = None,
    seed: Seed = 1,
    corpora: Corpora = None,
    data: Data = None,
    json: Json = False,
) -> None:
    from api.settings import load
    from ingest.evaluation import corpora as labelled
    from ingest.text.models import digest
    from ingest.training.attributes import train
    from kg.errors import UnknownName

    settings = load({"data": data, "test_data": str(corpora) if corpora else None})
    source = corpora_folder(settings)
    folder = new_folder(settings.folder / "models", name)
    known = labelled.corpora(source)
    for some in (*corpus, *(beside or [])):
        if some not in known or not known[some].by_hand or known[some].judges:
            usable = (one for one, spec in known.items() if spec.by_hand and not spec.judges)
            raise UnknownName(kind="set with attributes", name=some, known=", ".join(usable) or "-")
    first, less = ([one for some in named for one in labelled.read(some, source)] for named in (corpus, beside or []))
    used: list[dict[str, str | int | list[str]]] = [
        {"name": some, "sha256": digest(labelled.LABELS / labelled.corpus(some, source).development)}
        for some in (*corpus, *(beside or []))
    ]
    judged = {one.source or one.id for one in [*evaluated_documents(source), *judged_sentences(source)]}
    card = train(first, less, judged, folder, tuple(used), seed)
    tell(say("cli.train.removed", n=card.removed))
    put_card(card, card.figures, say("cli.train.written", folder=folder, seconds=round(card.seconds)), json=json)
