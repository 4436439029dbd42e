"""Search over 200,000 passages at a fixed arrival rate, over HTTP, queries without repetition.

    python -m benchmarks.arrivals --keep FOLDER [--documents 100000] [--rate 20] [--seconds 60] [--json]
                                  [--door-rate 5]
    python -m benchmarks.arrivals --keep FOLDER --only-build

Documents are a title and an abstract of three sentences, a passage each: sentences of the PubTator abstracts of the
test data (MEDKG_TEST_DATA), in which numbers and every seventh word or so are exchanged for others (seeded). Vectors
are not encoded but put into the cache of the build: the mean of those of the real sentences, with seeded noise of half
its length. ``medkg build`` then runs as users run it, with the dictionary's mentions; terminologies are the starter
pack, DOID and MeSH of benchmarks/real.toml. Queries are encoded. FOLDER keeps it all for the next time; ``real.npy``
and ``asked.npy`` in it (benchmarks/vectors.py) are taken where they are there.

Queries: a third beginnings of sentences of other documents (4 to 12 words), a third one or two English names of
concepts, a third the same in Chinese. Open loop: a request arrives every 1/rate seconds whether or not earlier ones are
answered, and its clock starts at its arrival. Server and client share the machine's cores. The control is ``/health``.
Then, one after the other and each at ``--door-rate``: the page of results, answers to the same questions, statements
about them, documents like a document, and how alike two concepts are; nothing is asked twice.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import hashlib
import json
import os
import random
import re
import resource
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np

from benchmarks import vectors
from benchmarks.pubmed_records import FIRST, HEAD
from benchmarks.service import cards, cpu_seconds, open_loop, server
from kg.generation.pointer import Shelf
from kg.index.base import Kind, Vectors
from kg.index.embeddings import CachedEncoder
from kg.index.encoder import packaged_encoder
from kg.index.sentences import windows
from kg.index.text import TextIndex

ROOT = Path(__file__).resolve().parent.parent
TERMINOLOGIES = ("starter", "doid", "mesh")
FILES = 8
SENTENCES = 3
"""Of an abstract: one window."""
_LIBRARY = """
[[input]]
name = "library"
format = "pubmed.v1"
kind = "source"
paths = ["{folder}/library-*.xml.gz"]
version = "1"
licence = "CC0-1.0"
illustrative = true
title = {{ zh = "变化后的摘要句子", en = "Sentences of abstracts, varied" }}
"""
_WORD = re.compile(r"[A-Za-z]{4,}|\d+")
_HELD = 13
"""A sentence is asked with, not indexed, where the digest of its document begins below this (benchmarks/vectors.py)."""


class Sentences:
    """The real sentences of the test data, in the order of ``real.npy`` and ``asked.npy``."""

    def __init__(self, folder: Path) -> None:
        known = vectors.texts(Path(os.environ["MEDKG_TEST_DATA"]))
        held = {text: hashlib.sha256(one.encode()).digest()[0] < _HELD for text, one in known.items()}
        self.real = [text for text in known if not held[text]]
        self.asked = [text for text in known if held[text]]
        self.vectors: Vectors = np.load(folder / "real.npy")
        assert len(self.vectors) == len(self.real), "real.npy is of other test data"
        by: dict[str, list[int]] = defaultdict(list)
        for at, text in enumerate(self.real):
            by[known[text]].append(at)
        self.of = [some for some in by.values() if len(some) >= SENTENCES]
        self.words = sorted({word.lower() for text in self.real for word in _WORD.findall(text) if not word.isdigit()})


def varied(text: str, words: Sequence[str], dice: random.Random) -> str:
    def other(found: re.Match[str]) -> str:
        if found[0].isdigit():
            return str(dice.randrange(1, 10 ** min(len(found[0]), 6)))
        return dice.choice(words) if dice.random() < 1 / 7 else found[0]

    return _WORD.sub(other, text)


def documents(known: Sentences, count: int) -> Iterator[tuple[str, str, list[int]]]:
    """(title, abstract, places of their sentences: that of the title first)."""
    dice = random.Random(20261122)
    for _ in range(count):
        own = dice.choice(known.of)
        chosen = dice.sample(own, SENTENCES)
        # One sentence of another document, so that no two abstracts are of the same three.
        chosen[dice.randrange(SENTENCES)] = dice.randrange(len(known.real))
        places = [dice.choice(own), *chosen]
        texts = [varied(known.real[at], known.words, dice) for at in places]
        yield texts[0], " ".join(texts[1:]), places


def record(number: int, title: str, abstract: str, dice: random.Random) -> str:
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{FIRST + number}</PMID><Article><Journal>'
        f"<JournalIssue><Volume>{dice.randint(1, 60)}</Volume><PubDate><Year>{dice.randint(1980, 2025)}</Year>"
        f"</PubDate></JournalIssue><Title>Invented Journal {dice.randint(1, 400)}</Title></Journal>"
        f"<ArticleTitle>{escape(title)}</ArticleTitle><Abstract><AbstractText>{escape(abstract)}</AbstractText></Abstract><Language>eng</Language>"
        "</Article></MedlineCitation></PubmedArticle>\n"
    )


class Mixed:
    """Vectors of made-up texts from those of their sentences; stands for the encoder while the cache is filled."""

    def __init__(self, encoder: Any, made: dict[str, Vectors]) -> None:
        self._made = made
        self.id, self.dimension = encoder.id, encoder.dimension

    def encode(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self._made[text] for text in texts])


def generate(folder: Path, count: int) -> None:
    """The files, their build file and the cache of vectors."""
    known, dice, noise = Sentences(folder), random.Random(7), np.random.default_rng(7)
    encoder, made = packaged_encoder(), dict[str, Vectors]()
    files = [folder / f"library-{part}.xml.gz" for part in range(FILES)]
    data = folder / "data"

    def keep() -> None:
        with CachedEncoder(Mixed(encoder, made), data / "embeddings") as cache:
            cache.encode(list(made))
        made.clear()

    with ExitStack() as open_files:
        streams = [open_files.enter_context(gzip.open(path, "wt", 1, "utf-8")) for path in files]
        for stream in streams:
            stream.write(HEAD)
        for number, (title, abstract, places) in enumerate(documents(known, count)):
            streams[number % FILES].write(record(number, title, abstract, dice))
            for text, at in ((title, places[:1]), (abstract, places[1:])):
                spans = windows(text)
                for start, end in spans:
                    own = known.vectors[at if len(spans) == 1 else [dice.choice(at)]].mean(axis=0)
                    extra = noise.standard_normal(len(own), dtype=np.float32)
                    vector = own / np.linalg.norm(own) + vectors.NOISE * extra / np.linalg.norm(extra)
                    made[text[start:end]] = (vector / np.linalg.norm(vector)).astype(np.float32)
            if len(made) > 20_000:
                keep()
        if made:
            keep()
        for stream in streams:
            stream.write("</PubmedArticleSet>\n")
    blocks = (ROOT / "benchmarks" / "real.toml").read_text("utf-8").split("[[input]]")[1:]
    chosen = [block for block in blocks if any(f'\nname = "{name}"\n' in block for name in TERMINOLOGIES)]
    config = "".join(f"[[input]]{block}" for block in chosen) + _LIBRARY.format(folder=folder.resolve())
    (folder / "library.toml").write_text(config, "utf-8")


def build(folder: Path, count: int) -> dict[str, Any]:
    began = time.perf_counter()
    generate(folder, count)
    generated = time.perf_counter() - began
    command = [sys.executable, "-m", "api.cli", "build", "--config", str(folder / "library.toml"), "--data"]
    began = time.perf_counter()
    subprocess.run([*command, str(folder / "data")], check=True, stdout=sys.stderr, cwd=ROOT)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "documents": count,
        "generated_s": round(generated, 1),
        "build_s": round(time.perf_counter() - began, 1),
        "build_cpu_s": round(used.ru_utime + used.ru_stime, 1),
    }


def questions(folder: Path, count: int) -> list[str]:
    """Different ones, in a seeded order."""
    dice = random.Random(11)
    held = Sentences(folder).asked
    names = {"en": sorted({card.en for card in cards(folder / "data") if card.en}),
             "zh": sorted({card.zh for card in cards(folder / "data") if card.zh})}  # fmt: skip
    found: dict[str, None] = {}
    while len(found) < count:
        kind = len(found) % 3
        if kind == 0:
            text = " ".join(dice.choice(held).rstrip(".").split()[: dice.randint(4, 12)])
        else:
            some = dice.sample(names["en" if kind == 1 else "zh"], dice.randint(1, 2))
            text = (" and " if kind == 1 else "与").join(some)
        found.setdefault(text[:200])
    order = list(found)
    dice.shuffle(order)
    return order


def doors(folder: Path, asked: Sequence[str]) -> dict[str, list[str]]:
    """What is asked of each other door: a fourth of the questions each."""
    dice = random.Random(17)
    shelf = Shelf(folder / "data")
    index = TextIndex(shelf.path(shelf.find()) / "text", verify=False)
    number = len(asked) // 4

    def some(kind: Kind, wanted: int) -> list[str]:
        return [quote(index.card(kind, row).id, safe=":") for row in dice.sample(range(index.count(kind)), wanted)]

    parts = [[quote(text) for text in asked[part * number : (part + 1) * number]] for part in range(3)]
    concepts = some("concept", 2 * number)
    return {
        "page": [f"/search?q={text}&lang={dice.choice(('zh', 'en'))}" for text in parts[0]],
        "answer": [f"/api/v1/answer?q={text}" for text in parts[1]],
        "statements": [f"/api/v1/statements?q={text}" for text in parts[2]],
        "similar": [f"/api/v1/similar?id={name}" for name in some("document", number)],
        "similarity": [f"/api/v1/similarity?a={a}&b={b}" for a, b in zip(concepts[::2], concepts[1::2], strict=True)],
    }


def ask(folder: Path, rate: float, seconds: float, warm: int, door_rate: float) -> dict[str, Any]:
    wanted = int(rate * seconds)
    texts = questions(folder, wanted + warm + 4 * int(door_rate * seconds))
    paths = [f"/api/v1/search?q={quote(text)}" for text in texts[: wanted + warm]]
    others = doors(folder, texts[wanted + warm :]) if door_rate else {}
    with server(folder / "data") as (port, number):
        # The encoder is loaded in the background after the start; that is not what is measured here.
        time.sleep(10)
        asyncio.run(open_loop(port, paths[:warm], rate, 32))
        control = asyncio.run(open_loop(port, ["/health"] * int(rate * 5), rate, 32))
        before = cpu_seconds(number)
        found = asyncio.run(open_loop(port, paths[warm:], rate, 32))
        spent = (cpu_seconds(number) - before) * 1000 / wanted
        told = {name: asyncio.run(open_loop(port, some, door_rate, 32)) for name, some in others.items()}
    return {"rate": rate, "search": found, "server_cpu_ms": round(spent, 2), "control": control,
            "door_rate": door_rate, **told}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", type=Path, required=True)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--warm", type=int, default=100)
    parser.add_argument("--door-rate", type=float, default=5, help="of the other doors; 0 for none of them")
    parser.add_argument("--only-build", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    folder = options.keep.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "real.npy").is_file():
        vectors.prepare(folder, folder / "cache")
    told = folder / "built.json"
    if not told.is_file():
        told.write_text(json.dumps(build(folder, options.documents)))
    if options.only_build:
        return
    figures = json.loads(told.read_text()) | {"passages": 2 * options.documents, "cores": os.cpu_count()}
    figures |= ask(folder, options.rate, options.seconds, options.warm, options.door_rate)
    result = {
        "task": "arrivals",
        "corpus": "sentences of abstracts, varied",
        "n": options.documents,
        "figures": figures,
    }
    print(json.dumps(result) if options.json else "\n".join(f"{name}: {value}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
