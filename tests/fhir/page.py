"""``python -m tests.fhir.page`` writes docs/fhir.md and .zh.md: the rows of ``tests.fhir.rows``, each of which is a test."""

from __future__ import annotations

from collections.abc import Collection
from itertools import groupby

from tests.conftest import ROOT
from tests.fhir.rows import ROWS

PAGES = {"en": ROOT / "docs" / "fhir.md", "zh": ROOT / "docs" / "fhir.zh.md"}
_TEXT = {
    "en": """# FHIR terminology service: what holds

FHIR R4 (4.0.1), JSON, below `/fhir`. Each row is a request of `tests/fhir/rows.py` that passes: its answer is what the row says, and is checked against the models of R4 (fhirclient) and R4B (fhir.resources). This page is made from the tests by `python -m tests.fhir.page`; a test compares the two, so a row whose test does not pass fails the build.

Code systems have the URIs that HL7 assigned, else the namespace IRI of their CURIE prefix; `kg/terminology/systems.py` is the table. `$validate-code` also tells `code`, `system`, `version` and `inactive`, as R5 does. Relations of `$translate` are those of the hit to the code that was asked about, also with `reverse`; `disjoint` is R4's code for *explicitly no mapping*.

Not there, and refused where asked for: writing resources, XML, `_search` by POST, `$closure`, `$find-matches`, `$compose`, expansion by `context` or as of a `date` (`as_of` names a generation), regular expressions as filters (`regex`), ECL beyond `*`, codes, `<`, `<<`, `<!` with AND, OR or MINUS, code systems and maps that are sent with a call. Codes with many words of a filter are ordered by length of name. One version of a code system is held in a generation; `content` is `fragment`, since nothing says that an imported table is whole.
""",
    "zh": """# FHIR 术语服务：哪些成立

FHIR R4（4.0.1），JSON，位于 `/fhir` 之下。每一行都是 `tests/fhir/rows.py` 中一个通过的请求：回答与该行所述一致，并按 R4（fhirclient）与 R4B（fhir.resources）的模型校验。本页由 `python -m tests.fhir.page` 根据测试生成；有测试比对二者，任一行的测试不通过都会使构建失败。

代码系统采用 HL7 分配的 URI，否则采用其 CURIE 前缀的命名空间 IRI；对照表见 `kg/terminology/systems.py`。`$validate-code` 另给出 `code`、`system`、`version` 和 `inactive`，与 R5 相同。`$translate` 的关系是命中项相对于所问代码的关系，`reverse` 时亦然；`disjoint` 是 R4 中表示*明确没有对应*的代码。

没有、且会被拒绝的：写入资源、XML、以 POST 进行 `_search`、`$closure`、`$find-matches`、`$compose`、按 `context` 或某一 `date` 展开（`as_of` 指定数据代）、以正则表达式过滤（`regex`）、除 `*`、代码、`<`、`<<`、`<!` 及 AND、OR、MINUS 以外的 ECL、随调用发送的代码系统和映射。带 `filter` 的结果按名称长短排序。一代数据中每个代码系统只保存一个版本；`content` 为 `fragment`，因为没有依据说明导入的表是完整的。
""",
}
_HEAD = {"en": "| what | holds |", "zh": "| 内容 | 成立 |"}


def render(passed: Collection[str], language: str) -> str:
    """The page, with the rows whose tests passed."""
    column = 0 if language == "en" else 1
    lines = [_TEXT[language]]
    for operation, rows in groupby(ROWS, lambda row: row.operation):
        lines += [f"## {operation}", "", _HEAD[language], "|---|---|"]
        lines += [
            f"| {row.aspect[column].replace('|', chr(92) + '|')} | {'✓' if row.key in passed else '✗'} |"
            for row in rows
        ]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    for language, path in PAGES.items():
        path.write_text(render({row.key for row in ROWS}, language), "utf-8")
