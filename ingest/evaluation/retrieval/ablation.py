"""What each part of search is worth: search without it, it alone, search with what is asked for by name; one table.

Parts, not single signals: words, pairs and phrases stand in for each other, so that taking one away says little.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from ingest.evaluation.retrieval.collection import Collection, Question
from ingest.evaluation.retrieval.comparing import Values, difference, mean
from ingest.evaluation.retrieval.measures import ndcg
from ingest.evaluation.retrieval.parts import Part, State

if TYPE_CHECKING:
    from ingest.evaluation.retrieval.searching import Ranking

_DIGITS = 4


class Row(msgspec.Struct, frozen=True):
    """nDCG of one ranking with its 95 % interval, and its difference to search as it is, paired by question."""

    corpus: str
    language: str
    part: str
    state: State
    n: int
    k: int
    ndcg: float
    low: float
    high: float
    apart: float | None = None
    apart_low: float | None = None
    apart_high: float | None = None
    p: float | None = None
    worse: float | None = None


def ablated(collection: Collection, rankings: Mapping[Part, Ranking], k: int = 10) -> tuple[Row, ...]:
    """A row for each ranking, search first in its language. A collection without questions has no row."""
    values: dict[Part, list[float]] = {part: [] for part in rankings}
    for question in collection.questions:
        for part, rank in rankings.items():
            values[part].append(_ndcg(collection, question, rank(question), k))
    found = {part: np.array(some, dtype=np.float64) for part, some in values.items() if some}
    return tuple(_row(collection.name, part, found, k) for part in found)


def _ndcg(collection: Collection, question: Question, ranked: Sequence[str], k: int) -> float:
    return ndcg(collection.judged_for(question, ranked), collection.judged[question.id], k)


def _row(corpus: str, part: Part, found: Mapping[Part, Values], k: int) -> Row:
    own = mean(found[part])
    row = Row(corpus, *part, len(found[part]), k, *(round(one, _DIGITS) for one in (own.value, own.low, own.high)))
    if part.state == "on":
        return row
    apart = difference(found[part], found[Part(part.language, "search", "on")])
    told = (apart.mean.value, apart.mean.low, apart.mean.high, apart.p, apart.worse)
    names = ("apart", "apart_low", "apart_high", "p", "worse")
    return msgspec.structs.replace(row, **{name: round(one, _DIGITS) for name, one in zip(names, told, strict=True)})


def named_parts(rows: Iterable[Row]) -> dict[str, float]:
    """Every number by dotted name: ``parts.zh.vectors.off.ndcg``, ``parts.zh.vectors.off.apart_low``."""
    return {
        f"parts.{row.language}.{row.part}.{row.state}.{name}": value
        for row in rows
        for name, value in msgspec.structs.asdict(row).items()
        if isinstance(value, float)
    }


def written(rows: Iterable[Row]) -> str:
    """CSV with a heading; what has no number is empty."""
    stream = StringIO()
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(Row.__struct_fields__)
    table.writerows(msgspec.structs.astuple(row) for row in rows)
    return stream.getvalue()


def write_table(path: Path, rows: Sequence[Row]) -> None:
    """Raises OSError."""
    path.write_text(written(rows), "utf-8")
