"""The first hits of a ranking, put in order once more by who looks at query and text together.

It is asked for by name, since it costs much more than the ranking itself. What it says is one more part of the score,
so the hits that it did not see keep their order behind those that it did.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Protocol

import msgspec
from msgspec.structs import replace

from kg.errors import QueryError
from kg.index.passages import Window
from kg.index.sentences import windows as windows_of
from kg.index.text import TextIndex
from kg.model.ids import Ids
from kg.search.base import Parts
from kg.search.excerpt import excerpt
from kg.search.fusion import scaled
from kg.search.passages import PassageText, passages_of
from kg.search.ranker import kind_of
from kg.search.reading import Reading
from kg.search.works import Ranked
from kg.store.base import Reader

FILE = "reranking.toml"
MOST = 100
"""Hits that are looked at again."""
LATE, CROSS = "late", "cross"
_DIGITS = 6
Texts = Callable[[Sequence[str]], Mapping[str, Sequence[PassageText]]]
"""CURIEs of documents to the passages of each."""
Shares = Mapping[str, Mapping[str, float]]
"""Name of a re-ranking -> type of query -> how much it counts, 0 to 1."""


class Reranker(Protocol):
    """Says how well texts fit a query."""

    @property
    def id(self) -> str: ...

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """One for each text, more is better; the scale is its own."""


class Reranking:
    """Looks at the first hits of one generation again; ``rerankers`` by the names that they are asked for by,
    ``shares`` by default as packaged."""

    def __init__(
        self, text: TextIndex, texts: Texts, rerankers: Mapping[str, Reranker], shares: Shares | None = None
    ) -> None:
        self._text = text
        self._passages = texts
        self._rerankers = rerankers
        self._shares = packaged_shares() if shares is None else shares

    def check(self, name: str, top: int) -> None:
        """Raises QueryError for a name that is not here, and for a number of hits outside 1..100."""
        if name and name not in self._rerankers:
            raise QueryError(why="unknown-reranker", name=name[:40], known=", ".join(self._rerankers) or "-")
        if not 1 <= top <= MOST:
            raise QueryError(why="rerank-top", most=MOST)

    def reranked(
        self, name: str, top: int, query: str, reading: Reading, ranked: Sequence[Ranked], near: Mapping[int, Window]
    ) -> list[Ranked]:
        """``ranked`` with its first ``top`` hits in a new order; ``near``: the best window of a document by vectors.

        Late interaction reads what the vectors are asked with, English words for a Chinese query; without such words
        nothing changes. A cross-encoder reads the query as it was written.
        """
        share = self._shares[name][kind_of(reading.interpretation.language, reading.interpretation.type)]
        asked = reading.interpretation.encoded if name == LATE else query
        first = ranked[:top]
        if not first or not share or not asked.strip():
            return list(ranked)
        told = self._rerankers[name].scores(asked, self._texts(first, reading, near))
        new = scaled(dict(enumerate(told)), min(told))
        made = [_joined(hit, share, new[at] if at < len(first) else 0.0) for at, hit in enumerate(ranked)]
        return sorted(made[: len(first)], key=lambda hit: -hit[2]) + made[len(first) :]

    def _texts(self, hits: Sequence[Ranked], reading: Reading, near: Mapping[int, Window]) -> list[str]:
        """Of a concept its name; of a document its title and the window that fits best."""
        cards = [self._text.card(kind, row) for kind, row, _, _ in hits]
        documents = [card.id for card in cards if card.kind == "document"]
        passages = self._passages(documents)
        tokens = reading.interpretation.tokens
        return [
            f"{card.en or card.zh} {_window(passages.get(card.id, ()), tokens, near.get(hit[1]))}".strip()
            for card, hit in zip(cards, hits, strict=True)
        ]


def _joined(hit: Ranked, share: float, new: float) -> Ranked:
    kind, row, _, parts = hit
    own = {name: round((1 - share) * value, _DIGITS) for name, value in msgspec.structs.asdict(parts).items()}
    own["rerank"] = round(share * new, _DIGITS)
    return kind, row, round(sum(own.values()), _DIGITS), replace(Parts(), **own)


def _window(passages: Sequence[PassageText], tokens: Sequence[str], near: Window | None) -> str:
    """That of the vectors, else the one in which the best sentence stands, else the first; titles aside."""
    texts = {passage.key: passage for passage in passages if passage.kind != "title"}
    if near is not None and near.passage in texts:
        return texts[near.passage].text[near.start : near.end]
    best = excerpt(list(texts.values()), tokens, None)
    for passage in texts.values():
        for start, end in windows_of(passage.text):
            if best is None or (passage.key == best.passage and start <= best.start < end):
                return passage.text[start:end]
    return ""


def stored(reader: Reader, ids: Ids) -> Texts:
    """The passages as a generation has them."""
    return lambda documents: passages_of(reader, ids, documents, ())


@cache
def packaged_shares() -> Shares:
    """Those that come with medkg."""
    text = files("kg.search").joinpath(FILE).read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, dict[str, float]])
