"""Text with the markup that publishers leave in titles and abstracts: JATS, HTML faces, entities, or none."""

from __future__ import annotations

import re
from html import unescape
from operator import itemgetter

from lxml import etree

from ingest.reading.jats_body import Passages
from ingest.reading.jats_text import running_text
from ingest.reading.languages import of_text
from kg.model.document import Passage
from ontology.reading.xml import Element, collapse

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL).sub
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE).sub
_JATS = re.compile(r"<(/?)jats[\d.]*:").sub
_LESS = re.compile(r"<(?!/?[A-Za-z][\w:.-]*(?:\s[^<>]*)?/?>)").sub
_AMPERSAND = re.compile(r"&(?!(?:lt|gt|amp|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)").sub
_NAMED = re.compile(r"&(?!(?:lt|gt|amp|quot|apos);)[A-Za-z]\w{1,30};").sub
_TAG = re.compile(r"</?[A-Za-z][^<>]*>").sub
_HEADINGS = ("abstract", "summary", "摘要", "内容提要")
_OTHER_SCRIPTS = ("zh", "ja", "ko", "ru")
"""Languages of another script: a text in Latin letters that a record in one of them has is a translation."""


def plain(value: str) -> str:
    """The text alone, blanks made one.

    >>> plain("Effect of <i>E. coli</i> at p < 0.05 &amp;amp; H<sub>2</sub>O"), plain("<b>甲</b>&nbsp;乙")
    ('Effect of E. coli at p < 0.05 & H2O', '甲 乙')
    """
    if "<" not in value and "&" not in value:
        return _tidy(value)
    root = _parsed(value)
    text = running_text(root) if root is not None else _TAG(" ", value)
    return _tidy(text)


def abstract(value: str, language: str, before: list[Passage]) -> list[Passage]:
    """Passages of an abstract, one a paragraph or section, numbered on from those in ``before``."""
    root = _parsed(value) if "<" in value else None
    if root is None:
        found = [Passage("", "abstract", language, plain(value))]
    else:
        passages = Passages(language)
        if (root.text and root.text.strip()) or not len(root):
            passages.found.append(Passage("", "abstract", language, running_text(root)))
        else:
            passages.abstract(root)
        found = passages.found
    texts = [(_tidy(passage.text), _label(passage.label)) for passage in found]
    start = 1 + sum(passage.kind == "abstract" for passage in before)
    return [
        Passage(f"abstract.{number}", "abstract", in_script(text, language), text, label)
        for number, (text, label) in enumerate(filter(itemgetter(0), texts), start)
    ]


def in_script(value: str, language: str) -> str:
    """The language that the script shows, else the one that the record says, if it is written in Latin letters.

    >>> in_script("Effects of tea", "zh-cn"), in_script("Wirkung", "de"), in_script("茶", "en")
    ('en', 'de', 'zh')
    """
    return of_text(value, "en" if language.partition("-")[0] in ("", "und", *_OTHER_SCRIPTS) else language)


def _tidy(value: str) -> str:
    """Entities that were escaped twice, and blanks that do not break, as what they stand for."""
    return collapse(unescape(value).replace("\xa0", " "))


def _label(value: str) -> str:
    label = value.strip().strip(".:：")
    return "" if label.casefold() in _HEADINGS else label


def _parsed(value: str) -> Element | None:
    """The markup as an element; None where it is no markup, and its signs are all there is to take away."""
    text = _BREAK(" ", _COMMENT("", value))
    text = _NAMED(lambda found: unescape(found[0]), text)
    text = _AMPERSAND("&amp;", _LESS("&lt;", _JATS(r"<\1", text)))
    # Entities and the network are out of reach, as for any XML from outside.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(
            f'<abstract xmlns:mml="http://www.w3.org/1998/Math/MathML" '
            f'xmlns:xlink="http://www.w3.org/1999/xlink">{text}</abstract>',
            parser,
        )
    except (etree.XMLSyntaxError, ValueError):
        return None
