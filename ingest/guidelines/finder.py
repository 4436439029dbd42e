"""Recommendations among the blocks of a guideline: advice with a grade, or where the guideline numbers it as such.

Words of advice alone are never enough: a sentence needs a grade in it or right behind it, the mark of a recommendation
before it, or its place in a list or table of recommendations; and nothing that dismisses it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from ingest.extraction.blocks import Block
from ingest.guidelines.advice import Advised, advised
from ingest.guidelines.dismissal import aside, closed, dismissed
from ingest.guidelines.graded import SENTENCE_LIMIT, Graded, grade_alone, graded
from ingest.guidelines.grading import grade
from ingest.guidelines.scales import Grade
from ingest.guidelines.tables import table_entries
from kg.index.analysis import fold
from kg.model.document import Passage
from kg.model.guideline import Recommendation, Scheme

_MARK = re.compile(
    r"[*_]*(?:(?:key |clinical )?recommendation|rec\.?|statement(?=\s?\d)|R(?=\s?\d))\s*(?:no\.?\s*)?"
    r"(?P<en>\d+(?:\.\d+)*[a-z]?)?\s*[.:：)–-]+[*_]*\s*|"
    r"[【\[]?(?:核心|主要)?推荐(?:意见)?\s*(?P<zh>\d+(?:\.\d+)*[a-z]?)?[】\]]?\s*[:：.、]\s*|"
    r"推荐(?:意见)?\s*(?P<bare>\d+(?:\.\d+)*)\s+|"
    r"【推荐(?:意见)?\s*(?P<box>\d+(?:\.\d+)*)?】\s*(?:(?P<behind>\d+(?:\.\d+)*)[.、．)）]\s*)?",
    re.IGNORECASE,
)
_R_NUMBER = re.compile(r"R\s?\d")
_HEADED = re.compile(
    r"(?:recommendation|推荐(?:意见)?)\s*(?P<number>\d+(?:\.\d+)*[a-z]?)\s*[.:：]?", re.IGNORECASE
).fullmatch
_LISTED = re.compile(
    r"(?:[\d.]+|[一二三四五六七八九十]+、)?\s*(?:(?:summary of|key)\s+)?(?:recommendations?|推荐意见(?:汇总|总结)?)",
    re.I,
).fullmatch
_NUMBER = re.compile(r"(\d+(?:\.\d+)+)[.)]?\s+").match
_NEGATIVE = re.compile(r"\b(?:not?|never|avoid\w*|without|against|stop\w*|contraindicat\w*)\b|[不勿禁忌免停]", re.I)
_PUNCTUATION = re.compile(r"\W+")
_PRACTICE = re.compile(
    r"(good practice (?:statement|point)|best practice statement|expert consensus|专家共识|良好实践(?:声明|推荐))s?"
    r"\s*[:：]\s*",
    re.I,
).match


def recommendations(
    document: str, blocks: Sequence[tuple[Block, Passage]], declared: Iterable[Scheme]
) -> Iterator[Recommendation]:
    """Every recommendation once, where it stands first with a grade, those without any at the end.

    ``declared`` are the schemes that the guideline names. The same words with another grade are another recommendation:
    it is not for us to say which of the two the guideline means.
    """
    words: set[tuple[str, str]] = set()
    known: set[tuple[str, str, str]] = set()
    ungraded: dict[tuple[str, str], Recommendation] = {}
    for found in _all(document, blocks, frozenset(declared)):
        bare = _PUNCTUATION.sub("", fold(found.sentence.replace(found.grade_text, "")))
        name = (bare, found.population if found.scheme == "CSCO" else "")
        rated = f"{found.strength} {found.certainty}" if found.scheme else found.grade_text
        if not found.grade_text:
            ungraded.setdefault(name, found)
        elif (*name, rated) not in known:
            words.add(name)
            known.add((*name, rated))
            yield found
    yield from (found for name, found in ungraded.items() if name not in words)


def _all(
    document: str, blocks: Sequence[tuple[Block, Passage]], declared: frozenset[Scheme]
) -> Iterator[Recommendation]:
    lead = ""
    for at, (block, passage) in enumerate(blocks):
        lead = lead if block.kind == "item" else ""
        if closed(block.path):
            continue
        place = _Place(document, block, passage.key, passage.language)
        if block.kind == "table":
            for entry in table_entries(block.text, declared):
                yield place.made(entry.start, entry.text, entry.advised, entry.grade, entry.number)
        elif block.kind in ("paragraph", "item") and not aside(block.text):
            following = blocks[at + 1][0] if at + 1 < len(blocks) else None
            heads = at > 0 and blocks[at - 1][0].kind == "heading"
            if following is not None and following.kind == "item" and block.text.endswith((":", "：")):
                lead = _lead(block)
            else:
                yield from _from_text(place, following, heads, lead, declared)


class _Place(msgspec.Struct, frozen=True):
    """Where a recommendation stands; the key of a passage is worth making once."""

    document: str
    block: Block
    passage: str
    language: str

    def made(self, start: int, sentence: str, said: Advised, printed: Grade, number: str) -> Recommendation:
        return Recommendation(
            document=self.document, passage=self.passage, start=start, end=start + len(sentence), sentence=sentence,
            direction=said.direction, strength=printed.strength, certainty=printed.certainty, scheme=printed.scheme,
            grade_text=printed.text, population=said.population, intervention=said.intervention,
            language=self.language, number=number, page=self.block.page(start),
        )  # fmt: skip


def _from_text(
    place: _Place, following: Block | None, heads: bool, lead: str, declared: frozenset[Scheme]
) -> Iterator[Recommendation]:
    block = place.block
    start, number, marked = _mark(block, heads)
    listed = block.kind == "item" and any(_LISTED(heading) for heading in block.path)
    found = list(graded(block.text, start, declared))
    for at, sentence in enumerate(found):
        practice = _PRACTICE(sentence.body)
        body = sentence.body[practice.end() :] if practice else sentence.body
        printed = sentence.printed or _behind(found[at + 1 : at + 3], following, block, declared)
        if not printed and practice:
            printed = practice[1]
        read = grade(printed, declared)
        levelled = read.scheme == "CSCO" and read.strength != "unknown"
        said = advised(body) or (advised(lead + body) if lead and printed else None)
        said = said or (_bare(body) if levelled or (marked and printed) else None)
        if said is None or dismissed(body, marked):
            continue
        if marked or listed or (printed and (said.explicit or practice or not _is_evidence(read))):
            yield place.made(sentence.start, sentence.text, said, read, number)
            marked, number = False, ""


def _is_evidence(printed: Grade) -> bool:
    """Whether a grade tells of the evidence only: what should or may be is then as likely a finding."""
    return printed.certainty != "unknown" and printed.strength == "unknown"


def _mark(block: Block, heads: bool) -> tuple[int, str, bool]:
    """(where the text begins, the number, whether it is marked as a recommendation)."""
    if found := _MARK.match(block.text):
        number = next((part for part in found.groups() if part), "")
        prefix = "R" if number and _R_NUMBER.match(block.text.lstrip("*_")) else ""
        return found.end(), prefix + number, True
    if heads and block.path and (headed := _HEADED(block.path[-1])):
        return 0, headed["number"], True
    numbered = _NUMBER(block.text)
    return (numbered.end(), numbered[1], False) if numbered else (0, "", False)


def _lead(block: Block) -> str:
    """What the items of a list go on from (*In adults, we recommend:*), empty where it advises nothing."""
    text = block.text[_mark(block, heads=False)[0] :].rstrip(":： ")
    words = f"{text} " if text.isascii() else text
    said = advised(f"{words}x")
    return words if said is not None and said.explicit and not dismissed(words) else ""


def _bare(body: str) -> Advised | None:
    """What is marked and graded as a recommendation needs no words of advice (*Early rest in adults*); findings do."""
    # Without words of advice nobody can tell what a negation means.
    if len(body) > SENTENCE_LIMIT or _NEGATIVE.search(body):
        return None
    return Advised("for", "", body.strip(" \t*_.。"))


def _behind(rest: Sequence[Graded], following: Block | None, block: Block, declared: frozenset[Scheme]) -> str:
    """The grade right behind a sentence: one or two sentences that say nothing else, or the next block."""
    alone = [grade_alone(sentence.text, declared) for sentence in rest]
    if rest:
        return "; ".join(filter(None, alone)) if alone[0] else ""
    fits = following is not None and following.path == block.path and following.kind in ("paragraph", "item")
    return grade_alone(following.text, declared) if fits and following is not None else ""
