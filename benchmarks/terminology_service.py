"""The FHIR terminology service: latency at a fixed arrival rate, look-ups a second, filtered expansions.

    python benchmarks/terminology_service.py [--data FOLDER] [--invented FOLDER] [--codes 120000]
        [--rate 500] [--seconds 20] [--json]

One graph is invented (seeded) and built by ``medkg build``: one code system of ``--codes`` codes with two names in each
language, in a tree of six levels, one code in ten with a second parent, 2 in 100 inactive, and a map that names a sixth
of them. ``--data`` names another that was built before (``benchmarks/real.toml``), all of whose systems are asked.

Open loop as in ``benchmarks/service.py``: requests arrive at fixed times, and the clock of one starts at its arrival.
Codes, pairs and filters are drawn without repetition, so that no cache can help; the client runs on the same two cores,
and the control is ``/health`` at the same rate. Pairs for ``$subsumes`` are half of them a code and one above it.
Filters are beginnings (one to five letters) of one or two words of a name, or one to three characters of a Chinese one;
twenty codes are told of however many they find. ``--invented`` keeps the invented graph for another run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from urllib.parse import quote

from autocomplete import invented
from service import MEDKG, ROOT, closed_loop, connect, open_loop, server

from kg.generation.pointer import Shelf
from kg.model.ids import Ids
from kg.terminology.expansion import Wanted, expand
from kg.terminology.table import CodeTable
from kg.terminology.terminology import Terminology, open_terminology

SEED = 25
TARGETS = {"p99_ms": 15.0, "expand_p95_ms": 50.0, "lookups_per_s": 2_000}
BATCH = 100
"""Look-ups of a batch."""
_INPUT = """
[[input]]
name = "{name}"
format = "{format}"
kind = "{kind}"
paths = ["{path}"]
version = "1"
licence = "CC0-1.0"
title = {{ zh = "虚构的代码", en = "Invented codes" }}
illustrative = true
"""
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_PLACE = "http://purl.obolibrary.org/obo/DOID_"


def parents(number: int, dice: random.Random) -> list[int]:
    """Of code ``number`` in a tree with a branching of eight: so its depth is a logarithm; one in ten has two."""
    if number == 0:
        return []
    return sorted({(number - 1) // 8, *([dice.randrange(number)] if dice.random() < 0.1 else ())})


def triples(codes: int) -> Iterator[str]:
    dice = random.Random(SEED)
    for number, (_, en, zh, en2, zh2) in enumerate(invented(codes)):
        node = f"<{_PLACE}99{number:06d}>"
        yield f"{node} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{_SKOS}Concept> .\n"
        for name, text, language in (("pref", en, "en"), ("pref", zh, "zh"), ("alt", en2, "en"), ("alt", zh2, "zh")):
            yield f'{node} <{_SKOS}{name}Label> "{text}"@{language} .\n'
        for above in parents(number, dice):
            yield f"{node} <{_SKOS}broader> <{_PLACE}99{above:06d}> .\n"
        if dice.random() < 0.02:
            yield f'{node} <http://www.w3.org/2002/07/owl#deprecated> "true" .\n'


def build(folder: Path, codes: int) -> float:
    """Seconds that the graph took."""
    made = folder / "in"
    made.mkdir(parents=True)
    with (made / "codes.nt").open("w", encoding="utf-8") as out:
        out.writelines(triples(codes))
    with (made / "maps.tsv").open("w", encoding="utf-8") as out:
        out.write("subject_id\tpredicate_id\tobject_id\tmapping_justification\n")
        for number in range(0, codes, 6):
            relation = ("exact", "close", "broad")[number % 3]
            out.write(f"DOID:99{number:06d}\tskos:{relation}Match\tMESH:D99{number:06d}\tsemapv:LexicalMatching\n")
    (made / "build.toml").write_text(
        _INPUT.format(name="codes", format="skos.v1", kind="terminology", path="codes.nt")
        + _INPUT.format(name="maps", format="sssom.v1", kind="mapping", path="maps.tsv"), "utf-8"
    )  # fmt: skip
    start = time.perf_counter()
    command = [*MEDKG, "build", "--config", str(made / "build.toml"), "--data", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, env=os.environ | {"MEDKG_ENCODER": "none"}, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def _url(operation: str, **given: str) -> str:
    return f"/fhir/{operation}?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in given.items())


def filters(table: CodeTable, rows: list[int], dice: random.Random) -> list[str]:
    """What people may have typed, each once."""
    found: dict[str, None] = {}
    for row in rows:
        label = dice.choice(table[row].labels)
        if label.language == "zh" or not label.value.isascii():
            start = dice.randrange(max(len(label.value) - 2, 1))
            found[label.value[start : start + dice.randint(1, 3)]] = None
        else:
            words = label.value.split()[: dice.randint(1, 2)]
            found[" ".join(word[: dice.randint(1, 5)] for word in words)] = None
    return [text for text in found if text.strip()]


def in_process(table: CodeTable, rows: list[int]) -> dict[str, float]:
    """Microseconds of the parts without HTTP."""
    places = [table.place(row) for row in rows]
    start = time.perf_counter()
    for system, code in places:
        table.find(system, code)
    found = time.perf_counter()
    for row in rows:
        table[row].display(("zh",))
    shown = time.perf_counter()
    for one, other in zip(rows, reversed(rows), strict=True):
        table.subsumption(one, other)
    done = time.perf_counter()
    times = (found - start, shown - found, done - shown)
    return dict(
        zip(("find_us", "names_us", "subsumes_us"), (round(one / len(rows) * 1e6, 1) for one in times), strict=True)
    )


def expansions(held: Terminology, typed: list[str], size: str) -> dict[str, float]:
    """Milliseconds of filtered expansions without HTTP, and how many codes the filters find."""
    table = held.table
    members = held.value_sets.mask(held.value_sets.find(size))
    taken, totals = [], []
    for text in typed:
        start = time.perf_counter()
        totals.append(expand(table, members, Wanted(filter=text, count=20)).total)
        taken.append((time.perf_counter() - start) * 1000)
    taken.sort()
    return {"p50_ms": round(taken[len(taken) // 2], 2), "p95_ms": round(taken[int(0.95 * len(taken))], 2),
            "codes_found_median": statistics.median(totals), "codes_found_most": max(totals)}  # fmt: skip


async def batches(port: int, entries: list[str], seconds: float, connections: int) -> float:
    """Look-ups a second, ``BATCH`` to a Bundle."""
    free = await connect(port, connections)
    done, end = 0, time.perf_counter() + seconds
    starts = iter(range(0, len(entries) - BATCH, BATCH))

    async def run() -> None:
        nonlocal done
        connection = await free.get()
        while time.perf_counter() < end and (at := next(starts, None)) is not None:
            rows = [
                {"request": {"method": "GET", "url": url.removeprefix("/fhir/")}} for url in entries[at : at + BATCH]
            ]
            body = json.dumps({"resourceType": "Bundle", "type": "batch", "entry": rows}).encode()
            head = f"POST /fhir HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/fhir+json\r\nContent-Length: {len(body)}\r\n\r\n"  # noqa: E501
            assert await connection.ask(head.encode() + body) == 200
            done += BATCH

    start = time.perf_counter()
    await asyncio.gather(*(run() for _ in range(connections)))
    return round(done / (time.perf_counter() - start), 1)


def measure(data: Path, rate: float, connections: int, seconds: float) -> dict[str, object]:
    shelf = Shelf(data)
    folder = shelf.path(shelf.find())
    start = time.perf_counter()
    held = open_terminology(folder, Ids())
    assert held is not None, "the graph was published before there was a code table"
    opened = time.perf_counter() - start
    table = held.table
    dice = random.Random(SEED + 1)
    rows = list(range(len(table)))
    dice.shuffle(rows)
    wanted, warm = int(rate * seconds), 300
    places = [(system.url, code) for system, code in map(table.place, rows)]
    lookups = [_url("CodeSystem/$lookup", system=url, code=code) for url, code in places]
    checked = [_url("CodeSystem/$validate-code", url=url, code=code) for url, code in places]
    pairs = []
    for at, row in enumerate(rows):
        above = sorted(table.ancestors(row)) if at % 2 else []
        system, code = table.place(row)
        other = dice.choice(above) if above else dice.randrange(system.first, system.stop)
        if table.place(other)[0] is system:
            pairs.append(_url("CodeSystem/$subsumes", system=system.url, codeA=table.code(other), codeB=code))
    translated = [_url("ConceptMap/$translate", system=url, code=code) for url, code in places]
    largest = max(table.systems, key=lambda one: one.count)
    of_largest = [row for row in rows if largest.first <= row < largest.stop]
    typed = filters(table, of_largest, dice)
    dice.shuffle(typed)
    whole = f"{largest.url}?fhir_vs"
    slow = rate / 10
    expanded = [_url("ValueSet/$expand", url=whole, filter=text, count="20") for text in typed]
    some = rows[:5_000]
    figures: dict[str, object] = {
        "codes": len(table), "largest_system": largest.count, "mappings": len(table.maps),
        "table_mb": round(sum(path.stat().st_size for path in (folder / "terminology").iterdir()) / 1e6, 1),
        "open_ms": round(opened * 1000, 1), "in_process": in_process(table, some),
        "expansions_in_process": expansions(held, typed[-1_000:], whole),
    }  # fmt: skip
    with server(data) as (port, _):
        time.sleep(3)
        for paths in (lookups, checked, pairs, translated, expanded):
            asyncio.run(open_loop(port, paths[-warm:], rate / 2, connections))
        figures["control"] = asyncio.run(open_loop(port, ["/health"] * wanted, rate, connections))
        for name, paths in (
            ("lookup", lookups),
            ("validate_code", checked),
            ("subsumes", pairs),
            ("translate", translated),
        ):
            figures[name] = asyncio.run(open_loop(port, paths[: min(wanted, len(paths) - warm)], rate, connections))
        number = min(int(slow * seconds), len(expanded) - warm)
        figures["expand_filter"] = asyncio.run(open_loop(port, expanded[:number], slow, connections))
        rest = lookups[wanted:-warm] or lookups
        figures["lookups_per_s"] = round(asyncio.run(closed_loop(port, rest, min(seconds, 10), 16)), 1)
        figures["lookups_per_s_in_batches"] = asyncio.run(batches(port, lookups, min(seconds, 10), 4))
    return figures | {"rate": rate, "expand_rate": slow, "connections": connections, "cores": os.cpu_count(),
                      "load_before": round(os.getloadavg()[0], 1)}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--invented", type=Path)
    parser.add_argument("--codes", type=int, default=120_000)
    parser.add_argument("--rate", type=float, default=500)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    figures: dict[str, object] = {}
    with nullcontext(args.invented) if args.invented else tempfile.TemporaryDirectory() as name:
        data = Path(name)
        made: dict[str, object] = {}
        if not (data / "generations").is_dir():
            made["build_s"] = round(build(data, args.codes), 1)
        figures["invented"] = made | measure(data, args.rate, args.connections, args.seconds)
    if args.data:
        figures["real"] = measure(args.data, args.rate, args.connections, args.seconds)
    if args.json:
        print(json.dumps(figures))
        return
    for name, found in figures.items():
        print(f"{name}: {json.dumps(found, indent=1)}")
    print(f"targets: {TARGETS}")


if __name__ == "__main__":
    main()
