"""Static vectors, and weights in bytes, against the encoder that they are made from: how fast, and what is lost.

    python benchmarks/static.py [--json] [--abstracts 1500] [--encoded 64] [--static-only]

Texts: titles and abstracts of training and development parts (BC5CDR, NCBI disease; MEDKG_TEST_DATA), never of a test
part. ``title_abstract``: MRR@10 of each abstract for its title among all. ``names``: nDCG@10 of the abstracts that
annotations link to a concept, for its most frequent surface; concepts of two abstracts or more. ``neighbours``: how
many of the ten nearest abstracts of an abstract are the same. Speed is of one thread, time of the processor, of
``--encoded`` abstracts.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from kg.index.base import Encoder, Vectors
from kg.index.encoder import SentenceEncoder, packaged_model
from kg.index.static import distil

FILES = (
    "bc5cdr/CDR_TrainingSet.PubTator.txt",
    "bc5cdr/CDR_DevelopmentSet.PubTator.txt",
    "ncbi-disease/NCBItrainset_corpus.txt",
    "ncbi-disease/NCBIdevelopset_corpus.txt",
)


class Corpus:
    """Titles, abstracts and (concept -> places, surface)."""

    def __init__(self, folder: Path, most: int) -> None:
        self.titles: list[str] = []
        self.abstracts: list[str] = []
        self.linked: dict[str, set[int]] = defaultdict(set)
        self.surfaces: dict[str, Counter[str]] = defaultdict(Counter)
        seen: dict[str, int] = {}
        for name in FILES:
            if not (folder / name).is_file():
                sys.exit(f"{name} is not in the folder of the test data")
            for line in (folder / name).read_text("utf-8").splitlines():
                self._read(line, seen, most)

    def _read(self, line: str, seen: dict[str, int], most: int) -> None:
        if found := re.match(r"(\d+)\|([ta])\|(.*)", line):
            number, part, text = found.groups()
            if part == "t" and number not in seen and len(seen) < most:
                seen[number] = len(seen)
                self.titles.append(text)
            elif part == "a" and seen.get(number) == len(self.abstracts):
                self.abstracts.append(text)
            return
        cells = line.split("\t")
        if len(cells) >= 6 and cells[0] in seen:
            for concept in re.split(r"[|+]", cells[5]):
                if concept not in ("-1", ""):
                    self.linked[concept].add(seen[cells[0]])
                    self.surfaces[concept][cells[3]] += 1


def reciprocal(questions: Vectors, rows: Vectors) -> float:
    scores = questions @ rows.T
    places = (scores > np.diag(scores)[:, None]).sum(axis=1)
    return float(np.where(places < 10, 1 / (places + 1), 0).mean())


def gain(questions: Vectors, rows: Vectors, wanted: list[set[int]]) -> float:
    order = np.argsort(-(questions @ rows.T), axis=1)[:, :10]
    discount = 1 / np.log2(np.arange(10) + 2)
    made = [
        sum(discount[place] for place, row in enumerate(some) if row in right) / discount[: len(right)].sum()
        for some, right in zip(order.tolist(), wanted, strict=True)
    ]
    return float(np.mean(made))


def near(rows: Vectors) -> list[set[int]]:
    scores = rows @ rows.T
    np.fill_diagonal(scores, -np.inf)
    return [set(some) for some in np.argsort(-scores, axis=1)[:, :10].tolist()]


def speed(encoder: Encoder, texts: list[str]) -> float:
    encoder.encode(texts[:2])
    start = time.process_time()
    encoder.encode(texts)
    return len(texts) / (time.process_time() - start)


def measured(
    encoder: Encoder, corpus: Corpus, names: list[str], wanted: list[set[int]]
) -> tuple[dict[str, float], list[set[int]]]:
    rows = encoder.encode(corpus.abstracts)
    figures = {
        "title_abstract": round(reciprocal(encoder.encode(corpus.titles), rows), 3),
        "names": round(gain(encoder.encode(names), rows, wanted), 3),
    }
    return figures, near(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--abstracts", type=int, default=1_500)
    parser.add_argument("--encoded", type=int, default=64)
    parser.add_argument("--static-only", action="store_true", help="leave out bfloat16 and int8")
    options = parser.parse_args()
    if "MEDKG_TEST_DATA" not in os.environ:
        sys.exit("MEDKG_TEST_DATA names the folder of the test data")
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    torch.set_num_threads(1)
    corpus = Corpus(Path(os.environ["MEDKG_TEST_DATA"]), options.abstracts)
    concepts = sorted(concept for concept, places in corpus.linked.items() if len(places) >= 2)
    names = [corpus.surfaces[concept].most_common(1)[0][0] for concept in concepts]
    wanted = [corpus.linked[concept] for concept in concepts]
    plain, full, bytes_ = (SentenceEncoder(precision=kind) for kind in ("float32", "bfloat16", "int8"))
    with tempfile.TemporaryDirectory() as folder:
        start = time.process_time()
        static = distil(full, packaged_model(), Path(folder) / "static")
        figures: dict[str, Any] = {
            "abstracts": len(corpus.abstracts),
            "concepts": len(concepts),
            "made_in_cpu_seconds": round(time.process_time() - start, 1),
        }
        texts = corpus.abstracts[: options.encoded]
        figures["abstracts_per_cpu_second"] = {
            "bfloat16": round(speed(full, texts), 1),
            "int8": round(speed(bytes_, texts), 1),
            "static": round(speed(static, texts * 20), 1),
        }
        neighbours = {}
        others: dict[str, Encoder] = {"static": static}
        if not options.static_only:
            others = {"bfloat16": full, "int8": bytes_, **others}
        for name, encoder in {"float32": plain, **others}.items():
            figures[name], neighbours[name] = measured(encoder, corpus, names, wanted)
            print(name, figures[name], file=sys.stderr, flush=True)
        for name in others:
            same = [len(one & two) for one, two in zip(neighbours["float32"], neighbours[name], strict=True)]
            figures[name]["neighbours"] = round(float(np.mean(same)) / 10, 3)
    if options.json:
        print(json.dumps({"task": "bench", "what": "static", "figures": figures}, ensure_ascii=False))
        return
    for key, value in figures.items():
        print(f"{key}: {value}")


if __name__ == "__main__":
    main()
