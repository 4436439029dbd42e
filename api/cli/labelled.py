"""Labelled documents that commands train on, those that they may not train on, and where what is learned goes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from api.cli.output import put, say, tell
from kg.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import msgspec

    from api.settings import Settings
    from ingest.labelled import LabelledDocument
    from ingest.training.examples import Part


def corpora_folder(settings: Settings) -> Path:
    """Where labelled corpora stand; raises ConfigError where no setting says so."""
    if not settings.test_data:
        raise ConfigError(where="--corpora", reason=say("cli.eval.no-corpora"))
    return Path(settings.test_data)


def new_folder(parent: Path, name: str) -> Path:
    """The folder of something that is to be learned; raises ConfigError for a name that is a path, or is taken."""
    if not name or Path(name).name != name:
        raise ConfigError(where="--name", reason=say("cli.train.not-a-name", name=name))
    if (parent / name).exists():
        raise ConfigError(where=parent / name, why="model-taken")
    return parent / name


def labelled_parts(names: Sequence[str], folder: Path, types: Sequence[str]) -> list[Part]:
    """Training parts by name, and files by path, in which every one of ``types`` that occurs is labelled: PubTator, or
    what corrections gave (``.jsonl``)."""
    from ingest.corrections.labelled import read as read_corrected
    from ingest.evaluation import abstracts
    from ingest.evaluation.corpora import corpora, read
    from ingest.text.models import digest
    from ingest.training.examples import Part

    known = corpora(folder)
    made = []
    for name in names:
        if name in known or not Path(name).is_file():
            documents = read(name, folder, "training")
            kinds = tuple(kind for kind in known[name].types if kind in types)
            file = folder / known[name].training
        else:
            file = Path(name)
            corrected = file.suffix == ".jsonl"
            documents = read_corrected(file, types) if corrected else tuple(abstracts.read(file, types, nested=True))
            labelled = {one.type for document in documents for one in document.mentions}
            kinds = tuple(kind for kind in types if kind in labelled)
        made.append(Part(file.stem, kinds, documents, digest(file)))
    return made


def related_documents(name: str, folder: Path) -> tuple[tuple[LabelledDocument, ...], Path]:
    """Documents with relations and their file: the training part of a corpus, or what corrections gave (a path)."""
    from ingest.corrections.labelled import read as read_corrected
    from ingest.evaluation.corpora import corpora, corpus, read

    if name not in corpora(folder) and Path(name).is_file():
        return read_corrected(Path(name), ("disease", "chemical")), Path(name)
    return read(name, folder, "training"), folder / corpus(name, folder).training


def evaluated_documents(folder: Path) -> list[LabelledDocument]:
    """Every document of every development part that is there: none of them may be trained on."""
    from ingest.evaluation.corpora import corpora, read

    return [one for name, spec in corpora(folder).items() if not spec.by_hand for one in read(name, folder)]


def judged_sentences(folder: Path) -> list[LabelledDocument]:
    """Every sentence of every set of our own that attributes are judged by: none of its documents may be trained on."""
    from ingest.evaluation.corpora import corpora, read

    return [one for name, spec in corpora(folder).items() if spec.judges for one in read(name, folder)]


def put_card(card: msgspec.Struct, figures: Mapping[str, Mapping[str, float]], *told: str, json: bool) -> None:
    """What was learned: its whole card as JSON, or its figures, a line each, and what is ``told`` of it."""
    if json:
        import msgspec

        put(msgspec.json.encode(card).decode())
        return
    for title, values in figures.items():
        put("\t".join([title, *(f"{values[one]:.3f}" for one in ("precision", "recall", "f1"))]))
    for line in told:
        tell(line)
