"""What lineage costs: the index of records at building, finding the records of quads, reading raw records again.

    python benchmarks/lineage.py [--articles 6000] [--json]

One PubMed file (gzipped) of made-up articles, linked with no lexicon, is built into a batch, without a store and
without publishing. ``index`` is the time in which the index is written, ``build`` all of it; quads are drawn evenly
from the batch. ``page_after_updates``: twenty quads after a year of daily batches of the
same graph. A raw record is read again in this process; over HTTP a child process comes on top of it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ingest import batches  # noqa: E402
from ingest.config import BuildConfig, InputSpec  # noqa: E402
from ingest.journal import Journal  # noqa: E402
from ingest.lineage.index import FILE, Entry, Origin, write_index  # noqa: E402
from ingest.lineage.rereading import locate, question  # noqa: E402
from ingest.lineage.trail import Trail  # noqa: E402
from ingest.pipeline import Pipeline, Settings  # noqa: E402
from kg.model.batch import BatchManifest, GraphChange  # noqa: E402
from kg.model.terms import Statement  # noqa: E402
from kg.store.batch import MANIFEST, Batch  # noqa: E402
from kg.vocab import DEFAULT_BASE  # noqa: E402
from tests.golden_files import FOLDER  # noqa: E402

RUNS = 200
RAW_RUNS = 10
UPDATES = 365
PAGE = 20
_REFERENCES = 20


def articles(count: int) -> bytes:
    """A file of articles: the golden one with other numbers and more references."""
    text = (FOLDER / "pubmed.v1" / "articles.xml").read_text("utf-8")
    head, _, rest = text.partition("<PubmedArticle>")
    article, _, _ = rest.partition("</PubmedArticle>")
    number = article.partition("<PMID")[2].partition(">")[2].partition("<")[0]
    random_ = random.Random(7)
    rows = []
    for one in range(count):
        cited = "".join(
            f'<Reference><Citation>Illustrative {place}</Citation><ArticleIdList><ArticleId IdType="pubmed">'
            f"{random_.randint(80_000_000, 80_000_000 + count)}</ArticleId></ArticleIdList></Reference>"
            for place in range(_REFERENCES)
        )
        own = article.replace(number, str(80_000_000 + one))
        own = own.replace("</PubmedData>", f"<ReferenceList>{cited}</ReferenceList></PubmedData>")
        rows.append(f"<PubmedArticle>{own}</PubmedArticle>\n")
    return f"{head}{''.join(rows)}</PubmedArticleSet>\n".encode()


def measured(call: Callable[[], object]) -> float:
    """Milliseconds of the clock."""
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def updates(folder: Path, graph: str, origin: Origin, count: int) -> list[str]:
    """Names of ``count`` further batches, each of one record, as daily updates leave them."""
    names = [f"update-{number:04d}" for number in range(count)]
    for name in names:
        (folder / name).mkdir()
        quad = f'<https://example.org/{name}> <https://example.org/is> "new" <{graph}> .\n'.encode()
        (folder / name / "main-blocks.nq").write_bytes(quad)
        write_index(folder / name, origin, [Entry(graph, name, name, "main-blocks.nq", 0, len(quad), 0)])
        change = GraphChange(graph=graph, mode="patch", added=())
        manifest = BatchManifest(id=name, source="pubmed", release="1", licence="unknown", graphs=(change,))
        (folder / name / MANIFEST).write_bytes(msgspec.json.encode(manifest))
    return names


def run(count: int, folder: Path) -> dict[str, float]:
    """All figures."""
    path = folder / "pubmed26n0001.xml.gz"
    content = articles(count)
    path.write_bytes(gzip.compress(content, 1, mtime=0))
    spent: list[float] = []

    def timed(*arguments: object) -> None:
        spent.append(measured(lambda: write_index(*arguments)))  # type: ignore[arg-type]

    batches.write_index = timed  # type: ignore[assignment]
    journal = Journal(folder / "data" / "journal.sqlite")
    spec = InputSpec(name="pubmed", paths=(str(path),), kind="source", format="pubmed.v1", version="1")
    pipeline = Pipeline(Settings(data=folder / "data", base=DEFAULT_BASE), journal)
    built = measured(lambda: pipeline.build(BuildConfig(input=(spec,))))
    names = journal.batches()
    journal.close()
    trail = Trail(folder / "data", names, DEFAULT_BASE)
    batch = Batch(folder / "data" / "batches" / names[0])
    (change,) = batch.manifest.graphs
    tail = f" <{change.graph}> .\n"
    lines = [line.decode() for line in batch.lines(change.added)]
    chosen = [Statement(line.removesuffix(tail)) for line in random.Random(7).sample(lines, RUNS)]
    traced = [measured(lambda quad=quad: trail.trace(quad, change.graph, 10)) for quad in chosen]  # type: ignore[misc]
    origin = trail.trace(chosen[0], change.graph, 1).records[0].origin
    later = Trail(
        batch.path.parent.parent, [*names, *updates(batch.path.parent, change.graph, origin, UPDATES)], DEFAULT_BASE
    )
    page = [(quad, change.graph) for quad in chosen[:PAGE]]
    pages = [measured(lambda: later.traces(page, 10)) for _ in range(PAGE)]
    found = [trail.trace(quad, change.graph, 1).records[0] for quad in chosen[:RAW_RUNS]]
    places = [locate(question(stating, text=True)) for stating in found[:1]]
    assert [place.state for place in places] == ["found"]
    raw = [measured(lambda one=one: locate(question(one, text=True))) for one in found]  # type: ignore[misc]
    size = sum(part.size for part in change.added)
    return {
        "articles": count, "quads": len(lines), "batch_megabytes": size / 1e6,
        "index_megabytes": (batch.path / FILE).stat().st_size / 1e6,
        "build_seconds": built / 1000, "index_seconds": sum(spent) / 1000,
        "trace_median_ms": statistics.median(traced), "trace_p95_ms": statistics.quantiles(traced, n=20)[-1],
        "page_after_updates_ms": statistics.median(pages),
        "content_megabytes": len(content) / 1e6, "raw_median_ms": statistics.median(raw), "raw_max_ms": max(raw),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description="What lineage costs")
    parser.add_argument("--articles", type=int, default=6_000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = run(arguments.articles, Path(folder))
    if arguments.json:
        print(json.dumps({"what": "made-up articles", "figures": figures}))
        return
    for name, value in figures.items():
        print(f"{name:22}{value:12,.1f}")


if __name__ == "__main__":
    main()
