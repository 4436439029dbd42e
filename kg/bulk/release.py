"""What a dump says of itself: ``release.json`` and ``ATTRIBUTION.md`` beside the data."""

from __future__ import annotations

import msgspec

from kg.bulk.dump import Form
from kg.bulk.selection import ChosenGraph, LeftOut, Selection
from kg.generation.manifest import GenerationManifest

FILE = "release.json"
ATTRIBUTION = "ATTRIBUTION.md"
FORMAT = "dump.v1"


class ReleaseManifest(msgspec.Struct, frozen=True):
    """Which generation a dump was made from, what it holds and what it does not.

    ``suppressed``: graph IRI -> how many small counts were kept back (``kg.bulk.suppression``).
    """

    generation: str
    base: str
    published: str
    form: Form
    whole: bool
    statements: int
    graphs: tuple[ChosenGraph, ...]
    left_out: tuple[LeftOut, ...]
    suppressed: dict[str, int] = {}
    format: str = FORMAT


def describe(
    manifest: GenerationManifest, selection: Selection, form: Form, suppressed: dict[str, int]
) -> ReleaseManifest:
    return ReleaseManifest(
        generation=manifest.id,
        base=manifest.base,
        published=manifest.published,
        form=form,
        whole=selection.whole,
        statements=selection.statements,
        graphs=selection.graphs,
        left_out=selection.left_out,
        suppressed=suppressed,
    )


def attribution(release: ReleaseManifest) -> str:
    """The sources with their licences, for whoever passes the data on: Markdown, in both languages."""
    lines = [
        f"# {release.generation}",
        "",
        "Each graph is passed on under the licence of its source. 每个图按其来源的许可证转发。",
        "",
        "| graph 图 | source 来源 | version 版本 | licence 许可证 | statements 语句数 |",
        "|---|---|---|---|---|",
    ]
    for graph in release.graphs:
        title = " / ".join(dict.fromkeys(_cell(graph.title[name]) for name in ("en", "zh") if name in graph.title))
        source = f"[{title or graph.home}]({graph.home})" if graph.home else title
        cells = (f"<{graph.graph}>", source, _cell(graph.version), _cell(graph.licence), str(graph.statements))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
