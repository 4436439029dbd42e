"""What a name says, for comparison: its natural order, its words in one form each, its letters.

Names of one concept differ in order (*Carcinoma, Lobular*), number, spelling and in which of two words of one sense
they use (*renal*, *kidney*). Words and their senses stand in ``words.toml``; Chinese names are characters and pairs.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

import msgspec

from ontology.normalize import normalize

_WORD = re.compile(r"[a-z0-9α-ω]+")
_TOKEN = re.compile(r"[^\W_]+")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_BRACKETS = re.compile(r"[()\[\]{}]")
_SPELLINGS = (("aem", "em"), ("oedem", "edem"), ("oesoph", "esoph"), ("tumour", "tumor"), ("paed", "ped"),
              ("rrhoea", "rrhea"), ("foet", "fet"), ("coeli", "celi"), ("sulph", "sulf"), ("haem", "hem"),
              ("isation", "ization"), ("praev", "prev"), ("leuka", "leuke"), ("mould", "mold"))  # fmt: skip
_NUMBERS = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
_ENDINGS = (
    ("oses", "osis"),
    ("stases", "stasis"),
    ("iases", "iasis"),
    ("itides", "itis"),
    ("omata", "oma"),
    ("yses", "ysis"),
    ("eses", "esis"),
)
_GENITIVE = "s"
"""What is left of *Wegener's* once normalised."""
WEAK = 0.25
"""What a word that says little counts of what another would."""


class Wording(msgspec.Struct, frozen=True, gc=False):
    """``text``: normalised, without punctuation, in natural order. ``words``: each once, in one form, sorted."""

    text: str
    words: tuple[str, ...]

    @property
    def numbers(self) -> frozenset[str]:
        """Words with digits: types and grades, which must agree."""
        return frozenset(word for word in self.words if any(char.isdigit() for char in word))


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, str], frozenset[str]]:
    told = tomllib.loads(files("ontology.mapping").joinpath("words.toml").read_text("utf-8"))
    same = {word: group.split()[0] for group in told["same"] for word in group.split()}
    return same, frozenset(told["weak"].split())


def says_little(word: str) -> bool:
    return word in _table()[1]


@lru_cache(maxsize=1 << 16)
def worded(name: str) -> Wording:
    """The wording of a name as sources write it.

    >>> worded("Carcinomas, Renal Cell").text, worded("Carcinomas, Renal Cell").words
    ('renal cell carcinomas', ('carcinoma', 'cell', 'kidney'))
    >>> worded("Diabetes mellitus, Type II").words == worded("type 2 diabetes mellitus").words
    True
    >>> worded("高血壓病").words
    ('压', '压病', '病', '血', '血压', '高', '高血')
    """
    flat = _BRACKETS.sub(" ", normalize(name).text)
    parts = [part for part in flat.split(", ") if part.strip()]
    if 2 <= len(parts) <= 5:
        flat = " ".join(reversed(parts))
    tokens = _WORD.findall(flat)
    found = {_one_form(one) for one in tokens if one != _GENITIVE}
    text = " ".join(one for one in _TOKEN.findall(flat) if one != _GENITIVE)
    for run in _HAN.findall(flat):
        found.update(run)
        found.update(run[at : at + 2] for at in range(len(run) - 1))
    return Wording(text, tuple(sorted(found)))


def grams(text: str) -> list[str]:
    """Three letters at a time of words, with their borders; of Chinese one and two characters.

    >>> grams("gout")
    [' go', 'gou', 'out', 'ut ']
    """
    found: list[str] = []
    for token in text.split():
        if _HAN.match(token):
            found += list(token)
            found += [token[at : at + 2] for at in range(len(token) - 1)]
        else:
            padded = f" {token} "
            found += [padded[at : at + 3] for at in range(len(padded) - 2)]
    return found


def _one_form(token: str) -> str:
    same = _table()[0]
    if token in _NUMBERS:
        return _NUMBERS[token]
    for british, american in _SPELLINGS:
        if british in token:
            token = token.replace(british, american)
    if token in same:
        return same[token]
    token = _singular(token)
    return same.get(token, token)


def _singular(token: str) -> str:
    """One of several; unlike ``kg.index.analysis.stem`` also of Greek and Latin plurals."""
    if len(token) < 4 or not token.endswith(("s", "a")):
        return token
    for plural, singular in _ENDINGS:
        if token.endswith(plural):
            return token[: -len(plural)] + singular
    if token.endswith("ies"):
        return token[:-3] + "y"
    if token.endswith(("sses", "xes", "shes", "ches")):
        return token[:-2]
    return token if token.endswith(("ss", "us", "is", "a", "ics")) else token[:-1]
