"""The XML Schema (1.0) of the twin, made from the structs: a complex type a record, fields in any order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from lxml import etree
from msgspec import inspect

from ingest.cases.markup import Element
from ingest.cases.twin import ESCAPED, ITEM, NAMESPACE

Meanings = Mapping[str, Mapping[str, tuple[str, str]]]
"""Record -> field -> what it means in Chinese and in English; ``_`` stands for the record."""
_XS = "http://www.w3.org/2001/XMLSchema"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_BASIC = f"""<xs:schema xmlns:xs="{_XS}" xmlns="{NAMESPACE}" targetNamespace="{NAMESPACE}"
 elementFormDefault="qualified">
<xs:complexType name="text"><xs:simpleContent><xs:extension base="xs:string">
<xs:attribute name="{ESCAPED}" type="xs:string" fixed="json"/></xs:extension></xs:simpleContent></xs:complexType>
<xs:simpleType name="number"><xs:restriction base="xs:double">
<xs:pattern value="-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+\\-]?[0-9]+)?"/></xs:restriction></xs:simpleType>
<xs:simpleType name="whole"><xs:restriction base="xs:integer">
<xs:pattern value="-?(0|[1-9][0-9]{{0,17}})"/></xs:restriction></xs:simpleType>
<xs:simpleType name="flag"><xs:restriction base="xs:boolean">
<xs:pattern value="true|false"/></xs:restriction></xs:simpleType>
</xs:schema>"""
_NAMES: dict[type[inspect.Type], str] = {
    inspect.StrType: "text", inspect.IntType: "whole", inspect.FloatType: "number", inspect.BoolType: "flag",
}  # fmt: skip


def schema(roots: Sequence[type[msgspec.Struct]], within: type[msgspec.Struct], meanings: Meanings) -> bytes:
    """The schema of documents whose root is one of ``roots``; ``within`` as for ``twin.read``."""
    made = _Writing(within, meanings)
    for root in roots:
        etree.SubElement(made.root, _xs("element"), name=root.__name__, type=made.record(root))
    etree.indent(made.root)
    return bytes(etree.tostring(made.root, encoding="utf-8", xml_declaration=True))


class _Writing:
    def __init__(self, within: type[msgspec.Struct], meanings: Meanings) -> None:
        self.root = etree.fromstring(_BASIC)
        self._within, self._meanings = within, meanings
        self._known: set[str] = set()

    def record(self, cls: type) -> str:
        """The name of the complex type of a record, made when it is first asked for."""
        name = f"{cls.__name__}Type"
        if name not in self._known:
            self._known.add(name)
            texts = self._meanings.get(cls.__name__, {})
            made = etree.Element(_xs("complexType"), name=name)
            _document(made, texts.get("_"))
            fields = etree.SubElement(made, _xs("all"))
            found = inspect.type_info(cls)
            assert isinstance(found, inspect.StructType)
            for field in found.fields:
                element = etree.SubElement(
                    fields, _xs("element"), name=field.encode_name, minOccurs="1" if field.required else "0"
                )
                self._typed(element, field.type, texts.get(field.encode_name))
            self.root.append(made)
        return name

    def _typed(self, element: Element, kind: inspect.Type, texts: tuple[str, str] | None = None) -> None:
        _document(element, texts)
        if isinstance(kind, inspect.UnionType):
            element.set("nillable", "true")
            kind = next(one for one in kind.types if not isinstance(one, inspect.NoneType))
        match kind:
            case inspect.NoneType():
                element.set("nillable", "true")
                element.set("type", "text")
            case inspect.StructType(cls=cls):
                element.set("type", self.record(cls))
            case inspect.RawType():
                element.set("type", self.record(self._within))
            case inspect.LiteralType(values=values):
                chosen = etree.SubElement(etree.SubElement(element, _xs("simpleType")), _xs("restriction"))
                chosen.set("base", "xs:token")
                for value in values:
                    etree.SubElement(chosen, _xs("enumeration"), value=str(value))
            case inspect.CollectionType(item_type=inner, max_length=most):
                rows = etree.SubElement(etree.SubElement(element, _xs("complexType")), _xs("sequence"))
                item = etree.SubElement(rows, _xs("element"), name=ITEM, minOccurs="0")
                item.set("maxOccurs", str(most) if most else "unbounded")
                self._typed(item, inner)
            case _:
                element.set("type", _NAMES[type(kind)])


def _document(element: Element, texts: tuple[str, str] | None) -> None:
    if texts is None:
        return
    notes = etree.SubElement(element, _xs("annotation"))
    for language, text in zip(("zh", "en"), texts, strict=True):
        etree.SubElement(notes, _xs("documentation"), {_XML_LANG: language}).text = text


def _xs(name: str) -> str:
    return f"{{{_XS}}}{name}"
