"""Words around two mentions that show what a sentence does not say of them: ``fit.toml`` as expressions."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

import msgspec

_SHORT_FORM = r"(?:\s?\([^()]{0,20}\))?"
_OTHERS = r"(?:[\w-]+(?:\s?\([^()]{0,20}\))?(?:, and |, or |, | and | or |/))*"
"""Other members of a list."""
_ARTICLE = r"(?:(?:the|an?|its|this|both|partial|continuous)\s)*"


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    heads: tuple[str, ...]
    condition_heads: tuple[str, ...]
    general: tuple[str, ...]
    lack: tuple[str, ...]
    together: tuple[str, ...]
    alike: tuple[str, ...]
    meanwhile: tuple[str, ...]
    less: tuple[str, ...]
    prevents: tuple[str, ...]
    people: tuple[str, ...]
    induced: tuple[str, ...]
    caused: tuple[str, ...]
    others_risk: tuple[str, ...]
    known: tuple[str, ...]
    headings: tuple[str, ...]


class Phrases(NamedTuple):
    """``behind`` is matched right behind a mention, what begins with ``before`` is searched for up to its start; the
    others are for the words from the end of the first mention to the start of the other."""

    behind: re.Pattern[str]
    behind_condition: re.Pattern[str]
    general: re.Pattern[str]
    before_lack: re.Pattern[str]
    before_together: re.Pattern[str]
    before_alike: re.Pattern[str]
    before_meanwhile: re.Pattern[str]
    less: re.Pattern[str]
    together: re.Pattern[str]
    behind_together: re.Pattern[str]
    prevents: re.Pattern[str]
    own: re.Pattern[str]
    own_associated: re.Pattern[str]
    only_associated: re.Pattern[str]
    other_object: re.Pattern[str]
    other_agent: re.Pattern[str]
    caused: re.Pattern[str]
    others_risk: re.Pattern[str]
    listed: re.Pattern[str]
    listed_last: re.Pattern[str]
    population: re.Pattern[str]
    arises: re.Pattern[str]
    treated_group: re.Pattern[str]
    known: re.Pattern[str]
    headings: re.Pattern[str]


@lru_cache(maxsize=1)
def phrases() -> Phrases:
    """Of English: no other language has any."""
    file = tomllib.loads((files("ingest.text.claims") / "fit.toml").read_text("utf-8"))
    words = msgspec.convert(file["en"], _Words)

    def any_of(listed: tuple[str, ...]) -> str:
        return f"(?:{'|'.join(listed)})"

    def behind(listed: tuple[str, ...]) -> re.Pattern[str]:
        # One more word of the name may come first, if it has a capital or a digit: "histamine H(3)-receptor".
        return re.compile(
            rf"{_SHORT_FORM}(?:[\s-](?=[\w/-]*[A-Z0-9])[\w()/'-]+?)?(?:[\s-]|-like )(?:related )?{any_of(listed)}\b"
        )

    def before(listed: tuple[str, ...]) -> re.Pattern[str]:
        return re.compile(rf"\b{any_of(listed)}\s{_ARTICLE}(?:[\w-]+\s)?{_OTHERS}$", re.IGNORECASE)

    def word(listed: tuple[str, ...]) -> re.Pattern[str]:
        return re.compile(rf"\b{any_of(listed)}\b", re.IGNORECASE)

    induced, people = any_of(words.induced), any_of(words.people)
    return Phrases(
        behind=behind(words.heads),
        behind_condition=behind(words.condition_heads),
        general=re.compile(any_of(words.general), re.IGNORECASE),
        before_lack=before(words.lack),
        before_together=before(words.together),
        before_alike=before(words.alike),
        before_meanwhile=before(words.meanwhile),
        less=word(words.less),
        together=word(words.together),
        behind_together=re.compile(rf"{_SHORT_FORM} (?:in )?{any_of(words.together)}\b", re.IGNORECASE),
        prevents=word(words.prevents),
        own=re.compile(rf"^{_SHORT_FORM}[-– ]{induced}\b"),
        own_associated=re.compile(rf"{_SHORT_FORM}[-– ](?:associated|related)\b"),
        only_associated=re.compile(rf"{_SHORT_FORM}[-– ]{induced} (?:with|to)\b"),
        other_object=re.compile(rf"{_SHORT_FORM}[-– ]{induced}\b[^,;:]*\b(?:of|in|for|to)\b"),
        other_agent=re.compile(rf"(?<!dose)(?<=[\w)])[-–]{induced}\b"),
        caused=word(words.caused),
        others_risk=word(words.others_risk),
        listed=re.compile(rf"{_SHORT_FORM}[-–]?\s?(?:,|and\b|or\b|/)"),
        listed_last=re.compile(r",\s(?:and|or)\b"),
        population=re.compile(
            rf"{_SHORT_FORM} {people} (?:who (?:were|are) )?(?:\w+ly )?(?:receiving|taking|treated|after|following)\b"
        ),
        arises=re.compile(rf"\b(?:in|among|of) (?:[\w-]+ ){{0,4}}{people} (?:[\w-]+ ){{0,2}}?(?:treated|managed)\b"),
        treated_group=re.compile(rf"[- ]treated (?:group|{people})\b"),
        known=re.compile(rf"{_SHORT_FORM}(?: (?:{people}|attacks?|activity|formation))?,? {any_of(words.known)}\b"),
        headings=re.compile(any_of(words.headings), re.IGNORECASE),
    )  # fmt: skip
