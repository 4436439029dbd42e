"""Indexes: autocomplete, text index, encoding and its cache, as ratios and counts of one run.

    python benchmarks/index.py [--json] [--labels 1000000] [--abstracts 96] [--passages 20000]

CPU times of one thread; labels and passages are synthetic (seeded), abstracts are PubTator texts of
the test data where MEDKG_TEST_DATA is set, else synthetic. Figures for zh and en stand side by side.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from kg.index.analysis import query_tokens
from kg.index.base import Card, SuggestEntry, SuggestLabel, TextEntry
from kg.index.embeddings import CachedEncoder
from kg.index.encoder import SentenceEncoder, best_precision
from kg.index.pinyin import syllables
from kg.index.suggest import SuggestIndex
from kg.index.suggest_writer import SuggestWriter
from kg.index.text import TextIndex, Wanted
from kg.index.textwriter import TextWriter

HAN = [chr(code) for code in range(0x4E00, 0x4E00 + 2_500)]


def vocabulary(dice: random.Random, count: int) -> list[str]:
    syllable = [a + b for a in "bcdfghklmnprst" for b in "aeiou"]
    return ["".join(dice.choices(syllable, k=dice.randint(2, 5))) for _ in range(count)]


def labels(count: int, dice: random.Random) -> Iterator[SuggestLabel]:
    """Four English names to one Chinese."""
    words = vocabulary(dice, 30_000)
    for at in range(count):
        if at % 5 == 4:
            yield SuggestLabel("".join(dice.choices(HAN, k=dice.randint(2, 8))), "zh")
        else:
            yield SuggestLabel(" ".join(dice.choices(words, k=dice.choice((1, 1, 2, 2, 3)))), "en")


def quantiles(ask: Callable[[str], object], queries: list[str]) -> dict[str, float]:
    """CPU milliseconds; each query once, none twice."""
    times = []
    for query in queries:
        start = time.process_time_ns()
        ask(query)
        times.append((time.process_time_ns() - start) / 1e6)
    times.sort()
    return {f"p{share}": round(times[min(len(times) - 1, len(times) * share // 100)], 3) for share in (50, 95, 99)}


def suggest(count: int, folder: Path) -> dict[str, Any]:
    dice = random.Random(11)
    names = list(labels(count, dice))
    start = time.process_time()
    with SuggestWriter(folder) as writer:
        for at in range(0, count, 4):
            writer.add(SuggestEntry(f"X:{at}", "other", tuple(names[at : at + 4]), (f"X:{at}",), dice.randrange(100)))
    built = time.process_time() - start
    index = SuggestIndex(folder)
    figures: dict[str, Any] = {
        "labels": count,
        "keys": len(index),
        "labels_per_s": round(count / built),
        "bytes_per_label": round(sum(path.stat().st_size for path in folder.iterdir()) / count),
    }
    for language in ("en", "zh"):
        own = [name.value for name in dice.sample(names, min(6_000, count)) if name.language == language]
        prefixes = list(dict.fromkeys(value[: dice.randint(1, 10)] for value in own))[:1_000]
        figures[f"prefix_ms_{language}"] = quantiles(index.suggest, prefixes)
    pinyin = ["".join(syllables(name.value))[: dice.randint(1, 10)] for name in names[4:20_000:5]]
    figures["prefix_ms_pinyin"] = quantiles(index.suggest, list(dict.fromkeys(pinyin))[:1_000])
    typos = [name.value[:3] + name.value[4:9] for name in names[:3_000] if name.language == "en"]
    figures["typo_ms_en"] = quantiles(index.suggest, typos[:500])
    return figures


def pinyin_rate(count: int = 20_000) -> int:
    dice = random.Random(3)
    names = ["".join(dice.choices(HAN, k=6)) for _ in range(count)]
    syllables("病")
    start = time.process_time()
    for name in names:
        syllables(name)
    return round(count / (time.process_time() - start))


def text(count: int, folder: Path) -> dict[str, Any]:
    dice = random.Random(5)
    words = vocabulary(dice, 30_000)
    weights = [1 / (rank + 1) for rank in range(len(words))]

    def body(chinese: bool) -> str:
        if chinese:
            return "。".join("".join(dice.choices(HAN, k=20)) for _ in range(5))
        return " ".join(dice.choices(words, weights, k=90))

    bodies = [body(at % 4 == 3) for at in range(count)]
    start = time.process_time()
    with TextWriter(folder) as writer:
        for at, value in enumerate(bodies):
            card = Card(id=f"X:{at:08d}", kind="document", year=1990 + at % 30)
            named = tuple((f"C:{dice.randrange(20_000)}", dice.randint(1, 5)) for _ in range(10))
            writer.add(TextEntry(card=card, title=value[:40], body=value, concepts=named))
    built = time.process_time() - start
    index = TextIndex(folder)

    def ask(query: str) -> object:
        wanted = [Wanted(field, token) for token in query_tokens(query) for field in ("title", "body")]
        wanted += [Wanted("concept", f"C:{number}", 3.0) for number in (17, 170, 1700)]
        return index.search("document", wanted, 100)

    english = [" ".join(dice.choices(words, weights, k=6)) for _ in range(300)]
    chinese = ["".join(dice.choices(HAN, k=6)) for _ in range(300)]
    return {
        "passages": count,
        "passages_per_s": round(count / built),
        "query_ms_en": quantiles(ask, english),
        "query_ms_zh": quantiles(ask, chinese),
    }


def abstracts(count: int) -> tuple[list[str], str]:
    folder = os.environ.get("MEDKG_TEST_DATA")
    path = Path(folder) / "bc5cdr" / "CDR_TrainingSet.PubTator.txt" if folder else None
    if path and path.is_file():
        rows = (line.split("|", 2) for line in path.read_text("utf-8").splitlines() if line.count("|") >= 2)
        return [row[2] for row in rows if row[1] == "a"][:count], "bc5cdr"
    dice = random.Random(2)
    words = vocabulary(dice, 5_000)
    return [" ".join(dice.choices(words, k=dice.randint(80, 250))) for _ in range(count)], "synthetic"


def encoding(count: int, folder: Path) -> dict[str, Any]:
    texts, corpus = abstracts(count)
    rates = {}
    for precision in ("float32", "bfloat16"):
        encoder = SentenceEncoder(precision=precision)  # type: ignore[arg-type]
        encoder.encode(texts[:2])
        start = time.process_time()
        encoder.encode(texts)
        rates[precision] = len(texts) / (time.process_time() - start)
    with CachedEncoder(SentenceEncoder(), folder) as cached:
        start = time.process_time()
        cached.encode(texts)
        first = time.process_time() - start
        changed = [
            *texts[: -(len(texts) // 20) or None],
            *(f"{value} Changed." for value in texts[-(len(texts) // 20) :]),
        ]
        start = time.process_time()
        cached.encode(changed)
        again = time.process_time() - start
    return {
        "corpus": corpus,
        "abstracts": len(texts),
        "chosen_here": best_precision(),
        "abstracts_per_s": {name: round(rate, 1) for name, rate in rates.items()},
        "bfloat16_over_float32": round(rates["bfloat16"] / rates["float32"], 2),
        "rebuild_with_5_percent_changed": round(again / first, 3),
        "encoded_of_changed": cached.encoded - len(texts),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--labels", type=int, default=1_000_000, help="size of the larger autocomplete")
    parser.add_argument("--passages", type=int, default=20_000)
    parser.add_argument("--abstracts", type=int, default=96, help="0 leaves the encoder out")
    options = parser.parse_args()
    figures: dict[str, Any] = {"pinyin_labels_per_s": pinyin_rate()}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures["suggest_100k"] = suggest(100_000, folder / "small")
        if options.labels > 100_000:
            figures["suggest_large"] = suggest(options.labels, folder / "large")
        figures["text"] = text(options.passages, folder / "text")
        if options.abstracts:
            figures["encoding"] = encoding(options.abstracts, folder / "cache")
    if options.json:
        print(json.dumps({"task": "bench", "what": "index", "figures": figures}, ensure_ascii=False))
        return
    for part, values in figures.items():
        print(part, values if not isinstance(values, dict) else "")
        for key, value in values.items() if isinstance(values, dict) else ():
            print(f"  {key}: {value}")


if __name__ == "__main__":
    main()
