"""Which documents the build after a release will link anew, told before anybody approves the edits.

A build asks of every text whether a changed name may stand in it (``ingest.changes``). Here the text index is asked
first, which finds every document with all words of such a name; where there are not too many, their texts are then
asked as the build asks them. Of Chinese texts those are left out that a build links again whatever changes, because
characters join in them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

import numpy as np

from ingest.changes import Changes, Touched, said_in_other_words, tokens_of
from ingest.relinking import MOST
from ingest.renaming import NameChange, Renaming
from kg.errors import EditRefused
from kg.impact.base import Reason, Sample, World
from kg.impact.base import Touched as Concerned
from kg.impact.changed import Changed
from kg.impact.lookup import node_of
from kg.index.analysis import is_gram, tokens
from kg.index.base import Filters, Mask
from kg.index.boolean import Any, Boolean, Every, Keys, Shape
from kg.model.concept import Concept
from kg.model.document import Document, Passage
from kg.model.terms import Term, language, lexical
from kg.query.named import named
from kg.query.naming import pair

ASKED = 1_000
"""Documents whose texts are looked at one by one; of more the index alone is asked."""
_FIELDS = ("title", "body")
_ANY_CHINESE = Any(tuple(Shape(field, "[\u4e00-\u9fff]") for field in _FIELDS))
_PAGE = 200
_ALL = "all"
"""What documents hang on that are linked again for names, which have no one concept."""


class Relinked:
    """Documents that will be linked again, and the names for which they will."""

    kind: ClassVar[str] = "relinked"

    def __init__(self, renaming: Renaming, look: Callable[[World], Callable[[str], Concept | None]]) -> None:
        """``look``: the concepts of the generation that is asked."""
        self._renaming = renaming
        self._look = look
        self._told: tuple[Changed, list[NameChange]] | None = None

    def touched(self, changed: Changed, world: World) -> Concerned:
        try:
            changes = self._renaming.of(changed, world, self._look(world))
        except EditRefused as error:
            return Concerned(reasons=(Reason("refused", str(error.params["name"])),))
        self._told = changed, changes
        if not changes and not changed.documents:
            return Concerned()
        reasons = tuple(map(_reason, changes))
        if len(changes) > MOST:
            total = Reason("all-again", count=len(changes))
            return Concerned(exactness="about", count=world.texts.count("document"), reasons=(total, *reasons))
        names = tuple(one.name for one in changes)
        holding = _holding(names, world)
        wider = holding | _chinese(names, world)
        if np.count_nonzero(wider) > ASKED:
            return Concerned({_ALL: _ids(holding, world) | set(changed.documents)}, "about", reasons=reasons)
        asked = Touched(Changes(names, changed.documents))
        sure = {one.id for one in _documents(sorted(_ids(wider, world)), world) if asked.by(one)}
        found = frozenset(sure | set(changed.documents))
        return Concerned({_ALL: found} if found else {}, reasons=reasons)

    def shown(self, ids: Sequence[str], world: World) -> Iterable[Sample]:
        changed, changes = self._told or (None, [])
        texts = {one.id: one for one in _documents(ids, world)}
        for curie in ids:
            held = [one for one in changes if curie in texts and Touched(Changes((one.name,))).by(texts[curie])]
            reasons = [*map(_reason, held)]
            if changed is not None and curie in changed.documents:
                reasons.append(Reason("corrected"))
            concepts = tuple(sorted({one for it in held for one in (*it.lost, *it.gained)}))
            yield Sample(curie, pair(world.naming.card("document", curie)), concepts, reasons=tuple(reasons))


def _reason(one: NameChange) -> Reason:
    """Why a name changes what texts mean: it passes from one concept to another, comes, goes, or is shared."""
    if one.lost and one.gained:
        return Reason("name-passes", one.lost[0], one.name, one.gained)
    if one.gained:
        return Reason("name-shared" if one.others else "name-comes", one.gained[0], one.name, one.others)
    if one.lost:
        return Reason("name-left" if one.others else "name-goes", one.lost[0], one.name, one.others)
    return Reason("name-told", name=one.name, others=one.others)


def _holding(names: Iterable[str], world: World) -> Mask:
    """Documents that hold every word and every Chinese character of one of the names, in whatever order."""
    return _found([_together(_tokens(name)) for name in names], world)


def _chinese(names: Iterable[str], world: World) -> Mask:
    """Chinese texts that may have a name whose words they do not hold: with a word in two parts (BRCA1/2突变), or said
    in other words."""
    wanted: list[Boolean] = []
    for name in names:
        if said_in_other_words(name):
            return _found([_ANY_CHINESE], world)
        found = _tokens(name)
        if any(len(token) > 1 for token in found):
            characters = [token for token in found if is_gram(token)]
            wanted.append(_together(characters) if characters else _ANY_CHINESE)
    return _found(wanted, world)


def _tokens(name: str) -> list[str]:
    """The words and characters of a normalised name as the text index spells them; pairs of characters are left out,
    because they may stand apart."""
    found = dict.fromkeys(token for part in tokens_of(name) for token in tokens(part))
    return [token for token in found if len(token) == 1 or not is_gram(token)]


def _together(found: Iterable[str]) -> Boolean:
    return Every(tuple(Any(tuple(Keys(field, (token,)) for field in _FIELDS)) for token in found))


def _found(wanted: Sequence[Boolean], world: World) -> Mask:
    mask = world.texts.allowed("document", Filters(keep=Any(tuple(wanted))))
    assert mask is not None
    return mask


def _ids(mask: Mask, world: World) -> frozenset[str]:
    return frozenset(world.texts.card("document", row).id for row in np.flatnonzero(mask).tolist())


def _documents(ids: Iterable[str], world: World) -> Iterable[Document]:
    """Documents with the texts of all their sources."""
    nodes = {node: curie for curie in ids if (node := node_of(curie, world.naming.ids))}
    order = list(nodes)
    for start in range(0, len(order), _PAGE):
        passages: defaultdict[Term, list[Passage]] = defaultdict(list)
        query = named("index/passages").replace("#PAGE", " ".join(order[start : start + _PAGE]))
        for row in world.reader.select(query):
            text = row["text"]
            passages[row["document"]].append(Passage("", "abstract", language(text), lexical(text)))
        for node, own in passages.items():
            yield Document(nodes[node], tuple(own))
