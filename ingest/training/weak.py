"""Weak labels of relations: pairs that are known from elsewhere, found together in sentences of unlabelled texts.

A drug that a table lists for a disease seldom brings it about, and a pair that people labelled in one document mostly
means the same in others. Neither is sure, so such pairs count less than labelled ones. Nothing of what is measured
gets in: texts of evaluated documents are left out, and so are all pairs whose two ends such a document names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

import msgspec

from ingest.evaluation.corpora import Corpus
from ingest.evaluation.crosswalk import Crosswalk
from ingest.evaluation.hierarchy import mesh_tree
from ingest.evaluation.knowledge import Knowledge
from ingest.evaluation.relations import Pair, own_pairs, related
from ingest.evaluation.tagging import Tagger, dictionary
from ingest.labelled import LabelledDocument
from ingest.text.claims.pairs import Broader
from ingest.training.curated import indications, texts

_MESH = Corpus("weak-labels", "", "", ("disease", "chemical"), prefixes=("MESH",))
"""How texts of a build file are read: with the types and ids of the corpus that has relations."""


class WeakPair(msgspec.Struct, frozen=True):
    """A pair of a document as a classifier sees it; ``right``: whether it is taken to be related."""

    document: str
    pair: Pair
    features: Mapping[str, float]
    right: bool


class WeakLabels(msgspec.Struct, frozen=True):
    """``removed_documents`` were texts of evaluated documents; ``removed_pairs`` are known pairs that one names."""

    rows: tuple[WeakPair, ...]
    removed_documents: int
    removed_pairs: int


def weak_labels(
    texts: Iterable[LabelledDocument], treated: AbstractSet[Pair], labelled: Sequence[LabelledDocument],
    evaluated: Sequence[LabelledDocument], tagger: Tagger, corpus: Corpus, crosswalk: Crosswalk, broader: Broader,
) -> WeakLabels:  # fmt: skip
    """Rows for ``texts``, whose mentions ``tagger`` finds, with ids of ``corpus``.

    ``treated`` are pairs of tables; those related in ``labelled`` count as related. What both say is left out, and so
    are the texts of ``labelled``, of which people have told every relation.
    """
    measured = {one.id for one in evaluated}
    told = {one.id for one in labelled} - measured
    caused = {pair for one in labelled if one.id not in measured for pair in related(one)}
    known = {pair: pair in caused for pair in caused ^ treated}
    taken = {pair for one in evaluated for pair in named_pairs(one)}.intersection(known)
    kept = {pair: right for pair, right in known.items() if pair not in taken}
    read = [one for one in texts if one.id not in told]
    removed = sum(one.id in measured for one in read)
    rows = [
        WeakPair(one.id, (drug, ill), features, kept[drug, ill])
        for one, pairs in own_pairs((one for one in read if one.id not in measured), tagger, corpus, crosswalk, broader)
        for drug, ill, features in pairs
        if (drug, ill) in kept and "together=0" not in features
    ]
    return WeakLabels(tuple(rows), removed, len(taken))


def named_pairs(document: LabelledDocument) -> set[Pair]:
    """Each labelled chemical with each labelled disease, related or not."""
    ends = {(id_, one.type == "chemical") for one in document.mentions for id_ in one.ids}
    return {(drug, ill) for drug, chemical in ends if chemical for ill, other in ends if not other}


def from_build(
    config: Path, variables: Mapping[str, str], known: Knowledge, labelled: Sequence[LabelledDocument],
    evaluated: Sequence[LabelledDocument], data: Path,
) -> WeakLabels:  # fmt: skip
    """Weak labels from the tables and texts of a build file, with the names and matches of ``known``; ``data`` is the
    folder of the corpora. Raises what reading a build file and its inputs raises."""
    treated = indications(config, variables, known.crosswalk, _MESH.prefixes[0])
    tagger = dictionary(known.lexicon).tagger
    return weak_labels(
        texts(config, variables), treated, labelled, evaluated, tagger, _MESH, known.crosswalk, mesh_tree(data)
    )
