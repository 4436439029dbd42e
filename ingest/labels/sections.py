"""Sections of package inserts and monographs, known by their Chinese and English headings.

Headings after the rules for package inserts of the NMPA (【适应症】 …), the labelling of the FDA (21 CFR 201.57) and
the summary of product characteristics of the EMA, with the spellings that pharmacopoeia-like monographs use.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from ingest.extraction.blocks import Block

SectionKind = Literal[
    "indication", "contraindication", "dose", "interaction", "pregnancy", "children", "elderly", "adverse", "warning",
    "overdose", "section",
]  # fmt: skip
_NAMES: tuple[tuple[SectionKind, str], ...] = (
    (
        "indication",
        r"适应[症证]|功能(?:与)?主治|(?:therapeutic )?indications?(?: and usage)?|what .{1,40} is used for",
    ),
    ("contraindication", r"禁忌[症证]?|contra-?indications?"),
    ("dose", r"用法(?:与|及)?用量|用量用法|剂量与用法|dosage(?: and administration)?|posology(?: and .+)?|dosing"),
    ("interaction", r"(?:药物)?相互作用|(?:drug )?interactions?(?: with .+)?"),
    (
        "pregnancy",
        r"(?:孕妇|妊娠期?)(?:及|和|与)哺乳期(?:妇女)?用药|孕产?妇用药|妊娠期?用药|哺乳期用药|"
        r"(?:use in )?pregnancy(?: and .+)?|fertility, pregnancy and lactation|lactation|nursing mothers|"
        r"females and males of reproductive potential",
    ),
    (
        "children",
        r"(?:儿童|小儿|婴幼儿|儿科)(?:患者)?用药|pa?ediatric (?:use|population|patients)|(?:use in )?children",
    ),
    ("elderly", r"老年(?:人|患者)?用药|geriatric use|(?:use in the )?elderly(?: patients)?|older (?:adults|people)"),
    ("adverse", r"不良反应|adverse (?:drug )?reactions|undesirable effects|side effects"),
    (
        "warning",
        r"注意(?:事项)?|警[示告]语?|warnings?(?: and precautions)?|precautions|boxed warning|"
        r"special warnings and precautions(?: for use)?",
    ),
    ("overdose", r"(?:药物)?过量|overdos(?:e|age)"),
)
_KNOWN = tuple((kind, re.compile(pattern, re.IGNORECASE).fullmatch) for kind, pattern in _NAMES)
_NUMBERING = re.compile(r"^(?:\d+(?:\.\d+)*\.?|[一二三四五六七八九十]+、)\s*")
_BRACKETED = re.compile(r"(?<!\S)【\s*([^【】]{1,24}?)\s*】\s*")
_HEADING_LIMIT = 90


class Section(msgspec.Struct, frozen=True):
    """A block of a label with what it is about; ``heading`` as printed, empty before the first one."""

    kind: SectionKind
    heading: str
    block: Block


def section_kind(heading: str) -> SectionKind:
    """What a heading announces, ``section`` for anything else.

    >>> section_kind("8.4 Pediatric Use"), section_kind("适应证"), section_kind("性状")
    ('children', 'indication', 'section')
    """
    name = _NUMBERING.sub("", " ".join(heading.split())).strip(" :：.*【】")
    return next((kind for kind, is_name in _KNOWN if is_name(name)), "section")


def announced(text: str) -> set[SectionKind]:
    """The kinds of section whose headings stand in brackets in ``text``."""
    return {section_kind(found) for found in _BRACKETED.findall(text)} - {"section"}


def sections(blocks: Iterable[Block]) -> Iterator[Section]:
    """The blocks below their headings, in order; headings themselves are left out.

    A heading without a kind of its own belongs to the nearest above it that has one (*1.1 Limitations of use*).
    """
    bracketed = ""
    for block in blocks:
        if block.kind == "heading":
            bracketed = ""
        elif block.kind == "table":
            yield _section(block, bracketed)
        elif not block.path and len(block.text) <= _HEADING_LIMIT and section_kind(block.text) != "section":
            bracketed = block.text
        else:
            for name, text in _parts(block.text):
                bracketed = name or bracketed
                if text:
                    yield _section(msgspec.structs.replace(block, text=text), bracketed)


def _section(block: Block, bracketed: str) -> Section:
    names = [*block.path, bracketed] if bracketed else list(block.path)
    kinds = (section_kind(name) for name in reversed(names))
    kind: SectionKind = section_kind(bracketed) if bracketed else next((k for k in kinds if k != "section"), "section")
    return Section(kind, bracketed or " > ".join(block.path), block)


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """(heading in brackets, text behind it); a heading inside a sentence (见【禁忌】) begins nothing."""
    found = list(_BRACKETED.finditer(text))
    yield "", text[: found[0].start()].strip() if found else text
    for at, heading in enumerate(found):
        end = found[at + 1].start() if at + 1 < len(found) else len(text)
        yield heading[1], text[heading.end() : end].strip()
