"""Grounding: abstracts a second on one core, and what a dictionary without any training finds.

    MEDKG_TEST_DATA=../shared/data python benchmarks/grounding.py [speed|quality|all] [--repeats 5] [--json]

Names come from every terminology of benchmarks/real.toml: all of them, and 100,000 drawn at random
(seed 1), which is the size that the target names. Speed: CPU time of one thread;
each timed text is new to the annotator, which has read others before. The sum of the best time of
each fifty texts over the repeats counts, because a shared machine is up to twice slower for seconds
at a time. ``scan_ratio`` is the time of the core over that of the bare normalisation and automaton
scan, in the same run.

Quality: strict spans against the training and development parts of BC5CDR and NCBI (no label of
them is in the dictionary, but the stop words were chosen after reading errors on them), genes of
BioRED and NLM-Gene (human names only, while these texts also name genes of other species).
"""

from __future__ import annotations

import argparse
import csv
import gc
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import opencc  # noqa: E402
import spacy  # noqa: E402

import ingest.text.components  # noqa: E402, F401
from ingest.config import input_files, read_config  # noqa: E402
from ingest.sources.pubtator import PubTator  # noqa: E402
from ingest.text.annotate import Annotator  # noqa: E402
from kg.model.concept import Concept  # noqa: E402
from kg.model.document import Document, Passage  # noqa: E402
from kg.model.evidence import Mention  # noqa: E402
from ontology.base import TERMINOLOGIES  # noqa: E402
from ontology.lexicon import LabelRow, Lexicon, label_rows  # noqa: E402
from ontology.matcher import Matcher  # noqa: E402
from ontology.normalize import normalize  # noqa: E402
from ontology.reading.raw import describe  # noqa: E402

DATA = Path(os.environ.get("MEDKG_TEST_DATA") or ROOT.parent / "shared" / "data")
BC5CDR = ("bc5cdr/CDR_TrainingSet.PubTator.txt", "bc5cdr/CDR_DevelopmentSet.PubTator.txt")
NCBI = ("ncbi-disease/NCBItrainset_corpus.txt", "ncbi-disease/NCBIdevelopset_corpus.txt")
BIORED, NLM_GENE = ("pubtator-bioner/BioRED_part.PubTator",), ("pubtator-bioner/NLMgene_part.PubTator",)
DRUGPROT = ("pubtator-bioner/DrugProt_abstracts.PubTator",)
FAMILY = {"symptom": "disease", "drug": "chemical", "gene-family": "gene"}
NAMES = 100_000
Gold = tuple[Document, list[Mention]]
Spans = set[tuple[str, int, int]]


def names() -> Iterator[LabelRow]:
    config = read_config(ROOT / "benchmarks" / "real.toml")
    for spec in config.input:
        if spec.kind == "terminology":
            for path in input_files(spec, config.folder, {"MEDKG_TEST_DATA": str(DATA)}):
                for item in TERMINOLOGIES.load(spec.format)().parse(describe(path), spec.options):
                    if isinstance(item, Concept):
                        yield from label_rows(item, spec.name)


def corpus(*files: str) -> list[Gold]:
    """Documents with their gold mentions; a document that stands in two files is taken once."""
    found: dict[str, Gold] = {}
    for file in files:
        for item in PubTator().parse(describe(DATA / file), {}):
            if isinstance(item, Document):
                current = (item, [])
                found.setdefault(item.id, current)
            elif isinstance(item, Mention):
                current[1].append(item)
    return list(found.values())


