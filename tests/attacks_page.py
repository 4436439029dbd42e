"""``python -m tests.attacks_page`` writes docs/attacks.md and .zh.md from tests/docs/attacks.toml."""

from __future__ import annotations

import msgspec

from tests.conftest import ROOT

PAGES = {"en": ROOT / "docs" / "attacks.md", "zh": ROOT / "docs" / "attacks.zh.md"}
_TEXT = {
    "en": {
        "title": "Attacks and load: which tests show what",
        "intro": "One row for each kind of attack or load that medkg is built to withstand, with the tests that show "
        "it and the controls that show the harm in the bare library. This page is made from `tests/docs/attacks.toml` "
        "by `python -m tests.attacks_page`; a test fails when a named test does not exist.",
        "head": "| row | what is tried | tests | controls |",
        "none": "none: ",
    },
    "zh": {
        "title": "攻击与负载：由哪些测试证明",
        "intro": "medkg 所要抵御的每类攻击或负载各占一行，列出证明其抵御能力的测试，以及证明裸用底层库确会受害的对照。"
        "本页由 `python -m tests.attacks_page` 根据 `tests/docs/attacks.toml` 生成；所列测试不存在时，有测试会失败。",
        "head": "| 编号 | 所尝试的攻击 | 测试 | 对照 |",
        "none": "无：",
    },
}  # fmt: skip


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``tests`` and ``controls`` are ``file::test`` below tests/; ``why_*`` says why there is no control."""

    id: str
    en: str
    zh: str
    tests: tuple[str, ...]
    controls: tuple[str, ...]
    why_en: str = ""
    why_zh: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    row: tuple[Row, ...]


def rows() -> tuple[Row, ...]:
    """The rows, in their order."""
    return msgspec.toml.decode((ROOT / "tests" / "docs" / "attacks.toml").read_bytes(), type=_File).row


def render(language: str) -> str:
    """The page in ``en`` or ``zh``."""
    text = _TEXT[language]
    lines = [f"# {text['title']}", "", text["intro"], "", text["head"], "|---|---|---|---|"]
    for row in rows():
        what, why = (row.en, row.why_en) if language == "en" else (row.zh, row.why_zh)
        tests, controls = (" <br>".join(f"`{name}`" for name in names) for names in (row.tests, row.controls))
        lines.append(f"| {row.id} | {what} | {tests} | {controls or text['none'] + why} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    for chosen, page in PAGES.items():
        page.write_text(render(chosen), "utf-8")
