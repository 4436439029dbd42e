"""Whether claims say what their sentences say: confident ones of development abstracts, judged by reading.

    python benchmarks/claim_fit.py DATA --sample FILE             how many there are; 300 to be judged, without scores
    python benchmarks/claim_fit.py DATA --agree A B               agreement of two passes
    python benchmarks/claim_fit.py DATA --pack SAMPLE A B THIRD   stand-off JSON Lines on standard output
    python benchmarks/claim_fit.py DATA --judged [--json]         precision of what was judged

DATA is the folder of the corpora, of which only the texts are read: the development parts of ``medkg eval``, each
document once, without those that stand in a training part of any. Names are those of the terminologies of
benchmarks/real.toml, or of the current generation of a data folder (``--generation``); mentions and claims are made as
``medkg build`` makes them, with ``claims = true``. Rules are in docs/annotation.md. A verdict is
of a claim, whatever its score: what was judged in an earlier draw is not judged again. A working file has a line of
JSON for each claim: ``{"id", "verdict": "right"|"wrong", "mistake", "reason"}``; THIRD has those on which A and B
differ.
``--relations`` scores with a classifier of ``medkg train relations``, which the build does not.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ingest.evaluation.corpora import in_fifth  # noqa: E402
from ingest.evaluation.knowledge import Knowledge, Published, Terminologies  # noqa: E402
from ingest.evaluation.scoring import counted  # noqa: E402
from ingest.sources.pubtator import PubTator  # noqa: E402
from ingest.text.annotate import Annotator  # noqa: E402
from ingest.text.claims.classifier import RelationModel  # noqa: E402
from ingest.text.claims.ledger import METHOD, Ledger  # noqa: E402
from kg.model.document import Document  # noqa: E402
from kg.model.evidence import Claim  # noqa: E402
from ontology.lexicon import Lexicon  # noqa: E402
from ontology.reading.raw import describe  # noqa: E402

JUDGED = ROOT / "benchmarks" / "annotated" / "claim-fit.jsonl"
SEED, DRAWN, ABOVE = "20261122 claim-fit 3", 300, 0.8
"""How many claims with a score above ``ABOVE`` are judged."""
MISTAKES = ("mention", "concept", "no-relation", "predicate", "ends", "direction", "condition")
_PARTED = (("bc5cdr/CDR_TrainingSet.PubTator.txt", "bc5cdr/CDR_DevelopmentSet.PubTator.txt"),
           ("ncbi-disease/NCBItrainset_corpus.txt", "ncbi-disease/NCBIdevelopset_corpus.txt"))  # fmt: skip
_WHOLE = ("pubtator-bioner/BioRED_part.PubTator", "pubtator-bioner/NLMgene_part.PubTator")


def abstracts(data: Path) -> tuple[list[Document], int]:
    """The documents of the development parts, and how many were left out because something may be trained on them."""
    training, development = dict[str, Document](), dict[str, Document]()
    for trained, held in _PARTED:
        training |= _documents(data / trained)
        development |= _documents(data / held)
    for file in _WHOLE:
        for name, document in _documents(data / file).items():
            (development if in_fifth(name.removeprefix("PMID:")) else training).setdefault(name, document)
    kept = [document for name, document in sorted(development.items()) if name not in training]
    return kept, len(development) - len(kept)


def _documents(path: Path) -> dict[str, Document]:
    return {item.id: item for item in PubTator().parse(describe(path), {}) if isinstance(item, Document)}


def claims(documents: Sequence[Document], lexicon: Lexicon, relations: Path | None) -> list[Claim]:
    """As the build makes them."""
    annotator = Annotator(lexicon)
    ledger = Ledger(RelationModel(relations) if relations else None)
    return [claim for one in documents for claim in ledger.document(one, annotator.document(one))]


def confident(found: Sequence[Claim]) -> list[Claim]:
    return [one for one in found if one.score is not None and one.score > ABOVE]


def drawn(found: Sequence[Claim]) -> list[Claim]:
    """Those that are to be judged, in an order that tells nothing."""
    return random.Random(SEED).sample(sorted(confident(found), key=name_of), DRAWN)


def name_of(claim: Claim) -> str:
    """The same for the same claim of the same words, whatever it scores."""
    assert claim.ends is not None
    places = [number for end in claim.ends for number in (end.start, end.end)]
    cells = [claim.document, claim.passage, *places, claim.subject, claim.predicate, claim.object, claim.direction]
    return hashlib.sha256("\t".join(map(str, cells)).encode()).hexdigest()[:16]


def sample(found: Sequence[Claim], lexicon: Lexicon, judged: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What is read: offsets of ends count in the quote, names are those that the terminologies prefer."""
    before = {row["id"] for row in judged}
    wanted = [one for one in drawn(found) if name_of(one) not in before]
    called = names(lexicon, {concept for one in wanted for concept in (one.subject, one.object)})
    for claim in wanted:
        assert claim.ends is not None
        row: dict[str, Any] = {"id": name_of(claim), "document": claim.document, "passage": claim.passage,
                               "start": claim.start, "end": claim.end, "predicate": claim.predicate,
                               "direction": claim.direction}  # fmt: skip
        for role, end, concept in zip(("subject", "object"), claim.ends, (claim.subject, claim.object), strict=True):
            at = (end.start - claim.start, end.end - claim.start)
            row[role] = {"start": at[0], "end": at[1], "text": claim.sentence[slice(*at)], "type": end.category,
                         "concept": concept, "names": called[concept]}  # fmt: skip
        yield row | {"quote": claim.sentence}


