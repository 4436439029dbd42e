"""The rule packs that medkg ships, as a page in each language: ``docs/rule-packs.md`` and ``docs/rule-packs.zh.md``.

    python -m benchmarks.rule_packs --write

Read from the packs that ``api/starter.toml`` names; a test holds the pages to them.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

import msgspec

from ingest.base import SOURCES
from ingest.config import input_files, read_config
from kg.model.rule import PackedRule, Rule, RuleEvidence
from ontology.reading.raw import describe

ROOT = Path(__file__).resolve().parent.parent
STARTER = ROOT / "api" / "starter.toml"
PAGES = {"en": ROOT / "docs" / "rule-packs.md", "zh": ROOT / "docs" / "rule-packs.zh.md"}
_FOLDER = "package:ingest/packs/"


class Pack(msgspec.Struct, frozen=True):
    """One pack: its title by language, its file and its rules in the order of the file."""

    name: str
    title: dict[str, str]
    file: str
    rules: tuple[Rule, ...]


_TEXTS = {
    "en": {
        "title": "# Rule packs",
        "head": "Made by `python -m benchmarks.rule_packs --write` from the packs that come with medkg "
        "(`ingest/packs/`). All are examples: nothing here is for care until a local committee has approved it.",
        "basis": "*Quoted*: a sentence of the source stands on the card, and `medkg rules lint` finds it in the "
        "document at its place. *Paraphrased*: a public source is named, and nobody compared the wording with it. See "
        "[ADR 36](adr/0036-quoted-rules.md).",
        "summary": "| pack | rules | cases | quoted |\n|---|---|---|---|",
        "all": "all",
        "rules": "| rule | what it is about | tier | source | basis |\n|---|---|---|---|---|",
        "quoted": "quoted",
        "paraphrased": "paraphrased",
        "graded": "grade",
        "join": ", ",
    },
    "zh": {
        "title": "# 规则包",
        "head": "本页由 `python -m benchmarks.rule_packs --write` 从 medkg 自带的规则包（`ingest/packs/`）生成。"
        "全部为示例：未经本单位委员会批准，不可用于诊疗。",
        "basis": "“有引文”：卡片上有来源的原句，`medkg rules lint` 在该文献所标位置找到了它。"
        "“转述”：写明公开来源，但无人与原文核对。见 [ADR 36](adr/0036-quoted-rules.md)。",
        "summary": "| 规则包 | 规则 | 用例 | 有引文 |\n|---|---|---|---|",
        "all": "合计",
        "rules": "| 规则 | 内容 | 级别 | 来源 | 依据 |\n|---|---|---|---|---|",
        "quoted": "有引文",
        "paraphrased": "转述",
        "graded": "等级",
        "join": "，",
    },
}


def packs() -> list[Pack]:
    """Every pack of the starter, in its order; raises ValueError where a row of one is rejected."""
    config = read_config(STARTER)
    found = []
    for spec in config.input:
        if not spec.paths[0].startswith(_FOLDER) or spec.kind != "source":
            continue
        rules: list[Rule] = []
        for path in input_files(spec, config.folder, {}):
            for item in SOURCES.load(spec.format)().parse(describe(path), spec.options):
                if not isinstance(item, PackedRule):
                    raise ValueError(f"{path.name}: {item}")
                rules.append(item.rule)
        files = ", ".join(path.removeprefix(_FOLDER) for path in spec.paths)
        found.append(Pack(spec.name, dict(spec.title), files, tuple(rules)))
    return found


def page(found: list[Pack], language: str) -> str:
    """The page in ``en`` or ``zh``."""
    texts = _TEXTS[language]
    rows, totals = [], Counter[str]()
    for pack in found:
        numbers = {"rules": len(pack.rules), "cases": sum(len(rule.cases) for rule in pack.rules),
                   "quoted": sum(_is_quoted(rule) for rule in pack.rules)}  # fmt: skip
        totals.update(numbers)
        rows.append(f"| [{pack.name}](#{pack.name}) | {numbers['rules']} | {numbers['cases']} | {numbers['quoted']} |")
    rows.append(f"| {texts['all']} | {totals['rules']} | {totals['cases']} | {totals['quoted']} |")
    parts = [texts["title"], texts["head"], texts["basis"], "\n".join([texts["summary"], *rows])]
    for pack in found:
        parts += [f"## {pack.name}", f"{pack.title[language]} (`{pack.file}`)",
                  "\n".join([texts["rules"], *(_row(rule, language) for rule in pack.rules)])]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _row(rule: Rule, language: str) -> str:
    title = rule.title.zh if language == "zh" else rule.title.en
    sources = "; ".join(dict.fromkeys(_source(one) for one in rule.evidence))
    basis = _TEXTS[language]["join"].join(dict.fromkeys(_basis(one, language) for one in rule.evidence))
    cells = (f"`{rule.id}`", title, rule.tier, sources, basis)
    plain = [cell.replace("|", "\\|") for cell in cells]
    return f"| {' | '.join(plain)} |"


def _source(evidence: RuleEvidence) -> str:
    parts = (evidence.organisation, evidence.title, evidence.edition, evidence.section, evidence.document)
    return ", ".join(part for part in parts if part)


def _basis(evidence: RuleEvidence, language: str) -> str:
    texts = _TEXTS[language]
    basis = texts["quoted" if evidence.basis == "quoted" else "paraphrased"]
    parts = [
        basis,
        evidence.strength,
        f"{texts['graded']} {evidence.grade} ({evidence.scheme})" if evidence.grade else "",
    ]
    return texts["join"].join(part for part in parts if part)


def _is_quoted(rule: Rule) -> bool:
    return any(one.basis == "quoted" for one in rule.evidence)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--write", action="store_true", help="write the pages of docs")
    found = packs()
    for language, path in PAGES.items():
        if asked.parse_args().write:
            path.write_text(page(found, language), "utf-8", newline="\n")
        elif path.read_text("utf-8") != page(found, language):
            raise SystemExit(f"{path.name} is not what the packs say: python -m benchmarks.rule_packs --write")


if __name__ == "__main__":
    main()
