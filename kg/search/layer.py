"""One fit of an alignment: Chinese names to vectors of an encoder's space, words for their pieces, letters for their
characters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kg.index.analysis import fold
from kg.index.base import Vectors
from kg.search.glossary import Glossary
from kg.search.mixing import Mix
from kg.search.morphemes import Morphemes
from kg.search.ngrams import counted
from kg.search.sounds import Sounds, Spelt

_SILENT, _PLAIN, _UNTOLD = Spelt(), Mix(), Morphemes.of({})


class Layer:
    """One fit: a text to its vector, and its pieces to words. ``near`` and ``alone``: see
    ``alignment.Described``."""

    def __init__(
        self,
        weights: npt.NDArray[np.float16],
        idf: npt.NDArray[np.float32],
        glossary: Glossary,
        near: float = 0.0,
        alone: float = 0.0,
        spelt: Spelt = _SILENT,
        mix: Mix = _PLAIN,
        morphemes: Morphemes = _UNTOLD,
    ) -> None:
        self.near = near
        self.alone = alone
        self.weights = weights
        self.idf = idf
        self.glossary = glossary
        self.spelt = spelt
        self.sounds = Sounds(spelt)
        self.mix = mix
        self.morphemes = morphemes

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """A row of unit length for each text; of zeros for one without any n-gram that was learned."""
        made: Vectors = np.zeros((len(texts), self.weights.shape[1]), dtype=np.float32)
        for row, text in enumerate(texts):
            slots, times = counted(fold(text), len(self.idf))
            values = times * self.idf[slots]
            made[row] = values @ self.weights[slots].astype(np.float32) if len(slots) else 0.0
        made /= np.maximum(np.linalg.norm(made, axis=1, keepdims=True), 1e-9)
        return made
