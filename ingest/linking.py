"""The lexicon of a build: the names of all its terminologies, and what was taught, in one file that is made once."""

from __future__ import annotations

import hashlib
import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from kg.query.confinement import begin_one_task
from kg.store.disk import storage
from ontology import lessons
from ontology.lexicon import FORMAT, Lexicon, read_labels

FEW = 1_000_000
"""Bytes of labels that are read faster than a process starts."""


def made_lexicon(files: Sequence[Path], data: Path, rules: Sequence[Path] = ()) -> tuple[Path, str] | None:
    """The file and the digest of the names in label tables, below ``data/lexicon``; None without any table.

    ``rules`` are further lessons, which come last: what curators say stands.

    Raises InputError for a damaged table, StorageFull, StoreError.
    """
    if not files:
        return None
    learned = [*sorted(data.glob(f"{lessons.FOLDER}/*/{lessons.FILE}")), *rules]
    # The lexicon is a function of its rules, the label tables and the lessons, so they name the file that holds it.
    state = hashlib.sha256(FORMAT.encode())
    for file in (*files, *learned):
        state.update(file.read_bytes())
    target = data / "lexicon" / state.hexdigest()[:20]
    if target.is_file():
        return target, Lexicon.load(target).digest
    if sum(file.stat().st_size for file in files) < FEW:
        return target, _make(files, learned, target)
    # A process of its own: the caller does other things meanwhile. Spawned, since the caller may hold open stores.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, initializer=begin_one_task) as pool:
        return target, pool.submit(_make, files, learned, target).result()


def _make(files: Sequence[Path], learned: Sequence[Path], target: Path) -> str:
    with storage(target):
        target.parent.mkdir(exist_ok=True)
        made = Lexicon.build(row for file in files for row in read_labels(file))
        for file in learned:
            made = lessons.taught(made, lessons.read(file))
        made.save(target)
    return made.digest
