"""Speed of the learned tier: abstracts a second, the whole annotate path.

    python benchmarks/learned.py MODEL LEXICON [--linker FOLDER] [--processes 2] [--data ../shared/data]
                                 [--abstracts 40] [--json]

MODEL is a folder that ``medkg train ner`` wrote, LEXICON the file ``lexicon`` of a generation. Abstracts are those of
BC5CDR's development part, whose first four warm up. ``learned_per_s`` is of CPU time of one thread, because other work
on the machine does not count in it. ``dictionary_per_s`` is the same path without the network, ``linked_per_s`` with a
linker of ``medkg train linker`` in place of names that are alike. ``together_per_s`` is by the clock, so for a quiet
machine: ``--processes`` of one thread each read the same abstracts at the same time, and what all have read counts
until the last is done.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ingest.evaluation.corpora import read  # noqa: E402
from ingest.text.annotate import Annotator  # noqa: E402
from ingest.text.linker import Linker  # noqa: E402
from ingest.text.tagger import LearnedTagger  # noqa: E402
from kg.model.document import Document  # noqa: E402
from ontology.lexicon import Lexicon  # noqa: E402

_WARM = 4
_LONGEST = 180.0
"""Seconds that a process waits for the others."""


def rate(annotator: Annotator, documents: Sequence[Document]) -> float:
    warm(annotator, documents)
    began = time.process_time()
    for document in documents[_WARM:]:
        annotator.document(document)
    return round((len(documents) - _WARM) / (time.process_time() - began), 2)


def warm(annotator: Annotator, documents: Sequence[Document]) -> None:
    for document in documents[:_WARM]:
        annotator.document(document)


def abstracts(data: Path, number: int) -> list[Document]:
    return [one.document for one in read("bc5cdr", data)[: number + _WARM]]


def together(model: Path, lexicon: Path, data: Path, number: int, processes: int) -> float:
    """Abstracts a second of several processes, by the clock, from the moment that all are ready."""
    context = get_context("spawn")
    ready, done = context.Barrier(processes + 1), context.Barrier(processes + 1)
    readers = [
        context.Process(target=_read, args=(model, lexicon, data, number, ready, done)) for _ in range(processes)
    ]
    for reader in readers:
        reader.start()
    ready.wait(_LONGEST)
    began = time.perf_counter()
    done.wait(_LONGEST)
    seconds = time.perf_counter() - began
    for reader in readers:
        reader.join()
    return round(processes * number / seconds, 2)


def _read(model: Path, lexicon: Path, data: Path, number: int, ready: Barrier, done: Barrier) -> None:
    documents = abstracts(data, number)
    annotator = Annotator(Lexicon.load(lexicon), tagger=LearnedTagger(model))
    warm(annotator, documents)
    ready.wait(_LONGEST)
    for document in documents[_WARM:]:
        annotator.document(document)
    done.wait(_LONGEST)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("lexicon", type=Path)
    parser.add_argument("--linker", type=Path)
    parser.add_argument("--processes", type=int, default=0)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--abstracts", type=int, default=40)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    documents = abstracts(asked.data, asked.abstracts)
    plain = Annotator(Lexicon.load(asked.lexicon))
    tagger = LearnedTagger(asked.model)
    figures: dict[str, float] = {
        "learned_per_s": rate(plain.with_tagger(tagger), documents),
        "dictionary_per_s": rate(plain, documents),
        "abstracts": asked.abstracts,
    }
    if asked.linker:
        linker = Linker(asked.linker, plain.lexicon)
        for kind in tagger.types:  # the tables of a family are made when the first name of it is asked for
            linker.meaning("a name", kind)
        figures["linked_per_s"] = rate(plain.with_tagger(tagger, linker), documents)
    if asked.processes:
        figures["together_per_s"] = together(asked.model, asked.lexicon, asked.data, asked.abstracts, asked.processes)
        figures["processes"] = asked.processes
    row = {"task": "learned-speed", "corpus": "bc5cdr", "n": asked.abstracts, "figures": figures}
    print(json.dumps(row if asked.json else figures))


if __name__ == "__main__":
    main()
