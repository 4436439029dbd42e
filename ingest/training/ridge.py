"""Ridge regression from n-grams of names to vectors, by conjugate gradients: all columns at once, each with its own
steps, so that nothing larger than the weights is held."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from kg.index.analysis import fold
from kg.index.base import Vectors
from kg.search.ngrams import SLOTS, counted

ALPHA = 1.0
STEPS = 16
"""More change no more than the third decimal of how many names are found."""
CLOSE = 3e-3
"""What is left of the residue, by its length, when the climb may end."""


def fitted(names: Sequence[str], targets: Vectors) -> tuple[npt.NDArray[np.float16], npt.NDArray[np.float32]]:
    """Weights (slots x dimension) and how telling each slot is (idf), for rows of unit length."""
    table, idf = features(names)
    turned = table.T.tocsr()
    right = turned @ targets
    weights = np.zeros_like(right)
    left, step = right.copy(), right.copy()
    square = (left * left).sum(0)
    first = np.maximum(square, 1e-12)
    for _ in range(STEPS):
        image = turned @ (table @ step) + ALPHA * step
        length = square / np.maximum((step * image).sum(0), 1e-20)
        weights += length * step
        left -= length * image
        now = (left * left).sum(0)
        if float((now / first).max()) < CLOSE**2:
            break
        step = left + (now / np.maximum(square, 1e-20)) * step
        square = now
    return weights.astype(np.float16), idf


def features(names: Sequence[str]) -> tuple[sp.csr_matrix, npt.NDArray[np.float32]]:
    """A row of unit length for each name, tf-idf of its n-grams; and the idf."""
    rows = [counted(fold(name)) for name in names]
    ends = np.cumsum([0, *(len(slots) for slots, _ in rows)])
    slots = np.concatenate([slots for slots, _ in rows])
    times = np.concatenate([times for _, times in rows])
    often = np.bincount(slots, minlength=SLOTS)
    idf: npt.NDArray[np.float32] = (np.log((1 + len(rows)) / (1 + often)) + 1).astype(np.float32)
    values = (times * idf[slots]).astype(np.float32)
    long = np.sqrt(np.add.reduceat(values**2, ends[:-1]))
    values /= np.repeat(long, np.diff(ends)).astype(np.float32)
    return sp.csr_matrix((values, slots, ends), shape=(len(rows), SLOTS)), idf
