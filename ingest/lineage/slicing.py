"""Where records may begin and end in the bytes of a file, by format.

A guess, and the same for every file: whether a stretch is the record that is looked for is seen by reading it
again (``ingest.lineage.rereading``). A stretch never stands alone: what is before the first and behind the last
(a prolog, column names) goes with it. A format without a row is looked for in lines and in paragraphs; an empty row
says that a file is not made of records that stand apart.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from mmap import mmap

import msgspec

_TITLES = ("流水号", "标题", "题名", "中文标题")
_TITLE = "|".join(_TITLES)


class Elements(msgspec.Struct, frozen=True):
    """XML elements of these names, without regard to prefixes; they do not nest."""

    names: tuple[str, ...]


class Objects(msgspec.Struct, frozen=True):
    """JSON objects: the members of the first array that is called so or is outermost; the outermost without a name."""

    array: str = ""


class Starts(msgspec.Struct, frozen=True):
    """A record goes from one place where ``pattern`` fits to the next; the first ``header`` stretches are none."""

    pattern: bytes
    header: int = 0


Form = Elements | Objects | Starts

_LINES = Starts(rb"(?m)^(?=[^\r\n])")
_BELOW_NAMES = msgspec.structs.replace(_LINES, header=1)

_PARAGRAPHS = Starts(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n)|(?<=\r\r))(?=[^\s])")
_OTHERS: tuple[Form, ...] = (_BELOW_NAMES, _LINES, _PARAGRAPHS)
_FORMS: dict[str, tuple[Form, ...]] = {
    "pubmed.v1": (Elements(("PubmedArticle", "PubmedBookArticle", "DeleteCitation", "DeleteDocument")),),
    "jats.v1": (Elements(("article",)),),
    "chictr.v1": (Elements(("Trial", "trial")), Elements(("Triall", "triall"))),
    "mesh-xml.v1": (Elements(("DescriptorRecord", "QualifierRecord", "SupplementalRecord")),),
    "crossref.v1": (_LINES, Objects("items"), Objects()),
    "openalex.v1": (_LINES, Objects("results"), Objects()),
    "datacite.v1": (_LINES, Objects("data"), Objects()),
    "clinicaltrials.v1": (_LINES, Objects("studies"), Objects()),
    "records.v1": (_LINES,),
    "standing.v1": (_LINES,),
    "retractions.v1": (_BELOW_NAMES,),
    "serials.v1": (_BELOW_NAMES,),
    "journal_list.v1": (_BELOW_NAMES,),
    "sssom.v1": (Starts(rb"(?m)^(?=[^#\r\n])", header=1),),
    "table.v1": (_BELOW_NAMES, _LINES),
    "starter.v1": (_BELOW_NAMES,),
    "babelon.v1": (_BELOW_NAMES,),
    "codes.v1": (_BELOW_NAMES,),
    "drugs.v1": (_BELOW_NAMES,),
    "curation.v1": (_LINES,),
    "rules.v1": (),
    # Rows rest on each other, and some say the same.
    "cpic.v1": (),
    "rf2.v1": (_BELOW_NAMES,),
    "loinc.v1": (_BELOW_NAMES,),
    "hgnc.v1": (_BELOW_NAMES,),
    "obo.v1": (Starts(rb"(?m)^\[(?:Term|Typedef|Instance)\]"),),
    "marc.v1": (Starts(rb"(?:\A|(?<=\x1d))[\r\n]*(?=[^\r\n])"),),
    "ris.v1": (Starts(rb"(?m)^[ \t]{0,2}TY[ \t]{0,2}-"), Starts(rb"(?m)^PT [JBSP][ \t\r]*$")),
    "nbib.v1": (Starts(rb"(?m)^PMID {0,2}-"),),
    "refworks.v1": (Starts(rb"(?m)^[ \t]*RT\b"),),
    "endnote.v1": (Starts(rb"(?m)^%0 "), _PARAGRAPHS),
    "bibtex.v1": (Starts(rb"(?m)^[ \t]*@(?!string|comment|preamble)\w+\s*[{(]"),),
    "noteexpress.v1": (Starts(rb"(?mi)^[ \t]*\{Reference Type\}"),),
    "guideline.v1": (),
    "label.v1": (),
    "skos.v1": (),
    "claml.v1": (),
    "owl.v1": (),
    "owl-inferred.v1": (),
    "conceptset.v1": (),
    "umls-rrf.v1": (),
    "rxnorm-rrf.v1": (),
    "bioc.v1": (Elements(("document",)), Objects("documents"), Objects("PubTator3"), Objects()),
    "pubtator.v1": (Starts(rb"(?m)^\d+\|t\|"),),
    "sinomed.v1": (
        Starts(rb"(?m)^[ \t]*\d{1,6}[ \t]*\.?[ \t\r]*$"),
        *(Starts(b"(?m)^[ \\t]*(?:" + _TITLE.encode(code) + b")") for code in ("utf-8", "gb18030")),
        _PARAGRAPHS,
    ),
}


class Slices(msgspec.Struct, frozen=True):
    """Stretches of a file, in order; ``starts`` and ``ends`` are offsets in bytes."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.starts)

    def at(self, offset: int) -> int | None:
        """The number of the stretch around an offset."""
        number = bisect_right(self.starts, offset) - 1
        return number if number >= 0 and offset < self.ends[number] else None


def slicings(format_: str, data: mmap) -> Iterator[Slices]:
    """The ways in which a file of a format may fall into records, the likeliest first; those without any left out."""
    for form in _FORMS.get(format_, _OTHERS):
        found = _slices(form, data)
        if len(found):
            yield found


def _slices(form: Form, data: mmap) -> Slices:
    match form:
        case Elements(names):
            return _elements(names, data)
        case Objects(array):
            return _objects(array, data)
        case Starts(pattern, header):
            starts = tuple(found.start() for found in re.finditer(pattern, data))[header:]
            return Slices(starts, (*starts[1:], len(data))[: len(starts)])


def _elements(names: tuple[str, ...], data: mmap) -> Slices:
    wanted = "|".join(map(re.escape, names)).encode()
    for prefix in (b"", rb"[\w.-]+:"):
        # Hardly a file has prefixes, and looking for them takes many times longer.
        found = _tagged(re.compile(rb"<(/?)" + prefix + rb"(?:" + wanted + rb")(?=[\s>/])[^>]*>"), data)
        if len(found):
            break
    return found


def _tagged(tags: re.Pattern[bytes], data: mmap) -> Slices:
    starts, ends, open_ = [], [], 0
    for found in tags.finditer(data):
        if found[1]:
            open_ -= 1
            if open_ == 0:
                ends.append(found.end())
        elif not found[0].endswith(b"/>"):
            if open_ == 0:
                starts.append(found.start())
            open_ += 1
    return Slices(tuple(starts[: len(ends)]), tuple(ends))


_SIGNS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\]]', re.DOTALL)


def _objects(array: str, data: mmap) -> Slices:
    name = f'"{array}"'.encode()
    starts: list[int] = []
    ends: list[int] = []
    depth, level, last = 0, -1 if array else 0, b""
    for found in _SIGNS.finditer(data):
        sign = found[0]
        if sign == b"[" and level < 0 and (last == name or not depth):
            level = depth + 1
        if sign in (b"{", b"["):
            if depth == level and sign == b"{":
                starts.append(found.start())
            depth += 1
        elif sign in (b"}", b"]"):
            depth -= 1
            if depth == level and len(ends) < len(starts):
                ends.append(found.end())
        else:
            last = sign
    return Slices(tuple(starts[: len(ends)]), tuple(ends))
