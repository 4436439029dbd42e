"""A dump of one code system: which form, from which generation, to a file that is whole or not there."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Literal, get_args

from kg.bulk.selection import select
from kg.dumps import columns, fhir, obo, skos
from kg.dumps.concepts import concepts, schemes
from kg.dumps.release import DumpHead
from kg.errors import ConfigError, UnknownName
from kg.generation.manifest import GenerationManifest
from kg.mapping.base import Context
from kg.model.ids import Ids
from kg.model.terms import lexical, literal
from kg.query.named import named
from kg.store.base import Reader
from kg.store.disk import storage, sync_folder
from kg.terminology.systems import url_of

Form = Literal["skos", "obo", "csv", "fhir-codesystem", "fhir-conceptmap"]
FORMS: tuple[Form, ...] = get_args(Form)
ENDINGS: dict[Form, str] = {
    "skos": "ttl", "obo": "obo", "csv": "csv", "fhir-codesystem": "json", "fhir-conceptmap": "json",
}  # fmt: skip


class SchemeDump:
    """One code system of one generation, with what curation released; ``lines`` may be asked again and again."""

    def __init__(self, reader: Reader, manifest: GenerationManifest, scheme: str, version: str = "") -> None:
        """``version``: what the release is called, a tag; else the generation's id. Raises UnknownName."""
        self._reader = reader
        self._ids = Ids(manifest.base)
        known = schemes(reader, self._ids)
        self.scheme = next((name for name in known if name and name.lower() == scheme.lower()), "")
        if not self.scheme:
            raise UnknownName(kind="code system", name=scheme, known=", ".join(filter(None, known)))
        self.count = known[self.scheme]
        self.head = DumpHead(
            scheme=self.scheme,
            url=url_of(self.scheme, self._ids),
            version=version or manifest.id,
            generation=manifest.id,
            date=manifest.published,
            licences=self._licences(manifest),
        )

    def lines(self, form: Form, *, language: str = "en", target: str = "") -> Iterator[str]:
        """The file in pieces. ``language``: of the names in OBO; ``target``: the other side of a concept map."""
        found = concepts(self._reader, self._ids, self.scheme)
        match form:
            case "skos":
                return skos.lines(self.head, found, Context(ids=self._ids))
            case "obo":
                return obo.lines(self.head, found, language)
            case "csv":
                return columns.lines(found)
            case "fhir-codesystem":
                return fhir.code_system(self.head, found, self.count)
            case "fhir-conceptmap":
                return fhir.concept_map(self.head, found, self._ids, target)

    def _licences(self, manifest: GenerationManifest) -> tuple[str, ...]:
        start = self._ids.expand(f"{self.scheme}:x")[:-1]
        rows = self._reader.select(named("dumps/graphs"), {"start": literal(start)})
        graphs = {lexical(row["g"]) for row in rows}
        chosen = select(self._reader, manifest).graphs
        return tuple(sorted({graph.licence for graph in chosen if graph.graph in graphs and graph.licence}))


def write(lines: Iterable[str], path: Path) -> None:
    """Write ``path``, compressed where it ends in ``.gz``; raises ConfigError where it is there, StorageFull."""
    if path.exists():
        raise ConfigError(where=path, why="exists")
    work = path.with_name(f".{path.name}.{os.getpid()}.part")
    with storage(path):
        try:
            with work.open("xb") as stream:
                _fill(lines, stream, packed=path.suffix == ".gz")
                os.fsync(stream.fileno())
            work.rename(path)
            sync_folder(path.parent)
        finally:
            work.unlink(missing_ok=True)


def _fill(lines: Iterable[str], stream: IO[bytes], *, packed: bool) -> None:
    if not packed:
        stream.writelines(line.encode() for line in lines)
        return
    # No time in the header: the same generation gives the same bytes.
    with gzip.GzipFile(fileobj=stream, mode="wb", filename="", mtime=0) as out:
        for line in lines:
            out.write(line.encode())
