"""The dictionary: every name that texts are searched for, with the concepts that it may mean.

Batches carry their labels as a side table ``labels.tsv`` (``LabelRow``); a lexicon is built from the
rows of all batches, whatever their order, and saved to one file. It holds no automaton: each worker
builds that from the names (``ontology.matcher``).
"""

from __future__ import annotations

import hashlib
import os
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast

import msgspec

from kg.errors import InputError, IntegrityError
from kg.model.concept import Concept, LabelKind
from ontology import admission, variants
from ontology.normalize import normalize

LABELS = "labels.tsv"
COLUMNS = ("concept", "category", "language", "kind", "source", "surface")
FORMAT = f"lexicon.v1 {variants.RULES} {admission.RULES}"


class LabelRow(msgspec.Struct, frozen=True, order=True, gc=False):
    """One name of one concept, as ``labels.tsv`` holds it. ``source`` is a release name (``doid``)."""

    concept: str
    category: str
    language: str
    kind: str
    source: str
    surface: str

    def line(self) -> str:
        """The row as a tab-separated line; white space inside a name is one space by construction."""
        return f"{self.concept}\t{self.category}\t{self.language}\t{self.kind}\t{self.source}\t{self.surface}\n"


def label_rows(concept: Concept, source: str) -> Iterator[LabelRow]:
    """The names of a concept that is not deprecated.

    >>> from kg.model.concept import Label
    >>> [row.surface for row in label_rows(Concept("DOID:1612", "disease", (Label("breast  cancer", "en"),)), "doid")]
    ['breast cancer']
    """
    if concept.deprecated:
        return
    for label in concept.labels:
        if surface := " ".join(label.value.split()):
            yield LabelRow(concept.id, concept.category, label.language, label.kind, source, surface)


def read_labels(path: Path) -> Iterator[LabelRow]:
    """Rows of a ``labels.tsv`` without header line; raises InputError naming the line."""
    try:
        with path.open(encoding="utf-8", newline="\n") as stream:
            for number, line in enumerate(stream, 1):
                cells = line.rstrip("\n").split("\t")
                if len(cells) != len(COLUMNS):
                    reason = f"{len(cells)} columns, not {len(COLUMNS)}"
                    raise InputError(path=path, position=f"line {number}", reason=reason)
                yield LabelRow(*cells)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(path=path, position="", reason=str(error)) from error


class Sense(msgspec.Struct, frozen=True, order=True, gc=False):
    """One thing a name may mean, and how that name came to be.

    ``form`` is ``exact`` or the variant rule; ``exact`` holds the form with capitals that the text must
    show (``normalize`` with ``cased``), empty where case does not matter.
    """

    concept: str
    category: str
    language: str
    kind: str
    source: str
    form: str = "exact"
    exact: str = ""


class _Stored(msgspec.Struct, frozen=True):
    """The file: columns, with every repeated string once. Senses of name i: ``starts[i]:starts[i+1]``."""

    format: str
    digest: str
    names: list[str]
    strings: list[str]
    starts: list[int]
    senses: list[tuple[int, int, int, int, int, int, int]]


