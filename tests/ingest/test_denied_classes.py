"""What a sentence denies of genes, tests and treatments, and in Chinese that is typed without signs.

The sentences are made up for these tests; no labelled and no written one stands here. Mentions are marked as in
``benchmarks/denials.py``; the words after a sentence are the cues that must be shown, one for each that is denied.
"""

from __future__ import annotations

import pytest

from benchmarks.denials import written
from ingest.text.attributes import attributes


def told(line: str) -> tuple[list[bool], list[bool]]:
    """What the marks of a sentence deny, and what the rules say."""
    one = written(line)
    spans = [(start, end, kind) for start, end, kind, _, _ in one.mentions]
    found = attributes(one.text, (0, len(one.text)), spans, "en" if one.text.isascii() else "zh", weighs=False)
    return (
        [bool(marks) for *_, marks in one.mentions],
        [any(mark.kind == "negated" for mark in marks) for marks in found],
    )


@pytest.mark.parametrize(
    "line",
    [
        # Genes that are lacking, and genes of which something else is said.
        "[-gene:Abcb1]-/- animals gained weight faster than [gene:Abcb1]+/+ ones.",
        "We bred [-gene:Abcb1](-/-) animals.",
        "[-gene:Abcb1] null pups and [-gene:Mthfr]-knockout pups were weighed.",
        "Cells null for [-gene:MTHFR] grew slowly.",
        "Deletion of [-gene:Mthfr] was lethal.",
        "Deletion of exon 4 of [gene:MTHFR] was found.",
        "No pathogenic variants in [-gene:MTHFR] were seen in [disease:gout].",
        "No variants were identified in [-gene:MTHFR].",
        "A man without any [-gene:MTHFR] mutation had [disease:gout].",
        "These families carried no [-gene:MTHFR] variant.",
        "Fibroblasts without [-gene:MTHFR] died.",
        "They worked without affecting [gene:MTHFR].",
        "Expression of [-gene:MTHFR] was not detected.",
        "[-gene:MTHFR] transcripts were completely missing.",
        "Absent [-gene:MTHFR] activity was shown.",
        "We did not detect [-gene:MTHFR] there.",
        "They were unable to express [-gene:MTHFR].",
        "It did not alter [gene:MTHFR].",
        # What is cut out of a longer name behind non-.
        "Non-[-disease:asthmatic] and [disease:asthmatic] boys were compared.",
        "Non-[drug:lithium] treatments failed.",
        # Tests, and treatments that were not given.
        "[-test:Blood cultures] came back negative.",
        "The [-test:patch test] gave negative results.",
        "[-procedure:Dialysis] was not needed.",
        "He declined [-procedure:dialysis].",
        "Women unexposed to [-drug:lithium] had [disease:gout].",
        "Men previously untreated with [-drug:lithium] were included.",
        "They were no longer receiving [-drug:lithium].",
        "[-symptom:Cough] was no longer evident.",
        # Nobody, at no time, neither.
        "Nobody had [-disease:gout].",
        "At no visit did anyone note it, and at no time was there [-disease:gout].",
        "[-symptom:Cough] never emerged.",
        "Neither the boy nor his aunt had [-disease:gout].",
        # What was ruled out.
        "[-disease:Gout], asthma and the like were all excluded.",
    ],
)
def test_classes_of_english_denials(line: str) -> None:
    wanted, found = told(line)
    assert found == wanted


@pytest.mark.parametrize(
    "line",
    [
        # A clause that runs on without a sign.
        "没有[-symptom:咳嗽]最近[symptom:头晕]得厉害",
        "没有[-symptom:咳嗽]就是[symptom:头晕]",
        "没有[-symptom:咳嗽]、[-symptom:头晕]和[-symptom:胸闷]",
        "不是[-disease:痛风][test:血尿酸]报告上写着正常范围",
        "做完[test:B超]没发现[-disease:结石]只[symptom:腰酸]",
        # What is denied behind its name.
        "[-symptom:咳嗽]没有[-symptom:头晕]没有[-symptom:胸闷]也没有",
        "[-symptom:咳嗽]没有了还要吃[drug:川贝]吗",
        "[-test:乙肝]全阴没事",
        "[-disease:痛风]排除了",
        "[-test:胃镜]没做只吃[drug:川贝]",
        # What was not done, and would not be.
        "医生没给开[-drug:川贝]",
        "拒绝做[-procedure:透析]",
        "还没来得及打[-drug:疫苗]",
        "没看见[-disease:结石]",
        # Genes.
        "[-gene:EGFR]未突变",
        "[-gene:EGFR]阴性",
        # Nothing is denied.
        "不用吃[drug:川贝]",
        "不代表没有[disease:痛风]",
        "不会变成[disease:痛风]吧",
        "吃了没变化[drug:川贝]还吃吗",
        "不吃[drug:川贝]能好吗",
    ],
)
def test_classes_of_chinese_denials(line: str) -> None:
    wanted, found = told(line)
    assert found == wanted
