"""spaCy pipeline components over the same code: for people who already have a spaCy pipeline.

The service itself does not run spaCy. Factories are found through the entry points of
``spacy_factories``; importing this module registers them too::

    nlp = spacy.blank("zh")
    nlp.add_pipe("medkg_sentences")
    nlp.add_pipe("medkg_abbreviations")
    nlp.add_pipe("medkg_entities", config={"lexicon": "labels.lexicon"})

Configuration holds paths only, so ``nlp.config`` and ``nlp.to_disk`` stay small and readable.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Span

from ingest.text.abbreviations import abbreviations
from ingest.text.annotate import Annotator
from ingest.text.sentences import sentences
from ontology.lexicon import Lexicon

Component = Callable[[Doc], Doc]
Alignment = Literal["strict", "contract", "expand"]


@Language.factory("medkg_sentences", assigns=["token.is_sent_start", "doc.sents"])
def medkg_sentences(nlp: Language, name: str) -> Component:
    """Sets sentence starts by the rules of ``ingest.text.sentences``."""
    return _mark_sentences


def _mark_sentences(doc: Doc) -> Doc:
    # One array instead of ``token.is_sent_start``, whose setter looks through the whole document each time.
    offsets = doc.to_array("IDX").astype(np.int64)
    marks = np.full(len(doc), -1, dtype=np.int64)
    marks[:1] = 1
    begins = np.array([start for start, _ in sentences(doc.text)][1:], dtype=np.int64)
    # A sentence that begins inside a token begins there for spaCy.
    marks[np.searchsorted(offsets, begins, side="right") - 1] = 1
    return doc.from_array(["SENT_START"], cast(Any, marks.astype(np.uint64).reshape(-1, 1)))


@Language.factory("medkg_abbreviations", default_config={"detector": "medkg"}, assigns=["doc._.medkg_abbreviations"])
def medkg_abbreviations(nlp: Language, name: str, detector: Literal["medkg", "scispacy"]) -> Component:
    """Sets ``doc._.medkg_abbreviations``: (short form, span of the short form, span of the long form), in characters.

    ``detector="scispacy"`` uses scispaCy's detector instead (English only, about sixty times slower).
    """
    if not Doc.has_extension("medkg_abbreviations"):
        Doc.set_extension("medkg_abbreviations", default=())
    return _ScispacyAbbreviations(nlp) if detector == "scispacy" else _define


def _define(doc: Doc) -> Doc:
    doc._.medkg_abbreviations = tuple((found.short_form, found.short, found.long) for found in abbreviations(doc.text))
    return doc


class _ScispacyAbbreviations:
    def __init__(self, nlp: Language) -> None:
        from scispacy.abbreviation import AbbreviationDetector  # half a second, so only when asked for

        self._detector = AbbreviationDetector(nlp, "abbreviation_detector", make_serializable=False)

    def __call__(self, doc: Doc) -> Doc:
        doc = cast(Doc, self._detector(doc))
        doc._.medkg_abbreviations = tuple(
            (short.text, (short.start_char, short.end_char), (short._.long_form.start_char, short._.long_form.end_char))
            for short in sorted(doc._.abbreviations)  # it hands out a set's order
        )
        return doc


@Language.factory(
    "medkg_entities",
    default_config={"alignment": "expand", "spans_key": "medkg"},
    assigns=["doc.ents", "doc.spans", "span._.medkg_mention", "doc._.medkg_mentions"],
)
def medkg_entities(nlp: Language, name: str, lexicon: str, alignment: Alignment, spans_key: str) -> Component:
    """Sets ``doc.ents`` (label: category, ``kb_id_``: best concept) and the same spans under ``doc.spans[spans_key]``.

    ``lexicon`` is the path of a saved ``ontology.lexicon.Lexicon``. Mentions with exact offsets stand in
    ``doc._.medkg_mentions`` and ``span._.medkg_mention``; a spaCy span keeps to tokens, so where a name
    cuts a token the span is widened (``expand``), narrowed (``contract``) or left out (``strict``).
    """
    for kind, extension, default in ((Doc, "medkg_mentions", ()), (Span, "medkg_mention", None)):
        if not kind.has_extension(extension):
            kind.set_extension(extension, default=default)
    return _Entities(Annotator(Lexicon.load(Path(lexicon))), nlp.lang or "", alignment, spans_key)


class _Entities:
    def __init__(self, annotator: Annotator, language: str, alignment: Alignment, spans_key: str) -> None:
        self._annotator = annotator
        self._language = language if language in {"en", "zh"} else ""
        self._alignment = alignment
        self._key = spans_key

    def __call__(self, doc: Doc) -> Doc:
        mentions = self._annotator.text(doc.text, self._language)
        doc._.medkg_mentions = tuple(mentions)
        spans, taken = [], 0
        for mention in mentions:
            span = doc.char_span(
                mention.start,
                mention.end,
                label=mention.category,
                kb_id=mention.candidates[0].concept if mention.candidates else "",
                alignment_mode=self._alignment,
            )
            if span is not None and span.start >= taken:  # two names inside one token cannot both be entities
                span._.medkg_mention = mention
                spans.append(span)
                taken = span.end
        doc.spans[self._key] = spans
        doc.set_ents(spans)
        return doc
