"""Weights that were brought into the processor's order give the products of those that were not."""

from __future__ import annotations

import pytest
import torch

from kg.index import prepacked
from kg.index.prepacked import PrepackedProduct, packs

AFFINE = (torch.randn(48, 24, generator=torch.Generator().manual_seed(1)), torch.arange(48.0))


@pytest.mark.parametrize("rows", [0, 1, 7, 64, 5_000])
def test_products_are_those_of_torch(rows: int) -> None:
    given = torch.randn(rows, 24, generator=torch.Generator().manual_seed(2))
    expected = torch.nn.functional.linear(given.bfloat16(), AFFINE[0].bfloat16(), AFFINE[1].bfloat16())
    made = PrepackedProduct(AFFINE, rows=64)(given)
    assert made.dtype == torch.bfloat16
    torch.testing.assert_close(made, expected)


def test_without_the_calls_of_torch_the_plain_way_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepacked, "packs", lambda device: False)
    product = PrepackedProduct(AFFINE, rows=64)
    assert not product.packed
    given = torch.ones(3, 24)
    torch.testing.assert_close(product(given), PrepackedProduct(AFFINE, rows=3)(given))


def test_another_device_packs_nothing() -> None:
    assert not packs(torch.device("meta"))
