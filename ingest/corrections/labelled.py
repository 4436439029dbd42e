"""Sentences that curators looked at, read as a labelled corpus (``ingest.corrections.looking`` writes them)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from ingest.labelled import LabelledDocument
from kg.errors import CorpusError


def read(path: Path, types: Sequence[str]) -> tuple[LabelledDocument, ...]:
    """The documents of such a file with the mentions of ``types``; raises CorpusError with the line."""
    found = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            one = msgspec.json.decode(line, type=LabelledDocument)
        except msgspec.MsgspecError as error:
            raise CorpusError(path=path, position=f"line {number}", reason=str(error)) from error
        texts = {passage.key: passage.text for passage in one.passages}
        for mention in one.mentions:
            if not 0 <= mention.start < mention.end <= len(texts.get(mention.passage, "")):
                place = f"{mention.start}-{mention.end}"
                raise CorpusError(path=path, position=f"line {number}", reject="outside-text", detail=place)
        kept = tuple(mention for mention in one.mentions if mention.type in types)
        found.append(msgspec.structs.replace(one, mentions=kept))
    return tuple(found)
