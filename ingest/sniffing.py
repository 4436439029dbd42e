"""Guessing the format of a file from how it starts."""

from __future__ import annotations

from pathlib import Path

from ingest.base import SOURCES
from kg.errors import InputError
from ontology.base import TERMINOLOGIES
from ontology.reading.raw import head


def guesses(path: Path) -> list[tuple[float, str]]:
    """(confidence, format name), best first; confidence 0 is left out. A fitting name ending adds a little."""
    start = head(path)
    found = []
    for table in (TERMINOLOGIES, SOURCES):
        for name in table.names():
            reader = table.load(name)()
            score = reader.sniff(start)
            if score > 0:
                suffixes = [suffix for suffix in path.suffixes if suffix != ".gz"]
                score += 0.05 * bool(suffixes and suffixes[-1].lower() in reader.extensions)
                found.append((score, name))
    return sorted(found, key=lambda row: (-row[0], row[1]))


def sniff(path: Path) -> str:
    """The most likely format; raises InputError where none fits."""
    found = guesses(path)
    if not found:
        known = ", ".join([*TERMINOLOGIES.names(), *SOURCES.names()])
        raise InputError(path=path, position="byte 0", why="unknown-format", known=known)
    return found[0][1]
