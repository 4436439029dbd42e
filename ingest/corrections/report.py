"""What became of the corrections of a data folder: how many there are, how curators agree, the rules, the effect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from ingest.corrections.agreement import Agreement, agreements, language_of, newest, settled
from ingest.corrections.rules import Rule, rules
from ingest.corrections.settling import read_table
from ingest.journal import Journal
from kg.model.correction import Correction
from kg.store.batch import Batch

LANGUAGES = ("zh", "en")
_EFFECTS = ("corrections.", "linked.", "mentions.")


class Effect(msgspec.Struct, frozen=True):
    """What the newest batch of one input that was linked with these corrections did: ``corrections.…`` at their
    places, ``mentions.…`` in all texts that were linked again, each by language; ``linked.…`` counts documents."""

    input: str
    batch: str
    counts: dict[str, int]


class CorrectionReport(msgspec.Struct, frozen=True):
    """``rows`` by language and verdict, without those that were rejected; ``in_rules`` of them became rules.
    ``disputed`` are those at places that two curators judge differently."""

    rows: dict[str, dict[str, int]]
    reviewed: int
    rejected: int
    agreement: tuple[Agreement, ...]
    disputed: tuple[Correction, ...]
    rules: tuple[Rule, ...]
    in_rules: dict[str, int]
    effects: tuple[Effect, ...]


def report(data: Path, journal: Journal) -> CorrectionReport:
    """Of the newest build; raises IntegrityError for tables that are damaged or gone."""
    states = {name: state for name, state in journal.inputs().items() if state.corrections}
    rows = newest(one for _, state in sorted(states.items()) for one in read_table(data / state.corrections))
    held = settled(rows)
    made = tuple(rules(held.applied))
    in_rules = {row for rule in made for row in rule.rows}
    return CorrectionReport(
        rows=_by_verdict(rows),
        reviewed=sum(bool(one.reviewer) for one in rows),
        rejected=sum(state.counts.get("rejected", 0) for state in states.values()),
        agreement=tuple(agreements(rows)),
        disputed=held.disputed,
        rules=made,
        in_rules={
            code: sum(one.identity in in_rules for one in rows if language_of(one) == code) for code in LANGUAGES
        },
        effects=tuple(_effects(data, journal)),
    )


def _by_verdict(rows: Iterable[Correction]) -> dict[str, dict[str, int]]:
    told: dict[str, Counter[str]] = {code: Counter() for code in LANGUAGES}
    for one in rows:
        told[language_of(one)][one.verdict] += 1
    return {code: dict(sorted(counts.items())) for code, counts in told.items()}


def _effects(data: Path, journal: Journal) -> Sequence[Effect]:
    found: dict[str, Effect] = {}
    for name in journal.batches():
        manifest = Batch(data / "batches" / name).manifest
        counts = {kind: number for kind, number in manifest.counts.items() if kind.startswith(_EFFECTS)}
        if counts:
            found[manifest.source] = Effect(manifest.source, name, counts)
    return [found[name] for name in sorted(found)]
