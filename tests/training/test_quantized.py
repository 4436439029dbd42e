"""Products in bytes are close to the exact ones, and are made only where the processor is fast at them."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch.nn import functional

from ingest.text.quantized import in_bytes
from kg.index.quantized import multiplies_bytes

CPU = torch.device("cpu")
has_bytes = pytest.mark.skipif(
    "x86" not in torch.backends.quantized.supported_engines, reason="torch has no such products here"
)


def told(folder: Path, line: str) -> Path:
    (folder / "cpuinfo").write_text(f"processor\t: 0\nmodel name\t: made up\n{line}\n")
    return folder / "cpuinfo"


@has_bytes
def test_bytes_are_for_processors_that_have_instructions_for_them(tmp_path: Path) -> None:
    assert multiplies_bytes(CPU, told(tmp_path, "flags\t\t: sse2 avx512_vnni avx512_bf16"))
    assert not multiplies_bytes(CPU, told(tmp_path, "flags\t\t: sse2 avx2 avx512_bf16"))
    assert not multiplies_bytes(CPU, told(tmp_path, "Features\t: fp asimd"))
    assert not multiplies_bytes(CPU, tmp_path / "nowhere")
    assert not multiplies_bytes(torch.device("cuda"), told(tmp_path, "flags\t\t: avx512_vnni"))


@has_bytes
@pytest.mark.parametrize(("rows", "into", "out"), [(1, 16, 48), (7, 33, 5), (300, 384, 1536)])
def test_products_are_close_to_the_exact_ones(rows: int, into: int, out: int) -> None:
    torch.manual_seed(1)
    weight, bias, given = torch.randn(out, into) * 0.05, torch.randn(out), torch.randn(rows, into)
    weight[0] = 0.0  # a row that has no largest number
    exact = functional.linear(given, weight, bias)
    made = in_bytes((weight, bias))(given)
    assert made.dtype == torch.float32
    assert 0 < float((made - exact).norm() / exact.norm()) < 0.03
    assert torch.allclose(made[:, 0], bias[0].expand(rows), atol=1e-5)


@has_bytes
def test_no_rows_give_no_rows() -> None:
    product = in_bytes((torch.randn(4, 8), torch.randn(4)))
    assert product(torch.zeros(0, 8)).shape == (0, 4)
    assert torch.isfinite(product(torch.zeros(2, 8))).all()
