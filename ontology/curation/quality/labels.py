"""Names: missing, empty, doubled, shared with others, or seeming to be.

qSKOS: Missing Labels, Empty Labels, Unprintable Characters in Labels, Inconsistent Preferred Labels, Disjoint Labels
Violation, Overlapping Labels, Incomplete Language Coverage, Omitted or Invalid Language Tags, Ambiguous Notation
References.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator

from kg.messages import LANGUAGES
from kg.model.concept import Concept, Label
from kg.model.finding import Finding
from ontology.curation.current import NAMING, Current, spelling, system
from ontology.curation.quality.scripts import composed, mixed, skeleton, unprintable

_TAG = re.compile(
    r"[a-z]{2,3}(-[a-z]{3}){0,3}(-[a-z]{4})?(-([a-z]{2}|\d{3}))?(-([a-z\d]{5,8}|\d[a-z\d]{3}))*(-x(-[a-z\d]{1,8})+)?",
    re.I,
)
"""Well-formed tags of RFC 5646 without extensions and grandfathered ones."""
_ISO_639_1 = """
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el
    en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it
    iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt
    my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl
    sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo
    za zh zu
"""
_TWO_LETTERS = frozenset(_ISO_639_1.split())
_LISTED = 20
"""Concepts of one name that a finding lists."""


def label_findings(concept: Concept, current: Current) -> Iterator[Finding]:
    """What is to be said about the labels and codes of a concept, and who shares them."""
    yield from _each(concept)
    if concept.deprecated:
        return
    if not concept.labels:
        yield Finding("label-missing", concept.id, severity="error")
    known = {label.language.partition("-")[0] for label in concept.labels if label.kind == "preferred"}
    for code in LANGUAGES:
        if concept.labels and code not in known:
            yield Finding("language-gap", concept.id, code)
    yield from _shared(concept, current)
    for code in concept.notations:
        others = _within(current.noted(code), concept, current)
        if others:
            yield Finding("notation-shared", concept.id, code, path=tuple(others[:_LISTED]))


def told(label: Label) -> str:
    """A label as findings tell it: ``gout@en``."""
    return f"{label.value}@{label.language}" if label.language else label.value


def _each(concept: Concept) -> Iterator[Finding]:
    preferred = Counter(label.language for label in concept.labels if label.kind == "preferred")
    for code, times in preferred.items():
        if times > 1:
            names = sorted(
                label.value for label in concept.labels if (label.kind, label.language) == ("preferred", code)
            )
            yield Finding("label-several-preferred", concept.id, f"{' | '.join(names)}@{code}", "error")
    kinds: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for label in concept.labels:
        kinds[label.value, label.language].add(label.kind)
        if not label.value.strip():
            yield Finding("label-empty", concept.id, severity="error")
            continue
        if character := unprintable(label.value):
            yield Finding("label-unprintable", concept.id, f"{told(label)} ({character})", "error")
        if not composed(label.value):
            yield Finding("label-not-composed", concept.id, told(label))
        if word := mixed(label.value):
            yield Finding("label-mixed-scripts", concept.id, f"{told(label)} ({word})")
        yield from _tag(concept.id, label)
    for (value, code), each in kinds.items():
        if "preferred" in each and each - {"preferred"}:
            yield Finding("label-twice", concept.id, f"{value}@{code}")


def _tag(concept: str, label: Label) -> Iterator[Finding]:
    if not label.language:
        yield Finding("language-missing", concept, label.value, "error")
    elif label.language not in LANGUAGES and not valid_tag(label.language):
        yield Finding("language-invalid", concept, told(label), "error")


def valid_tag(tag: str) -> bool:
    """Whether a language tag is well-formed, and its language, where it has two letters, in ISO 639-1.

    >>> [valid_tag(tag) for tag in ("zh-Hant", "en-GB", "xx", "english language", "cmn")]
    [True, True, False, False, True]
    """
    language = tag.partition("-")[0].lower()
    return _TAG.fullmatch(tag) is not None and (len(language) == 3 or language in _TWO_LETTERS)


def _within(others: object, concept: Concept, current: Current) -> list[str]:
    """Of concepts those of the same terminology that are in use, without the one itself."""
    own = system(concept.id)
    found = [one for one in others if one != concept.id and system(one) == own]  # type: ignore[attr-defined]
    return [one for one in found if (it := current.concept(one)) is not None and not it.deprecated]


def _shared(concept: Concept, current: Current) -> Iterator[Finding]:
    """Names that another concept of the terminology has, too, or one that only looks like it."""
    for label in concept.labels:
        if label.kind not in NAMING or not label.value.strip():
            continue
        folded = spelling(label.value)
        plain = spelling(skeleton(label.value))
        near = {folded, plain} if plain != folded else {folded}
        others = {other for one in near for other in current.named(one)} - {concept.id}
        if others:
            yield from _compared(concept, label, _within(sorted(others), concept, current), current)


def _compared(concept: Concept, label: Label, others: list[str], current: Current) -> Iterator[Finding]:
    """One finding of each kind for a label, with all whom it concerns."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for curie in others:
        other = current.concept(curie)
        codes = {_likeness(label, one) for one in (other.labels if other else ()) if one.kind in NAMING} - {""}
        if codes:
            found[min(codes, key=_STRONGEST.index)].append(curie)
    for code, path in sorted(found.items()):
        severe = "error" if code == "label-conflict" else "warning"
        yield Finding(code, concept.id, told(label), severe, tuple(path[:_LISTED]))  # type: ignore[arg-type]


_STRONGEST = ("label-conflict", "label-twin", "label-look-alike", "label-overlap")


def _likeness(label: Label, other: Label) -> str:
    """How two labels are the same, or seem to be; empty for not at all."""
    if label.value == other.value:
        both = label.kind == other.kind == "preferred" and label.language == other.language
        return "label-conflict" if both else "label-overlap"
    if unicodedata.normalize("NFC", label.value) == unicodedata.normalize("NFC", other.value):
        return "label-twin"
    if spelling(label.value) == spelling(other.value):
        both = label.kind == other.kind == "preferred" and label.language == other.language
        folded = unicodedata.normalize("NFKC", label.value).casefold()
        same = folded == unicodedata.normalize("NFKC", other.value).casefold()
        return "label-conflict" if both and same else "label-overlap"
    if spelling(skeleton(label.value)) == spelling(skeleton(other.value)):
        return "label-look-alike"
    return ""
