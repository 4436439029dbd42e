"""The graph that says what every other graph is: title, edition, licence, files, pipeline."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path

import msgspec

from ingest.journal import GraphState, InputState, Journal
from kg import vocab
from kg.mapping.base import TYPE, term
from kg.model.batch import BatchManifest, GraphChange, Part
from kg.model.ids import Ids, digest
from kg.model.source import Release
from kg.model.terms import Term, boolean, integer, iri, language, lexical, literal
from kg.store.batch import MANIFEST
from kg.store.disk import storage, sync_folder

NAME = "provenance"
_EMPTY = hashlib.sha256().hexdigest()
"""State of a graph whose records have all been taken out."""
_DATASET = term(vocab.VOID, "Dataset")
_TITLE = term(vocab.DCTERMS, "title")
_LICENCE = term(vocab.DCTERMS, "license")
_VERSION = term(vocab.PAV, "version")
_SOURCE = term(vocab.DCTERMS, "source")
_PAGE = term(vocab.FOAF, "homepage")
_ILLUSTRATIVE = term(vocab.MEDKG, "illustrative")
_SLOT = term(vocab.MEDKG, "graphKind")
_SMALL_COUNTS = term(vocab.MEDKG, "smallCountLimit")


def provenance_batch(data: Path, base: str, journal: Journal) -> str | None:
    """Commit a batch that describes every graph; None when the description is the same as before."""
    graph = Ids(base).graph("provenance", "sources")
    release = Release(name=NAME, version="", licence="Apache-2.0", title={"en": "Sources", "zh": "来源"})
    lines = [
        f"{row} {iri(graph)} .\n"
        for name, state in journal.inputs().items()
        if name != NAME
        for slot, found in journal.graphs(name).items()
        if found.state != _EMPTY  # as if it had never held anything
        for row in _describe(iri(found.graph), slot, state)
    ]
    if lines:
        lines += [f"{row} {iri(graph)} .\n" for row in _describe(iri(graph), NAME, InputState(release=release))]
    return state_graph(data, journal, release, graph, sorted(lines))


def state_graph(data: Path, journal: Journal, release: Release, graph: str, lines: list[str]) -> str | None:
    """Commit a batch that makes ``graph`` hold these sorted lines; None where it does, or never held any."""
    content = "".join(lines).encode()
    mark = hashlib.sha256(content).hexdigest()
    before = journal.graph(release.name, "main")
    if before.state == mark if before else not lines:
        return None
    part = Part(name="main-0000.nq", digest=mark, size=len(content), lines=len(lines))
    change = GraphChange(graph=graph, mode="replace", added=(part,), state=mark)
    name = journal.unused(f"{release.name}-{digest(mark)[:12]}")
    manifest = BatchManifest(id=name, source=release.name, release="", licence=release.licence, graphs=(change,))
    _write(data / "batches" / manifest.id, manifest, part.name, content)
    state = InputState(release=release)
    journal.commit(manifest.id, release.name, state, [("main", GraphState(graph, mark))], [], [], [])
    return manifest.id


def _describe(graph: Term, slot: str, state: InputState) -> list[str]:
    release = state.release
    rows = [
        f"{graph} {TYPE} {_DATASET}",
        f"{graph} {_LICENCE} {literal(release.licence)}",
        f"{graph} {_SLOT} {literal(slot)}",
    ]
    rows += [f"{graph} {_TITLE} {literal(text, language)}" for language, text in release.title.items()]
    rows += [f"{graph} {_SOURCE} {literal(f'{name} sha256:{mark}')}" for name, mark in state.files]
    if release.version:
        rows.append(f"{graph} {_VERSION} {literal(release.version)}")
    if release.home:
        rows.append(f"{graph} {_PAGE} {iri(release.home)}")
    if release.illustrative:
        rows.append(f"{graph} {_ILLUSTRATIVE} {boolean(True)}")
    if release.small_count_limit:
        rows.append(f"{graph} {_SMALL_COUNTS} {integer(release.small_count_limit)}")
    return rows


class Described(msgspec.Struct, frozen=True):
    """What the provenance graph says of one graph. ``release`` has no name: that stands in the graph's IRI."""

    release: Release
    slot: str
    files: tuple[tuple[str, str], ...]


def read_provenance(lines: Iterable[str], graph: str) -> dict[str, Described]:
    """Graph IRI -> what ``provenance_batch`` wrote of it, from the N-Quads lines of ``graph``."""
    found: dict[str, dict[Term, list[Term]]] = {}
    tail = f" {iri(graph)} ."
    for line in lines:
        subject, predicate, value = line.removesuffix(tail).split(" ", 2)
        found.setdefault(subject[1:-1], {}).setdefault(Term(predicate), []).append(Term(value))
    return {name: _read(values) for name, values in found.items()}


def _read(values: dict[Term, list[Term]]) -> Described:
    def first(name: Term) -> str:
        return lexical(values[name][0]) if name in values else ""

    release = Release(
        name="",
        version=first(_VERSION),
        licence=first(_LICENCE) or "unknown",
        title={language(value): lexical(value) for value in values.get(_TITLE, ())},
        home=first(_PAGE),
        illustrative=first(_ILLUSTRATIVE) == "true",
        small_count_limit=int(first(_SMALL_COUNTS) or 0),
    )
    sources = (lexical(value).rpartition(" sha256:") for value in values.get(_SOURCE, ()))
    return Described(release, first(_SLOT) or "main", tuple((name, mark) for name, _, mark in sources))


def _write(target: Path, manifest: BatchManifest, name: str, content: bytes) -> None:
    work = target.with_name(f".{target.name}")
    with storage(target):
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        (work / name).write_bytes(content)
        (work / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1))
        shutil.rmtree(target, ignore_errors=True)
        work.rename(target)
        sync_folder(target.parent)
