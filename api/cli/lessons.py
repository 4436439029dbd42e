"""``medkg train names``: names and stop lists for the dictionary, from labelled corpora."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.evaluation import knowledge
from api.cli.labelled import corpora_folder, evaluated_documents, labelled_parts, new_folder, put_card
from api.cli.options import Corpora, Data, Generation, Json, Name, Terminologies
from api.cli.output import say, tell

_OPTION = typer.Option


def names(
    corpus: Annotated[list[str], typer.Argument(help=say("cli.train.corpus"))],
    name: Name,
    types: Annotated[str, _OPTION("--types", help=say("cli.train.types"))] = "disease,chemical,gene",
    folds: Annotated[int, _OPTION("--folds", min=0, help=say("cli.train.folds"))] = 0,
    corpora: Corpora = None,
    generation: Generation = None,
    terminologies: Terminologies = None,
    data: Data = None,
    json: Json = False,
) -> None:
    from api.settings import load
    from ingest.evaluation.leaks import without_evaluated
    from ingest.training.lessons import crossed, taught_by, write
    from kg.errors import ConfigError
    from ontology.lessons import FOLDER

    settings = load({"data": data, "test_data": str(corpora) if corpora else None})
    source = corpora_folder(settings)
    folder = new_folder(settings.folder / FOLDER, name)
    asked = tuple(one.strip() for one in types.split(",") if one.strip())
    parts = labelled_parts(corpus, source, asked)
    kinds = tuple(kind for kind in asked if all(kind in part.types for part in parts))
    if not kinds:
        raise ConfigError(where="--types", reason=say("cli.train.no-such-type", types=types))
    kept = without_evaluated((one for part in parts for one in part.documents), evaluated_documents(source))
    tell(say("cli.train.removed", n=len(kept.removed)))
    lexicon = knowledge(settings, generation, terminologies).lexicon
    figures = crossed(lexicon, kept.documents, kinds, number=folds) if folds else {}
    made = taught_by(lexicon, kept, [part.name for part in parts], kinds, figures)
    write(folder, made)
    put_card(made.card, made.card.figures, say("cli.train.learned", **made.card.counts), str(folder), json=json)
