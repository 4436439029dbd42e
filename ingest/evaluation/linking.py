"""Ids: those of a document as a set, those of each mention with its span, and the share of what could be told.

An answer is one concept for a mention: its best candidate that has an id in the terminologies of the corpus. It is
right when any of those ids is a labelled one, because concepts that were brought together carry several.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from ingest.evaluation.corpora import Corpus
from ingest.evaluation.crosswalk import Crosswalk
from ingest.evaluation.knowledge import Knowledge
from ingest.evaluation.ner import ALL
from ingest.evaluation.result import Evaluation, Mistake, around, ordered, unread
from ingest.evaluation.scoring import score
from ingest.evaluation.tagging import Found, Tagged, Tagger, tagged
from ingest.labelled import LabelledDocument, LabelledMention

Ids = frozenset[str]
_Item = tuple[str, int, int, str]


class _Row(NamedTuple):
    """A document: labelled mentions with the ids of each concept that they name, found ones with ours."""

    tagged: Tagged
    labelled: list[tuple[LabelledMention, tuple[Ids, ...]]]
    found: list[tuple[Found, Ids]]


def linking(documents: Iterable[LabelledDocument], tagger: Tagger, corpus: Corpus, known: Knowledge) -> Evaluation:
    """Scores by type and of all: ``ids`` (each id once a document; mentions without labelled ids do not count),
    ``mention`` (span and id; where no id is labelled, none is right), ``named`` (of mentions with a labelled id alone).

    The shares: of mentions found with span and type, how many have the right concept first, and among the candidates;
    of labelled mentions, how many name a concept that has any Chinese name (``coverage_zh``, for Chinese corpora).
    """
    rows = [_row(one, corpus, known.crosswalk) for one in tagged(documents, tagger, corpus.types)]
    scores = {}
    for name in [*corpus.types, *([ALL] if len(corpus.types) > 1 else [])]:
        kinds = corpus.types if name == ALL else (name,)
        part = [
            row._replace(
                labelled=[one for one in row.labelled if one[0].type in kinds],
                found=[one for one in row.found if one[0].type in kinds],
            )
            for row in rows
        ]
        if name == ALL or any(row.labelled or row.found for row in part):
            sets = [_ids(row) for row in part]
            scores[f"{name}.ids"] = score([gold for gold, _ in sets], [ours for _, ours in sets])
            for level, strict in (("mention", True), ("named", False)):
                items = [_items(row, strict) for row in part]
                scores[f"{name}.{level}"] = score([gold for gold, _ in items], [ours for _, ours in items])
    mistakes = [one for row in rows for one in _mistakes(row, corpus, known.crosswalk)]
    shares = unread(row.tagged.labelled for row in rows) | _shares(rows, corpus, known)
    return Evaluation(len(rows), scores, shares, ordered(corpus.types, mistakes))


def _row(one: Tagged, corpus: Corpus, crosswalk: Crosswalk) -> _Row:
    labelled = [(mention, _concepts(mention, corpus)) for mention in one.labelled.mentions]
    return _Row(one, labelled, [(found, _answer(found, corpus, crosswalk)) for found in one.found])


def _concepts(mention: LabelledMention, corpus: Corpus) -> tuple[Ids, ...]:
    """The ids of each concept that is labelled, in the terminologies that count."""
    ids = [one for one in mention.ids if not corpus.prefixes or one.partition(":")[0] in corpus.prefixes]
    if corpus.same:
        return (frozenset(ids),) if ids else ()
    return tuple(frozenset({one}) for one in ids)


def _answer(found: Found, corpus: Corpus, crosswalk: Crosswalk) -> Ids:
    """The ids of the best candidate that has any."""
    return next(filter(None, (crosswalk.within(one, corpus.prefixes) for one in found.candidates)), frozenset())


def _ids(row: _Row) -> tuple[AbstractSet[Ids], AbstractSet[Ids]]:
    """Labelled concepts of a document, and found ones, each as the labelled one that it shares an id with."""
    gold = {ids for _, concepts in row.labelled for ids in concepts}
    order = sorted(gold, key=sorted)
    return gold, {next((one for one in order if one & ours), ours) for _, ours in row.found if ours}


def _items(row: _Row, strict: bool) -> tuple[set[_Item], set[_Item]]:
    """Places with ids, as text; an answer has the text of what is labelled at its place when the two share an id."""
    at = {_place(mention): concepts for mention, concepts in row.labelled}
    gold = {(*place, _text(concepts)) for place, concepts in at.items() if concepts or strict}
    ours = set()
    for found, ids in row.found:
        place = _place(found)
        concepts = at.get(place, ())
        if strict or concepts or place not in at:
            right = any(ids & one for one in concepts)
            ours.add((*place, _text(concepts) if right else f"= {_text((ids,))}"))
    return gold, ours


def _place(one: LabelledMention | Found) -> tuple[str, int, int]:
    return one.passage, one.start, one.end


def _text(concepts: Sequence[Ids]) -> str:
    return " ".join("+".join(sorted(ids)) for ids in concepts)


def _same(row: _Row) -> Iterator[tuple[LabelledMention, tuple[Ids, ...], Found, Ids]]:
    """Labelled mentions with ids that were found with span and type."""
    ours = {(*_place(found), found.type): (found, ids) for found, ids in row.found}
    for mention, concepts in row.labelled:
        other = ours.get((*_place(mention), mention.type))
        if concepts and other:
            yield mention, concepts, *other


def _among(found: Found, concepts: Sequence[Ids], corpus: Corpus, crosswalk: Crosswalk) -> bool:
    return any(crosswalk.within(one, corpus.prefixes) & ids for one in found.candidates for ids in concepts)


def _mistakes(row: _Row, corpus: Corpus, crosswalk: Crosswalk) -> Iterator[Mistake]:
    document = row.tagged.labelled
    for mention, concepts, found, ids in _same(row):
        if not any(ids & one for one in concepts):
            among = _among(found, concepts, corpus, crosswalk)
            category = "ambiguous-id" if among else "wrong-id" if ids else "no-id"
            place = around(document, mention.passage, mention.start, mention.end)
            told = " ".join([*found.candidates[:1], _text((ids,))]).strip()
            yield Mistake(category, mention.type, document.id, found.surface, _text(concepts), told, place)


def _shares(rows: Sequence[_Row], corpus: Corpus, known: Knowledge) -> dict[str, float]:
    shares: dict[str, float] = {}
    same = [one for row in rows for one in _same(row)]
    if same:
        first = sum(any(ids & one for one in concepts) for _, concepts, _, ids in same)
        among = sum(_among(found, concepts, corpus, known.crosswalk) for _, concepts, found, _ in same)
        shares |= {"right_first": round(first / len(same), 3), "right_among": round(among / len(same), 3)}
    labelled = [concepts for row in rows for _, concepts in row.labelled]
    if labelled:
        shares["labelled_with_id"] = round(sum(map(bool, labelled)) / len(labelled), 3)
    if labelled and corpus.language == "zh":
        named = known.named_in_chinese
        covered = sum(any(known.crosswalk.ids(one) & named for ids in concepts for one in ids) for concepts in labelled)
        shares["coverage_zh"] = round(covered / len(labelled), 3)
    return shares
