"""Which chemical brings about which disease, as documents say: pairs of ids, with labelled mentions and with our own.

With our own, a chemical or disease that was not found or has another id costs its relations, too: the end-to-end
figure. Cues alone say a pair where any sentence does; a trained classifier gives each pair of the document a score.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from ingest.evaluation.corpora import Corpus
from ingest.evaluation.crosswalk import Crosswalk
from ingest.evaluation.hierarchy import mesh_tree
from ingest.evaluation.result import Evaluation, unread
from ingest.evaluation.scoring import score
from ingest.evaluation.tagging import Tagger, tagged
from ingest.labelled import LabelledDocument
from ingest.text.claims.classifier import RelationModel
from ingest.text.claims.pairs import Broader, Named, Pairs

Pair = tuple[str, str]
Teller = Callable[[Pairs], set[Pair]]
"""The pairs of a document that are told."""
_CAUSES = "cue=biolink:causes supports"
LABEL = "CID"


def relations(
    documents: Sequence[LabelledDocument], tagger: Tagger, corpus: Corpus, crosswalk: Crosswalk,
    model: RelationModel | None, folder: Path,
) -> Evaluation:  # fmt: skip
    """Scores of ``gold-mentions`` and ``own-mentions``, of cues alone and, with a model, of its pairs."""
    broader = mesh_tree(folder)
    truth = [related(one) for one in documents]
    sources = {
        "gold-mentions": [labelled_pairs(one, broader) for one in documents],
        "own-mentions": [pairs for _, pairs in own_pairs(documents, tagger, corpus, crosswalk, broader)],
    }
    tellers: dict[str, Teller] = {"cues": cued} | ({"model": lambda pairs: told(pairs, model)} if model else {})
    scores = {
        f"{source}.{name}": score(truth, [teller(pairs) for pairs in made])
        for source, made in sources.items()
        for name, teller in tellers.items()
    }
    return Evaluation(len(documents), scores, unread(documents))


def related(document: LabelledDocument) -> set[Pair]:
    """(chemical, disease) of each relation line."""
    return {(subject, target) for subject, label, target in document.relations if label == LABEL}


def labelled_pairs(document: LabelledDocument, broader: Broader) -> Pairs:
    place = {passage.key: number for number, passage in enumerate(document.passages)}
    return Pairs(
        document.passages,
        [
            Named(place[one.passage], one.start, one.end, one.ids, one.type == "chemical")
            for one in document.mentions
            if one.ids
        ],
        broader,
    )


def cued(pairs: Pairs) -> set[Pair]:
    """Pairs of which a sentence says so, and no hedge nor question is counted."""
    return {(drug, ill) for drug, ill, features in pairs if any(name.startswith(_CAUSES) for name in features)}


def told(pairs: Pairs, model: RelationModel) -> set[Pair]:
    return {(drug, ill) for drug, ill, features in pairs if model.probability(features) >= model.threshold}


def own_pairs(
    documents: Iterable[LabelledDocument], tagger: Tagger, corpus: Corpus, crosswalk: Crosswalk, broader: Broader
) -> Iterator[tuple[LabelledDocument, Pairs]]:
    """Each document with the pairs of our mentions, each with one id that the corpus may know it by: of the best
    candidate that has any."""
    for row in tagged(documents, tagger, corpus.types):
        place = {passage.key: number for number, passage in enumerate(row.labelled.passages)}
        named = []
        for one in row.found:
            ids = next(filter(None, (crosswalk.within(it, corpus.prefixes) for it in one.candidates)), frozenset())
            if ids:
                named.append(Named(place[one.passage], one.start, one.end, (min(ids),), one.type == "chemical"))
        yield row.labelled, Pairs(row.labelled.passages, named, broader)
