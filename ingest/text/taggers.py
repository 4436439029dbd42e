"""Models that find names in texts, whatever made them: one protocol, and the folder tells which it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from ingest.text.models import Thresholds
from ingest.text.pieces import Named
from ingest.text.spacy_tagger import CONFIG, SpacyTagger
from ingest.text.tagger import LearnedTagger, TaggedSpan


class SpanTagger(Protocol):
    """``thresholds``: from which score on a span of a type counts, and a name of the dictionary beside such spans."""

    @property
    def method(self) -> str:
        """What stands in each mention that it finds; another model has another."""

    @property
    def seen(self) -> tuple[str, ...]:
        """Ids of the documents that it was made with; raises ModelRefused where nobody can tell."""

    @property
    def thresholds(self) -> Mapping[str, Thresholds]: ...

    def reads(self, language: str) -> bool:
        """Whether it has anything to say of texts of this language."""

    def spans(self, texts: Sequence[str], names: Sequence[Iterable[Named]]) -> list[list[TaggedSpan]]:
        """The spans of each text in order, none overlapping; ``names`` is what the dictionary finds in each."""


def opened(folder: Path) -> SpanTagger:
    """The model in a folder: a spaCy pipeline, else one of ``medkg train ner``; raises ModelRefused."""
    return SpacyTagger(folder) if (folder / CONFIG).is_file() else LearnedTagger(folder)
