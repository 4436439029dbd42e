"""``medkg train ranker``: how much each signal of search counts, from questions with judged answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.evaluation import knowledge
from api.cli.labelled import new_folder
from api.cli.options import Corpora, Data, Generation, Json, Name, Terminologies
from api.cli.output import put, say, tell
from api.cli.retrieval import Asked, collection_of, indexed, names_for

if TYPE_CHECKING:
    from ingest.evaluation.knowledge import Knowledge
    from ingest.evaluation.retrieval.collection import Collection
    from ingest.training.ranker import Found

_OPTION = typer.Option


def ranker(
    corpus: Annotated[list[str], typer.Argument(help=say("cli.ranker.corpus"))],
    name: Name,
    without: Annotated[int | None, _OPTION("--without", help=say("cli.ranker.without"))] = None,
    most: Annotated[int | None, _OPTION("--questions", min=1, help=say("cli.ranker.questions"))] = None,
    vectors: Annotated[bool, _OPTION("--vectors/--no-vectors", help=say("cli.ranker.vectors"))] = True,
    unencoded: Annotated[list[str] | None, _OPTION("--unencoded", help=say("cli.ranker.unencoded"))] = None,
    align: Annotated[Path | None, _OPTION("--align", help=say("cli.ranker.align"))] = None,
    keep: Annotated[bool, _OPTION("--keep", help=say("cli.ranker.keep"))] = False,
    corpora: Corpora = None,
    generation: Generation = None,
    terminologies: Terminologies = None,
    data: Data = None,
    json: Json = False,
) -> None:
    from functools import cache

    import msgspec

    from api.settings import load
    from api.wiring import encoder
    from ingest.training.ranker import train
    from kg.errors import UnknownName
    from kg.search.alignment import read as read_alignment
    from kg.search.ranker import FOLDS, packaged, write

    if without is not None and not 0 <= without < FOLDS:
        raise UnknownName(kind="fold", name=without, known=", ".join(map(str, range(FOLDS))))
    for one in unencoded or ():
        if one not in corpus:
            raise UnknownName(kind="corpus", name=one, known=", ".join(corpus))
    settings = load({"data": data, "test_data": str(corpora) if corpora else None})
    folder = new_folder(settings.folder / "models", name)
    encodes = encoder(settings) if vectors else None
    aligned = read_alignment(align, encodes.id) if align and encodes else None

    @cache
    def known() -> Knowledge:
        return knowledge(settings, generation, terminologies)

    def collections() -> Iterator[tuple[Collection, Found]]:
        for one in corpus:
            path = Path(one) if Path(one).is_dir() else None
            asked = Asked(None, path, "beir") if path else Asked(one, None, None)
            collection = collection_of(asked, settings, known).sample(most)
            encoded = None if one in (unencoded or ()) else encodes
            crossing = aligned if encoded else None
            with indexed(collection, settings, names_for(collection, known()), encoded, None, crossing) as searched:
                yield collection, searched.found

    made = train(
        collections(), name, packaged().weights, without=without, encoder=encodes.id if encodes else "",
        names=known().name, kept=packaged() if keep else None,
        progress=lambda what, n: tell(say("cli.ranker.read", corpus=what, n=n)),
    )  # fmt: skip
    write(folder, made)
    if json:
        put(msgspec.json.encode(made.card).decode())
        return
    for title, figure in made.card.figures.items():
        put(f"{title}\t{figure:.4f}")
    tell(say("cli.train.written", folder=folder, seconds=round(made.card.seconds)))
