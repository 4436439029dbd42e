"""Released edits as an input of every build, and which other inputs they take something away from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ingest.config import InputSpec
from ingest.journal import Journal
from kg.errors import ConfigError
from kg.model.ids import digest
from ontology.base import TERMINOLOGIES
from ontology.curation.shelf import FOLDER, ReleaseFiles
from ontology.curation.withholding import Withheld, read_withheld
from ontology.reading.raw import describe

NAME, CORRECTIONS = "curation", "curation-corrections"
"""The inputs of what curators released; no other input may be called so."""
_TITLES = {
    NAME: {"zh": "馆员修订", "en": "Curation"},
    CORRECTIONS: {"zh": "馆员对文本标注的更正", "en": "Corrections by curators"},
}


class Curation:
    """What a build knows of released edits; of none by itself."""

    def __init__(
        self, inputs: tuple[tuple[InputSpec, Path], ...] = (), file: tuple[Path, str] | None = None,
        marks: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.inputs = inputs
        """Beside those of the build file, each with the folder that its paths start in."""
        self._file = file
        self._marks = marks or {}

    def curated(self, spec: InputSpec) -> tuple[Path, str] | None:
        """The file of released edits and its digest, for inputs that may state what was taken away."""
        return self._file if _may_state(spec) else None

    def withheld(self, spec: InputSpec) -> str:
        """What stands for all that an input stated when it was last read, and may not state any more."""
        return self._marks.get(spec.name, "") if _may_state(spec) else ""


def withheld_from(journal: Journal, withheld: Withheld) -> dict[str, str]:
    """The inputs that hold what is withheld, with what stands for all of it: only those are read again."""
    mappings = repr(sorted(withheld.mappings)) if withheld.mappings else ""
    marks = {}
    for name in journal.inputs():
        graph = journal.graph(name, "main")
        if graph is None or name == NAME:
            continue
        held = (one for one in sorted(withheld.concepts) if journal.block(graph.graph, one) is not None)
        told = [f"{one} {mark}" for one in held if (mark := withheld.mark(one))]
        # Mappings have no names in the journal, so all sets of them are looked through.
        told += [mappings] if mappings and "/mapping/" in graph.graph else []
        if told:
            marks[name] = digest(*told)
    return marks


def curation(data: Path, licence: str, journal: Journal) -> Curation:
    """The released edits of a data folder, brought together; raises InputError, IntegrityError, StorageFull."""
    files = ReleaseFiles(data)
    newest = files.assemble()
    if newest is None:
        return Curation()
    known = [(NAME, files.current, "curation.v1")]
    if files.corrections.is_file():
        known.append((CORRECTIONS, files.corrections, "corrections.v1"))
    inputs = tuple(
        (
            InputSpec(
                name=name, paths=(f"{FOLDER}/{path.name}",), kind="curated", format=form, version=newest.release,
                licence=licence, title=_TITLES[name],
            ),
            data,
        )
        for name, path, form in known
    )  # fmt: skip
    file = files.current, describe(files.current).digest
    return Curation(inputs, file, withheld_from(journal, read_withheld(*file)))


def check_names(names: list[str]) -> None:
    """Raises ConfigError for an input of a build file that takes the name of curation."""
    for name in (NAME, CORRECTIONS):
        if name in names:
            raise ConfigError(where=f"input {name}", reason="this is the name of what curators release; choose another")


def _may_state(spec: InputSpec) -> bool:
    return spec.name != NAME and (spec.format in TERMINOLOGIES.names())