def chinese() -> list[Document]:
    with (DATA / "zh-medical-qa" / "part.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["ask"] and row["answer"]]
    return [
        Document(f"doc:{number}", tuple(Passage(key, "section", "zh", row[key]) for key in ("title", "ask", "answer")))
        for number, row in enumerate(rows)
    ]


def rate(make: Callable[[], Callable[[Document], object]], documents: Sequence[Document], repeats: int) -> float:
    """Documents a second of CPU. ``make`` gives a fresh callable, which first reads every fourth document, so that
    its table of names is in use as in a long run; the others, timed, are new to it.
    """
    timed = [document for number, document in enumerate(documents) if number % 4]
    chunks = [timed[start : start + 50] for start in range(0, len(timed), 50)]
    best = [float("inf")] * len(chunks)
    for _ in range(repeats):
        work = make()
        for document in documents[::4]:
            work(document)
        for number, chunk in enumerate(chunks):
            began = time.process_time()
            for document in chunk:
                work(document)
            best[number] = min(best[number], time.process_time() - began)
    return len(timed) / sum(best)


def core_only(lexicon: Lexicon) -> Callable[[Document], list[Mention]]:
    """Normalise with offsets, match, word edges, longest, scored ambiguity, mentions out; no more."""
    return Annotator(lexicon, with_sentences=False, with_abbreviations=False, with_context=False).document


def bare(lexicon: Lexicon) -> Callable[[Document], object]:
    """Normalise and scan once: the floor under any dictionary matcher with this automaton."""
    import ahocorasick_rs

    automaton = ahocorasick_rs.AhoCorasick(lexicon.names, implementation=ahocorasick_rs.Implementation.ContiguousNFA)
    return lambda document: [
        automaton.find_matches_as_indexes(normalize(passage.text).text, overlapping=True)
        for passage in document.passages
    ]


def through_spacy(path: Path, language: str) -> Callable[[Document], object]:
    nlp = spacy.blank(language)
    nlp.add_pipe("medkg_sentences")
    nlp.add_pipe("medkg_abbreviations")
    nlp.add_pipe("medkg_entities", config={"lexicon": str(path)})
    return lambda document: [nlp(passage.text) for passage in document.passages]


def speed(rows: list[LabelRow], lexicon: Lexicon, path: Path, repeats: int) -> Iterator[dict[str, object]]:
    english = [document for document, _ in corpus(*BC5CDR, *NCBI, *BIORED, *NLM_GENE, *DRUGPROT)]
    chosen = set(random.Random(1).sample(sorted({row.surface for row in rows}), NAMES))
    fewer = [row for row in rows if row.surface in chosen]
    small, place_of_small = Lexicon.build(fewer), path.with_name("fewer.lexicon")
    small.save(place_of_small)
    gc.collect()
    gc.freeze()  # as the service does when it has read its lexicon
    for told, some, dictionary, place in ((NAMES, fewer, small, place_of_small), (0, rows, lexicon, path)):
        for language, documents in (("en", english), ("zh", chinese())):
            names = f"{told:,}" if told else "all"
            yield {
                "task": "grounding-speed", "corpus": f"{language}, {names} names", "n": len(documents),
                "figures": {
                    "source_names": len({row.surface for row in some}),
                    "names_with_variants": len(dictionary),
                    **rates(dictionary, place, documents, language, repeats),
                },
            }  # fmt: skip


def rates(
    lexicon: Lexicon, path: Path, documents: list[Document], language: str, repeats: int
) -> dict[str, int | float]:
    characters = sum(len(passage.text) for document in documents for passage in document.passages)
    core = rate(partial(core_only, lexicon), documents, repeats)
    whole = rate(lambda: Annotator(lexicon, with_attributes=False).document, documents, repeats)
    told = rate(lambda: Annotator(lexicon).document, documents, repeats)
    frame = rate(partial(through_spacy, path, language), documents[:400], repeats)
    floor = rate(lambda: bare(lexicon), documents, repeats)
    work = core_only(lexicon)
    mentions = sum(len(work(document)) for document in documents)
    return {
        "characters_each": round(characters / len(documents)),
        "mentions_each": round(mentions / len(documents), 1),
        "core_per_s": round(core),
        "with_sentences_abbreviations_per_s": round(whole),
        "with_attributes_too_per_s": round(told),
        "spacy_components_per_s": round(frame),
        "scan_per_s": round(floor),
        "scan_ratio": round(floor / core, 2),
    }


def score(gold: Spans, found: Spans) -> dict[str, float]:
    right = len(gold & found)
    precision, recall = right / max(1, len(found)), right / max(1, len(gold))
    return {
        "p": round(precision, 3),
        "r": round(recall, 3),
        "f1": round(2 * precision * recall / max(1e-9, precision + recall), 3),
    }


def strict(annotator: Annotator, documents: list[Gold], category: str) -> dict[str, float]:
    gold: Spans = set()
    found: Spans = set()
    for document, mentions in documents:
        for source, target in ((mentions, gold), (annotator.document(document), found)):
            for mention in source:
                if FAMILY.get(mention.category, mention.category) == category:
                    target.add((f"{document.id} {mention.passage}", mention.start, mention.end))
    return score(gold, found)


def planted(annotator: Annotator, labels: list[str]) -> float:
    """Share of labels found whole, as one mention, in a carrier sentence."""
    hits = 0
    for label in labels:
        text = f"患者出现{label}，伴有发热三天。"
        hits += any((m.start, m.end) == (4, 4 + len(label)) for m in annotator.text(text, "zh"))
    return round(hits / len(labels), 3)


def quality(lexicon: Lexicon, rows: list[LabelRow]) -> Iterator[dict[str, object]]:
    full, plain = Annotator(lexicon), Annotator(lexicon, with_abbreviations=False)
    parts = (
        ("BC5CDR train+dev", BC5CDR, "disease"), ("BC5CDR train+dev", BC5CDR, "chemical"),
        ("NCBI disease train+dev", NCBI, "disease"),
        ("BioRED part", BIORED, "gene"), ("NLM-Gene part", NLM_GENE, "gene"),
    )  # fmt: skip
    for name, files, category in parts:
        documents = corpus(*files)
        figures = strict(full, documents, category)
        figures["f1_without_abbreviations"] = strict(plain, documents, category)["f1"]
        yield {"task": "grounding-strict", "corpus": f"{name}: {category}", "n": len(documents), "figures": figures}
    labels = sorted(
        {row.surface for row in rows if row.language == "zh" and row.source == "hpo-zh" and len(row.surface) > 1}
    )
    sample = labels[:: max(1, len(labels) // 3000)]
    traditional = opencc.OpenCC("s2t").convert
    yield {
        "task": "grounding-planted", "corpus": "HPO zh labels in a sentence", "n": len(sample),
        "figures": {
            "found": planted(full, sample),
            "found_in_traditional_characters": planted(full, [traditional(label) for label in sample]),
        },
    }  # fmt: skip
    yield cmekg(full)
    words = [line.split("\t")[0] for line in (DATA / "thuocl-medical" / "THUOCL_medical.txt").open(encoding="utf-8")]
    words = [word.strip() for word in words if len(word.strip()) > 1]
    matcher = Matcher(lexicon)
    found = sum((0, -len(word)) in {hit[:2] for hit in matcher.hits(word, "zh")} for word in words)
    yield {
        "task": "grounding-coverage", "corpus": "THUOCL medical words that are a name", "n": len(words),
        "figures": {"share": round(found / len(words), 3)},
    }  # fmt: skip


def cmekg(annotator: Annotator) -> dict[str, object]:
    """Recall of the annotated diseases and symptoms of the example: names that occur in the text, exact."""
    examples = json.loads((DATA / "cmekg-example" / "train_example.json").read_text("utf-8"))
    asked = right = touched = 0
    for example in examples:
        text = example["text"]
        mentions = annotator.text(text, "zh")
        exact = {mention.surface for mention in mentions}
        for value in sorted(
            {obj for _, predicate, obj in example["spo_list"] if predicate in ("相关疾病", "相关症状", "临床表现")}
        ):
            if value in text:
                asked += 1
                right += value in exact
                touched += any(mention.surface in value for mention in mentions)
    return {
        "task": "grounding-recall", "corpus": "CMeKG example, diseases and symptoms", "n": asked,
        "figures": {"exact": round(right / asked, 3), "exact_or_part": round(touched / asked, 3)},
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", nargs="?", default="all", choices=("speed", "quality", "all"))
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    arguments = parser.parse_args()
    rows = list(names())
    lexicon = Lexicon.build(rows)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lexicon"
        lexicon.save(path)
        results: list[Iterator[dict[str, object]]] = []
        if arguments.what != "quality":
            results.append(speed(rows, lexicon, path, arguments.repeats))
        if arguments.what != "speed":
            results.append(quality(lexicon, rows))
        for result in (row for rows_of in results for row in rows_of):
            if arguments.json:
                print(json.dumps(result, ensure_ascii=False))
            else:
                figures = "  ".join(f"{key} {value}" for key, value in result["figures"].items())  # type: ignore[attr-defined]
                print(f"{result['task']:20s} {result['corpus']} (n {result['n']}): {figures}", flush=True)


if __name__ == "__main__":
    main()
