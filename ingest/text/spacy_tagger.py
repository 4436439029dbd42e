"""A spaCy pipeline that names things, as scispaCy ships them, in the place of a model that ``medkg train`` made.

::

    FOLDER/config.cfg, meta.json     which components, of which kinds
    FOLDER/tokenizer, vocab, ner …   msgpack, JSON and plain arrays

A pipeline is data and the names of functions that are to be called with it. Those that spaCy itself brings for a
tokenizer, vectors and a recogniser of names are called; a configuration that asks for any other is refused before
anything of it is made, and so is a folder with code or pickled data. Other components are left out unread. Only
English is read: tokenizers of other languages load code and files of their own.
"""

from __future__ import annotations

import configparser
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from ingest.text.models import Thresholds, read_card
from ingest.text.pieces import Named
from ingest.text.sentences import Span, sentences
from ingest.text.tagger import TaggedSpan, apart
from kg.errors import ModelRefused

if TYPE_CHECKING:
    from spacy.language import Language

CONFIG, META = "config.cfg", "meta.json"
TYPES = {
    "DISEASE": "disease", "CANCER": "disease",
    "CHEMICAL": "chemical", "SIMPLE_CHEMICAL": "chemical", "CHEBI": "chemical",
    "GENE": "gene", "GENE_OR_GENE_PRODUCT": "gene", "GGP": "gene", "PROTEIN": "gene", "DNA": "gene",
}  # fmt: skip
"""Labels of scispaCy's recognisers (trained on BC5CDR, BioNLP13CG, CRAFT, JNLPBA) as our types; others are left out."""
_KEPT = ("tok2vec", "ner")
_CALLED = {
    "@tokenizers": frozenset({"spacy.Tokenizer.v1"}),
    "@vectors": frozenset({"spacy.Vectors.v1"}),
    "@scorers": frozenset({"spacy.ner_scorer.v1"}),
    "@architectures": frozenset(
        f"spacy.{name}.v{number}"
        for name in ("TransitionBasedParser", "Tok2Vec", "Tok2VecListener", "HashEmbedCNN", "MultiHashEmbed",
                     "CharacterEmbed", "MaxoutWindowEncoder", "MishWindowEncoder")
        for number in (1, 2)
    ),
}  # fmt: skip
_HOOKS = ("before_creation", "after_creation", "after_pipeline_creation")
_REFUSED = frozenset({".pkl", ".pickle", ".pt", ".pth", ".ckpt", ".joblib", ".py", ".pyc", ".so"})
"""``.bin`` is not among them: spaCy's ``lookups.bin`` is msgpack."""
_LONGEST = 100_000
"""Characters that a recogniser reads at once."""
_SURROGATE = re.compile("[\ud800-\udfff]")


