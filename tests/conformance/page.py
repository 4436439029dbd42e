"""``python -m tests.conformance.page`` writes docs/conformance.md and .zh.md from the results of the last test run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import msgspec

from tests.conformance.conftest import RESULTS
from tests.conftest import ROOT

PAGES = {"en": ROOT / "docs" / "conformance.md", "zh": ROOT / "docs" / "conformance.zh.md"}
Results = Mapping[str, Sequence[Mapping[str, str]]]


class Suite(msgspec.Struct, frozen=True):
    """``tests`` is the number that the W3C publishes; ``note`` is said of the suite, in English and Chinese."""

    name: str
    title: tuple[str, str]
    tests: int
    absent: str = ""


SUITES = (
    Suite("query", ("SPARQL 1.1 Query", "SPARQL 1.1 查询"), 328, "aggregates, property-path"),
    Suite("update", ("SPARQL 1.1 Update", "SPARQL 1.1 更新"), 157, "delete-insert"),
    Suite("results", ("Result formats (JSON, CSV, TSV)", "结果格式（JSON、CSV、TSV）"), 10),
    Suite("protocol", ("SPARQL 1.1 Protocol", "SPARQL 1.1 协议"), 34),
    Suite("graph-store", ("Graph Store Protocol", "图存储协议"), 15),
    Suite("service-description", ("Service Description", "服务描述"), 3),
    Suite("federation", ("Federated Query", "联邦查询"), 10),
)
CHINESE = {
    "The query is not allowed here: SERVICE is never called from here.": "此处不允许该查询：从不由此调用 SERVICE。",
    "LOAD never fetches anything": "LOAD 从不获取任何内容",
    "the engine reads VALUES inside GRAPH ?g with ?g bound already, where the specification joins the name of the "
    "graph afterwards": "引擎在求值 GRAPH ?g 内的 VALUES 时已绑定 ?g，而规范要求随后才与图名连接",
    "the engine counts the variable of GRAPH ?g as shared by both sides of a MINUS inside it": (
        "引擎把 GRAPH ?g 的变量视为其内 MINUS 两侧共有的变量"
    ),
    "the engine gives BNODE(text) one node for a text in all solutions, where the specification wants one for each "
    "solution": "引擎对所有解中的同一文本给出同一个空白节点，而规范要求每个解各有一个",
}
"""The reasons in Chinese; one without is an error."""
_TEXT = {
    "en": {
        "title": "Conformance",
        "intro": "The suites of the W3C (w3c/rdf-tests, commit ad541a5f), run over HTTP through the doors that "
        "everybody uses: access, protocol, gate, confined worker. This page is made from the results by "
        "`python -m tests.conformance.page`; a test compares the two, so a count without its tests fails the build.",
        "head": "| suite | tests | passed | refused | failed | not run |",
        "literals": "Literals are compared by value, because the store keeps them in canonical form "
        "(`\"007\"^^xsd:integer` is kept as `7`, types derived from `xsd:integer` as that); columns of CSV by place, "
        "blank nodes by where they stand. "
        "Tests of Graph Store Protocol and Service Description are prose; they stand in our tests under their names.",
        "refused": "Refused",
        "refused-text": "By policy, whoever asks; never counted as passed.",
        "failed": "Failed",
        "failed-text": "Each is a known difference of the engine.",
        "absent": "Not run",
        "absent-text": "These folders are not in the copy of the suites that the tests read "
        "(`MEDKG_RDF_TESTS` names another):",
        "row": "| test | reason |",
        "none": "None.",
    },
    "zh": {
        "title": "符合性",
        "intro": "W3C 测试套件（w3c/rdf-tests，提交 ad541a5f），经由所有人都使用的入口以 HTTP 运行：访问控制、协议、"
        "准入检查、受限工作进程。本页由 `python -m tests.conformance.page` 根据结果生成；有测试比对二者，"
        "没有通过测试支撑的计数会使构建失败。",
        "head": "| 套件 | 测试数 | 通过 | 拒绝 | 失败 | 未运行 |",
        "literals": "字面量按值比较，因为存储以规范形式保存（`\"007\"^^xsd:integer` 存为 `7`，`xsd:integer` 的派生类型"
        "均存为该类型）；CSV 各列按位置比较，空白节点按其所在位置比较。图存储协议与服务描述的测试为文字描述，"
        "以其名称写在我们的测试中。",
        "refused": "拒绝",
        "refused-text": "依策略对任何人均拒绝；从不计为通过。",
        "failed": "失败",
        "failed-text": "每一项都是引擎的已知差异。",
        "absent": "未运行",
        "absent-text": "测试所读取的套件副本中没有下列文件夹（可用 `MEDKG_RDF_TESTS` 指定另一副本）：",
        "row": "| 测试 | 原因 |",
        "none": "无。",
    },
}  # fmt: skip


def render(results: Results, language: str) -> str:
    """The page; raises KeyError for a reason without its Chinese text."""
    text = _TEXT[language]
    column = 0 if language == "en" else 1
    lines = [f"# {text['title']}", "", text["intro"], "", text["head"], "|---|---|---|---|---|---|"]
    absent = []
    for suite in SUITES:
        outcomes = [row["outcome"] for row in results[suite.name]]
        missing = suite.tests - len(outcomes)
        counts = (suite.tests, *(outcomes.count(name) for name in ("passed", "refused", "failed")), missing)
        lines.append(f"| {suite.title[column]} | {' | '.join(str(count) for count in counts)} |")
        if missing:
            absent.append(f"- {suite.title[column]}: `{suite.absent}` ({missing})")
    lines += ["", text["literals"]]
    for outcome in ("refused", "failed"):
        rows = sorted(
            (row["test"], row["reason"]) for name in results for row in results[name] if row["outcome"] == outcome
        )
        lines += ["", f"## {text[outcome]}", text[f"{outcome}-text"], ""]
        lines += [text["row"], "|---|---|"] if rows else [text["none"]]
        lines += [f"| {test} | {reason if language == 'en' else CHINESE[reason]} |" for test, reason in rows]
    lines += ["", f"## {text['absent']}", *([text["absent-text"], "", *absent] if absent else [text["none"]])]
    return "\n".join(lines) + "\n"


def last() -> dict[str, list[dict[str, str]]]:
    """The results of the last run of each suite."""
    return {
        suite.name: [json.loads(line) for line in (RESULTS / f"{suite.name}.jsonl").read_text("utf-8").splitlines()]
        for suite in SUITES
    }


if __name__ == "__main__":
    for language, path in PAGES.items():
        path.write_text(render(last(), language), "utf-8")
