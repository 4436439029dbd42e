"""Names of people in Latin letters, from what stands around them, from lists, or from a capital alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology.deidentification.english_dictated import dictated_names
from ontology.deidentification.english_forms import WORD
from ontology.deidentification.english_kin import kin_names
from ontology.deidentification.english_pairs import pair_names
from ontology.deidentification.english_roles import english_roles
from ontology.deidentification.english_subjects import subject_names
from ontology.deidentification.english_told import told_names
from ontology.deidentification.english_vocabulary import idiom
from ontology.deidentification.english_wholes import whole_name
from ontology.deidentification.eponyms import called_after
from ontology.deidentification.lowercase_names import lowercase_names
from ontology.deidentification.span import Span
from ontology.deidentification.unheard_names import unheard_names
from ontology.deidentification.vocabulary import known
from ontology.deidentification.words import words


def english_names(text: str) -> Iterator[Span]:
    """Names in folded text; an eponym before a word of medicine (*Parkinson's disease*) is none."""
    sure: set[str] = set()
    told = ((span, True) for span in told_names(text))
    for span, everywhere in (*told, *pair_names(text), *subject_names(text)):
        if not idiom(text, span.start, span.end):
            yield whole_name(text, span)
            if everywhere:
                sure.update(word for word in WORD.findall(text[span.start : span.end]) if len(word) > 2)
    for span in (*lowercase_names(text), *unheard_names(text), *english_roles(text), *kin_names(text)):
        if not idiom(text, span.start, span.end):
            yield whole_name(text, span)
    yield from dictated_names(text)
    for name in sorted(sure):
        if name.lower() in words().not_people or len(name) < 3 or known(name) or (name.isupper() and len(name) < 5):
            continue
        for again in re.finditer(rf"(?<![\w]){re.escape(name)}(?:'s)?(?![\w])", text):
            if not called_after(text, again.end()):
                yield Span(again.start(), again.start() + len(name), "name")
