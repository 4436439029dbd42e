"""Entries of documents, prepared in several processes where there are many: reading a store takes most of the time.

Every process reads the same snapshot, and entries come in the order of their pages, so that the number of processes
never shows in an index.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor

from kg.generation.corpus import Corpus, DocumentEntry, Page
from kg.query.confinement import die_with_parent
from kg.store.base import STORES, Snapshot

FEW = 25
"""Pages that are prepared faster than processes start."""
_AHEAD = 3
"""Pages that each process may be ahead, which bounds the memory."""


def prepared(corpus: Corpus, snapshot: Snapshot | None, processes: int) -> Iterator[DocumentEntry]:
    """The entries of every document of ``corpus``, which ``snapshot`` holds, sorted by id."""
    pages = corpus.pages()
    if snapshot is None or processes < 2 or len(pages) < FEW:
        for page in pages:
            yield from corpus.entries(page)
        return
    # Spawned, not forked: this process holds threads and open stores.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_open, initargs=(snapshot,)) as pool:
        try:
            yield from _in_order(pool, pages, processes * _AHEAD)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _in_order(pool: ProcessPoolExecutor, pages: Sequence[Page], ahead: int) -> Iterator[DocumentEntry]:
    waiting: deque[Future[list[DocumentEntry]]] = deque()
    for page in pages:
        if len(waiting) == ahead:
            yield from waiting.popleft().result()
        waiting.append(pool.submit(_entries, page))
    while waiting:
        yield from waiting.popleft().result()


_OPENED: list[Corpus] = []
"""What this process reads from, if it is one of the pool."""


def _open(snapshot: Snapshot) -> None:
    die_with_parent()
    _OPENED.append(Corpus(STORES.load(snapshot.store).open(snapshot)))


def _entries(page: Page) -> list[DocumentEntry]:
    return list(_OPENED[0].entries(page))
