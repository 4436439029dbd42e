"""Speed of the learned tier: abstracts a second of CPU of one thread, the whole annotate path.

    python benchmarks/learned.py MODEL LEXICON [--linker FOLDER] [--data ../shared/data] [--abstracts 40] [--json]

MODEL is a folder that ``medkg train ner`` wrote, LEXICON the file ``lexicon`` of a generation. Abstracts are those of
BC5CDR's development part, whose first four warm up. ``dictionary_per_s`` is the same path without the network,
``linked_per_s`` with a linker of ``medkg train linker`` in place of names that are alike. CPU time, because other work
on the machine does not count in it.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
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


def rate(annotator: Annotator, documents: Sequence[Document]) -> float:
    for document in documents[:_WARM]:
        annotator.document(document)
    began = time.process_time()
    for document in documents[_WARM:]:
        annotator.document(document)
    return round((len(documents) - _WARM) / (time.process_time() - began), 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("lexicon", type=Path)
    parser.add_argument("--linker", type=Path)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--abstracts", type=int, default=40)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    documents = [one.document for one in read("bc5cdr", asked.data)[: asked.abstracts + _WARM]]
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
    row = {"task": "learned-speed", "corpus": "bc5cdr, one thread", "n": asked.abstracts, "figures": figures}
    print(json.dumps(row if asked.json else figures))


if __name__ == "__main__":
    main()
