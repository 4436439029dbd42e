"""Products in whole numbers of eight bits, for processors that multiply these faster than anything else.

Each row of a weight is rounded by its largest number, once; what comes in by the largest number of all that is read
together (torch's dynamic quantisation). Sums are exact, and what goes out is in single precision. So what a window says
differs a little with those that are read with it: the texts of one document, never those of several.
"""

from __future__ import annotations

import warnings

import torch
from torch import Tensor

from kg.index.packed import Affine, Product

_LARGEST = 127
_TINY = 1e-12


def in_bytes(affine: Affine) -> Product:
    """The product with a weight of shape (out, in), for a processor that ``multiplies_bytes``."""
    weight, bias = (one.detach().float() for one in affine)
    scales = (weight.abs().amax(1) / _LARGEST).clamp(min=_TINY)
    with warnings.catch_warnings():
        # torch announces another way to make such tensors; the release that it is pinned to has only this one for them.
        warnings.simplefilter("ignore", UserWarning)
        rounded = torch.quantize_per_channel(weight, scales, torch.zeros(len(weight), dtype=torch.long), 0, torch.qint8)
    packed = torch.ops.quantized.linear_prepack(rounded, bias)

    def product(rows: Tensor) -> Tensor:
        made: Tensor = torch.ops.quantized.linear_dynamic(rows.float(), packed)
        return made

    return product
