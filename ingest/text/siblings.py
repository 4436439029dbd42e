"""Names that share their beginning with the one before: BRCA1/2, 关节肿痛.

The first is a name like any other; of the next only the words that are there can be a mention (*2*, 痛), and only
where the dictionary knows the whole name that they stand for. What shares its end is in ``composites``. It is for
Chinese texts: English corpora label the whole as one mention.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.text.composites import Lookup
from ingest.text.extent import Named
from ontology.scoring import shared

_GENES = frozenset({"gene", "gene-family"})
_NUMBER = re.compile(r"\d{1,2}$")
_NEXT = re.compile(
    r"/(\d{1,2})(?![\w./%-])|/(\d{1,2})(?=[\u4e00-\u9fff])(?![期级度周天年月日岁次例个型])"
    "|[、和及或与](\\d{1,2})(?=双?(?:基因|突变|变异|胚系|致病))"
)
"""The number of another gene: not an amount, a stage or a date."""
_FIRST = frozenset("/、和及或与")


def with_siblings(text: str, named: list[Named], lookup: Lookup, language: str) -> list[Named]:
    """``named`` in order, and behind each the names that share its beginning."""
    found: list[Named] = []
    for at, one in enumerate(named):
        found.append(one)
        end, meaning = one[1], one[3]
        follows = text[end : end + 1]
        free = named[at + 1][0] if at + 1 < len(named) else len(text)
        if follows in _FIRST and meaning.category in _GENES:
            found += _numbered(text, one, free, lookup, language)
        elif follows == "痛" and end < free and meaning.category == "symptom" and one[2].endswith("肿"):
            aching = lookup(one[2][:-1] + follows, language)
            if aching is not None and aching.category == "symptom":
                found.append((end, end + 1, follows, shared(aching)))
    return found


def _numbered(text: str, one: Named, free: int, lookup: Lookup, language: str) -> Iterator[Named]:
    number = _NUMBER.search(one[2])
    end = one[1]
    while number and (match := _NEXT.match(text, end)) and match.end() <= free:
        which = match.lastindex or 0
        meaning = lookup(one[2][: number.start()] + match[which], language)
        if meaning is None or meaning.category not in _GENES:
            return
        yield *match.span(which), match[which], shared(meaning)
        end = match.end()
