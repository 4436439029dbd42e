"""The forms of proposals as a browser sends them: one line or one box for each field, read into what the API takes.

A box with several names has one a line, its language first: ``zh: 示例热``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec

from api.problems import Refusal
from ontology.curation.forms import FORMS, Form, Synonym

Widget = Literal["line", "box", "choice", "flag"]
_SYNONYMS = tuple(msgspec.json.schema(Synonym)["enum"])
_RELATIONS = tuple(f"skos:{name}Match" for name in ("exact", "close", "broad", "narrow", "related"))


class Field(msgspec.Struct, frozen=True):
    """One field: how it is shown, and how what was written is ``read``. ``optional`` ones are left out if empty."""

    name: str
    widget: Widget = "line"
    choices: tuple[str, ...] = ()
    optional: bool = False
    read: Callable[[str], Any] = str.strip


def _several(text: str) -> list[str]:
    """
    >>> _several("DOID:1, DOID:2  HP:3")
    ['DOID:1', 'DOID:2', 'HP:3']
    """
    return text.replace(",", " ").replace("，", " ").split()


def _names(text: str) -> list[dict[str, str]]:
    """
    >>> _names("zh: 示例热\\nen：sample fever")
    [{'language': 'zh', 'value': '示例热'}, {'language': 'en', 'value': 'sample fever'}]
    """
    lines = [line.replace("：", ":", 1).partition(":") for line in text.splitlines() if line.strip()]
    return [{"language": language.strip(), "value": value.strip()} for language, _, value in lines]


def _parts(text: str) -> list[dict[str, Any]]:
    """New concepts, one a line: a category, then names that semicolons part.

    >>> _parts("disease; en: sample A")
    [{'category': 'disease', 'labels': [{'language': 'en', 'value': 'sample A'}]}]
    """
    rows = [line.replace("；", ";").split(";") for line in text.splitlines() if line.strip()]
    return [{"category": row[0].strip(), "labels": _names("\n".join(row[1:]))} for row in rows]


_CONCEPT = Field("concept")
_REMOVE = Field("remove", "flag", optional=True, read=bool)
_VALUE, _LANGUAGE = Field("value"), Field("language", "choice", ("zh", "en"))
FIELDS: dict[str, tuple[Field, ...]] = {
    "label": (_CONCEPT, _VALUE, _LANGUAGE, _REMOVE),
    "synonym": (_CONCEPT, _VALUE, _LANGUAGE, Field("kind", "choice", _SYNONYMS, optional=True), _REMOVE),
    "definition": (_CONCEPT, msgspec.structs.replace(_VALUE, widget="box"), _LANGUAGE, _REMOVE),
    "parent": (_CONCEPT, Field("parent"), _REMOVE),
    "mapping": (
        Field("subject"), Field("predicate", "choice", _RELATIONS, optional=True), Field("object"),
        Field("confidence", optional=True, read=float), Field("negative", "flag", optional=True, read=bool), _REMOVE,
    ),
    "deprecate": (_CONCEPT, Field("replaced_by", optional=True, read=_several), _REMOVE),
    "merge": (_CONCEPT, Field("into")),
    "split": (_CONCEPT, Field("parts", "box", read=_parts)),
    "concept": (
        Field("category"), Field("labels", "box", read=_names), Field("synonyms", "box", optional=True, read=_names),
        Field("definitions", "box", optional=True, read=_names), Field("parents", optional=True, read=_several),
        Field("id", optional=True),
    ),
}  # fmt: skip
"""Form -> its fields, in the order of the page. A correction is of a place in a text, which no form can show."""


def read_form(form: str, written: Mapping[str, str]) -> Form:
    """The proposal that was written; raises Refusal (422), which names the field that does not fit."""
    said: dict[str, Any] = {}
    for field in FIELDS[form]:
        text = written.get(field.name, "").strip()
        if text or not field.optional:
            try:
                said[field.name] = field.read(text)
            except ValueError as error:
                raise Refusal(422, where=field.name) from error
    whole = {"form": form} | ({"concept": said} if form == "concept" else said)
    try:
        return msgspec.convert(whole, FORMS[form])  # type: ignore[return-value]
    except msgspec.ValidationError as error:
        raise Refusal(422, where=str(error)) from error
