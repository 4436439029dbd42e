"""``rules.v1``: rule packs as YAML documents or JSON Lines: first the pack, then one document a rule (ADR 31).

::

    pack: {id: drug-interactions, version: "2026.11", title: {zh: …, en: …}, licence: Apache-2.0}
    ---
    id: ddi:warfarin-nsaid
    …

A document with the key ``override`` changes a rule of another pack, or another change (``kg.model.override``)::

    override: local:warfarin-nsaid-wards
    version: "1"
    of: ddi:warfarin-nsaid
    base: "1"
    does: re-tier
    tier: interrupt
    reason: {zh: …, en: …}

A rule or a change that does not fit is rejected with its line, and so are changes that lead back to themselves; the
others come in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

import msgspec

from ingest.base import Options, SourceItem
from ingest.reading.options import check_options
from kg.errors import InputError
from kg.model.override import PackedOverride, RuleOverride
from kg.model.rule import PackedRule, Rule, RulePack
from kg.model.source import RawFile, Reject
from ontology.reading.damage import fatal, rejected
from ontology.reading.definitions import Tree, trees


class Rules:
    """Packs of rules. A pack comes in as drafts: nothing fires before it is approved."""

    name: ClassVar[str] = "rules.v1"
    extensions: ClassVar[tuple[str, ...]] = (".yaml", ".yml", ".jsonl")

    def sniff(self, head: bytes) -> float:
        rows = head.decode("utf-8", "ignore").lstrip("\ufeff").splitlines()
        first = next((row for row in rows if row.strip() and not row.startswith(("#", "---"))), "")
        return 0.95 if first.startswith(("pack:", '{"pack":')) else 0.0

    def parse(self, raw: RawFile, options: Options) -> Iterator[SourceItem]:
        check_options(self.name, options, ())
        pack: RulePack | None = None
        seen: set[str] = set()
        changes: dict[str, tuple[str, PackedOverride]] = {}
        damage: Reject | None = None
        try:
            for tree in trees(raw.path):
                if pack is None:
                    found = _pack(raw, tree)
                    if isinstance(found, Reject):
                        yield found
                        return
                    pack = found
                    continue
                item = _item(raw, tree, pack)
                if not isinstance(item, Reject):
                    name = item.rule.id if isinstance(item, PackedRule) else item.override.override
                    if name in seen:
                        yield rejected(raw, tree.position, name, "rule-twice")
                        continue
                    seen.add(name)
                if isinstance(item, PackedOverride):
                    changes[item.override.override] = tree.position, item
                else:
                    yield item
        except InputError as error:
            damage = fatal(raw, error)
        for name, (position, change) in changes.items():
            path = _circle(name, changes)
            yield rejected(raw, position, name, "override-cycle", " → ".join(path)) if path else change
        if damage is not None:
            yield damage


def _pack(raw: RawFile, tree: Tree) -> RulePack | Reject:
    value = tree.value.get("pack") if isinstance(tree.value, dict) else None
    try:
        return msgspec.convert(value, RulePack, strict=tree.typed)
    except msgspec.ValidationError as error:
        return Reject(raw.path.name, tree.position, "", "rule-pack", tree.damage or str(error), fatal=True)


def _circle(name: str, changes: Mapping[str, tuple[str, PackedOverride]]) -> list[str]:
    """The way from a change back to itself; empty where there is none."""
    path = [name]
    while path[-1] in changes:
        path.append(changes[path[-1]][1].override.of)
        if path[-1] == name:
            return path
        if path[-1] in path[:-1]:
            return []
    return []


def _item(raw: RawFile, tree: Tree, pack: RulePack) -> PackedRule | PackedOverride | Reject:
    told = tree.value if isinstance(tree.value, dict) else {}
    name = str(told.get("override", told.get("id", "")))[:200]
    if tree.damage:
        return rejected(raw, tree.position, name, "rule", tree.damage)
    try:
        if "override" in told:
            change = msgspec.convert(tree.value, RuleOverride, strict=tree.typed)
            return PackedOverride(pack=pack.id, release=pack.version, licence=pack.licence, override=change)
        rule = msgspec.convert(tree.value, Rule, strict=tree.typed)
    except msgspec.ValidationError as error:
        return rejected(raw, tree.position, name, "rule", str(error))
    return PackedRule(pack=pack.id, release=pack.version, licence=pack.licence, example=pack.example, rule=rule)
