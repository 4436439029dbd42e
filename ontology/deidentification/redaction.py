"""Taking identifiers out of a text: who, where, when, which number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from kg.messages import Catalogue
from ontology.deidentification.chinese_codes import chinese_codes
from ontology.deidentification.chinese_days import chinese_days
from ontology.deidentification.chinese_institutions import chinese_institutions
from ontology.deidentification.chinese_names import chinese_names
from ontology.deidentification.chinese_places import chinese_places
from ontology.deidentification.dates import dates
from ontology.deidentification.edges import completed
from ontology.deidentification.english_calendars import english_calendars
from ontology.deidentification.english_dates import english_dates
from ontology.deidentification.english_days import english_days
from ontology.deidentification.english_dictated import english_dictated
from ontology.deidentification.english_institutions import english_institutions
from ontology.deidentification.english_marks import english_marks
from ontology.deidentification.english_names import english_names
from ontology.deidentification.english_numbers import english_numbers
from ontology.deidentification.english_records import english_records
from ontology.deidentification.english_whereabouts import english_whereabouts
from ontology.deidentification.folding import folded
from ontology.deidentification.institutions import institutions
from ontology.deidentification.numbers import numbers
from ontology.deidentification.pieces import pieces
from ontology.deidentification.places import places
from ontology.deidentification.span import Span, merged

_TEXTS = Catalogue("kg")


class Redacted(msgspec.Struct, frozen=True):
    """A text with words for what was taken out, and where that stood in the raw text."""

    text: str
    spans: tuple[Span, ...]


def deidentified(text: str, language: Literal["zh", "en"]) -> Redacted:
    """``text`` without names, numbers of identity, phones, addresses, record numbers, dates, e-mail addresses,
    institutions and ages above 89 (the identifiers of 45 CFR 164.514(b)(2) that a note can hold, and what Chinese
    notes hold beside them).

    ``language`` is that of the words put in their place; both languages are looked for in every text. It is a help
    for who stores notes, not a promise: what it misses is measured in ADR 41.

    >>> deidentified("患者张建国，男，65岁，电话13800138000，2023年5月6日入院。", "zh").text
    '患者[姓名]，男，65岁，电话[电话]，[日期]入院。'
    >>> deidentified("Mr. John Smith (MRN 00412345) has Parkinson's disease.", "en").text
    "Mr. [name] (MRN [record number]) has Parkinson's disease."
    """
    seen = folded(text)
    spans = merged(span for start, end in pieces(seen) for span in _found(seen[start:end], start))
    parts, at = [], 0
    for span in spans:
        parts += [text[at : span.start], f"[{_TEXTS.text(f'redacted.{span.kind}', language)}]"]
        at = span.end
    return Redacted("".join([*parts, text[at:]]), spans)


def _found(seen: str, offset: int) -> Iterator[Span]:
    found = [*numbers(seen), *dates(seen), *places(seen), *institutions(seen)]
    found += [
        *english_numbers(seen),
        *english_dates(seen),
        *english_days(seen),
        *english_calendars(seen),
        *english_records(seen),
        *english_institutions(seen),
    ]
    found += [*english_marks(seen), *english_whereabouts(seen), *english_dictated(seen)]
    found += [*chinese_codes(seen), *chinese_days(seen)]
    found += (Span(*place, "institution") for place in chinese_institutions(seen))
    found += (Span(*place, "address") for place in chinese_places(seen))
    # Names last: a street that is called after somebody is a street.
    taken = merged(found)
    names = [*chinese_names(seen), *english_names(seen)]
    for span in completed(seen, (*taken, *(name for name in names if not _within(name, taken)))):
        yield Span(span.start + offset, span.end + offset, span.kind)


def _within(span: Span, others: tuple[Span, ...]) -> bool:
    return any(one.start <= span.start and span.end <= one.end for one in others)
