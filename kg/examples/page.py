"""The page of the example queries: ``python -m kg.examples.page`` writes docs/examples.md and docs/examples.zh.md."""

from __future__ import annotations

import sys
from pathlib import Path

from kg.examples import TOPICS, examples

_HEADS = {
    "en": "# Example queries\n\nThese are served at `/examples` and `/api/v1/examples`, and tested for an answer "
    "on the real build. Those under `search` call the search engine inside SPARQL.\n",
    "zh": "# 示例查询\n\n这些查询可在 `/examples` 与 `/api/v1/examples` 取得，并在真实数据构建上检验过确有结果。"
    "`search` 一组在 SPARQL 中调用检索引擎。\n",
}
_NAMES = {
    "en": dict(zip(TOPICS, ("Drugs", "Genes", "Evidence", "Documents", "Terminology", "Search"), strict=True)),
    "zh": dict(zip(TOPICS, ("药物", "基因", "证据", "文献", "术语", "检索"), strict=True)),
}
FILES = {"en": "examples.md", "zh": "examples.zh.md"}


def page(language: str) -> str:
    """The page in ``en`` or ``zh``."""
    parts = [_HEADS[language]]
    for topic in TOPICS:
        parts.append(f"\n## {_NAMES[language][topic]}\n")
        for example in examples():
            if example.topic == topic:
                keywords = " · ".join(example.keywords)
                parts.append(f"\n### {example.title[language]}\n`{example.id}` · {keywords}\n")
                parts.append(f"```sparql\n{example.query}```\n")
    return "".join(parts)


if __name__ == "__main__":
    for code, name in FILES.items():
        (Path(sys.argv[1] if len(sys.argv) > 1 else "docs") / name).write_text(page(code), "utf-8")
