"""``drugs.v1``: drug catalogues as products with links to their ingredients.

The catalogue of medical insurance, the list of essential medicines and the register of approval numbers (国药准字),
each a system of its own (``systems.toml``); none of them comes with medkg. A row is a product. Its ingredients are
those of a column of ingredients, else the product's name without its dosage form, and are links only where a table of
the user (``ingredients``) says which concept a name is: a name that is not in it is told, never guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

import msgspec

from kg.errors import ConfigError
from kg.model.concept import Concept, Label, Xref
from kg.model.evidence import Claim
from kg.model.source import Notice, RawFile, Reject
from ontology.base import Options, TerminologyItem
from ontology.prefixes import identifier
from ontology.reading.damage import rejected
from ontology.reading.lookup import Lookup, load_lookup
from ontology.reading.structure import strange
from ontology.reading.systems import Catalogue, Header, systems
from ontology.reading.table import GUESSED, Dialect, Row
from ontology.reading.workbook import open_table

_ROLES = ("code", "name", "english", "brand", "form", "approval", "ingredients", "atc", "numbers")
_CODED = frozenset({"code", "approval", "atc", "numbers"})
_BETWEEN = re.compile(r"[;；、,，+＋/|]")
_INGREDIENT = "biolink:has_active_ingredient"
_FORMS = (
    "注射用", "缓释片", "控释片", "肠溶片", "分散片", "咀嚼片", "泡腾片", "含片", "片", "肠溶胶囊",
    "缓释胶囊", "软胶囊", "胶囊", "注射液", "口服溶液", "口服液", "混悬液", "糖浆", "颗粒", "干混悬剂",
    "散", "丸", "滴眼液", "滴耳液", "滴鼻液", "喷雾剂", "气雾剂", "吸入剂", "乳膏", "软膏",
    "凝胶", "贴剂", "栓", "栓剂", "搽剂", "洗剂", "酊", "眼膏",
)  # fmt: skip
"""Dosage forms as they stand at the end of a product's name, 注射用 at its beginning."""


class DrugOptions(Dialect, frozen=True, forbid_unknown_fields=True):
    """How the table is written (``table.v1``), and: ``catalogue``, its name in ``systems.toml``; ``roles``, columns by
    role where the table calls them otherwise; ``ingredients``, a look-up from the name of a substance to its CURIE."""

    encoding: str = GUESSED
    catalogue: str = ""
    roles: dict[str, str] = msgspec.field(default_factory=dict)
    ingredients: Lookup | None = None


class Drugs:
    """Reads one catalogue."""

    name: ClassVar[str] = "drugs.v1"
    extensions: ClassVar[tuple[str, ...]] = (".csv", ".tsv", ".xlsx")

    def sniff(self, head: bytes) -> float:
        """Where a header names the code of a catalogue that nothing else has."""
        first = head.split(b"\n", 1)[0]
        for encoding in ("utf-8", "gb18030"):
            try:
                text = first.decode(encoding)
            except UnicodeDecodeError:
                continue
            return 0.35 if any(name in text for name in ("批准文号", "药品代码", "品种名称")) else 0.0
        return 0.0

    def companions(self, raw: RawFile, options: Options) -> tuple[Path, ...]:
        """Other files that the result depends on."""
        spec = _options(options).ingredients
        return (raw.path.parent / spec.path,) if spec else ()

    def parse(self, raw: RawFile, options: Options) -> Iterator[TerminologyItem]:
        """Raises ConfigError for wrong options and missing columns, InputError for a missing table of ingredients."""
        settings = _options(options)
        if settings.catalogue not in systems().catalogue:
            known = ", ".join(systems().catalogue)
            raise ConfigError(where="drugs.v1: catalogue", reason=f"{settings.catalogue!r} is none of {known}")
        spec = settings.ingredients
        substances = load_lookup(raw.path.parent, spec, "drugs.v1: ingredients") if spec else {}
        table = open_table(raw, settings)
        rows = table.rows()
        if not table.columns:
            yield from (row for row in rows if isinstance(row, Reject))
            return
        products = _Products(raw, settings, Header(raw.path.name, table.columns, settings.roles), substances)
        for row in rows:
            if isinstance(row, Row):
                yield from products.take(row)
            else:
                yield row


