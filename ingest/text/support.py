"""Names too short to be believed alone: they count where the document names the same thing in full.

*CI* is a confidence interval far more often than a cerebral infarction. Two letters mean a disease, a symptom or a
substance only where the document defines them or has another, longer name of it.
"""

from __future__ import annotations

from ingest.text.extent import Named

_SHORTEST = 3
_ASKED = frozenset({"disease", "symptom", "drug", "chemical", "procedure"})


def supported(passages: list[list[Named]]) -> list[list[Named]]:
    """The names of each passage without the short ones that nothing in any passage supports."""
    if not any(len(one[2]) < _SHORTEST for passage in passages for one in passage):
        return passages
    told = {
        candidate.concept
        for passage in passages
        for _, _, surface, meaning in passage
        if len(surface) >= _SHORTEST
        for candidate in meaning.candidates
    }
    return [
        [one for one in passage if not _asks(one) or any(found.concept in told for found in one[3].candidates)]
        for passage in passages
    ]


def _asks(one: Named) -> bool:
    _, _, surface, meaning = one
    return (
        len(surface) < _SHORTEST
        and surface.isascii()
        and meaning.category in _ASKED
        and not any(candidate.reason.startswith("abbreviation") for candidate in meaning.candidates[:1])
    )
