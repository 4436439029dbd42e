"""What several documents and concepts stand for together: their telling words and concepts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from math import log

import msgspec

from kg.errors import NotFound
from kg.generation.pages import about
from kg.index.analysis import STOP_WORDS, is_gram, tokens
from kg.index.base import KINDS, Kind
from kg.model.terms import Term, iri, lexical
from kg.search.base import Names
from kg.search.holdings import Holdings
from kg.search.passages import passages_of

MOST_TERMS = 25
MOST_CONCEPTS = 25
FIELDS = ("title", "body")
"""Of documents, in which words are counted and looked for."""
_BOTH = ("concept", "other")


class Seed(msgspec.Struct, frozen=True):
    """What more like is asked for."""

    id: str
    kind: Kind
    label: Names
    standing: str


class Telling(msgspec.Struct, frozen=True):
    """A concept that the seeds stand for; ``weight`` against the most telling one."""

    id: str
    label: Names
    weight: float


def seed_of(holdings: Holdings, curie: str) -> Seed:
    """A document or concept by its CURIE; raises NotFound."""
    text = holdings.text
    for kind in KINDS:
        if (row := text.row(kind, curie)) is not None:
            card = text.card(kind, row)
            return Seed(curie, kind, Names(zh=card.zh, en=card.en), card.standing)
    raise NotFound(name=curie)


def concepts(holdings: Holdings, seeds: Sequence[Seed]) -> dict[str, float]:
    """The most telling concepts, best first, with weights up to 1: how often a seed mentions one, damped, times its
    information, summed over seeds."""
    counts: dict[str, Counter[Term]] = defaultdict(Counter)
    nodes = {iri(holdings.ids.expand(seed.id)): seed.id for seed in seeds if seed.kind == "document"}
    if nodes:
        for row in about(holdings.reader, "index/mentions", nodes):
            counts[nodes[row["document"]]][row["concept"]] += int(lexical(row["times"]))
        for row in about(holdings.reader, "index/subjects", nodes):
            counts[nodes[row["document"]]][row["concept"]] += 1
    own = [iri(holdings.ids.expand(seed.id)) for seed in seeds if seed.kind == "concept"]
    for node in own:
        counts[lexical(node)][node] = 1
    found: dict[str, float] = defaultdict(float)
    for counted in counts.values():
        highest = max(counted.values())
        for node, times in counted.items():
            curie = holdings.ids.curie(lexical(node))
            found[curie] += (1 + log(times)) / (1 + log(highest)) * holdings.information("concept", curie)
    for curie in {one for seed in seeds if seed.kind == "concept" for one in equals(holdings, seed)}:
        found[curie] = max(found[curie], holdings.information("concept", curie))
    best = sorted(found.items(), key=lambda one: (-one[1], one[0]))[:MOST_CONCEPTS]
    top = best[0][1] if best else 0.0
    return {curie: weight / top for curie, weight in best} if top else {}


def equals(holdings: Holdings, seed: Seed) -> tuple[str, ...]:
    """CURIEs of what means exactly the same as a concept elsewhere."""
    node = iri(holdings.ids.expand(seed.id))
    rows = about(holdings.reader, "index/equivalents", [node])
    return tuple(sorted({holdings.ids.curie(lexical(row[name])) for row in rows for name in _BOTH} - {seed.id}))


def terms(holdings: Holdings, seeds: Sequence[Seed]) -> dict[str, float]:
    """The most telling words of the texts and names, best first, with weights up to 1."""
    documents = [seed.id for seed in seeds if seed.kind == "document"]
    texts = [
        "\n".join(passage.text for passage in passages)
        for passages in passages_of(holdings.reader, holdings.ids, documents, ()).values()
    ]
    texts += [f"{seed.label.en}\n{seed.label.zh}" for seed in seeds if seed.kind == "concept"]
    total = holdings.text.count("document")
    found: dict[str, float] = defaultdict(float)
    for text in texts:
        counted = Counter(one for one in tokens(text) if _says(one))
        for token, times in counted.items():
            holders = max(holdings.text.holders("document", field, token) for field in FIELDS)
            # What nobody else has finds nobody else.
            if holders:
                found[token] += (1 + log(times)) * log((total + 1) / holders)
    best = sorted(found.items(), key=lambda one: (-one[1], one[0]))[:MOST_TERMS]
    top = best[0][1] if best else 0.0
    return {token: weight / top for token, weight in best} if top else {}


def _says(token: str) -> bool:
    """Whether a token may tell one text from another: pairs of characters and words, no single ones, no numbers."""
    if is_gram(token):
        return len(token) > 1
    return len(token) > 2 and token not in STOP_WORDS and not token.isdecimal()
