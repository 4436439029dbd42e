"""A fifth draw for negation: what four draws have left, and texts that none of them came from.

    python benchmarks/fresh_negations.py zh-negations-6 DATA LEXICON           stand-off rows with mentions, JSON Lines
    python benchmarks/fresh_negations.py zh-negations-6 DATA LEXICON --text    the same to be labelled

As ``negation_draw.py``, but for what is near: a mention and a sign stand anywhere in a sentence, so one more clause may
lie between. Texts that no set came from are first (English: full texts, citations, the MedMentions fixture), documents
without a sentence in any set next, then sentences of other documents that no set has. As in the fourth draw,
development parts of BC5CDR and NCBI Disease are among them, whose sentences are not to be read for errors of names.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.annotation import LABELS, SEED  # noqa: E402
from benchmarks.negation_draw import _CLOSE, _EVALUATED, Drawn, _abstracts, _documents, _sentences, _texts  # noqa: E402
from ingest.evaluation.sentences import passages_of, read  # noqa: E402
from ingest.text.annotate import Annotator  # noqa: E402
from ontology.lexicon import Lexicon  # noqa: E402

NAMES = ("zh-negations-6", "en-negations-6")
LIKELY_ONES, OTHERS, MOST = 315, 105, 4
"""Sentences of a set with a likely sign, as far as there are so many, and without; of one abstract or row at most."""
_ARTICLES = ("jats", "pubmed-xml")
_FIXTURE = "medmentions-fixture/med_mentions.txt"
Source = tuple[str, str, tuple[tuple[str, str], ...]]
"""File, row, and the passages with their names."""


def fifth(name: str, data: Path, lexicon: Lexicon) -> list[Drawn]:
    """The sentences of a set of this draw, in the order in which they are labelled."""
    language = name[:2]
    dice = random.Random(f"{SEED} {name}")
    likely = _CLOSE[language]
    annotator = Annotator(lexicon, with_attributes=False)
    taken = _texts(language, data) | _later(language, data)
    wanted = {True: LIKELY_ONES, False: OTHERS}
    found: list[Drawn] = []
    for most, documents in _turns(language, data):
        dice.shuffle(documents)
        for file, row, passages in documents:
            every = [one for one in _sentences(annotator, language, file, row, passages) if one[0].text not in taken]
            # Likely ones first, as there are too few of them.
            dice.shuffle(every)
            every.sort(key=lambda one: likely.search(one.sentence.text) is None)
            for one in every[:most]:
                denies = likely.search(one.sentence.text) is not None
                if wanted[denies] and one.sentence.text not in taken:
                    wanted[denies] -= 1
                    taken.add(one.sentence.text)
                    found.append(one)
    dice.shuffle(found)
    return found


def _turns(language: str, data: Path) -> Iterator[tuple[int, list[Source]]]:
    """Documents of each turn, with how many sentences one may give."""
    used = {
        str(json.loads(line)["row"])
        for path in LABELS.glob(f"{language}-*.jsonl")
        if not path.stem.endswith(("styles", "-6"))
        for line in path.read_text("utf-8").splitlines()
    }
    rest = sorted(_documents(language, data, (), _EVALUATED))
    if language == "en":
        known = {row for _, row, _ in rest} | used
        yield LIKELY_ONES, sorted(one for one in _unused_texts(data) if one[1].removeprefix("PMID:") not in known)
    yield MOST, [one for one in rest if one[1] not in used]
    yield MOST, [one for one in rest if one[1] in used]


def _unused_texts(data: Path) -> Iterator[Source]:
    """Texts of formats that no earlier set was drawn from."""
    for folder in _ARTICLES:
        for path in sorted((data / folder).iterdir()):
            texts: dict[str, list[tuple[str, str]]] = {}
            for (row, column), text in passages_of(path):
                texts.setdefault(row, []).append((column, text))
            for row, passages in texts.items():
                yield f"{folder}/{path.name}", row, tuple(passages)
    for pmid, _, abstract in _abstracts(data / _FIXTURE):
        yield _FIXTURE, pmid, (("abstract", abstract),)


def _later(language: str, data: Path) -> set[str]:
    """The sentences of the fourth draw."""
    return {
        one.passages[0].text
        for number in (4, 5)
        for one in read(LABELS / f"{language}-negations-{number}.jsonl", data, language, halves=False)
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("data", type=Path)
    parser.add_argument("lexicon", type=Path)
    parser.add_argument("--text", action="store_true")
    options = parser.parse_args()
    for number, one in enumerate(fifth(options.name, options.data, Lexicon.load(options.lexicon)), 1):
        if options.text:
            print(f"{number}\t{one.marked()}")
        else:
            place = one.sentence
            row = {"number": number, "file": place.file, "row": place.row, "column": place.column}
            row |= {"start": place.start, "end": place.end, "sha256": place.digest, "mentions": one.mentions}
            print(json.dumps(row, ensure_ascii=False))


if __name__ == "__main__":
    main()
