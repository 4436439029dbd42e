"""Diffs that the service was asked for: made in a process apart, kept for a while as files."""

from __future__ import annotations

import asyncio
import sys
from collections import OrderedDict
from pathlib import Path
from tempfile import TemporaryDirectory

from api.library import Library
from kg.errors import DiffTooLarge, MedkgError, Overloaded
from kg.generation.differ import FORMS, SUMMARY
from kg.generation.edits import Edits

LIMIT = 1_000_000
"""Statements that may have to be read for a diff over HTTP: about ten seconds."""
SECONDS = 120.0
"""After which the process is killed."""
KEPT = 8
"""Pairs of generations whose diffs stay on disk."""
WAITING = 4
"""Requests that may wait for a diff that is not made yet."""


class Diffs:
    """Makes one diff at a time; the same again is a file that is there already."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._folder: TemporaryDirectory[str] | None = None
        self._pairs: OrderedDict[tuple[str, str], Path] = OrderedDict()
        self._making = asyncio.Lock()
        self._waiting = 0

    async def get(self, library: Library, before: str, after: str, form: str) -> Path:
        """The folder with a form of the diff of two kept generations.

        Raises DiffTooLarge, Overloaded, and MedkgError where it cannot be made.
        """
        folder = self._pairs.get((before, after))
        if folder is None or not (folder / form).exists():
            if self._waiting >= WAITING:
                raise Overloaded
            self._waiting += 1
            try:
                async with self._making:
                    folder = await self._make(library, before, after, form)
            finally:
                self._waiting -= 1
        self._pairs.move_to_end((before, after))
        return folder

    async def _make(self, library: Library, before: str, after: str, form: str) -> Path:
        data = library.settings.folder
        weight = await library.work(lambda: _weight(data, before, after))
        if weight > self._limit:
            raise DiffTooLarge(before=before, after=after, limit=self._limit)
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="medkg-diff-")
        folder = self._pairs.setdefault((before, after), Path(self._folder.name) / f"{before}..{after}")
        try:
            await self._run(str(data), before, after, form, str(folder))
        except MedkgError:
            for name in (before, after):
                library.shelf.find(name)  # raises where it was pruned meanwhile
            raise
        while len(self._pairs) > KEPT:
            _, old = self._pairs.popitem(last=False)
            _remove(old)
        return folder

    async def _run(self, data: str, before: str, after: str, form: str, folder: str) -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "kg.generation.differ", data, before, after, form, folder,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            async with asyncio.timeout(SECONDS):
                code = await process.wait()
        except TimeoutError:
            raise DiffTooLarge(before=before, after=after, limit=self._limit) from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if code:
            raise MedkgError

    def close(self) -> None:
        """Remove the files."""
        if self._folder is not None:
            self._folder.cleanup()


def _weight(data: Path, before: str, after: str) -> int:
    edits = Edits(data, before, after, data)
    try:
        return edits.weight()
    finally:
        edits.close()


def _remove(folder: Path) -> None:
    for name in (*FORMS, SUMMARY):
        (folder / name).unlink(missing_ok=True)
