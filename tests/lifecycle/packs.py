"""Packs of our own about the illustrative diseases of ``tests.corpus``. Nothing in them is medicine."""

from __future__ import annotations

import json
from typing import Any

FEVER, NEPHROPATHY = "DOID:9000002", "DOID:9000003"
CONSENSUS, QUOTED, OTHER = "life:consensus", "life:quoted", "life:other"
_SENTENCE = "This illustrative record mentions example nephropathy."


def case(*conditions: str, expect: str = "fires", **more: Any) -> dict[str, Any]:
    coded = [{"codes": [{"code": one}]} for one in conditions]
    return {"expect": expect, "case": {"event": "patient-view", "conditions": coded} | more}


def rule(name: str, concept: str = FEVER, *, quoted: bool = False, version: str = "1", **more: Any) -> dict[str, Any]:
    """A rule that fires for whoever has ``concept``."""
    evidence: dict[str, Any] = {"organisation": "medkg", "title": "An illustration"}
    if quoted:
        evidence |= {"quote": _SENTENCE, "grade": "1A", "basis": "quoted"}
    return {
        "id": name, "version": version, "tier": "warn", "events": ["patient-view"],
        "title": {"zh": f"示例 {name}", "en": f"Illustration {name}"},
        "message": {"zh": "示例提示。", "en": "An illustrative message."},
        "when": {"is": "has", "kind": "condition", "concepts": [concept]},
        "evidence": [evidence],
        "cases": [
            case(concept), case(expect="silent"),
            {"expect": "insufficient", "case": {"event": "patient-view"}},
        ],
    } | more  # fmt: skip


def pack(*rules: dict[str, Any], name: str = "life", version: str = "1", **more: Any) -> str:
    """A pack as JSON Lines."""
    head = {"id": name, "version": version, "title": {"zh": "示例包", "en": "Illustrative pack"}, "licence": "CC0-1.0"}
    lines = [{"pack": head | more}, *rules]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def life(**more: Any) -> str:
    """The pack that tests begin with; ``more`` changes its first rule."""
    return pack(rule(CONSENSUS, **more), rule(QUOTED, quoted=True), rule(OTHER, NEPHROPATHY, quoted=True))


def input_of(name: str, path: str) -> str:
    return f"""
[[input]]
name = "{name}"
format = "rules.v1"
kind = "source"
paths = ["{path}"]
version = "1"
licence = "CC0-1.0"
illustrative = true
annotate = false
title = {{ zh = "示例规则", en = "Illustrative rules" }}
"""
