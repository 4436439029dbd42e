"""How search learns what a query means: the annotator, seen through search's protocol."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.text.annotate import Annotator
from kg.search.base import ConceptMatch


class AnnotatorReader:
    """Reads queries with the annotator that read the documents, so that both mean the same."""

    def __init__(self, annotator: Annotator) -> None:
        self._annotator = annotator

    def read(self, text: str) -> tuple[ConceptMatch, ...]:
        """See ``kg.search.base.QueryReader``."""
        return tuple(self._matches(text))

    def _matches(self, text: str) -> Iterator[ConceptMatch]:
        for mention in self._annotator.text(text):
            for candidate in mention.candidates:
                yield ConceptMatch(
                    concept=candidate.concept,
                    start=mention.start,
                    end=mention.end,
                    surface=mention.surface,
                    score=candidate.score,
                    reason=candidate.reason,
                )
