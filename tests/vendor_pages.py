"""``python -m tests.vendor_pages`` writes the tables of docs/evaluate and docs/errors from the code, in both languages.

In docs/evaluate.md stands prose of our own; what lies between the marks is made here.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import msgspec

from api import problems
from api.published import ZH, definitions
from api.texts import text
from kg import errors
from kg.messages import Catalogue
from kg.model.case import Event
from tests.conftest import ROOT

EVALUATE = {"en": ROOT / "docs" / "evaluate.md", "zh": ROOT / "docs" / "evaluate.zh.md"}
ERRORS = {"en": ROOT / "docs" / "errors.md", "zh": ROOT / "docs" / "errors.zh.md"}
_SENT = ("EvaluateRequest", "BatchRequest", "Case", "Patient", "Order", "Entry", "Result", "Note", "Code", "Amount",
         "Scope")  # fmt: skip
_T = {
    "en": {
        "sent": "## What is sent", "back": "## What comes back", "head": "| field | type | must be there | meaning |",
        "must": "yes", "or": " or ", "list": "list of {}", "moments": "## Moments", "events": "| event | when |",
        "title": "# Errors of the doors to the rules", "other": "中文：[errors.zh.md](errors.zh.md)",
        "intro": "Every error is a problem document (RFC 9457, `application/problem+json`, UTF-8) in the language that "
        "`Accept-Language` asks for; `type` ends in the code. No error repeats what stands in a case. An answer that "
        "is not 200 says nothing about the patient: work as without decision support. A batch answers 200, and a case "
        "of it that cannot be read has an `error` with its place. This page is made from the code by "
        "`python -m tests.vendor_pages`.",
        "doors": "## What the doors answer", "doors-head": "| code | status | meaning | what to do |",
        "rest": "## All other codes of the service",
        "rest-intro": "The doors to the rules do not answer with these; other paths do.",
        "rest-head": "| code | status | title |",
    },
    "zh": {
        "sent": "## 发送的内容", "back": "## 返回的内容", "head": "| 字段 | 类型 | 必填 | 含义 |",
        "must": "是", "or": " 或 ", "list": "{} 的列表", "moments": "## 时刻", "events": "| event | 何时 |",
        "title": "# 规则接口的错误", "other": "English: [errors.md](errors.md)",
        "intro": "每个错误都是一份问题文档（RFC 9457，`application/problem+json`，UTF-8），"
        "语言由 `Accept-Language` 决定；`type` 的末段即代码。错误中不会出现病例中的内容。"
        "凡不是 200 的回答，都没有对患者作出任何判断：请按没有决策支持处理。"
        "批量接口返回 200，其中读不懂的病例带有 `error`，指出位置。"
        "本页由 `python -m tests.vendor_pages` 根据代码生成。",
        "doors": "## 各接口的错误", "doors-head": "| 代码 | 状态码 | 含义 | 处理 |",
        "rest": "## 本服务的其他错误代码", "rest-intro": "规则接口不会返回这些代码，其他路径会。",
        "rest-head": "| 代码 | 状态码 | 标题 |",
    },
}  # fmt: skip


def fields(language: str) -> str:
    """The tables of all records, those that are sent first, and of moments."""
    words, known = _T[language], definitions()
    answers = [name for name in known if name not in _SENT]
    lines = [words["moments"], "", words["events"], "|---|---|"]
    lines += [f"| `{event}` | {text(f'rules.event.{event}', language)} |" for event in _values(Event)]
    for title, names in ((words["sent"], _SENT), (words["back"], answers)):
        lines += ["", title]
        for name in names:
            record = known[name]
            lines += ["", f"### {name}", _said(record, language), "", words["head"], "|---|---|---|---|"]
            must = set(record.get("required", ()))
            for field, about in record["properties"].items():
                kind = _kind(about, words)
                lines.append(
                    f"| `{field}` | {kind} | {words['must'] if field in must else ''} | {_said(about, language)} |"
                )
    return "\n".join(lines)


def evaluate(language: str) -> str:
    """The page with its tables made anew."""
    page = EVALUATE[language].read_text("utf-8")
    made, number = re.subn(
        r"(<!-- made -->\n).*(\n<!-- end -->)",
        lambda found: f"{found[1]}\n{fields(language)}\n{found[2]}", page, flags=re.DOTALL,
    )  # fmt: skip
    assert number == 1
    return made


@cache
def remedies() -> dict[str, tuple[str, str, str, str, str]]:
    """Code -> status, what it means and what to do in Chinese, the same in English."""
    data = (ROOT / "tests" / "docs" / "remedies.toml").read_bytes()
    return msgspec.toml.decode(data, type=dict[str, tuple[str, str, str, str, str]])


@cache
def statuses() -> dict[str, str]:
    """Every code that the service can answer with -> its HTTP statuses."""
    found: dict[str, set[int]] = {}
    for status, slug in problems._HTTP.items():
        found.setdefault(slug, set()).add(status)
    kinds = [errors.MedkgError]
    for kind in kinds:
        kinds += kind.__subclasses__()
        found.setdefault(kind.slug, set()).add(problems.status_of(kind()))
    return {slug: ", ".join(map(str, sorted(rows))) for slug, rows in found.items()}


def problem_page(language: str) -> str:
    words, titles = _T[language], Catalogue("api").tables[language]
    lines = [words["title"], "", words["other"], "", words["intro"], "", words["doors"], "", words["doors-head"],
             "|---|---|---|---|"]  # fmt: skip
    for slug, (status, *told) in remedies().items():
        meaning, remedy = told[:2] if language == "zh" else told[2:]
        lines.append(
            f"| `{slug}` | {status if language == 'zh' else status.replace('、', ', ')} | {meaning} | {remedy} |"
        )
    lines += ["", words["rest"], "", words["rest-intro"], "", words["rest-head"], "|---|---|---|"]
    for slug in sorted(statuses().keys() - remedies().keys()):
        lines.append(f"| `{slug}` | {statuses()[slug]} | {titles[f'problem.{slug}']} |")
    return "\n".join(lines) + "\n"


def _values(kind: Any) -> tuple[str, ...]:
    found: tuple[str, ...] = kind.__args__
    return found


def _said(about: dict[str, Any], language: str) -> str:
    return str(about[ZH] if language == "zh" else about["description"])


def _kind(about: dict[str, Any], words: dict[str, str]) -> str:
    if "$ref" in about:
        name = about["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in about:
        return words["or"].join(_kind(one, words) for one in about["anyOf"])
    if about.get("type") == "array":
        return words["list"].format(_kind(about.get("items", {}), words))
    if "enum" in about:
        return ", ".join(f"`{one}`" for one in about["enum"]) if len(about["enum"]) < 6 else "string"
    return str(about.get("type", "any"))


if __name__ == "__main__":
    for chosen in ("en", "zh"):
        EVALUATE[chosen].write_text(evaluate(chosen), "utf-8")
        ERRORS[chosen].write_text(problem_page(chosen), "utf-8")
