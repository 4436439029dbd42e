"""A library of synthetic records and citations: how long it takes to be served, in how much memory, and whether
the cited-by counts are those of the generator.

    python benchmarks/literature.py [--records 200000] [--edges 1000000] [--keep FOLDER] [--json]

Records are PubMed XML with a title of invented words, an abstract of two sentences, two to five authors, a journal
of 400, a year, pages and references by PubMed number, seeded; who is cited follows a power law. ``medkg build``
runs as users run it, without vectors. Memory is the largest sum of resident sizes of the command and its children.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from build import run  # noqa: E402
from pubmed_records import FAMILY, FIRST, GIVEN, HEAD  # noqa: E402

from kg.generation.pointer import Shelf  # noqa: E402
from kg.model.terms import lexical  # noqa: E402
from kg.store.base import STORES, Snapshot  # noqa: E402

CONFIG = """
[[input]]
name = "library"
format = "pubmed.v1"
kind = "source"
paths = ["library-*.xml.gz"]
version = "1"
licence = "CC0-1.0"
illustrative = true
title = { zh = "生成的文献", en = "Generated documents" }
"""
FILES = 8
SYLLABLES = (
    "ba",
    "cor",
    "di",
    "fen",
    "gal",
    "hex",
    "lim",
    "mor",
    "nis",
    "pra",
    "quo",
    "rel",
    "sto",
    "tur",
    "vex",
    "zan",
)


def words(dice: random.Random, number: int) -> str:
    return " ".join("".join(dice.choices(SYLLABLES, k=dice.randint(2, 3))) for _ in range(number))


def record(number: int, cited: list[int], dice: random.Random) -> str:
    authors = "".join(
        f"<Author><LastName>{dice.choice(FAMILY)}</LastName><ForeName>{dice.choice(GIVEN)}</ForeName></Author>"
        for _ in range(dice.randint(2, 5))
    )
    references = "".join(
        f'<Reference><Citation>Invented {target}.</Citation><ArticleIdList><ArticleId IdType="pubmed">{FIRST + target}'
        f"</ArticleId></ArticleIdList></Reference>"
        for target in cited
    )
    journal, page = dice.randint(1, 400), dice.randint(1, 900)
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{FIRST + number}</PMID><Article><Journal>'
        f"<JournalIssue><Volume>{dice.randint(1, 60)}</Volume><Issue>{dice.randint(1, 12)}</Issue><PubDate><Year>"
        f"{dice.randint(1980, 2025)}</Year></PubDate></JournalIssue><Title>Invented Journal {journal}</Title></Journal>"
        f"<ArticleTitle>{words(dice, 9).capitalize()}.</ArticleTitle><Pagination><MedlinePgn>{page}-{page + 7}"
        f"</MedlinePgn></Pagination><Abstract><AbstractText>{words(dice, 14).capitalize()}. "
        f"{words(dice, 12).capitalize()}.</AbstractText></Abstract><AuthorList>{authors}</AuthorList>"
        f"<Language>eng</Language></Article></MedlineCitation><PubmedData><ReferenceList>{references}</ReferenceList>"
        "</PubmedData></PubmedArticle>\n"
    )


def citations(records: int, edges: int, dice: random.Random) -> Iterator[list[int]]:
    """What each record cites, in order: ``edges`` in all, no work twice, never itself."""
    for number in range(records):
        wanted = edges * (number + 1) // records - edges * number // records
        cited: set[int] = set()
        while len(cited) < wanted:
            target = int(records * dice.random() ** 3)
            if target != number:
                cited.add(target)
        yield sorted(cited)


def generate(folder: Path, records: int, edges: int, seed: int) -> Counter[int]:
    """The files and their build file; returns how often each record is cited."""
    dice = random.Random(seed)
    counts: Counter[int] = Counter()
    cited = citations(records, edges, dice)
    for part in range(FILES):
        with gzip.open(folder / f"library-{part}.xml.gz", "wt", compresslevel=1, encoding="utf-8") as stream:
            stream.write(HEAD)
            for number in range(records * part // FILES, records * (part + 1) // FILES):
                targets = next(cited)
                counts.update(targets)
                stream.write(record(number, targets, dice))
            stream.write("</PubmedArticleSet>\n")
    (folder / "library.toml").write_text(CONFIG, "utf-8")
    return counts


def told(data: Path) -> dict[int, int]:
    """The counts in the published generation."""
    shelf = Shelf(data)
    folder = shelf.path(shelf.find())
    reader = STORES.load("oxigraph").open(Snapshot(store="oxigraph", path=folder / "store"))
    rows = reader.select("SELECT ?node ?count WHERE { ?node <https://w3id.org/medkg/vocab#citedByCount> ?count }")
    found = {int(row["node"].rstrip("/>").rpartition("/")[2]) - FIRST: int(lexical(row["count"])) for row in rows}
    reader.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--edges", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        expected = generate(Path(name), options.records, options.edges, 20261121)
        data = options.keep or Path(name) / "data"
        seconds, peak, code, said = run(str(Path(name) / "library.toml"), data)
        if code:
            raise SystemExit(said)
        found = told(data)
    figures = {
        "records": options.records,
        "edges": sum(expected.values()),
        "seconds": round(seconds, 1),
        "peak_mb": round(peak / 2**20),
        "cited": len(expected),
        "counts_that_differ": sum(found.get(number, 0) != count for number, count in expected.items())
        + len(found.keys() - expected.keys()),
    }
    result = {"task": "literature", "corpus": "synthetic library", "n": options.records, "figures": figures}
    print(json.dumps(result) if options.json else "\n".join(f"{name}: {value}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
