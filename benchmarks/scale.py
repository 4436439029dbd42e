"""Tens of millions of abstracts on paper: machines, memory, time and cost, reckoned from measured figures.

    python -m benchmarks.scale [--language en|zh] [--abstracts 38000000] [--windows 1]

What it reckons with stands in benchmarks/scale.toml with the place where it was measured; docs/scale.md and
docs/scale.zh.md are what it prints. Nothing here was run at that size: what grows otherwise than in proportion says how it was reckoned.
"""

from __future__ import annotations

import argparse
import math
import tomllib
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from kg.index.faiss import LEARNING, LINKS, TURNS, cells

FILE = Path(__file__).with_name("scale.toml")
Language = Literal["en", "zh"]
_GB = 1e9
_LIST = 56
"""Bytes of a vector in its cell: half a byte for four numbers of 384, and eight for its place."""


class Measured(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    value: float
    unit: str
    where: str


class Assumed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    abstracts: int
    windows: float
    dimension: int
    cores: int
    encoders: int
    core_hour: float
    gigabyte_hour: float
    part: int
    construction: int
    head: float
    nodes: int


class Inputs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    measured: dict[str, Measured]
    assumed: Assumed


class Row(NamedTuple):
    """A line of the table: names, FAISS on one machine, Milvus, and how it was reckoned."""

    en: str
    zh: str
    faiss: str
    milvus: str
    how_en: str
    how_zh: str


def hours(seconds: float) -> str:
    return f"{seconds / 86_400:.1f} d" if seconds > 2 * 86_400 else f"{seconds / 3600:.1f} h"


def products(count: int, size: int, rate: float) -> float:
    """Seconds of the products by which cells are learned and filled."""
    many = cells(count)
    return (LEARNING * many * TURNS + count) * many * size * 2 / rate


def rows(inputs: Inputs) -> list[Row]:
    given, known = inputs.assumed, {name: one.value for name, one in inputs.measured.items()}
    count = int(given.abstracts * given.windows)
    size = given.dimension
    many = cells(count)
    # What a whole build took beside its products, when two millions were measured, it takes here, too.
    beside = known["cells_2m"] / products(2_000_000, size, known["products"])
    indexing = beside * products(count, size, known["products"])
    codes, lists, ids = count * size / _GB, count * _LIST / _GB, count * 8 * 3 / _GB
    memory = codes + lists + ids
    original = count * size * 4 / _GB
    links = LINKS * 2 * 4
    served = count * (size * 4 + links) * given.head / _GB
    nodes = math.ceil(served / given.nodes)
    graph = count * known["graph"] / 1000 * math.log(given.part) / math.log(50_000) * given.construction / 120
    looked = known["search_2m"] * (count * 256 / many) / (2_000_000 * 256 / cells(2_000_000))
    encoding = given.abstracts * given.windows / known["encoding"]
    bytes_ = given.abstracts * given.windows / known["bytes"]
    static = given.abstracts * given.windows / known["static"]
    machine = 2 ** math.ceil(math.log2(memory * 1.25))
    price = {
        "faiss": 730 * (8 * given.core_hour + machine * given.gigabyte_hour),
        "milvus": 730 * ((8 * nodes + 8) * given.core_hour + (given.nodes * nodes + 32) * given.gigabyte_hour),
    }
    once = encoding / 3600 * (given.core_hour + 2 * given.gigabyte_hour)
    together = encoding / (given.cores * given.encoders)
    return [
        Row("vectors", "向量数", f"{count:,}", f"{count:,}", f"{given.windows:g} an abstract", f"每篇 {given.windows:g} 个"),
        Row("encoding, one core", "编码，单核", hours(encoding), hours(encoding),
            f"{known['encoding']:g} abstracts a second and core", f"每核每秒 {known['encoding']:g} 篇"),
        Row(f"encoding, {given.encoders} machines of {given.cores} cores", f"编码，{given.encoders} 台 {given.cores} 核机器",
            hours(together), hours(together), "processes of one thread each, in proportion", "单线程进程，按比例"),
        Row("encoding in bytes, one core", "int8 编码，单核", hours(bytes_), hours(bytes_),
            f"{known['bytes']:g} abstracts a second and core, .92 of the neighbours the same", f"每核每秒 {known['bytes']:g} 篇，近邻重合 .92"),
        Row("static vectors, one core", "静态向量，单核", hours(static), hours(static),
            f"{known['static']:g} abstracts a second and core", f"每核每秒 {known['static']:g} 篇"),
        Row("index, one core", "建索引，单核", hours(indexing), hours(graph),
            f"{many:,} cells learned and filled at {known['products'] / 1e9:.0f} GFLOP/s; graphs of {given.part:,} vectors",
            f"{many:,} 个单元，按 {known['products'] / 1e9:.0f} GFLOP/s 训练与填充；每 {given.part:,} 个向量一张图"),
        Row("sending, one process", "传输，单进程", "-", hours(count / known["sending"]),
            f"our side alone, {known['sending']:g} vectors a second", f"仅本方，每秒 {known['sending']:g} 个向量"),
        Row("memory that answers, GB", "作答所需内存，GB", f"{memory:.0f}", f"{served:.0f}",
            f"codes {codes:.1f}, cells {lists:.1f}, ids {ids:.1f}; numbers and links times {given.head:g}",
            f"编码 {codes:.1f}、单元 {lists:.1f}、编号 {ids:.1f}；数值与链接乘 {given.head:g}"),
        Row("disk, GB", "磁盘，GB", f"{memory + original:.0f}", f"{2 * original:.0f}",
            "with the vectors as given; object storage keeps segments and their graphs", "含原始向量；对象存储保存段与图"),
        Row("machines that answer", "作答机器", f"1 x {machine} GB", f"{nodes} x {given.nodes} GB + 1 x 32 GB",
            "a quarter of the memory free; one machine for the other parts of Milvus", "内存留四分之一；Milvus 其余部件一台"),
        Row("search, ms of one core", "检索，单核毫秒", f"{looked:.0f}", "-",
            "the same 256 cells hold so many more vectors; recall at that size, and Milvus, not measured",
            "同样查看 256 个单元，其中向量更多；此规模的召回率与 Milvus 均未测"),
        Row("cost of encoding, once", "编码一次性费用", f"{once:.0f}", f"{once:.0f}",
            f"{given.core_hour:g} a core and hour, {given.gigabyte_hour:g} a GB and hour: assumptions",
            f"每核时 {given.core_hour:g}，每 GB 时 {given.gigabyte_hour:g}：假定值"),
        Row("cost of answering, a month", "作答每月费用", f"{price['faiss']:.0f}", f"{price['milvus']:.0f}",
            "eight cores a machine", "每台八核"),
    ]  # fmt: skip


TEXTS = {
    "en": (
        "# 38 million abstracts, on paper",
        "Printed by `python -m benchmarks.scale`; nothing here was run at that size. Measured figures it reckons with:",
        "| figure | value | measured |",
        "| | FAISS, cells and bytes, one machine | Milvus, graphs over floats | reckoned |",
        "Encoding is by far the largest part, and the same for both. Milvus costs several times the memory, since it holds the numbers themselves; it brings machines that can be added and replaced while others answer. `IVF_SQ8` or DiskANN would take a fourth of its memory, at a recall that was not measured here. With three windows an abstract (`--windows 3.5`) all grows in proportion. Figures of Milvus are those of its formats and of graphs made by FAISS; a cluster was not run.",
    ),
    "zh": (
        "# 三千八百万篇摘要：纸面估算",
        "由 `python -m benchmarks.scale --language zh` 输出；此规模从未实际运行。所依据的实测值：",
        "| 项目 | 数值 | 测量处 |",
        "| | FAISS，单元与字节编码，一台机器 | Milvus，浮点数上的图 | 计算依据 |",
        "编码占绝大部分，两者相同。Milvus 保存数值本身，所需内存为数倍；其好处是机器可随时增减与替换，不影响作答。`IVF_SQ8` 或 DiskANN 约需其四分之一内存，召回率未在此测量。若每篇三个以上窗口（`--windows 3.5`），各项按比例增长。Milvus 的数字依其格式与 FAISS 所建的图推算，未运行集群。",
    ),
}


def page(language: Language, inputs: Inputs) -> str:
    title, intro, figures, table, end = TEXTS[language]
    measured = [f"| {name} | {one.value:g} {one.unit} | {one.where} |" for name, one in inputs.measured.items()]
    made = [
        f"| {row.en if language == 'en' else row.zh} | {row.faiss} | {row.milvus} | "
        f"{row.how_en if language == 'en' else row.how_zh} |"
        for row in rows(inputs)
    ]
    lines = [title, "", intro, "", figures, "|---|---|---|", *measured, "", table, "|---|---|---|---|", *made, "", end]
    return "\n".join(lines) + "\n"


def read(path: Path = FILE) -> Inputs:
    return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Inputs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--language", choices=("en", "zh"), default="en")
    parser.add_argument("--abstracts", type=int)
    parser.add_argument("--windows", type=float)
    options = parser.parse_args()
    inputs = read()
    changed = {name: value for name in ("abstracts", "windows") if (value := getattr(options, name)) is not None}
    inputs = msgspec.structs.replace(inputs, assumed=msgspec.structs.replace(inputs.assumed, **changed))
    print(page(options.language, inputs), end="")


if __name__ == "__main__":
    main()
