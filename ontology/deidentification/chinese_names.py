"""Chinese names of people: a surname where the words before or after it speak of somebody."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ontology.deidentification.chinese_alone import (
    alone_names,
    dotted_names,
    familiar_names,
    masked_names,
    placed_names,
)
from ontology.deidentification.chinese_beds import names_in_beds
from ontology.deidentification.chinese_bounds import EDGE, HAN, HARD, MASK, goes_on, nobody_at, patterns, title_at
from ontology.deidentification.chinese_clauses import clause_names
from ontology.deidentification.chinese_foreign import foreign_names
from ontology.deidentification.chinese_labels import labelled_names
from ontology.deidentification.chinese_lone import lone_names
from ontology.deidentification.chinese_nobody import nobody
from ontology.deidentification.chinese_roles import role_names
from ontology.deidentification.chinese_titles import titled_names
from ontology.deidentification.chinese_told import called_names, followed_names, told_names
from ontology.deidentification.chinese_unheard import unheard_names
from ontology.deidentification.chinese_wholes import whole_names
from ontology.deidentification.chinese_words import segmented
from ontology.deidentification.given_names import given_names
from ontology.deidentification.span import Span
from ontology.deidentification.words import words


def chinese_names(text: str) -> Iterator[Span]:
    """Names in folded text. One that was sure once is a name wherever it stands."""
    parts = (
        told_names,
        followed_names,
        called_names,
        dotted_names,
        familiar_names,
        masked_names,
        alone_names,
        placed_names,
        labelled_names,
        given_names,
        whole_names,
        lone_names,
    )
    first = {place for part in parts for place in part(text)}
    seen = segmented(text)
    first |= {
        place for part in (role_names, titled_names, names_in_beds, clause_names, unheard_names) for place in part(seen)
    }
    first |= {*foreign_names(text)}
    # Signs and diseases are called after somebody (巴氏征), and nobody is called so.
    found = sorted(
        one
        for one in first | {*_listed(text, first)}
        if text[one[0] + 1 : one[0] + 3] not in ("氏征", "氏病") and not nobody(text, *one)
    )
    yield from (Span(start, end, "name") for start, end in found)
    sure = {text[start:end] for start, end in found if end - start >= 2 and not set(text[start:end]) & set(MASK)}
    for name in sorted(sure):
        if name in words().not_names or len(name) < 2:
            continue
        for again in re.finditer(re.escape(name), text):
            yield Span(*again.span(), "name")
        for alone in re.finditer(
            rf"(?:^|(?<=[\n。，,;；])){re.escape(name[0])}(?=另嘱|[建]议|否认|[自代]?诉|说|认为|指出|同意|称|要求|拒绝|回复|答)",
            text,
        ):
            yield Span(*alone.span(), "name")
        if len(name) == 3:
            # Given names alone stay: they are words too often.
            for short in re.finditer(rf"[小老阿]{re.escape(name[0])}(?![{HAN}]{{2}})", text):
                yield Span(*short.span(), "name")


def _listed(text: str, known: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Further names in a list that begins with one."""
    _, _, _, whole = patterns()
    walked: set[int] = set()  # A list is walked once, however many of its names are known.
    for _, end in sorted(known):
        while end not in walked and (part := re.match(r"\s*[、/,，和与及;&+]\s*|\s{1,3}", text[end : end + 4])):
            walked.add(end)
            at = end + part.end()
            head = whole.match(text, at)
            strong = part[0].strip() in ("、", "/", "和", "与", "及", "&", "+")
            if head is None or nobody_at(text, at) or (not strong and head[0] in words().rare):
                break
            size = next(
                (size for size in (2, 1) if re.fullmatch(rf"[{HAN}]{{{size}}}", text[head.end() : head.end() + size])
                 and EDGE.match(text, head.end() + size) and not set(text[head.end() : head.end() + size]) & HARD), 0
            )  # fmt: skip
            if not size and strong:
                size = next(
                    (size for size in (2, 1) if title_at(text, head.end() + size) or goes_on(text, head.end() + size)),
                    0,
                )
            if not size:
                break
            yield at, head.end() + size
            end = head.end() + size
