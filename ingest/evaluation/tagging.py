"""What a tagger says, beside what is labelled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from ingest.labelled import LabelledDocument, as_type
from ingest.text.annotate import Annotator
from ingest.text.linker import Linker
from ingest.text.models import CARD
from ingest.text.taggers import opened
from kg.errors import ConfigError
from kg.model.document import Document
from kg.model.evidence import Mention
from ontology import lessons
from ontology.lexicon import Lexicon

Tagger = Callable[[Document], Sequence[Mention]]
"""``Annotator.document``, or any other that gives mentions of a document."""


class Model(msgspec.Struct, frozen=True):
    """A tagger with the name that results give, and the ids (``PMID:…``) of the documents that it was trained on."""

    name: str
    tagger: Tagger
    trained_on: tuple[str, ...] = ()


def dictionary(lexicon: Lexicon) -> Model:
    """The tagger of the graph; mentions alone, since sentences and attributes change none."""
    annotator = Annotator(lexicon, with_sentences=False)
    return Model(annotator.version, annotator.document)


def learned(lexicon: Lexicon, folder: Path, linked_by: Path | None = None) -> Model:
    """The union of the dictionary and the trained network in ``folder``, with concepts of similar names, or those that
    the linker in ``linked_by`` gives; raises ModelRefused."""
    tagger = opened(folder)
    linker = Linker(linked_by, lexicon) if linked_by else None
    annotator = Annotator(lexicon, with_sentences=False, tagger=tagger, linker=linker)
    seen = (*tagger.seen, *(linker.seen if linker else ()))
    # Its own name first: floors are told by how a name begins.
    return Model(f"{tagger.method} {annotator.version}", annotator.document, seen)


class _Card(msgspec.Struct, frozen=True):
    """What counts of the card of ``medkg train names``."""

    documents: tuple[str, ...]


def taught_by(names: Path, made: Callable[[Lexicon], Model]) -> Callable[[Lexicon], Model]:
    """``made`` with what the folder ``names`` of ``medkg train names`` teaches; raises ConfigError for another one."""
    learned_names = lessons.read(names / lessons.FILE)
    try:
        card = msgspec.json.decode((names / CARD).read_bytes(), type=_Card)
    except (OSError, msgspec.MsgspecError) as error:
        raise ConfigError(where=names / CARD, reason=str(error)) from error

    def teach(lexicon: Lexicon) -> Model:
        model = made(lessons.taught(lexicon, learned_names))
        # Floors of the dictionary without training mentions are told by how its name begins.
        name = f"{names.name} {model.name}"
        return msgspec.structs.replace(model, name=name, trained_on=(*model.trained_on, *card.documents))

    return teach


class Found(msgspec.Struct, frozen=True):
    """A mention that a tagger found: its place, its type in the corpus, its candidates best first."""

    passage: str
    start: int
    end: int
    type: str
    surface: str
    candidates: tuple[str, ...]


class Tagged(msgspec.Struct, frozen=True):
    """A document with both."""

    labelled: LabelledDocument
    found: tuple[Found, ...]


def tagged(documents: Iterable[LabelledDocument], tagger: Tagger, types: Sequence[str]) -> Iterator[Tagged]:
    """Each document with the mentions of ``types`` that ``tagger`` finds in its text alone."""
    for one in documents:
        mentions = [(mention, as_type(mention.category, types)) for mention in tagger(one.document)]
        found = (
            Found(
                mention.passage, mention.start, mention.end, kind, mention.surface,
                tuple(candidate.concept for candidate in mention.candidates),
            )
            for mention, kind in mentions
            if kind
        )  # fmt: skip
        yield Tagged(one, tuple(found))
