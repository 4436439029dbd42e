"""``medkg train align``: Chinese that no label covers, carried into the encoder's space, from bilingual labels."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.evaluation import knowledge
from api.cli.labelled import new_folder
from api.cli.options import Data, Generation, Json, Name, Terminologies
from api.cli.output import put, say, tell

_OPTION = typer.Option


def align(
    name: Name,
    without: Annotated[int | None, _OPTION("--without", help=say("cli.align.without"))] = None,
    generation: Generation = None,
    terminologies: Terminologies = None,
    data: Data = None,
    json: Json = False,
) -> None:
    import msgspec

    from api.settings import load
    from api.wiring import encoder
    from ingest.evaluation.retrieval.collection import FOLDS
    from ingest.training.align import train
    from ingest.training.bilingual import pairs
    from kg.errors import ConfigError, UnknownName

    if without is not None and not 0 <= without < FOLDS:
        raise UnknownName(kind="fold", name=without, known=", ".join(map(str, range(FOLDS))))
    settings = load({"data": data})
    folder = new_folder(settings.folder / "models", name)
    encodes = encoder(settings)
    if encodes is None:
        raise ConfigError(where="encoder", reason=say("cli.retrieval.no-encoder"))
    known = knowledge(settings, generation, terminologies)
    card = train(
        pairs(known.lexicon, known.matches()), encodes, folder, without=without, names=known.name,
        progress=lambda what, n: tell(say("cli.align.step", what=what, n=n)),
    )  # fmt: skip
    if json:
        put(msgspec.json.encode(card).decode())
        return
    for title, figure in card.figures.items():
        put(f"{title}\t{figure:.4f}")
    tell(say("cli.train.written", folder=folder, seconds=round(card.seconds)))
