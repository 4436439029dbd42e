"""``medkg train linker``: what names mean that no dictionary has, from terminologies and labelled corpora."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.evaluation import knowledge
from api.cli.labelled import corpora_folder, evaluated_documents, labelled_parts, new_folder, put_card
from api.cli.options import Corpora, Data, Generation, Json, Name, Seed, Terminologies
from api.cli.output import say, tell

_OPTION = typer.Option


def linker(
    corpus: Annotated[list[str], typer.Argument(help=say("cli.train.corpus"))],
    name: Name,
    types: Annotated[str, _OPTION("--types", help=say("cli.train.types"))] = "disease,chemical",
    seed: Seed = 1,
    corpora: Corpora = None,
    generation: Generation = None,
    terminologies: Terminologies = None,
    data: Data = None,
    json: Json = False,
) -> None:
    from api.settings import load
    from ingest.text.annotate import Annotator
    from ingest.training.linker import Sources, train
    from kg.errors import ConfigError

    settings = load({"data": data, "test_data": str(corpora) if corpora else None})
    source = corpora_folder(settings)
    folder = new_folder(settings.folder / "models", name)
    asked = tuple(one.strip() for one in types.split(",") if one.strip())
    parts = labelled_parts(corpus, source, asked)
    kinds = tuple(kind for kind in asked if any(kind in part.types for part in parts))
    if not kinds:
        raise ConfigError(where="--types", reason=say("cli.train.no-such-type", types=types))
    known = knowledge(settings, generation, terminologies)
    annotator = Annotator(known.lexicon, with_sentences=False)
    card = train(
        parts, evaluated_documents(source), kinds, Sources(known.lexicon, known.crosswalk, annotator.document), folder,
        seed=seed, names=annotator.version,
        progress=lambda what, n: tell(say(f"cli.train.{what}", n=n)),
    )  # fmt: skip
    tell(say("cli.train.removed", n=card.removed))
    written = say("cli.train.written", folder=folder, seconds=round(card.seconds))
    put_card(card, card.figures, written, json=json)
