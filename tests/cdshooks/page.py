"""``python -m tests.cdshooks.page`` writes docs/cds-hooks-conformance.md and .zh.md from ``tests.cdshooks.requirements``."""

from __future__ import annotations

from collections.abc import Sequence

from tests.cdshooks.requirements import REQUIREMENTS, Requirement
from tests.conftest import ROOT

PAGES = {"en": ROOT / "docs" / "cds-hooks-conformance.md", "zh": ROOT / "docs" / "cds-hooks-conformance.zh.md"}
SPECIFICATION = "https://cds-hooks.hl7.org/2.0/#"
_TEXT = {
    "en": """# CDS Hooks 2.0: what a service must do, and which tests show it

Numbers are those of the set `cds-hooks_2.0` in the requirement table of Inferno's CRD test kit: {service} rows speak to the service, {both} to both sides; rows for clients are not here. {tested} are shown by named tests, which are part of the build; {other} have none, and say why. This page is made by `python -m tests.cdshooks.page`; a test fails where a row names no test, or a test that is gone.

Not kept by choice: nothing is fetched from a caller's FHIR server (34, 60, 61), and no card has actions (75, 124-135). Discovery is open to all where tokens are asked for at every other door. An `accepted` without `acceptedSuggestions` is taken, since most cards have no suggestions.
""",
    "zh": """# CDS Hooks 2.0：对服务的要求及其测试

编号取自 Inferno CRD 测试套件需求表中的 `cds-hooks_2.0` 集：{service} 行针对服务，{both} 行针对双方；仅针对客户端的行不列。其中 {tested} 行由具名测试证明，测试属于构建的一部分；{other} 行没有测试，并注明原因。本页由 `python -m tests.cdshooks.page` 生成；某行未写测试或所写测试已不存在时，构建失败。

有意不做的：不向调用方的 FHIR 服务器取数（34、60、61）；卡片不带动作（75、124-135）。要求令牌时，除发现端点外所有入口都需要令牌。没有 `acceptedSuggestions` 的 `accepted` 也会接受，因为多数卡片没有建议。
""",
}
_HEAD = {
    "en": ("| no. | level | what is asked | shown by |", "both sides", "not applicable", "Section"),
    "zh": ("| 编号 | 级别 | 要求 | 证明 |", "双方", "不适用", "章节"),
}


def render(rows: Sequence[Requirement], language: str) -> str:
    """The page in one language."""
    column = 0 if language == "en" else 1
    head, both, not_applicable, section = _HEAD[language]
    tested = sum(bool(row.tests) for row in rows)
    numbers = {"service": sum(not row.both for row in rows), "both": sum(row.both for row in rows),
               "tested": tested, "other": len(rows) - tested}  # fmt: skip
    lines = [_TEXT[language].format(**numbers)]
    for name in dict.fromkeys(row.section for row in rows):
        lines += [f"## {section} [{name}]({SPECIFICATION}{name})", "", head, "|---|---|---|---|"]
        for row in (one for one in rows if one.section == name):
            shown = ", ".join(f"`{one.rpartition('::')[2]}`" for one in row.tests)
            asked = row.text[column] + (f" ({both})" if row.both else "")
            lines.append(
                f"| {row.number} | {row.level} | {asked} | {shown or f'{not_applicable}: {row.why[column]}'} |"
            )
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    for language, path in PAGES.items():
        path.write_text(render(REQUIREMENTS, language), "utf-8")
