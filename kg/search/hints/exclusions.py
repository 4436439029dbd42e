"""What a query does not ask for, and what it compares.

Left out, where that is sure, is what stands behind *excluding, except, other than, NOT* (in capitals), 不含,
不包括, 除外, before 除外, or between 除 and 外. *Without, no, but not* and 无, 没有, 不伴 are told and act on nothing:
*pneumonia without fever* is about pneumonia, and who writes of it names fever. So is 不含 before 的 (*不含酒精的漱口水*
is a thing), and 排除, with which doctors rule diseases out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

_CLAUSE = r"[^,.;:?!，。；：？！\n()（）]"
_AHEAD = (
    re.compile(rf"(?<!\w)(?P<cue>excluding|exclude|except(?:ing)?(?:\s+for)?|other\s+than)\s+(?P<scope>{_CLAUSE}{{1,80}})"),
    re.compile(rf"(?P<cue>不包括|不包含|不含|除外)[\s:：]*(?P<scope>{_CLAUSE}{{1,40}})"),
    re.compile(rf"(?P<cue>除了?)(?P<scope>{_CLAUSE}{{1,20}}?)(?P<close>以外|之外|外)"),
)  # fmt: skip
_CAPITALS = re.compile(rf"(?<!\w)(?P<cue>NOT)\s+(?P<scope>{_CLAUSE}{{1,80}})")
_POSTPOSED = re.compile(r"(?P<scope>[^\s,.;:?!，。；：？！、()（）]{1,20})(?P<cue>除外)(?=$|[\s,.;，。；?？)）])")
_NEGATED = (
    re.compile(rf"(?<!\w)(?P<cue>without|no|(?:but\s+)?not|absence\s+of|lack\s+of)\s+(?P<scope>{_CLAUSE}{{1,40}})"),
    re.compile(rf"(?P<cue>没有|不伴有?|不合并|无|排除)(?P<scope>{_CLAUSE}{{1,12}})"),
)
_ENDS = re.compile(r"\s+(?:AND|OR|NOT|but|in|with|for|among|treated|who|whose)\s|的|但是?|且")
"""Where a scope ends before its clause does."""
_COMPARED = re.compile(
    r"(?<!\w)(?:versus|vs\.?|v\.s\.?|compared\s+(?:with|to|against)|in\s+comparison\s+(?:with|to)|better\s+than|superior\s+to)(?!\w)"
    r"|对比|相比于?|优于|比较好?|(?<![a-z])pk(?![a-z])"
)
_PAIRED = re.compile(
    r"(?P<joint>和|与|跟|及|或者?|还是|、)(?P<right>[^,;，。；]{1,40}?)(?:的|之间)*(?:对比|比较|区别|差异|不同|哪个|哪种|有什么)"
    r"|(?<!\w)(?:comparison|difference|differences)\s+(?:of|between)\s+(?P<one>.{1,80}?)\s(?P<and>and)\s"
)


class Scope(msgspec.Struct, frozen=True):
    """What a cue speaks of: the cue with it is ``start:end``, it alone ``first:last``. ``sure``: it is left out."""

    start: int
    end: int
    first: int
    last: int
    sure: bool


class Compared(msgspec.Struct, frozen=True):
    """The words between, or around, the two sides of a comparison: one ends before ``left``, the other begins behind
    ``right``."""

    start: int
    end: int
    left: int
    right: int


def exclusions(query: str, text: str) -> Iterator[Scope]:
    """Scopes from left to right that do not overlap; ``text`` is ``query`` as ``narrow`` spells it."""
    found: list[Scope] = []
    for match in _POSTPOSED.finditer(text):
        _keep(found, Scope(match.start(), match.end(), *match.span("scope"), True))
    for form, read in (*((form, text) for form in _AHEAD), (_CAPITALS, query)):
        for match in form.finditer(read):
            _keep(found, _scope(match, text, sure=True))
    for form in _NEGATED:
        for match in form.finditer(text):
            _keep(found, _scope(match, text, sure=False))
    return iter(sorted(found, key=lambda one: one.start))


def _scope(match: re.Match[str], text: str, *, sure: bool) -> Scope:
    first, last = match.span("scope")
    closed = match.groupdict().get("close")
    end = _ENDS.search(match[0], first - match.start()) if not closed else None
    attribute = end is not None and end[0] == "的"
    if end is not None:
        last = match.start() + end.start()
    last = first + len(text[first:last].rstrip())
    return Scope(match.start(), match.end() if closed else last, first, last, sure and not attribute and last > first)


def _keep(found: list[Scope], scope: Scope) -> None:
    if scope.last > scope.first and not any(scope.start < one.end and one.start < scope.end for one in found):
        found.append(scope)


def comparisons(text: str) -> Iterator[Compared]:
    """Comparisons of ``text`` (as ``narrow`` spells it), from left to right."""
    found = []
    for match in _PAIRED.finditer(text):
        name = "joint" if match["joint"] else "and"
        found.append(Compared(*match.span(), match.start(name), match.end(name)))
    for match in _COMPARED.finditer(text):
        if not any(one.start < match.end() and match.start() < one.end for one in found):
            found.append(Compared(*match.span(), *match.span()))
    return iter(sorted(found, key=lambda one: one.start))
