"""Labelled corpora: which there are, their parts, and their documents as values.

Corpora stay where they are: ``folder`` is the folder of the test data (setting ``test_data``). Development parts are
fixed, so that figures of different days and people can be compared: the official one where there is one, else the
documents whose SHA-256 of the PMID, as a number, is a multiple of five. Official test parts are not known here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_args

import msgspec

from ingest.evaluation import abstracts, sentences
from ingest.labelled import LabelledDocument
from kg.errors import ConfigError, CorpusError, UnknownName

Part = Literal["training", "development", "all"]
PARTS: tuple[Part, ...] = get_args(Part)
LABELS = Path("benchmarks/annotated")
"""Where the sets labelled by hand stand in a checkout of medkg; texts of others stand in the folder of the corpora."""


class Corpus(msgspec.Struct, frozen=True):
    """One corpus: files below the folder by part, and the types that are labelled in it.

    ``training`` and ``development`` may be the same file, which ``in_fifth`` divides. ``nested``: mentions inside of
    others are labelled, too. ``same``: the ids of a mention name one concept; else each is a concept of its own.
    ``prefixes``: of the ids that are compared, empty for all. ``by_hand``: sentences labelled by us
    (docs/annotation.md), the open half alone, none for training. ``written``: their texts are our own, too, and stand
    beside the labels. ``whole``: a set by hand without halves. ``kinds``: of the attributes that are labelled, all
    where there are none. ``judges``: a set to be judged by, on whose documents no attribute may be trained.
    """

    name: str
    training: str
    development: str
    types: tuple[str, ...]
    language: str = "en"
    nested: bool = False
    same: bool = False
    prefixes: tuple[str, ...] = ()
    by_hand: bool = False
    written: bool = False
    whole: bool = False
    kinds: tuple[str, ...] = ()
    judges: bool = False


BY_HAND = ("zh-mentions", "zh-negations", "en-attributes", "en-negations", "zh-styles", "zh-attributes-2",
           "en-attributes-2")  # fmt: skip
"""Sets of our own, with halves."""
LEARNED = ("zh-negations-train", "en-negations-train", "zh-negations-3", "en-negations-3", "zh-negations-4",
           "en-negations-4", "zh-negations-5", "en-negations-5")  # fmt: skip
"""Sets of our own to learn negation from. Those that end in 3 and 5 were to judge by until they had been read."""
JUDGED = ("zh-negations-6", "en-negations-6", "en-denials-2")
"""Sets of our own to judge negation by."""
NAMED = ("zh-mentions-2", "zh-mentions-train")
"""Sets of our own with names and ids alone, no attributes: looked at once, and read when rules are made."""
DENYING = ("zh-denials", "en-denials")
"""Sentences written for medkg that deny some of what they name: read when rules are made, and to learn beside."""
_WRITTEN = ("zh-styles", *DENYING, "en-denials-2")
_TYPES = ("disease", "drug", "gene", "symptom", "test", "procedure")
_CORPORA = (
    Corpus("bc5cdr", "bc5cdr/CDR_TrainingSet.PubTator.txt", "bc5cdr/CDR_DevelopmentSet.PubTator.txt",
           ("disease", "chemical"), prefixes=("MESH",)),
    Corpus("ncbi-disease", "ncbi-disease/NCBItrainset_corpus.txt", "ncbi-disease/NCBIdevelopset_corpus.txt",
           ("disease",), prefixes=("MESH", "OMIM")),
    Corpus("biored", "pubtator-bioner/BioRED_part.PubTator", "pubtator-bioner/BioRED_part.PubTator",
           ("disease", "chemical", "gene"), prefixes=("MESH", "OMIM", "NCBIGENE")),
    Corpus("nlm-gene", "pubtator-bioner/NLMgene_part.PubTator", "pubtator-bioner/NLMgene_part.PubTator",
           ("gene",), nested=True, prefixes=("NCBIGENE",)),
    *(Corpus(name, "", f"{name}.jsonl", _TYPES, name[:2], same=True, by_hand=True, written=name in _WRITTEN)
      for name in BY_HAND),
    *(Corpus(name, "", f"{name}.jsonl", _TYPES, name[:2], same=True, by_hand=True, written=name in _WRITTEN, whole=True,
             kinds=("negated",), judges=name in JUDGED)
      for name in (*LEARNED, *DENYING, *JUDGED)),
    *(Corpus(name, "", f"{name}.jsonl", _TYPES, name[:2], same=True, by_hand=True, whole=True) for name in NAMED),
)  # fmt: skip


def corpora(folder: Path, labels: Path = LABELS) -> Mapping[str, Corpus]:
    """The corpora that are there, by name; raises ConfigError where ``folder`` is none."""
    if not folder.is_dir():
        raise ConfigError(where="test_data", reason=f"there is no folder {folder}")
    return {one.name: one for one in _CORPORA if _file(one, folder, labels, "development").is_file()}


def corpus(name: str, folder: Path, labels: Path = LABELS) -> Corpus:
    """Raises UnknownName, which tells the known ones."""
    known = corpora(folder, labels)
    if name not in known:
        raise UnknownName(kind="corpus", name=name, known=", ".join(known) or "-")
    return known[name]


def read(
    name: str, folder: Path, part: Part = "development", *, labels: Path = LABELS, sealed: bool = False
) -> tuple[LabelledDocument, ...]:
    """The documents of a part in the order of the file, each once; ``sealed``: the other half of a set of our own.

    Mentions have the types of ``Corpus.types``, others are left out. Raises UnknownName for a corpus or part that is
    not known, CorpusError with file and line for a span that does not fit, overlaps or crosses another, and for a part
    without documents; other errors of the readers.
    """
    found = corpus(name, folder, labels)
    if part not in PARTS or (found.by_hand and part != "development"):
        known = ("development",) if found.by_hand else PARTS
        raise UnknownName(kind="part", name=f"{name}/{part}", known=", ".join(known))
    if found.by_hand:
        path = _file(found, folder, labels, "development")
        texts = labels if found.written else folder
        documents = sentences.read(path, texts, found.language, sealed=sealed, halves=not found.whole)
    else:
        files = dict.fromkeys(_file(found, folder, labels, one) for one in PARTS[:2] if part in (one, "all"))
        documents = abstracts.distinct(one for path in files for one in abstracts.read(path, found.types, found.nested))
        if found.training == found.development and part != "all":
            documents = tuple(one for one in documents if in_fifth(one.pmid) is (part == "development"))
    if not documents:
        raise CorpusError(path=_file(found, folder, labels, "development"), position="line 1", why="empty-corpus")
    return documents


def in_fifth(pmid: str) -> bool:
    """Whether a document of a corpus without official parts is in its development part.

    >>> [number for number in map(str, range(1, 20)) if in_fifth(number)]
    ['1', '14', '18']
    """
    return int(hashlib.sha256(pmid.encode()).hexdigest(), 16) % 5 == 0


def _file(one: Corpus, folder: Path, labels: Path, part: str) -> Path:
    if one.by_hand:
        return labels / one.development
    return folder / (one.training if part == "training" else one.development)