class SpacyTagger:
    """The spans of a pipeline's recogniser. It is loaded when the first text comes.

    ``thresholds``: spaCy states no probabilities, so each span of the pipeline counts, and each name of the dictionary
    beside them. Raises ModelRefused for a folder that is no pipeline, asks for other functions, holds code or pickled
    data, is not English, or names nothing of a type known here.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._config, self._meta = _read(folder)
        labels = set(_labels(self._meta))
        types = sorted({TYPES[label] for label in labels if label in TYPES})
        if not types:
            raise ModelRefused(path=folder, why="pipeline-types", found=", ".join(sorted(labels))[:80] or "-")
        self.thresholds: Mapping[str, Thresholds] = {kind: Thresholds(dictionary=0.0) for kind in types}
        self._lock = Lock()

    @cached_property
    def method(self) -> str:
        """Name and version that the pipeline gives itself, and the first digits of the digest of its files."""
        made = hashlib.sha256()
        for path in sorted(one for one in self._folder.rglob("*") if one.is_file()):
            made.update(f"{path.relative_to(self._folder).as_posix()}\n".encode())
            made.update(path.read_bytes())
        name = f"{self._meta.get('lang', '')}_{self._meta.get('name', '')}".strip("_")
        return f"{name}-{self._meta.get('version', '')}@{made.hexdigest()[:12]}"

    @property
    def seen(self) -> tuple[str, ...]:
        """As of ``LearnedTagger``. Pipelines of others seldom have a card, and without one ModelRefused is raised:
        nobody can say whether what is to be measured was trained on."""
        card = read_card(self._folder)
        return (*card.documents, *card.held_out)

    def reads(self, language: str) -> bool:
        return language == "en"

    @cached_property
    def _pipeline(self) -> Language:
        from spacy.util import load_model_from_config

        try:
            return load_model_from_config(self._config, meta=self._meta).from_disk(self._folder)
        except Exception as error:
            # The files are a stranger's, and spaCy tells damage by whatever error it comes upon.
            raise ModelRefused(path=self._folder, why="pipeline-damaged", found=type(error).__name__) from error

    def spans(self, texts: Sequence[str], names: Sequence[Iterable[Named]]) -> list[list[TaggedSpan]]:
        """The spans of each text in order, none overlapping; ``names`` are not shown to a pipeline."""
        parts = [(at, start, text[start:end]) for at, text in enumerate(texts) for start, end in stretches(text)]
        found: list[list[TaggedSpan]] = [[] for _ in texts]
        with self._lock:
            read = self._pipeline.pipe(_SURROGATE.sub("\ufffd", part) for _, _, part in parts)
            for (at, start, _), made in zip(parts, read, strict=True):
                found[at] += [
                    TaggedSpan(start + one.start_char, start + one.end_char, TYPES[one.label_], 1.0)
                    for one in made.ents
                    if one.label_ in TYPES
                ]
        return [apart(spans) for spans in found]


def stretches(text: str, longest: int = _LONGEST) -> Iterator[Span]:
    """Whole sentences together, up to ``longest`` characters; a longer sentence is cut.

    >>> list(stretches("One. Two. Three.", 10)), list(stretches("abcdef", 4)), list(stretches("  "))
    ([(0, 9), (9, 16)], [(0, 4), (4, 6)], [])
    """
    begin = finish = 0
    for _, end in sentences(text):
        if end - begin > longest and finish > begin:
            yield begin, finish
            begin = finish
        while end - begin > longest:
            yield begin, begin + longest
            begin += longest
        finish = end
    if finish > begin:
        yield begin, finish


def _labels(meta: Mapping[str, Any]) -> Iterator[str]:
    known = meta.get("labels")
    for labels in known.values() if isinstance(known, dict) else ():
        yield from (label for label in labels if isinstance(label, str))


def _read(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The sections that are needed, checked, and what the pipeline says of itself."""
    from spacy.util import load_config

    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in _REFUSED:
            raise ModelRefused(path=folder, why="model-code", file=path.name)
    try:
        tree = load_config(folder / CONFIG, interpolate=True)
        meta = json.loads((folder / META).read_bytes())
        nlp, components = dict(tree["nlp"]), dict(tree["components"])
        kept = {name: components[name] for name in nlp["pipeline"] if components[name].get("factory") in _KEPT}
        if not isinstance(meta, dict) or "ner" not in {part["factory"] for part in kept.values()}:
            raise ModelRefused(path=folder, why="pipeline-config")
    except (OSError, ValueError, TypeError, KeyError, AttributeError, configparser.Error) as error:
        raise ModelRefused(path=folder, why="pipeline-config") from error
    if nlp.get("lang") != "en":
        raise ModelRefused(path=folder, why="pipeline-language", found=str(nlp.get("lang"))[:20])
    for name, value in (*((name, nlp.get(name)) for name in _HOOKS), *_called(nlp), *_called(kept)):
        if value is not None and not (isinstance(value, str) and value in _CALLED.get(name, ())):
            raise ModelRefused(path=folder, why="pipeline-calls", found=f"{name} = {value}"[:80])
    nlp |= {"pipeline": list(kept), "disabled": []}
    return {"nlp": nlp, "components": kept}, meta


def _called(tree: object) -> Iterator[tuple[str, Any]]:
    """Every function that a part of a configuration asks for, however deep."""
    if isinstance(tree, dict):
        for name, value in tree.items():
            if name.startswith("@"):
                yield name, value
            yield from _called(value)
    elif isinstance(tree, list | tuple):
        for value in tree:
            yield from _called(value)
