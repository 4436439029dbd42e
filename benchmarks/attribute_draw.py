"""A second draw for attributes: sentences that no labelled set has, most of them with a word or sign that may deny.

    python benchmarks/attribute_draw.py en-attributes-2 DATA     the sentences, as JSON Lines, in the order to label

Three layers are shuffled into one order: likely signs, any sign, and any sentence at all, so that what is wrongly taken
for denied counts as well. Nothing of medkg is asked: the signs are wider than its cues.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.annotation import LABELS, SEED, Sentence, drawn, pool  # noqa: E402

LAYERS = {"en-attributes-2": (210, 50, 100), "zh-attributes-2": (290, 60, 110)}
"""How many sentences have a likely sign, any sign, or are drawn from all."""
_TRAINING = ("CDR_TrainingSet", "NCBItrainset")
LIKELY = {
    "en": re.compile(
        r"\b(?:no|without|neither|nor|none|never|absen\w*|negative\w*|den(?:y|ied|ies|ying)|lack\w*|fail\w*|free|"
        r"devoid|exclud\w*|ruled? out|undetect\w*|not (?:\w+ ){0,2}?(?:found|seen|observed|detected|present|have|"
        r"show\w*|develop\w*|reveal\w*|occur\w*|identified|evident|produce|cause|induce))\b|\w+-(?:negative|free|null)",
        re.IGNORECASE,
    ),
    "zh": re.compile(
        "没|无(?![法论需须所效])|未(?![来婚])|否认|阴性|排除|除外|消失|不(?:伴|存在|是|含|见|痛|疼|痒|发|咳|吐)|非(?!常)|[（(][-－—][)）]"
    ),
}
_BROAD = {
    "en": re.compile(
        r"\b(?:not|cannot|n't|non|un\w{4,}|in(?:adequate|sufficient|active|effective|complete)\w*|unable|avoid\w*|"
        r"prevent\w*|instead|rather than|rarely|hardly|loss|resol\w*|disappear\w*|ceas\w*|normal)\b|\bnon-?\w",
        re.IGNORECASE,
    ),
    "zh": re.compile("[不未否无没非阴除莫勿免缺别消]|正常|并非|难以|拒"),
}  # fmt: skip


def second(name: str, data: Path) -> list[Sentence]:
    """The sentences of a set of this draw, in the order in which they are labelled."""
    language = name[:2]
    read = {one.text for other in _before(language) for one in drawn(other, data)}
    claims = {json.loads(line)["document"] for line in (LABELS / "claim-fit.jsonl").read_text("utf-8").splitlines()}
    every = [
        one
        for one in sorted(set(pool(language, data)))
        if one.text not in read
        and f"PMID:{one.row}" not in claims
        and (language == "zh" or any(part in one.file for part in _TRAINING))
    ]
    dice = random.Random(f"{SEED} {name}")
    found: list[Sentence] = []
    for number, sign in zip(LAYERS[name], (LIKELY[language], _BROAD[language], re.compile("")), strict=True):
        taken = set(found)
        found += dice.sample([one for one in every if one not in taken and sign.search(one.text)], number)
    dice.shuffle(found)
    return found


def _before(language: str) -> tuple[str, ...]:
    """The sets of a language whose sentences had been read."""
    if language == "zh":
        return "zh-mentions", "zh-negations", "zh-relations"
    return "en-attributes", "en-negations"


def lines(found: list[Sentence]) -> Iterator[str]:
    for number, one in enumerate(found, 1):
        yield json.dumps({"number": number, **one._asdict(), "sha256": one.digest}, ensure_ascii=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=LAYERS)
    parser.add_argument("data", type=Path)
    options = parser.parse_args()
    print("\n".join(lines(second(options.name, options.data))))


if __name__ == "__main__":
    main()
