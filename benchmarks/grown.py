"""The real graph grown: new documents beside the real ones, the same on any machine.

    python benchmarks/grown.py --documents 4500 --data FOLDER

Each new document takes how many sentences it has from a real abstract and each sentence from any of
them, its authors and citations by number from the real PubMed records of the test data; it cites other
new documents. The usual build reads them, so mentions and everything else come about as they do for
real ones. No graph is copied.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pubmed_records import FIRST, HEAD, record, texts  # noqa: E402

from api.settings import load  # noqa: E402
from api.wiring import Building  # noqa: E402
from ingest.config import read_config  # noqa: E402
from ingest.pipeline import Listener  # noqa: E402
from ingest.sources.pubmed import PubMed  # noqa: E402
from kg.index.sentences import sentences  # noqa: E402
from kg.model.document import Document  # noqa: E402
from ontology.reading.raw import describe  # noqa: E402

INPUT = """
[[input]]
name = "grown"
format = "pubmed.v1"
kind = "source"
paths = ["{path}"]
version = "{version}"
licence = "unknown"
illustrative = true
title = {{ zh = "生成的文献", en = "Generated documents" }}
"""


def real_counts(folder: Path) -> list[tuple[int, int]]:
    """(authors, citations) of every real PubMed record."""
    found = []
    for path in sorted((folder / "pubmed-xml").glob("*.xml")):
        if path.name.startswith(("entrez-pubmed", "pubmed-")):
            for item in PubMed().parse(describe(path), {}):
                if isinstance(item, Document):
                    found.append((len(item.authors), len(item.references)))
    return found


def documents(count: int, seed: int, folder: Path) -> Iterator[str]:
    """Records as PubMed XML."""
    dice = random.Random(seed)
    source = texts()
    lengths = [len(list(sentences(abstract))) for _, abstract in source]
    pool = [abstract[start:end] for _, abstract in source for start, end in sentences(abstract)]
    counts = real_counts(folder)
    for number in range(count):
        abstract = " ".join(dice.choice(pool).strip() for _ in range(dice.choice(lengths)))
        title = dice.choice(source)[0]
        authors, citations = dice.choice(counts)
        cited = [FIRST + dice.randrange(count) for _ in range(citations)]
        yield record(number, title, abstract, dice, authors, cited)


def _told(step: str, done: int = 0, total: int = 1) -> None:
    if not done:
        print(step, file=sys.stderr)


def build(data: Path, count: int, seed: int = 20261121) -> None:
    """A data folder with the real build and ``count`` new documents, without vectors."""
    folder = Path(os.environ.get("MEDKG_TEST_DATA") or ROOT.parent / "shared" / "data")
    data.mkdir(parents=True, exist_ok=True)
    path = (data / "grown.xml.gz").resolve()
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as stream:
        stream.write(HEAD)
        stream.writelines(documents(count, seed, folder))
        stream.write("</PubmedArticleSet>\n")
    config = data / "grown.toml"
    real = (ROOT / "benchmarks" / "real.toml").read_text("utf-8")
    config.write_text(real + INPUT.format(path=path, version=f"{seed}-{count}"), "utf-8")
    settings = load({"data": str(data), "encoder": "none", "test_data": str(folder)})
    built = Building(settings).run(read_config(config), {}, Listener(), _told)
    print(built.current)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--documents", type=int, default=4500)
    arguments.add_argument("--data", type=Path, required=True)
    options = arguments.parse_args()
    build(options.data, options.documents)


if __name__ == "__main__":
    main()
