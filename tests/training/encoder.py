"""A BERT encoder of random weights that is trained in seconds, and an invented corpus that it can learn."""

from __future__ import annotations

import json
import string
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from ingest.labelled import LabelledDocument, LabelledMention
from ingest.training.examples import Part
from kg.model.document import Passage

HIDDEN, INNER, LAYERS, HEADS, POSITIONS = 16, 32, 2, 2, 128
_CHARACTERS = string.ascii_lowercase + string.digits + "-.,;()/糖尿病患者高血压"
_WORDS = ("gout", "asthma", "aspirin", "heparin", "with", "and", "treated", "patients", "##itis", "##mab")


def tiny_encoder(folder: Path, seed: int = 0) -> Path:
    """Three files, as of a packaged model."""
    folder.mkdir(parents=True)
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *_WORDS, *_CHARACTERS, *(f"##{c}" for c in _CHARACTERS)]
    tokenizer = Tokenizer(WordPiece({piece: at for at, piece in enumerate(pieces)}, unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer()
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {
        "vocab_size": len(pieces), "max_position_embeddings": POSITIONS, "hidden_size": HIDDEN,
        "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "intermediate_size": INNER, "model_type": "bert",
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config))
    dice = np.random.default_rng(seed)

    def weights(*shape: int) -> np.ndarray:
        return dice.normal(0, 0.2, shape).astype(np.float32)

    made = {
        "embeddings.word_embeddings.weight": weights(len(pieces), HIDDEN),
        "embeddings.position_embeddings.weight": weights(POSITIONS, HIDDEN),
        "embeddings.token_type_embeddings.weight": weights(2, HIDDEN),
        "embeddings.LayerNorm.weight": np.ones(HIDDEN, dtype=np.float32),
        "embeddings.LayerNorm.bias": weights(HIDDEN),
    }
    for number in range(LAYERS):
        for name, out, into in (
            ("attention.self.query", HIDDEN, HIDDEN), ("attention.self.key", HIDDEN, HIDDEN),
            ("attention.self.value", HIDDEN, HIDDEN), ("attention.output.dense", HIDDEN, HIDDEN),
            ("intermediate.dense", INNER, HIDDEN), ("output.dense", HIDDEN, INNER),
        ):  # fmt: skip
            made[f"encoder.layer.{number}.{name}.weight"] = weights(out, into)
            made[f"encoder.layer.{number}.{name}.bias"] = weights(out)
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            made[f"encoder.layer.{number}.{name}.weight"] = np.ones(HIDDEN, dtype=np.float32)
            made[f"encoder.layer.{number}.{name}.bias"] = weights(HIDDEN)
    save_file(made, str(folder / "model.safetensors"))
    return folder


def part(name: str, types: tuple[str, ...], first: int, count: int) -> Part:
    """Invented sentences in which *gout* and *asthma* are diseases, *aspirin* and *heparin* chemicals."""
    kinds = {"gout": "disease", "asthma": "disease", "aspirin": "chemical", "heparin": "chemical"}
    documents = []
    for number in range(first, first + count):
        one, other = list(kinds)[number % 2], list(kinds)[2 + number // 2 % 2]
        text = f"{number} patients with {one} and {one} were treated with {other}."
        passage = Passage("title", "title", "en", text)
        mentions = [
            LabelledMention(passage.key, at, at + len(word), kinds[word])
            for word in (one, other)
            for at in range(len(text))
            if text.startswith(word, at) and kinds[word] in types
        ]
        documents.append(LabelledDocument(f"PMID:{number}", (passage,), tuple(sorted(mentions))))
    return Part(name, types, tuple(documents))
