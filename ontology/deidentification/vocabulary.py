"""Words that texts of medicine use, so that they are nobody's name: from the names of the starter pack."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_TABLES = ("diseases.tsv", "drugs.tsv", "genes.tsv", "symptoms.tsv", "tests.tsv")
_WORD = re.compile(r"[a-z]{3,}")


@cache
def _known() -> frozenset[str]:
    folder = files("ontology") / "starter"
    return frozenset(word for name in _TABLES for word in _WORD.findall((folder / name).read_text("utf-8").lower()))


_HAN = re.compile(r"[一-鿿]{2,}")
_LONGEST = 8
_SHORTEST = 2
"""Words of the list that are no longer stand at the head of names, too: 檀香, 石膏."""


@cache
def _known_han() -> frozenset[str]:
    folder = files("ontology") / "starter"
    return frozenset(
        run for name in _TABLES for run in _HAN.findall((folder / name).read_text("utf-8")) if len(run) <= _LONGEST
    )


def medicine(text: str, at: int) -> bool:
    """Whether a Chinese name of a disease, drug, symptom or test begins at ``at``.

    >>> medicine("患者高血压", 2), medicine("患者高建国", 2)
    (True, False)
    """
    return any(text[at : at + size] in _known_han() for size in range(2, _LONGEST + 1))


@cache
def _listed_han() -> frozenset[str]:
    listed = (files("ontology.deidentification") / "medical.zh.txt").read_text("utf-8").split()
    return frozenset(word for word in listed if len(word) > _SHORTEST)


def medical(text: str, at: int) -> bool:
    """Whether a Chinese word of medicine begins at ``at``, be it a name of a concept or a longer one of the word list.

    >>> medical("服白胡椒", 1), medical("服白胡椒", 2)
    (True, False)
    """
    return medicine(text, at) or any(
        text[at : at + size] in _listed_han() for size in range(_SHORTEST + 1, _LONGEST + 1)
    )


def term(word: str) -> bool:
    """Whether a Chinese word is the whole name of a disease, drug, symptom or test.

    >>> term("高血压"), term("高血")
    (True, False)
    """
    return word in _known_han()


def known(word: str) -> bool:
    """Whether a word stands in the English names of diseases, drugs, genes, symptoms or tests.

    >>> known("Diabetes"), known("Pettifer")
    (True, False)
    """
    return word.lower().removesuffix("'s") in _known()
