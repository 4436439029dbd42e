"""A diff as Markdown, in Chinese or English."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kg.generation.diff import ACTIONS, Change, Summary
from kg.generation.kinds import FieldChange
from kg.messages import Catalogue

_CATALOGUE = Catalogue("kg")
_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~&])")


def markdown(summary: Summary, changes: Iterable[Change], language: str) -> Iterator[str]:
    """The report as lines; ``changes`` come by kind. A value is one line, its Markdown signs escaped."""

    def say(key: str, /, **params: object) -> str:
        return _CATALOGUE.text(f"diff.{key}", language, **params)

    yield f"# {say('title', before=summary.before, after=summary.after)}\n\n"
    yield f"| | {' | '.join(say(action) for action in ACTIONS)} |\n|---|{'---|' * len(ACTIONS)}\n"
    for kind, counts in summary.counts.items():
        yield f"| {say(kind)} | {' | '.join(str(counts[action]) for action in ACTIONS)} |\n"
    heading = ""
    for change in changes:
        if change.kind != heading:
            heading = change.kind
            yield f"\n## {say(heading)}\n"
        names = (change.label.zh, change.label.en) if language == "zh" else (change.label.en, change.label.zh)
        label = names[0] or names[1]
        about = f" {plain(label)}" if label else ""
        yield f"- {say(change.action)}: `{change.id}`{about}\n"
        for field in change.fields:
            yield f"  - {say(f'field-{field.field}'.replace('_', '-'))}{values(field)}\n"


def values(field: FieldChange) -> str:
    """What went and what came, behind the name of a field."""
    mark = f" ({field.language})" if field.language else ""
    signed = [f"− {plain(value)}" for value in field.removed] + [f"+ {plain(value)}" for value in field.added]
    return f"{mark}: {'; '.join(signed)}"


def plain(value: str) -> str:
    """A value as text of one line.

    >>> plain("a|b [c]")
    'a\\\\|b \\\\[c\\\\]'
    """
    return _SPECIAL.sub(r"\\\1", " ".join(value.split()))
