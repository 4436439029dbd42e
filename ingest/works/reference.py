"""A reference as it is printed, read for what tells which work it is.

Forms: GB/T 7714 (``张三, 李四. 题名[J]. 刊名, 2021, 8(3): 11-16.``) and Vancouver (``Smith J, Li W. Title.
Journal. 2015;9(2):11-6.``), with the deviations that journals print: full-width marks, year after the authors in
brackets, no title. What does not fit is not guessed at.
"""

from __future__ import annotations

import re

from ingest.reading import tagged
from ingest.reading.draft import Draft
from ingest.reading.identifiers import doi, pmid
from ingest.reading.languages import of_text
from kg.model.document import Document, DocumentKind, Journal

_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""Full-width forms of ASCII."""
LONGEST = 2_000
"""Characters; longer ones are no references."""
_NUMBER = re.compile(r"\s*(?:[\[［(（]\d{1,4}[\]］)）]|\d{1,4}[.．、])\s*")
_WHERE = (
    r"(?P<volume>\d{1,4})?\s*(?:[(（](?P<issue>[^()（）]{1,20})[)）])?\s*"
    r"(?:[:：]\s*(?P<pages>[A-Za-z]?\d[\w]*(?:\s*[-\u2013\u2014~+,]\s*[A-Za-z]?\d\w*)*))?"
)
_GBT = re.compile(
    r"(?P<authors>.{2,400}?)[.．。]\s*(?P<title>.{2,600}?)\s*[\[［](?P<kind>[A-Z]{1,2})(?:/[A-Z]{2})?[\]］]\s*[.．。]?\s*(?P<rest>.*)"
).fullmatch
_GBT_SERIAL = re.compile(r"(?P<journal>[^,，]{2,200})[,，]\s*(?P<year>\d{4})\s*[,，]?\s*" + _WHERE + r".*").fullmatch
_YEAR = re.compile(r"(?:19|20)\d{2}").findall
_VANCOUVER = re.compile(
    r"(?P<authors>[^.]{2,400}?)\.\s+(?P<title>.{4,600}?[.?!])\s+(?P<journal>[^.;?!]{2,120}(?:\.[^.;?!\d]{2,40})*?)\.?\s+"
    r"(?P<year>(?:19|20)\d{2})\b[^;:]{0,20}[;:]\s*" + _WHERE + r".*"
).fullmatch
_DOI = re.compile(r"(?:doi\s*[:：]?\s*|doi\.org/)(10\.\d{4,9}/\S+)", re.IGNORECASE).search
_PMID = re.compile(r"\bPMID\s*[:：]?\s*(\d{1,9})\b", re.IGNORECASE).search
_TAIL = re.compile(r"\s*(?:PMID\s*[:：]?\s*\d+|doi\s*[:：]?\s*10\.\S+|https?://\S+)[\s.;。]*", re.IGNORECASE)
_AND_OTHERS = re.compile(r"[,，]?\s*(?:等|et al)\.?$", re.IGNORECASE)
_KINDS: dict[str, DocumentKind] = {
    "J": "article", "M": "book", "C": "conference", "D": "thesis", "R": "report", "N": "newspaper", "P": "patent",
    "S": "standard", "DS": "dataset",
}  # fmt: skip


def read(text: str) -> Document | None:
    """What a printed reference says, as a document without id of its own; None where it is in no known form.

    >>> found = read("[3] 张例, 李样, 等. 示例研究[J]. 示例医学杂志, 2021, 8(3): 11-16.")
    >>> found.titles[0].value, found.journal.title, found.year, found.pages
    ('示例研究', '示例医学杂志', 2021, '11-16')
    """
    text = " ".join(text.translate(_NARROW).split())
    if not 10 <= len(text) <= LONGEST:
        return None
    text = text[found.end() :] if (found := _NUMBER.match(text)) else text
    body = _TAIL.sub("", text)
    draft = _gbt(body) or _vancouver(body)
    number = _PMID(text)
    name = _DOI(text)
    if draft is None:
        if not number and not name:
            return None
        draft = Draft()
    if name and doi(name[1].rstrip(".。;,")):
        draft.identify("doi", name[1].rstrip(".。;,"))
    if number and pmid(number[1]):
        draft.identify("pmid", number[1])
    return draft.finish(draft.identifier() or draft.derived())


def _gbt(text: str) -> Draft | None:
    found = _GBT(text)
    if not found:
        return None
    draft = _draft(found["authors"], found["title"])
    draft.kind = _KINDS.get(found["kind"], "other")
    place = _GBT_SERIAL(found["rest"].rstrip(".。 "))
    if place and found["kind"] in ("J", "N"):
        return _serial(draft, place)
    years = _YEAR(found["rest"])
    if years:
        draft.dates["published"] = years[-1]
    return draft


def _vancouver(text: str) -> Draft | None:
    found = _VANCOUVER(text)
    return _serial(_draft(found["authors"], found["title"].rstrip(".")), found) if found else None


def _draft(authors: str, title: str) -> Draft:
    draft = Draft()
    for name in re.split(r"\s*[,，;；]\s*", _AND_OTHERS.sub("", authors)):
        if name and name.lower() not in ("et al", "等"):
            draft.authors.append(tagged.person(name))
    draft.title(title, of_text(title))
    return draft


def _serial(draft: Draft, found: re.Match[str]) -> Draft:
    draft.journal = Journal(found["journal"].strip())
    draft.dates["published"] = found["year"]
    draft.volume = tagged.number(found["volume"] or "")
    draft.issue = tagged.number(found["issue"] or "")
    draft.pages = re.sub(r"\s*[-\u2013\u2014~]\s*", "-", found["pages"] or "")
    return draft
