"""A person's name as a record gives it, in one spelling: Chinese characters, or Latin family and given name."""

from __future__ import annotations

import re
from functools import cached_property

import msgspec

from ingest.people.romanised import romanised
from ingest.people.syllables import joined, split
from kg.index.analysis import fold, has_han
from kg.model.document import Author

_LETTERS = re.compile(r"[^\W\d_]+")
_DOT = re.compile("[·•・‧]")
_INITIALS = re.compile(r"(?:[A-Z]{1,3}|(?:[A-Z][.\-\s]*){1,4})").fullmatch
_MOST_WORDS = 4
_MOST_READINGS = 16
_FULL = re.compile(r"[^\W\d_]*[^\W\d_A-Z][^\W\d_]*|[A-Z]{4,}")


class PersonName(msgspec.Struct, frozen=True, dict=True):
    """``han``: all characters, simplified, family name first, or empty. ``family``, ``given``: folded Latin letters,
    words of ``given`` apart. ``full``: more than initials. ``foreign``: characters that only sound out another
    people's name, which pinyin does not give back. ``either``: the Latin family name may be the given one, because all
    words can be Chinese or it is a single letter. ``divided``: the source says which is which. ``suffix``: ``jr``."""

    han: str = ""
    family: str = ""
    given: tuple[str, ...] = ()
    full: bool = False
    foreign: bool = False
    either: bool = False
    divided: bool = True
    suffix: str = ""

    @cached_property
    def key(self) -> str:
        """The full name in one spelling; empty where there is no full name. Equal keys are one name, not one person.

        >>> written("Zhang, Xiao-Ming").key, written("Lü, Wei").key == written("Lyu, Wei").key, written("Zhang W").key
        ('zhang|xiaoming', True, '')
        """
        if self.han:
            return self.han if len(self.han) > 1 else ""
        given = "".join(map(joined, self.given))
        generation = f"|{self.suffix}" if self.suffix else ""
        return f"{joined(self.family)}|{given}{generation}" if self.full and self.family else ""

    @cached_property
    def orders(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """(family, given) of a Latin name, as stated and, where it can be, in every other order and division.

        >>> written("Wei Zhang").orders
        (('zhang', ('wei',)), ('wei', ('zhang',)))
        """
        found = {(self.family, self.given): None}
        if self.either:
            for words in ((*self.given, self.family), (self.family, *self.given)):
                for at in range(1, len(words)):
                    for family, given in ((words[:at], words[at:]), (words[at:], words[:at])):
                        # Initials are never a family name.
                        if all(len(word) > 2 or split(word) for word in family):
                            found["".join(family), given] = None
        return tuple(found)

    @cached_property
    def full_keys(self) -> tuple[str, ...]:
        """The full name in pinyin or Latin letters, in every reading and order; none where there are initials only.

        >>> written("张伟").full_keys, written("Wei Zhang").full_keys, written("Zhang W").full_keys
        (('zhang wei',), ('zhang wei', 'wei zhang'), ())
        """
        if self.han:
            readings = () if self.foreign else romanised(self.han)[:_MOST_READINGS]
            return tuple(dict.fromkeys(f"{one.family} {''.join(one.given)}" for one in readings)) or (self.han,)
        if not self.full:
            return ()
        orders = ((family, "".join(map(joined, given))) for family, given in self.orders if given)
        return tuple(dict.fromkeys(f"{joined(family)} {given}" for family, given in orders))

    @cached_property
    def short_keys(self) -> tuple[str, ...]:
        """Family name and first letter, in every reading and order, the likely one first: two names that can be one
        person's share one.

        >>> written("张伟").short_keys, written("Wei Zhang").short_keys
        (('zhang w',), ('zhang w', 'wei z'))
        """
        if self.foreign:
            return (self.han,)
        if self.han:
            found = [(one.family, one.given[0]) for one in romanised(self.han)[:_MOST_READINGS]]
            return tuple(dict.fromkeys(f"{family} {given[0]}" for family, given in found)) or (self.han,)
        return tuple(dict.fromkeys(f"{joined(family)} {given[0][0]}" for family, given in self.orders if given))

    @property
    def complete(self) -> bool:
        """Whether no other name can be longer: a Chinese name, in characters or wholly in pinyin. Two letters may be
        initials (``YE Zhang``)."""
        return bool(self.han) or (self.pinyin and all(len(word) > 2 for word in (self.family, *self.given)))

    @property
    def pinyin(self) -> bool:
        """Whether a full Latin name can be a Chinese one."""
        return self.full and bool(split(self.family)) and bool(split("".join(self.given)))


def person_name(author: Author) -> PersonName | None:
    """The name of a person; None for a group and where nothing is left."""
    if author.collective:
        return None
    whole = author.family + author.given
    if has_han(whole):
        han = "".join(_words(whole))
        return PersonName(han=han, foreign=bool(_DOT.search(whole))) if han else None
    given = author.given or author.initials
    family = "".join(_words(author.family))
    words = tuple(_words(given))
    if not family:
        return None
    full = bool(author.given) and bool(_FULL.search(author.given))
    names = [word for word in (*words, family) if len(word) > 1]
    shouted = author.family.isupper() and author.given.isupper()
    chinese = (
        (full or shouted or len(family) == 1)
        and len(words) < _MOST_WORDS
        and all(len(word) == 2 or split(word) for word in names)
    )
    either = bool(words and names) and (chinese or len(family) == 1)
    generation = "".join(_words(author.suffix))
    return PersonName(family=family, given=words, full=full, either=either, suffix=generation)


def written(text: str) -> PersonName | None:
    """The name in one line, in any of the usual forms; None where it holds no letters.

    >>> written("张伟").han, written("Zhang W").given, written("Wei Zhang").family, written("Zhang, Wei").family
    ('张伟', ('w',), 'zhang', 'zhang')
    """
    family, comma, given = text.strip().partition(",")
    if not comma and not has_han(text):
        first, _, last = text.strip().rpartition(" ")
        family, given = (first, last) if first and (_INITIALS(last) or _capital(first)) else (last, first)
    found = person_name(Author(family=family, given=given))
    return msgspec.structs.replace(found, divided=bool(comma)) if found else None


def _capital(text: str) -> bool:
    """Whether capitals mark a family name that stands first (``LI Na``), not initials (``XM Zhang``)."""
    words = _words(text)
    return (
        text.isupper() and all(len(word) > 3 or split(word) for word in words) and any(len(word) > 1 for word in words)
    )


def _words(text: str) -> list[str]:
    return _LETTERS.findall(fold(text))
