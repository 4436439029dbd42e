"""Writes docs/benchmarks.md and docs/quality.md from the newest results in benchmarks/results/.

    python benchmarks/report.py

Each result file holds what one benchmark printed with ``--json``; ``measured`` tells the command, title and targets.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from evaluation import floors, short_name
from measured import COMMANDS, TARGETS, TITLES

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"


def rows(name: str) -> list[dict[str, object]]:
    """The JSON objects of one result file, one a line."""
    lines = (RESULTS / f"{name}.json").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


def flat(value: object, prefix: str = "") -> list[tuple[str, str]]:
    """Nested figures as (dotted name, text)."""
    if isinstance(value, dict):
        return [row for key, inner in value.items() for row in flat(inner, f"{prefix}{key}.")]
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return [(prefix.rstrip("."), text)]


def section(name: str) -> str:
    parts = [f"## {TITLES[name]}\n", f"`{COMMANDS[name]}`\n", f"{TARGETS[name]}\n"]
    if asked := [line for result in rows(name) for line in _asked(result)]:
        parts.append(
            "| task 任务 | corpus 语料 | model 模型 | figure 指标 | value 值 | floor 下限 | goal 目标 | |\n|---|---|---|---|---|---|---|---|\n"
            + "".join(asked)
        )
    for result in rows(name):
        figures = result.get("figures", result)
        parts.append(f"### {result.get('corpus') or result.get('what') or name}\n")
        parts.append("| figure | value |\n|---|---|\n" + "".join(f"| {k} | {v} |\n" for k, v in flat(figures)))
    return "\n".join(parts)


def _asked(result: dict[str, object]) -> Iterator[str]:
    """A line for each figure that has a floor."""
    for one in floors():
        if one.fits(result):
            value = result["figures"][one.figure]
            model = short_name(str(result.get("model", "")))
            cells = (
                one.task,
                one.corpus,
                model,
                one.figure.removesuffix(".f1"),
                value,
                one.floor,
                one.goal,
                one.told(value),
            )
            yield "| " + " | ".join(map(str, cells)) + " |\n"


def evaluation(name: str = "evaluation") -> str:
    """A row for each score, with floor and goal where there are any; then shares and kinds of mistakes."""
    parts = [f"## {TITLES[name]}\n", f"`{COMMANDS[name]}`\n", f"{TARGETS[name]}\n"]
    results = rows(name)
    known = floors()
    parts.append(
        "| task 任务 | corpus 语料 | model 模型 | figure 指标 | labelled 标注数 | precision 精确率 | recall 召回率 | F1 | 95 % | floor 下限 | goal 目标 | |\n"
        "|---|---|---|---|---|---|---|---|---|---|---|---|"
    )
    for one in results:
        figures = one["figures"]
        for name in (key.removesuffix(".f1") for key in figures if key.endswith(".f1")):
            labelled, *values, low, high = (
                figures[f"{name}.{key}"] for key in ("labelled", "precision", "recall", "f1", "f1_low", "f1_high")
            )
            asked = next((row for row in known if row.fits(one) and row.figure == f"{name}.f1"), None)
            told = (asked.floor, asked.goal, asked.told(values[-1])) if asked else ("", "", "")
            model = short_name(str(one["model"]))
            cells = (one["task"], one["corpus"], model, name, labelled, *values, f"{low}–{high}", *told)
            parts.append("| " + " | ".join(map(str, cells)) + " |")
    parts.append("\n| task 任务 | corpus 语料 | model 模型 | | |\n|---|---|---|---|---|")
    for one in results:
        for name, value in one["figures"].items():
            if name.startswith("mistakes.") or "." not in name:
                parts.append(
                    f"| {one['task']} | {one['corpus']} | {short_name(str(one['model']))} | {name} | {value} |"
                )
    models = dict.fromkeys(", ".join(f"`{one[key]}`" for key in ("model", "generation") if one[key]) for one in results)
    return "\n".join(parts) + f"\n\nModel and names · 模型与名称: {'; '.join(models)}.\n"


def strategies() -> str:
    """A row for each kind of question, without facets and with them."""
    parts = [f"## {TITLES['strategies']}\n", f"`{COMMANDS['strategies']}`\n", f"{TARGETS['strategies']}\n"]
    for result in rows("strategies"):
        figures = dict(result["figures"])
        tables = figures.pop("ms")
        parts.append("| figure | value |\n|---|---|\n" + "".join(f"| {k} | {v} |\n" for k, v in flat(figures)))
        for title, table in tables.items():
            parts.append(f"### {title}\n\n| question | median | p95 | p95 of processor time |\n|---|---|---|---|")
            parts += [
                f"| {name} | {row['median']} | {row['p95']} | {row['p95_processor']} |" for name, row in table.items()
            ]
            parts.append("")
    return "\n".join(parts)


def retrieval() -> str:
    """A row for each measure of each ranking."""
    parts = [f"## {TITLES['retrieval']}\n", f"`{COMMANDS['retrieval']}`\n", f"{TARGETS['retrieval']}\n"]
    parts.append(
        "| corpus 语料 | questions 问题数 | ranking 排序 | measure 指标 | value 值 | 95 % | ratio 比值 | p | worse 变差 |\n"
        "|---|---|---|---|---|---|---|---|---|"
    )
    results = rows("retrieval")
    for one in results:
        figures = one["figures"]
        for name in (key.removesuffix("_low") for key in figures if key.endswith("_low")):
            if not name.endswith("_difference"):
                ranking, measure = name.split(".")
                against = [figures.get(f"{name}_{key}", "") for key in ("ratio", "p", "worse")]
                interval = f"{figures[f'{name}_low']}–{figures[f'{name}_high']}"
                cells = (one["corpus"], one["n"], ranking, measure, figures[name], interval, *against)
                parts.append("| " + " | ".join(map(str, cells)) + " |")
                for other, title in (("best", "best signal alone 最好的单一信号"), ("english", "English 英文")):
                    if f"{name}_{other}_ratio" in figures:
                        keys = ("difference", "difference_low", "difference_high", "ratio", "p", "worse")
                        apart, low, high, *against = [figures[f"{name}_{other}_{key}"] for key in keys]
                        cells = (
                            one["corpus"],
                            one["n"],
                            f"{ranking} − {title}",
                            measure,
                            f"{apart:+}",
                            f"{low}–{high}",
                            *against,
                        )
                        parts.append("| " + " | ".join(map(str, cells)) + " |")
    models = dict.fromkeys(", ".join(f"`{one[key]}`" for key in ("model", "generation") if one[key]) for one in results)
    return "\n".join(parts) + f"\n\nModel and names · 模型与名称: {'; '.join(models)}.\n"


def engines() -> str:
    """Both sides, and every query."""
    parts = [f"## {TITLES['engines']}\n", f"`{COMMANDS['engines']}`\n", f"{TARGETS['engines']}\n"]
    for result in rows("engines"):
        figures = result["figures"]
        parts.append(f"{figures['triples']:,} triples in the default graph, {figures['quads']:,} quads.\n")
        if figures["left_out"]:
            parts.append("Left out: " + "; ".join(f"`{k}` ({v})" for k, v in figures["left_out"].items()) + ".\n")
        for side in ("with", "without", "lane"):
            found = figures.get(side, {})
            for group in ("examples", "sparqloscope"):
                if group in found:
                    parts.append(f"### {group}, {side}\n")
                    parts.append(
                        "| figure | value |\n|---|---|\n" + "".join(f"| {k} | {v} |\n" for k, v in flat(found[group]))
                    )
        lane = figures["lane"]
        group = "examples" if "examples" in lane else "sparqloscope"
        answers = ", ".join(f"{number} by {name}" for name, number in lane["answers_by_engine"].items())
        parts.append(f"The lane was filled in {lane['filled_s']} s. Answers, warming included: {answers}.\n")
        laned = {row["name"]: row["ours"] for row in lane["queries"]}
        parts.append(
            f"### every query of {group}\n\n| query | ours ms | with the lane ms | Virtuoso ms | rows |\n|---|---|---|---|---|"
        )
        for row in figures["with"]["queries"]:
            times = " | ".join(
                f"{value:.1f}" if value is not None else "failed"
                for value in (row["ours"], laned[row["name"]], row["theirs"])
            )
            parts.append(f"| {row['name']} | {times} | {row['rows'][0]} / {row['rows'][1]} |")
    return "\n".join(parts) + "\n"


def starter() -> str:
    lines = (ROOT / "ontology" / "starter" / "checks.tsv").read_text("utf-8").splitlines()[1:]
    counts = Counter((row.split("\t")[1], row.split("\t")[3]) for row in lines)
    concepts = Counter()
    for file in sorted((ROOT / "ontology" / "starter").glob("*.tsv")):
        if file.name != "checks.tsv":
            ids = [line.split("\t")[0] for line in file.read_text("utf-8").splitlines()[1:]]
            concepts[file.stem] = sum("-class-" not in name for name in ids)
    body = "".join(f"| {name}, classes not counted | {number} |\n" for name, number in concepts.items())
    body += "".join(f"| {kind}: {status} | {number} |\n" for (kind, status), number in sorted(counts.items()))
    return (
        "## The starter pack\n\n`python -m ontology.attestation --data FOLDER --write`\n\n"
        "Every cross-reference is confirmed by a table of the test data with id and label, or stored as unverified, shown "
        "so and never linked. Every Chinese label is found in HPO zh, THUOCL or zh-medical-qa, or marked unattested.\n\n"
        "| what | number |\n|---|---|\n" + body
    )


def main() -> None:
    note = (
        "Written by `python benchmarks/report.py` from `benchmarks/results/`. Set `MEDKG_TEST_DATA` to the test data folder. "
        "Measured on 2 shared cores (x86-64, AVX2), 24 GiB, Python 3.11: ratios and counts hold, seconds are of that machine.\n"
    )
    speed = [
        "build",
        "load",
        "service",
        "terminology_service",
        "autocomplete",
        "terminologies",
        "code_systems",
        "pubmed",
        "literature",
        "grounding-speed",
        "index",
        "arrivals",
        "vectors",
        "strategies",
        "rules",
        "impact",
        "engines",
    ]
    quality = [
        "evaluation",
        "trained",
        "grounding-quality",
        "mappings",
        "works",
        "people",
        "guidelines",
        "retrieval",
        "reranking",
        "known_items",
        "deidentification",
        "reconciling",
        "attributes",
        "relations",
        "claim_fit",
    ]
    own = {
        "evaluation": evaluation,
        "trained": partial(evaluation, "trained"),
        "strategies": strategies,
        "retrieval": retrieval,
        "engines": engines,
    }

    def sections(names: list[str]) -> str:
        for name in names:
            if not (RESULTS / f"{name}.json").is_file():
                print(f"not measured: {COMMANDS[name]}")
        found = [name for name in names if (RESULTS / f"{name}.json").is_file()]
        return "\n".join(own[name]() if name in own else section(name) for name in found)

    pages = {
        "benchmarks.md": "# Benchmarks\n\n" + note + "\n" + sections(speed),
        "quality.md": "# Quality\n\n" + note + "\n" + sections(quality) + "\n" + starter(),
    }
    for name, text in pages.items():
        (ROOT / "docs" / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
