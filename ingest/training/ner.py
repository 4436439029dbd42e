"""``medkg train ner``: from labelled corpora to a folder with a model, its thresholds and its card."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ingest.evaluation.leaks import without_evaluated
from ingest.labelled import LabelledDocument
from ingest.text.extent import Named
from ingest.text.models import (
    TOKENIZER,
    WEIGHTS,
    ModelCard,
    ModelConfig,
    Thresholds,
    bert_shape,
    digest,
    is_trained,
    read,
    read_card,
    write,
)
from ingest.text.pieces import FEATURES, Pieces
from ingest.text.tagger import tagged
from ingest.training.calibration import Held, calibrated
from ingest.training.examples import Dictionary, Part, examples, held_out, named
from ingest.training.plan import Plan
from kg.errors import ConfigError
from ontology.scoring import Meaning

if TYPE_CHECKING:
    from ingest.text.packed import PackedNetwork
    from ingest.training.fitting import Progress

WINDOW = 128
"""Pieces of a window, its two marks included."""


class Parts(msgspec.Struct, frozen=True):
    """What is left to train on, what is held out for thresholds, and how many documents of evaluated parts went."""

    training: tuple[Part, ...]
    held: tuple[Part, ...]
    removed: int


def divided(parts: Iterable[Part], evaluated: Sequence[LabelledDocument]) -> Parts:
    """Without the documents of evaluated parts, which are in no part that comes back."""
    training: list[Part] = []
    held: list[Part] = []
    removed: set[str] = set()
    for part in parts:
        kept = without_evaluated(part.documents, evaluated)
        removed.update(kept.removed)
        for group, wanted in ((training, False), (held, True)):
            chosen = tuple(one for one in kept.documents if held_out(one) is wanted)
            group.append(msgspec.structs.replace(part, documents=chosen))
    return Parts(tuple(training), tuple(held), len(removed))


def train(
    parts: Parts,
    types: Sequence[str],
    folder: Path,
    plan: Plan,
    *,
    encoder: Path,
    dictionary: Dictionary | None = None,
    dictionary_version: str = "",
    progress: Progress = lambda *_: None,
) -> ModelCard:
    """Writes ``folder``, which must not be there, and gives its card.

    ``encoder`` is a folder with a BERT encoder (config.json, tokenizer.json, model.safetensors), or one that this
    wrote: that network is learned on, and its documents stand in the new card, too. Raises ConfigError for a folder
    that is there and parts without documents, ModelRefused for an encoder that cannot be read.
    """
    from ingest.text.network import from_encoder, seeded
    from ingest.text.packed import PackedNetwork
    from ingest.training.fitting import fit

    began = time.perf_counter()
    if folder.exists():
        raise ConfigError(where=folder, why="model-taken")
    before = read_card(encoder) if is_trained(encoder) else None
    shape = bert_shape(encoder, FEATURES, len(types), plan.frozen, plan.layers)
    pieces = Pieces(encoder / TOKENIZER, WINDOW)
    rows = [row for part in parts.training for row in examples(part, types, pieces, dictionary)]
    if not rows:
        raise ConfigError(where="corpora", why="nothing-to-train")
    seeded(plan.seed)
    network = from_encoder(encoder / WEIGHTS, shape, heads=before is not None and read(encoder).types == tuple(types))
    fit(network, rows, plan, progress)
    thresholds, figures = _thresholds(PackedNetwork(network), parts.held, types, pieces, dictionary)
    card = ModelCard(
        corpora=tuple(_listed(part) for part in parts.training),
        documents=_ids(parts.training, before.documents if before else ()),
        held_out=_ids(parts.held, before.held_out if before else ()),
        removed=parts.removed,
        encoder=f"sha256:{digest(encoder / WEIGHTS)}",
        dictionary=dictionary_version,
        options={**msgspec.structs.asdict(plan), "examples": len(rows)},
        versions={name: version(name) for name in ("medkg", "torch", "tokenizers", "safetensors")},
        figures=figures,
        seconds=round(time.perf_counter() - began, 1),
    )
    folder.mkdir(parents=True)
    network.save(folder / WEIGHTS)
    shutil.copyfile(encoder / TOKENIZER, folder / TOKENIZER)
    config = ModelConfig(
        name=folder.name, shape=shape, types=tuple(types), languages=_languages(parts.training), window=WINDOW,
        thresholds=thresholds, weights=digest(folder / WEIGHTS), tokenizer=digest(folder / TOKENIZER),
    )  # fmt: skip
    write(folder, config, card)
    return card


def _thresholds(
    network: PackedNetwork, held: Sequence[Part], types: Sequence[str], pieces: Pieces, dictionary: Dictionary | None
) -> tuple[dict[str, Thresholds], dict[str, dict[str, float]]]:
    """By type; the figures are of the documents that the thresholds were chosen on, so they flatter."""
    rows = [_held(network, one, part, types, pieces, dictionary) for part in held for one in part.documents]
    made, figures = {}, {}
    for kind in types:
        made[kind], alone, both = calibrated(rows, kind)
        figures[f"{kind}.network.held-out"] = alone.figures()
        figures[f"{kind}.union.held-out"] = both.figures()
    return made, figures


def _held(
    network: PackedNetwork, document: LabelledDocument, part: Part, types: Sequence[str], pieces: Pieces,
    dictionary: Dictionary | None,
) -> Held:  # fmt: skip
    mentions = dictionary(document.document) if dictionary else ()
    found: dict[str, list[Named]] = {passage.key: [] for passage in document.passages}
    for one in mentions:
        best = max((candidate.score for candidate in one.candidates), default=0.0)
        found[one.passage].append((one.start, one.end, one.surface, Meaning(one.category, one.candidates, best)))
    names = named(document, dictionary)
    readings = [pieces.read(passage.text, names[passage.key]) for passage in document.passages]
    spans = tagged(network, readings, types)
    learned = {passage.key: row for passage, row in zip(document.passages, spans, strict=True)}
    return Held(document, part.types, learned, found)


def _listed(part: Part) -> dict[str, str | int | list[str]]:
    return {"name": part.name, "sha256": part.digest, "types": list(part.types), "documents": len(part.documents)}


def _ids(parts: Iterable[Part], before: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({one.id for part in parts for one in part.documents}.union(before)))


def _languages(parts: Iterable[Part]) -> tuple[str, ...]:
    found = {passage.language for part in parts for one in part.documents for passage in one.passages}
    return tuple(sorted(found - {""}))