def _options(options: Options) -> DrugOptions:
    try:
        found = msgspec.convert(dict(options), DrugOptions)
    except msgspec.ValidationError as error:
        raise ConfigError(where="drugs.v1", reason=str(error)) from error
    found.check("drugs.v1")
    return found


class _Products:
    """Rows on their way to products."""

    def __init__(self, raw: RawFile, settings: DrugOptions, header: Header, known: Mapping[str, str]) -> None:
        self._raw, self._header, self._known = raw, header, known
        self._links = settings.ingredients is not None
        self._catalogue: Catalogue = systems().catalogue[settings.catalogue]
        self._fits = re.compile(self._catalogue.pattern).fullmatch
        header.check(_ROLES)
        self._code = header.require("code", self._catalogue.code, code=True)
        self._name = header.require("name", self._catalogue.name)
        self._places = {
            role: place
            for role in _ROLES[2:]
            if (place := header.find(role, getattr(self._catalogue, role), role in _CODED)) is not None
        }
        self._seen: dict[str, str] = {}

    def take(self, row: Row) -> Iterator[Concept | Claim | Reject]:
        for fault in row.faults:
            if fault.place in self._header.codes or (fault.place in self._header.used and not fault.codes):
                yield rejected(self._raw, fault.position, row.cells[self._code], fault.reason, fault.detail)
                return
        code, name = row.cells[self._code].strip(), row.cells[self._name].strip()
        reason = "" if self._fits(code) else "bad-code" if code else "unidentified"
        if reason or not name:
            yield rejected(self._raw, row.position, code, reason or "no-label", strange(code) or code)
            return
        if code in self._seen:
            yield rejected(self._raw, row.position, code, "duplicate-code", f"{code}: {self._seen[code]}")
            return
        self._seen[code] = row.position
        product = f"{self._catalogue.prefix}:{code}"
        yield Concept(
            id=product,
            category="drug",
            labels=tuple(dict.fromkeys(self._labels(row, name))),
            xrefs=tuple(dict.fromkeys(self._xrefs(row, code))),
            notations=tuple(dict.fromkeys((code, *self._cell(row, "numbers")))),
        )
        if self._links:
            yield from self._ingredients(row, product, name)

    def _labels(self, row: Row, name: str) -> Iterator[Label]:
        yield Label(name, "zh")
        for value in self._cell(row, "english"):
            yield Label(value, "en")
        for value in self._cell(row, "brand"):
            if value != name:
                yield Label(value, "zh", "brand")

    def _xrefs(self, row: Row, code: str) -> Iterator[Xref]:
        for value in self._cell(row, "approval"):
            if value != code and re.fullmatch(systems().catalogue["approvals"].pattern, value):
                yield Xref(f"NMPA:{value}")
        for value in self._cell(row, "atc"):
            if re.fullmatch(systems().structure["atc"].pattern, value):
                # A class of ATC is wider than any product.
                yield Xref(f"ATC:{value}", relation="broadMatch")

    def _ingredients(self, row: Row, product: str, name: str) -> Iterator[Claim | Reject]:
        stated = [part.strip() for value in self._cell(row, "ingredients") for part in _BETWEEN.split(value)]
        forms = self._cell(row, "form")
        wanted = [[part] for part in stated if part] or [[name, substance(name, forms)]]
        for spellings in wanted:
            spelling = next((one for one in spellings if one in self._known), "")
            found = identifier(self._known.get(spelling, ""))
            if found is None:
                yield Notice(self._raw.path.name, row.position, product, "no-ingredient", spellings[-1])
            else:
                told = (("name", spelling),)
                yield Claim(product, _INGREDIENT, found, "curated", Drugs.name, qualifiers=told)

    def _cell(self, row: Row, role: str) -> list[str]:
        place = self._places.get(role)
        return [value] if place is not None and (value := row.cells[place].strip()) else []


def substance(name: str, forms: list[str]) -> str:
    """A product's name without its dosage form: the one that the row states, else the longest that it ends in.

    >>> substance("示例星缓释片", []), substance("注射用示例素", []), substance("示例星口崩片", ["口崩片"])
    ('示例星', '示例素', '示例星')
    """
    bare = name.partition("（")[0].partition("(")[0].strip()
    for form in [*forms, *sorted(_FORMS, key=len, reverse=True)]:
        if bare != form and bare.endswith(form):
            return bare.removesuffix(form)
    return bare.removeprefix("注射用")
