"""``rules.v1``: rule packs as YAML documents or JSON Lines: first the pack, then one document a rule (ADR 31).

::

    pack: {id: drug-interactions, version: "2026.11", title: {zh: …, en: …}, licence: Apache-2.0}
    ---
    id: ddi:warfarin-nsaid
    …

A rule that does not fit is rejected with its line; the others come in.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from ingest.base import Options, SourceItem
from ingest.reading.options import check_options
from kg.errors import InputError
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
        try:
            for tree in trees(raw.path):
                if pack is None:
                    found = _pack(raw, tree)
                    if isinstance(found, Reject):
                        yield found
                        return
                    pack = found
                    continue
                item = _rule(raw, tree, pack)
                if isinstance(item, PackedRule):
                    if item.rule.id in seen:
                        yield rejected(raw, tree.position, item.rule.id, "rule-twice")
                        continue
                    seen.add(item.rule.id)
                yield item
        except InputError as error:
            yield fatal(raw, error)


def _pack(raw: RawFile, tree: Tree) -> RulePack | Reject:
    value = tree.value.get("pack") if isinstance(tree.value, dict) else None
    try:
        return msgspec.convert(value, RulePack, strict=tree.typed)
    except msgspec.ValidationError as error:
        return Reject(raw.path.name, tree.position, "", "rule-pack", tree.damage or str(error), fatal=True)


def _rule(raw: RawFile, tree: Tree, pack: RulePack) -> PackedRule | Reject:
    name = str(tree.value.get("id", ""))[:200] if isinstance(tree.value, dict) else ""
    if tree.damage:
        return rejected(raw, tree.position, name, "rule", tree.damage)
    try:
        rule = msgspec.convert(tree.value, Rule, strict=tree.typed)
    except msgspec.ValidationError as error:
        return rejected(raw, tree.position, name, "rule", str(error))
    return PackedRule(pack=pack.id, release=pack.version, licence=pack.licence, example=pack.example, rule=rule)