def names(lexicon: Lexicon, wanted: set[str]) -> dict[str, list[str]]:
    """A few names of concepts, preferred ones first."""
    found: dict[str, dict[str, bool]] = defaultdict(dict)
    for name, senses in zip(lexicon.names, lexicon.senses, strict=True):
        for sense in senses:
            if sense.concept in wanted and sense.form == "exact" and sense.language.startswith("en"):
                found[sense.concept][name] = found[sense.concept].get(name, False) or sense.kind == "preferred"
    return {concept: sorted(found[concept], key=lambda name: not found[concept][name])[:3] for concept in wanted}


def judgements(path: Path) -> dict[str, dict[str, str]]:
    """Id -> verdict; ends with the line where one cannot be read."""
    made: dict[str, dict[str, str]] = {}
    for at, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        row = json.loads(line)
        fits = row["verdict"] == "right" or (row["verdict"] == "wrong" and row.get("mistake") in MISTAKES)
        if not fits or row["id"] in made:
            raise SystemExit(f"{path.name}, line {at}: not a verdict with its mistake, or judged twice: {row['id']}")
        made[row["id"]] = row
    return made


def agreement(first: dict[str, dict[str, str]], second: dict[str, dict[str, str]]) -> dict[str, float]:
    """Of the verdicts, and of chance taken out (Cohen's kappa)."""
    if first.keys() != second.keys():
        raise SystemExit(f"{len(first.keys() ^ second.keys())} claims were judged by one pass only")
    pairs = [(first[name]["verdict"] == "right", second[name]["verdict"] == "right") for name in first]
    same = sum(one is other for one, other in pairs) / len(pairs)
    shares = [sum(pair[at] for pair in pairs) / len(pairs) for at in (0, 1)]
    chance = shares[0] * shares[1] + (1 - shares[0]) * (1 - shares[1])
    return {
        "judged": len(pairs), "first_right": round(shares[0], 3), "second_right": round(shares[1], 3),
        "same_verdict": round(same, 3), "kappa": round((same - chance) / (1 - chance), 3) if chance < 1 else 1.0,
    }  # fmt: skip


def packed(
    read: Sequence[dict[str, Any]], passes: Sequence[dict[str, dict[str, str]]], draw: int
) -> Iterator[dict[str, Any]]:
    """A sample without its text, with the verdicts. The third reading decides where two differ."""
    first, second, third = passes
    for row in read:
        name = row["id"]
        same = first[name]["verdict"] == second[name]["verdict"]
        last = first[name] if same else third[name]
        ends = {
            role: [row["start"] + row[role]["start"], row["start"] + row[role]["end"], row[role]["concept"]]
            for role in ("subject", "object")
        }
        yield {"draw": draw, **{key: row[key] for key in ("id", "document", "passage", "start", "end")}, **ends,
               "sha256": _digest(row["quote"]), "predicate": row["predicate"], "direction": row["direction"],
               "first": _told(first[name]), "second": _told(second[name]), "verdict": last["verdict"],
               "mistake": last.get("mistake", ""), "reason": "" if same else last["reason"]}  # fmt: skip


def _told(row: dict[str, str]) -> str:
    return row.get("mistake") or row["verdict"]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def judged_before() -> list[dict[str, Any]]:
    if not JUDGED.is_file():
        return []
    return [json.loads(line) for line in JUDGED.read_text("utf-8").splitlines()]


