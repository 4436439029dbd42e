"""A third draw for attributes: sentences with a mention that the dictionary finds and any sign that might deny it.

    python benchmarks/negation_draw.py zh-negations-3 DATA LEXICON     stand-off rows with mentions, as JSON Lines
    python benchmarks/negation_draw.py zh-negations-3 DATA LEXICON --text     the same to be labelled

LEXICON is a dictionary that a build left, and mentions are what it finds: another draws other sentences. Signs are
wider than any cue of medkg, so that no rule can speak of a mention outside of what is drawn. Documents are disjoint
from those of every earlier set and of every evaluated part; those of the sets to be judged by (``-3``) and those of the
sets to be trained on (``-train``) are told apart by digest. The fourth draw is of sentences that none of these has,
with a sign close to a mention, of documents apart from those to be trained on: earlier draws have left few documents
that no set has. ``-4`` is to be read, ``-5`` to be judged by; their documents are told apart by digest.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.annotation import LABELS, SEED, Sentence, drawn  # noqa: E402
from benchmarks.attribute_draw import LIKELY  # noqa: E402
from ingest.evaluation.corpora import in_fifth  # noqa: E402
from ingest.evaluation.sentences import read  # noqa: E402
from ingest.text.annotate import Annotator  # noqa: E402
from kg.index.sentences import sentences  # noqa: E402
from kg.model.document import Document, Passage  # noqa: E402
from ontology.lexicon import Lexicon  # noqa: E402


class Plan(NamedTuple):
    """Of ``size`` sentences a share has a ``likely`` sign; ``most`` are of one document. ``turns``: texts on patients
    before those on molecules, of which there are more. ``near``: characters between a likely sign and a mention, at
    most; 0 where any distance will do."""

    size: int
    most: int
    turns: bool
    likely: re.Pattern[str]
    share: float = 0.75
    near: int = 0


_NOT = re.compile(
    r"\b(?:no|without|neither|nor|none|never|absen\w*|negative\w*|den(?:y|ied|ies|ying)|lack\w*|free|devoid|exclud\w*|"
    r"ruled? out|undetect\w*|not)\b|\w+-(?:negative|free|null)",
    re.IGNORECASE,
)
_STRONG = re.compile(
    r"\b(?:no|without|never|absen\w*|den(?:y|ied|ies|ying)|neither|nor|none|free (?:of|from)|rul(?:e|ed|es|ing) out|"
    r"lack\w*|negative)\b|-(?:free|negative)\b",
    re.IGNORECASE,
)
_WORDS = re.compile(
    r"\b(?:no|not|without|never|absen\w*|den(?:y|ied|ies|ying)|neither|nor|none|fail\w*|free (?:of|from)|"
    r"rul(?:e|ed|es|ing) out|lack\w*|negative\w*|cannot)\b|-(?:free|negative)\b",
    re.IGNORECASE,
)
PLANS = {
    "zh-negations-train": Plan(550, 6, True, LIKELY["zh"]),
    "en-negations-train": Plan(550, 6, True, LIKELY["en"]),
    "zh-negations-3": Plan(300, 6, True, LIKELY["zh"]),
    "en-negations-3": Plan(300, 3, False, _NOT),
    "zh-negations-4": Plan(120, 4, False, LIKELY["zh"], 1.0, 10),
    "en-negations-4": Plan(200, 3, False, _WORDS, 1.0, 40),
    "zh-negations-5": Plan(400, 6, False, LIKELY["zh"], 1.0, 10),
    "en-negations-5": Plan(420, 4, False, _STRONG, 0.69, 40),
}
"""The English set to judge by was drawn first, before turns, so it has more texts on molecules and is harder."""
TYPES = ("disease", "symptom", "drug", "chemical", "gene", "gene-family", "test", "procedure")
"""Categories that are marked: those of the labelled sets."""
FINDINGS = ("disease", "symptom", "drug", "test", "procedure")
"""One of these stands in each English sentence; what abstracts deny of genes and substances alone is nearly
always an effect."""
_BEFORE = {
    "zh": ("zh-mentions", "zh-negations", "zh-relations", "zh-attributes-2"),
    "en": ("en-attributes", "en-negations", "en-attributes-2"),
}
_CLOSE = {"zh": LIKELY["zh"], "en": _WORDS}
_SIGN = {
    "zh": re.compile("[不无没沒无無未否非免阴陰除缺勿莫别別消停拒难難（(][-－—]?|正常|少见|罕见"),
    "en": re.compile(
        r"\b(?:no|not|cannot|nor|none|nothing|nobody|never|neither|without|absen\w*|lack\w*|fail\w*|negat\w*|exclu\w*|"
        r"rul(?:e|ed|es|ing)|den(?:y|ied|ies|ying)|free|devoid|unlikely|un\w{3,}|in(?:adequate|sufficient|active|"
        r"effective|complete)\w*|non\w*|avoid\w*|prevent\w*|instead|rather|rarely|hardly|barely|scarcely|loss|lost|"
        r"resol\w*|disappear\w*|ceas\w*|normal\w*|withdr\w*|discontinu\w*|stop\w*|null|knockout|deficien\w*|against|"
        r"except\w*|minus|zero|few|little|missing|omit\w*)\b|n't\b|-(?:free|negative|null|less)\b|\w{3,}less\b|\(-\)",
        re.IGNORECASE,
    ),
}
_ENGLISH = {
    "bc5cdr/CDR_TrainingSet.PubTator.txt": 0,
    "ncbi-disease/NCBItrainset_corpus.txt": 0,
    "pubtator-bioner/BioRED_part.PubTator": 0,
    "pubtator-bioner/NLMgene_part.PubTator": 1,
    "pubtator-bioner/DrugProt_abstracts.PubTator": 1,
}
"""File -> its turn."""
_DIVIDED = ("pubtator-bioner/BioRED_part.PubTator", "pubtator-bioner/NLMgene_part.PubTator")
"""A fifth of these is an evaluated part."""
_EVALUATED = ("bc5cdr/CDR_DevelopmentSet.PubTator.txt", "ncbi-disease/NCBIdevelopset_corpus.txt")


class Drawn(NamedTuple):
    """A sentence with the mentions that are given in it: start, end, category, by offsets of the sentence."""

    sentence: Sentence
    mentions: tuple[tuple[int, int, str], ...]

    def marked(self) -> str:
        """The text with each mention in brackets behind its number."""
        made, at = "", 0
        for number, (start, end, _) in enumerate(self.mentions, 1):
            made += f"{self.sentence.text[at:start]}[{number}:{self.sentence.text[start:end]}]"
            at = end
        return made + self.sentence.text[at:]


def third(name: str, data: Path, lexicon: Lexicon) -> list[Drawn]:
    """The sentences of a set of this draw, in the order in which they are labelled."""
    language, plan = name[:2], PLANS[name]
    dice = random.Random(f"{SEED} {name}")
    if fourth := name.endswith(("-4", "-5")):
        learned = f"{language}-negations-train"
        apart = {str(json.loads(line)["row"]) for line in (LABELS / f"{learned}.jsonl").read_text("utf-8").splitlines()}
        documents = [
            one
            for one in sorted(_documents(language, data, (), _EVALUATED if name.endswith("5") else ()))
            if (one[1] not in apart and _sealed(one[1])) is name.endswith("5")
        ]
    else:
        before = _BEFORE[language]
        documents = [
            one for one in sorted(_documents(language, data, before)) if _judged(one[1]) is name.endswith("-3")
        ]
    dice.shuffle(documents)
    if plan.turns:
        documents.sort(key=lambda one: _ENGLISH.get(one[0], 0))
    taken = {one.text for other in _BEFORE[language][:3] for one in drawn(other, data)} if language == "zh" else set()
    taken |= _texts(language, data) if fourth else set()
    annotator = Annotator(lexicon, with_attributes=False)
    likely = round(plan.size * plan.share)
    wanted = {True: likely, False: plan.size - likely}
    found: list[Drawn] = []
    for file, row, passages in documents:
        if not any(wanted.values()):
            break
        every = list(_sentences(annotator, language, file, row, passages))
        fresh = [one for one in every if one.sentence.text not in taken]
        if plan.near:
            fresh = [one for one in fresh if _close(one, plan)]
        for one in dice.sample(fresh, min(plan.most, len(fresh))):
            denies = plan.likely.search(one.sentence.text) is not None
            if wanted[denies]:
                wanted[denies] -= 1
                taken.add(one.sentence.text)
                found.append(one)
    if any(wanted.values()):
        raise SystemExit(f"{name}: {wanted} sentences short")
    dice.shuffle(found)
    return found


def _sealed(row: str) -> bool:
    """Whether a document of the fourth draw may be of the set to be judged by: three of four, by digest."""
    return hashlib.sha256(f"fourth {row}".encode()).digest()[0] % 4 > 0


def _close(one: Drawn, plan: Plan) -> bool:
    """Whether a likely sign stands close to a mention and outside of it."""
    return any(
        sign.end() <= start <= sign.end() + plan.near or end <= sign.start() <= end + plan.near
        for sign in _CLOSE["zh" if plan.likely is LIKELY["zh"] else "en"].finditer(one.sentence.text)
        for start, end, _ in one.mentions
    )


def _judged(row: str) -> bool:
    """Whether a document is of a set to be judged by: a third of all, by digest."""
    return int(hashlib.sha256(f"negation {row}".encode()).hexdigest(), 16) % 3 == 0


def _sentences(
    annotator: Annotator, language: str, file: str, row: str, passages: tuple[tuple[str, str], ...]
) -> Iterator[Drawn]:
    """The sentences of a document that have a sign and a mention."""
    document = Document(row, tuple(Passage(key, "section", language, text) for key, text in passages))
    mentions = annotator.document(document)
    least, most = (8, 120) if language == "zh" else (30, 400)
    for passage in document.passages:
        for start, end in sentences(passage.text):
            text = passage.text[start:end]
            within = tuple(
                (one.start - start, one.end - start, one.category)
                for one in mentions
                if one.passage == passage.key and start <= one.start and one.end <= end and one.category in TYPES
            )
            if language == "en" and not any(category in FINDINGS for _, _, category in within):
                continue
            if passage.name == "title" and language == "en":
                continue
            if least <= end - start <= most and within and "\n" not in text and _SIGN[language].search(text):
                yield Drawn(Sentence(file, row, passage.name, start, end, text), within)


def _texts(language: str, data: Path) -> set[str]:
    """Every sentence of every set of a language that stands before the fourth draw."""
    names = [path.stem for path in LABELS.glob(f"{language}-*.jsonl") if not path.stem.endswith(("-4", "-5", "styles"))]
    return {
        one.passages[0].text for name in names for one in read(LABELS / f"{name}.jsonl", data, language, halves=False)
    }


def _documents(
    language: str, data: Path, earlier: tuple[str, ...], evaluated: tuple[str, ...] = ()
) -> Iterator[tuple[str, str, tuple[tuple[str, str], ...]]]:
    """File, row and passages of what no set of those that are ``earlier`` and no evaluated part but these has."""
    used = {
        str(json.loads(line)["row"])
        for name in earlier
        for line in (LABELS / f"{name}.jsonl").read_text("utf-8").splitlines()
    }
    if language == "zh":
        if earlier:
            used |= {one.row for one in drawn("zh-relations", data)}
        file = "zh-medical-qa/part.csv"
        with (data / file).open(encoding="utf-8", newline="") as stream:
            for number, row in enumerate(csv.DictReader(stream), 1):
                if str(number) not in used:
                    yield file, str(number), tuple((key, row[key] or "") for key in ("title", "ask", "answer"))
        return
    claims = {json.loads(line)["document"] for line in (LABELS / "claim-fit.jsonl").read_text("utf-8").splitlines()}
    if earlier:
        used |= {one.removeprefix("PMID:") for one in claims}
    used |= {pmid for file in _EVALUATED if file not in evaluated for pmid, _, _ in _abstracts(data / file)}
    used |= {pmid for file in _DIVIDED for pmid, _, _ in _abstracts(data / file) if in_fifth(pmid)}
    for file in (*_ENGLISH, *evaluated):
        for pmid, title, abstract in _abstracts(data / file):
            if pmid not in used:
                used.add(pmid)
                yield file, pmid, (("title", title), ("abstract", abstract))


def _abstracts(path: Path) -> Iterator[tuple[str, str, str]]:
    title = ""
    for line in path.read_text("utf-8").splitlines():
        pmid, mark, text = line.partition("|a|")
        if mark and pmid.isdecimal():
            yield pmid, title, text
        elif "|t|" in line:
            title = line.partition("|t|")[2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=PLANS)
    parser.add_argument("data", type=Path)
    parser.add_argument("lexicon", type=Path)
    parser.add_argument("--text", action="store_true")
    options = parser.parse_args()
    for number, (one, mentions) in enumerate(third(options.name, options.data, Lexicon.load(options.lexicon)), 1):
        if options.text:
            print(f"{number}\t{Drawn(one, mentions).marked()}")
        else:
            place = {"file": one.file, "row": one.row, "column": one.column, "start": one.start, "end": one.end}
            row = {"number": number} | place | {"sha256": one.digest, "mentions": mentions}
            print(json.dumps(row, ensure_ascii=False))


if __name__ == "__main__":
    main()
