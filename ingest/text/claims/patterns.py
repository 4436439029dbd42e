"""How sentences of a language say that two concepts are related: ``relations.en.toml``, ``relations.zh.toml``.

A pattern is a regular expression over a sentence in which each mention is one sign: ``{s} causes {o}``. Librarians can
read and add rows; nothing of a language is in the code.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Literal

import msgspec

from kg.errors import ConfigError

FIRST, LAST = "\ue000", "\uf8ff"
"""The signs that stand for mentions: the first mention of a sentence is ``FIRST``, and so on."""
_NAME = re.compile(r"\{([a-z]+)\}")


class Relation(msgspec.Struct, frozen=True):
    """``subject`` and ``object`` are categories of mentions. ``denied``: whether words of denial turn it round.
    ``assumed``: taken as known whatever the sentence asks or denies; a negated mention still turns it round.
    """

    predicate: str
    subject: tuple[str, ...]
    object: tuple[str, ...]
    patterns: tuple[str, ...]
    denied: bool = True
    assumed: bool = False


class Doubt(msgspec.Struct, frozen=True):
    """Words that deny, leave open, ask, or hedge what a pattern says."""

    denies: re.Pattern[str]
    opens: re.Pattern[str]
    questions: re.Pattern[str]
    hedges: re.Pattern[str]


class Patterns(msgspec.Struct, frozen=True):
    """The relations of a language, each with its compiled patterns."""

    relations: tuple[tuple[Relation, tuple[re.Pattern[str], ...]], ...]
    doubt: Doubt


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reach: dict[Literal["few", "some", "far", "joined"], str]
    words: dict[str, tuple[str, ...]]
    doubt: dict[Literal["denies", "opens", "questions", "hedges"], tuple[str, ...]]
    relation: tuple[Relation, ...]


@lru_cache(maxsize=2)
def patterns(language: Literal["en", "zh"]) -> Patterns:
    """The patterns of a language.

    >>> [relation.predicate for relation, _ in patterns("zh").relations] == [
    ...     relation.predicate for relation, _ in patterns("en").relations]
    True
    """
    text = (files("ingest.text.claims") / f"relations.{language}.toml").read_text("utf-8")
    file = msgspec.convert(tomllib.loads(text), _File)
    sign = f"[{FIRST}-{LAST}]"
    listed = f"{sign}(?:{file.reach['joined']}{sign}){{0,15}}"
    names = {name: f"(?:{'|'.join(words)})" for name, words in file.words.items()} | {
        "few": file.reach["few"].replace("[^", f"[^{FIRST}-{LAST}"),
        "some": file.reach["some"].replace("[^", f"[^{FIRST}-{LAST}"),
        "far": file.reach["far"].replace("[^", f"[^{FIRST}-{LAST}"),
        "s": f"(?P<s>{listed})",
        "o": f"(?P<o>{listed})",
    }
    # Chinese words have no blanks between them, so any letters may be one.
    edge = r"\b" if language == "en" else ""

    def compiled(pattern: str) -> re.Pattern[str]:
        try:
            return re.compile(_NAME.sub(lambda name: names[name[1]], pattern), re.IGNORECASE)
        except (KeyError, re.error) as error:
            raise ConfigError(where=f"relations.{language}.toml", reason=f"{pattern}: {error}") from error

    doubt = {
        kind: re.compile(f"{edge}(?:{'|'.join(words)}){edge}", re.IGNORECASE) for kind, words in file.doubt.items()
    }
    relations = tuple((row, tuple(compiled(one) for one in row.patterns)) for row in file.relation)
    return Patterns(relations, Doubt(**doubt))