def check(documents: Sequence[Document], rows: Sequence[dict[str, Any]]) -> None:
    """Ends where a text is not the one that was read."""
    texts = {(one.id, passage.key): passage.text for one in documents for passage in one.passages}
    for row in rows:
        text = texts.get((row["document"], row["passage"]), "")
        if _digest(text[row["start"] : row["end"]]) != row["sha256"]:
            raise SystemExit(f"{row['document']}: the text is another than the judged one")


def figures(rows: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Of judged claims. Intervals are over documents."""
    told: dict[str, float] = {}
    for label in ("all", *sorted({row["predicate"] for row in rows})):
        by_document: dict[str, list[bool]] = defaultdict(list)
        for row in rows:
            if label in ("all", row["predicate"]):
                by_document[row["document"]].append(row["verdict"] == "right")
        # Everything found is labelled, too, so that F1 and its interval are those of precision.
        score = counted([(sum(one), len(one), len(one)) for one in by_document.values()])
        name = label.removeprefix("biolink:")
        told |= {f"{name}.judged": score.found, f"{name}.precision": round(score.precision, 3),
                 f"{name}.low": round(score.low, 3), f"{name}.high": round(score.high, 3)}  # fmt: skip
    kinds = Counter(row["mistake"] for row in rows if row["mistake"])
    told |= {f"mistakes.{kind}": kinds[kind] for kind in MISTAKES}
    passes = [
        {row["id"]: {"verdict": "right" if row[one] == "right" else "wrong"} for row in rows}
        for one in ("first", "second")
    ]
    return told | {f"agreement.{name}": value for name, value in agreement(*passes).items()}


def _counts(documents: Sequence[Document], left_out: int, sure: Sequence[Claim]) -> dict[str, float]:
    return {
        "abstracts": len(documents), "abstracts_left_out": left_out, f"claims_above_{ABOVE}": len(sure),
        "claims_per_1000": round(1000 * len(sure) / len(documents), 1),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--sample", type=Path, metavar="FILE")
    parser.add_argument("--agree", type=Path, nargs=2, metavar=("A", "B"))
    parser.add_argument("--pack", type=Path, nargs=4, metavar=("SAMPLE", "A", "B", "THIRD"))
    parser.add_argument("--judged", action="store_true", help="precision of what was judged, of each draw")
    parser.add_argument("--generation", type=Path, help="a data folder")
    parser.add_argument("--relations", type=Path, help="the folder of a trained classifier")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = judged_before()
    if options.agree:
        print(json.dumps(agreement(*(judgements(path) for path in options.agree))))
        return
    if options.pack:
        read = [json.loads(line) for line in options.pack[0].read_text("utf-8").splitlines()]
        turn = 1 + max((row["draw"] for row in rows), default=0)
        for row in packed(read, [judgements(path) for path in options.pack[1:]], turn):
            print(json.dumps(row, ensure_ascii=False))
        return
    documents, left_out = abstracts(options.data)
    check(documents, rows)
    known: Knowledge = Published(options.generation) if options.generation else Terminologies(
        ROOT / "benchmarks" / "real.toml", {"MEDKG_TEST_DATA": str(options.data.resolve())}
    )  # fmt: skip
    found = claims(documents, known.lexicon, options.relations)
    sure = confident(found)
    if options.sample:
        lines = [json.dumps(row, ensure_ascii=False) for row in sample(found, known.lexicon, rows)]
        options.sample.write_text("\n".join(lines) + "\n", "utf-8")
    counts = _counts(documents, left_out, sure) | {"claims": len(found)}
    verdicts = {row["id"]: row for row in rows}
    names = [name_of(one) for one in drawn(found)]
    chosen = {
        "development parts": [verdicts[name] for name in names if name in verdicts],
        **{f"development parts, draw {draw}": [row for row in rows if row["draw"] == draw]
           for draw, number in sorted(Counter(row["draw"] for row in rows).items()) if number == DRAWN},
    }  # fmt: skip
    for corpus, some in chosen.items() if options.judged else (("development parts", []),):
        # Draws that were judged whole are of the claims that earlier code made; what was added later is in the first.
        now = counts | {"drawn": len(names), "unjudged": len(set(names) - verdicts.keys())}
        told = (now if corpus == "development parts" else {}) | (figures(some) if some else {})
        model = METHOD if corpus == "development parts" else "earlier code"
        result = {"task": "claim-fit", "corpus": corpus, "model": model, "n": len(documents), "figures": told}
        print(json.dumps(result) if options.json else "\n".join([corpus, *(f"    {k}: {v}" for k, v in told.items())]))


if __name__ == "__main__":
    main()