class Lexicon:
    """Names in sorted order and their senses. ``digest`` stands for the content and the rules."""

    def __init__(self, names: list[str], senses: list[tuple[Sense, ...]], digest: str = "") -> None:
        """``digest`` is computed where it is not known."""
        self.names = names
        self.senses = senses
        self.digest = digest or _digest(names, senses)

    def __len__(self) -> int:
        return len(self.names)

    @classmethod
    def build(cls, rows: Iterable[LabelRow]) -> Lexicon:
        """From label rows in any order, repetitions allowed.

        >>> rows = [LabelRow("DOID:0050589", "disease", "en", "preferred", "doid", "inflammatory bowel disease")]
        >>> Lexicon.build(rows).names
        ['inflammatory bowel disease', 'inflammatory bowel diseases']
        """
        table: dict[str, dict[tuple[str, str, str], Sense]] = defaultdict(dict)
        rules = admission.Admission()
        for row in rows:
            for name, sense in _senses(row, rules):
                key = (sense.concept, sense.exact, sense.category)
                known = table[name].get(key)
                if known is None or _preference(sense) < _preference(known):
                    table[name][key] = sense
        names = sorted(table)
        senses = [tuple(sorted(table[name].values())) for name in names]
        return cls(names, senses)

    def save(self, path: Path) -> None:
        """Write one file, whole or not at all."""
        strings: dict[str, int] = {}
        starts = array("I", [0])
        rows = []
        for group in self.senses:
            for sense in group:
                cells = (strings.setdefault(cell, len(strings)) for cell in msgspec.structs.astuple(sense))
                rows.append(cast(tuple[int, int, int, int, int, int, int], tuple(cells)))
            starts.append(len(rows))
        stored = _Stored(FORMAT, self.digest, self.names, list(strings), list(starts), rows)
        staging = path.with_name(f"{path.name}.part")
        staging.write_bytes(msgspec.msgpack.encode(stored))
        os.replace(staging, path)

    @classmethod
    def load(cls, path: Path) -> Lexicon:
        """Raises IntegrityError when the file is absent, damaged, or made by other rules."""
        try:
            stored = msgspec.msgpack.decode(path.read_bytes(), type=_Stored)
            if stored.format != FORMAT:
                raise IntegrityError(path=path, reason=f"made by {stored.format}, not by {FORMAT}")
            strings = stored.strings
            flat = [Sense(*[strings[cell] for cell in row]) for row in stored.senses]
            senses = [tuple(flat[a:b]) for a, b in zip(stored.starts, stored.starts[1:], strict=False)]
        except (OSError, msgspec.MsgspecError, IndexError) as error:
            raise IntegrityError(path=path, reason=str(error)) from error
        if len(senses) != len(stored.names) or _digest(stored.names, senses) != stored.digest:
            raise IntegrityError(path=path, reason="its content does not fit its digest")
        return cls(stored.names, senses, stored.digest)


def _senses(row: LabelRow, rules: admission.Admission) -> Iterator[tuple[str, Sense]]:
    kind = cast(LabelKind, row.kind)
    name = normalize(row.surface).text.strip()
    exact = rules.exact(row.surface, row.category)
    if rules.refuses(name, row.category, kind, exact):
        return
    base = (row.concept, row.category, row.language, row.kind, row.source)
    yield name, Sense(*base, "exact", exact)
    if exact:
        return
    made = variants.symbol_variants(name) if _symbol(name, row.category) else variants.variants(name, row.language)
    for form, variant in made:
        variant = variant.strip()
        if not rules.refuses(variant, row.category, kind):
            yield variant, Sense(*base, form)
    if row.category in {"disease", "symptom"} and name.isalpha() and (form := variants.adjective(name)):
        yield form, Sense(*base, "adjective")


def _symbol(name: str, category: str) -> bool:
    """Whether a name varies as symbols do; families of proteins have names of words, too."""
    if category == "gene-family":
        return " " not in name and not (name.isalpha() and len(name) > 5)
    return category in {"gene", "variant"} or (name.isascii() and len(name) < 5 and " " not in name)


def _preference(sense: Sense) -> tuple[object, ...]:
    """Of several ways to the same concept under one name the most direct is kept."""
    kinds = ("preferred", "exact", "clinical", "brand", "abbreviation", "lay", "old", "spelling", "narrow", "broad")
    rank = kinds.index(sense.kind) if sense.kind in kinds else len(kinds)
    return (sense.form != "exact", rank, sense)


def _digest(names: list[str], senses: list[tuple[Sense, ...]]) -> str:
    """16 hexadecimal digits over names, senses and rules, in order."""
    state = hashlib.blake2b(FORMAT.encode(), digest_size=8)
    for name, group in zip(names, senses, strict=True):
        for sense in group:
            state.update("\x1f".join((name, *msgspec.structs.astuple(sense), "\n")).encode("utf-8", "surrogatepass"))
    return state.hexdigest()
