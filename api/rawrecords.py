"""The raw record behind a quad: read again in a process of its own, and shown to those who may have a copy."""

from __future__ import annotations

import asyncio
import contextlib
import re
import sys
from pathlib import Path

import msgspec

import api
from api.lineage import Lineage, LineageQuad, RawRecord, Traced
from ingest.lineage.rereading import SHOWN, Place, locate, question
from ingest.lineage.trail import Stating
from ingest.provenance import Described
from kg import vocab
from kg.errors import Overloaded
from kg.mapping.base import term
from kg.model.licences import shared

SECONDS = 60.0
"""How long one file is looked through."""
MOST_WAITING = 8
_STATED = re.compile(rb" " + re.escape(term(vocab.DCTERMS, "license").encode()) + rb' (?:"([^"]*)"|<([^>]*)>)').findall


def withheld(stating: Stating, described: Described | None) -> str:
    """Why somebody without the right to send files gets no copy of a record, empty where nothing forbids it.

    Its source and, where it states one, the record itself must be under a licence that lets copies be passed on; a
    source whose small counts exports keep back is told about, never copied.
    """
    if described is None or not shared(described.release.licence):
        return "licence"
    if not all(shared((text or address).decode()) for text, address in _STATED(stating.quads)):
        return "licence"
    return "small-counts" if described.release.small_count_limit else ""


class RawRecords:
    """Raw records of one service: a file may be long and compressed, so one is read at a time."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)
        self._waiting = 0

    async def fill(self, lineage: Lineage, traced: Traced, *, everything: bool) -> LineageQuad:
        """The quad with the raw form of its first record; raises Overloaded where too many wait.

        ``everything``: the caller may have a copy of any file.
        """
        if not traced.stating:
            return traced.shown
        stating = await asyncio.to_thread(lineage.source_of, traced.stating[0])
        if stating is None:
            return _with(traced.shown, RawRecord("reads-otherwise"))
        why = "" if everything else withheld(stating, traced.described)
        if self._waiting >= MOST_WAITING:
            raise Overloaded
        self._waiting += 1
        try:
            async with self._turn:
                found = await _process(msgspec.json.encode(question(stating, text=not why)))
        finally:
            self._waiting -= 1
        return _with(traced.shown, shown(found, why) if isinstance(found, Place) else RawRecord(found))


def raw_here(lineage: Lineage, traced: Traced) -> LineageQuad:
    """The same in this process, for whoever owns the files."""
    if not traced.stating:
        return traced.shown
    stating = lineage.source_of(traced.stating[0])
    raw = shown(locate(question(stating, text=True)), "") if stating else RawRecord("reads-otherwise")
    return _with(traced.shown, raw)


def _with(quad: LineageQuad, raw: RawRecord) -> LineageQuad:
    first, *rest = quad.records
    return msgspec.structs.replace(quad, records=(msgspec.structs.replace(first, raw=raw), *rest))


def shown(place: Place, why: str) -> RawRecord:
    """A place as people see it; ``why`` its text is withheld."""
    if place.state not in ("found", "file"):
        return RawRecord(place.state)
    if place.state == "file":
        return RawRecord(place.state, place.offset, place.length, place.compressed)
    if place.text is None and not why:
        why = "too-long" if place.length > SHOWN else "not-text"
    return RawRecord(place.state, place.offset, place.length, place.compressed, place.encoding, place.text, why)


async def _process(asked: bytes) -> Place | str:
    """The answer of a child process; the state ``too-slow`` or ``unreadable`` where it gave none."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ingest.lineage.rereading", cwd=Path(api.__file__).resolve().parent.parent,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(SECONDS):
            answer, _ = await process.communicate(asked)
        return msgspec.json.decode(answer, type=Place) if process.returncode == 0 else "unreadable"
    except TimeoutError:
        return "too-slow"
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
