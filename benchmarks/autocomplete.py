"""Autocomplete over a million names: latency over HTTP at a fixed arrival rate, and what is found.

    python benchmarks/autocomplete.py [--data FOLDER] [--labels 1000000] [--rate 300] [--seconds 8] [--json]

The graph is invented (seeded): English names of words and Chinese names of characters that are drawn as unevenly as
those of texts (Zipf), four names to a concept, built by ``medkg build`` into FOLDER unless a graph is there. Each way
of typing has its own run, every text once, so that no cache can help; the clock of a request starts at its arrival
(``benchmarks/service.py``), and the control is ``/health`` at the same rate. ``found``: the share of whole names,
typed that way, whose concept is among the first ten; several concepts may have the same name here.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from itertools import accumulate
from pathlib import Path
from urllib.parse import quote

import opencc
from service import MEDKG, ROOT, open_loop, server

from kg.generation.pointer import Shelf
from kg.index.pinyin import syllables
from kg.index.suggest import SuggestIndex

TARGET_MS = 15.0
SEED = 28
HAN = "".join(chr(code) for code in range(0x4E00, 0x4E00 + 3_000))
BUILD = """
[[input]]
name = "invented"
format = "table.v1"
kind = "terminology"
paths = ["names.tsv"]
version = "1"
licence = "CC0-1.0"
title = { zh = "虚构的名称", en = "Invented names" }
illustrative = true
[input.options.concept]
id = "id"
category = "disease"
labels = [
    { column = "en", kind = "preferred" }, { column = "zh", language = "zh", kind = "preferred" },
    { column = "en2" }, { column = "zh2", language = "zh" },
]
"""
Row = tuple[str, str, str, str, str]
"""id, English, Chinese, another English, another Chinese name."""


def zipf(dice: random.Random, words: list[str]) -> Callable[[int], list[str]]:
    """Draws words, the first ones most often."""
    weights = list(accumulate(1 / (rank + 1) for rank in range(len(words))))
    return lambda number: dice.choices(words, cum_weights=weights, k=number)


def invented(concepts: int) -> Iterator[Row]:
    dice = random.Random(SEED)
    syllable = [first + second for first in "bcdfghklmnprst" for second in "aeiou"]
    english = zipf(dice, ["".join(dice.choices(syllable, k=dice.randint(2, 5))) for _ in range(30_000)])
    chinese = zipf(dice, dice.sample(HAN, len(HAN)))
    for number in range(concepts):
        en, en2 = (" ".join(english(dice.choice((1, 2, 2, 3, 4)))) for _ in range(2))
        zh, zh2 = ("".join(chinese(dice.randint(3, 9))) for _ in range(2))
        yield f"medkg:x{number:06d}", en, zh, en2, zh2


def build(folder: Path, concepts: int) -> float:
    """Seconds that the graph took."""
    made = folder / "in"
    made.mkdir(parents=True)
    with (made / "names.tsv").open("w", encoding="utf-8") as out:
        out.write("id\ten\tzh\ten2\tzh2\n")
        out.writelines("\t".join(row) + "\n" for row in invented(concepts))
    (made / "build.toml").write_text(BUILD, "utf-8")
    start = time.perf_counter()
    command = [*MEDKG, "build", "--config", str(made / "build.toml"), "--data", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, env=os.environ | {"MEDKG_ENCODER": "none"})
    return time.perf_counter() - start


def ways(rows: list[Row]) -> dict[str, list[tuple[str, str]]]:
    """Way of typing -> (whole name as typed, id)."""
    dice = random.Random(SEED + 1)
    traditional = opencc.OpenCC("s2t").convert

    def slip(name: str, letters: str) -> str:
        at = dice.randrange(1, len(name))
        before, put_in, after = name[:at], dice.choice(letters), name[at + 1 :]
        return dice.choice((before + put_in + after, before + after, before + put_in + name[at:]))

    return {
        "en": [(row[1], row[0]) for row in rows],
        "synonym_en": [(row[3], row[0]) for row in rows],
        "typo_en": [(slip(row[1], "aeiourst"), row[0]) for row in rows if len(row[1]) > 5],
        "zh": [(row[2], row[0]) for row in rows],
        "synonym_zh": [(row[4], row[0]) for row in rows],
        "typo_zh": [(slip(row[2], HAN), row[0]) for row in rows if len(row[2]) > 3],
        "traditional": [(traditional(row[2]), row[0]) for row in rows],
        "pinyin": [("".join(syllables(row[2])), row[0]) for row in rows],
        "initials": [("".join(part[0] for part in syllables(row[2])), row[0]) for row in rows],
        "code": [(row[0].partition(":")[2], row[0]) for row in rows],
    }


def typed(way: str, names: list[tuple[str, str]], dice: random.Random) -> list[str]:
    """What people may have typed so far, each once; slips are typed with four letters at least."""
    least, most = (4, 24) if way.startswith("typo") else (1, 8)
    beginnings = (name[: dice.randint(least, most)].strip() for name, _ in names)
    return [text for text in dict.fromkeys(beginnings) if text]


def found(index: SuggestIndex, names: list[tuple[str, str]]) -> float:
    hits = sum(any(hit.id == wanted for hit in index.suggest(name)) for name, wanted in names)
    return round(hits / len(names), 3)


def processor(index: SuggestIndex, texts: list[str]) -> dict[str, float]:
    """CPU milliseconds of the look-up alone, which other work on the machine does not disturb."""
    took = []
    for text in texts:
        start = time.process_time_ns()
        index.suggest(text)
        took.append((time.process_time_ns() - start) / 1e6)
    took.sort()
    return {f"p{share}": round(took[len(took) * share // 100], 3) for share in (50, 99)}


def measure(data: Path, labels: int, rate: float, connections: int, seconds: float) -> dict[str, object]:
    figures: dict[str, object] = {"labels": labels, "rate": rate, "connections": connections, "goal_p99_ms": TARGET_MS}
    if not (data / "generations").is_dir():
        figures["build_s"] = round(build(data, labels // 4), 1)
    rows = list(invented(labels // 4))
    random.Random(SEED + 2).shuffle(rows)
    wanted, warm = int(rate * seconds), 200
    asked = ways(rows[: 6 * wanted])
    shelf = Shelf(data)
    index = SuggestIndex(shelf.path(shelf.find()) / "suggest", verify=False)
    figures["keys"] = len(index)
    figures["found"] = {way: found(index, names[:400]) for way, names in asked.items()}
    dice = random.Random(SEED + 3)
    drawn = {way: typed(way, names, dice)[: wanted + warm] for way, names in asked.items()}
    figures["cpu_ms"] = {way: processor(index, texts[:1_000]) for way, texts in drawn.items()}
    paths = {way: [f"/api/v1/autocomplete?q={quote(text)}" for text in texts] for way, texts in drawn.items()}
    with server(data) as (port, _):
        figures["control"] = asyncio.run(open_loop(port, ["/health"] * wanted, rate, connections))
        for way, asked_for in paths.items():
            asyncio.run(open_loop(port, asked_for[:warm], rate, connections))
            figures[way] = asyncio.run(open_loop(port, asked_for[warm:], rate, connections))
    return figures | {"cores": os.cpu_count(), "load_before": round(os.getloadavg()[0], 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="kept; a temporary folder without it")
    parser.add_argument("--labels", type=int, default=1_000_000)
    parser.add_argument("--rate", type=float, default=300)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with nullcontext(given.data) if given.data else tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder).resolve(), given.labels, given.rate, given.connections, given.seconds)
    if given.json:
        print(json.dumps({"task": "bench", "what": "autocomplete", "figures": figures}, ensure_ascii=False))
        return
    for name, value in figures.items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    main()
