"""Products in bfloat16 with weights that lie in memory as the processor reads them.

``functional.linear`` brings a weight into oneDNN's order at each call; here it is brought there once. The numbers are
the same. torch's compiler makes the same two calls for models that it freezes, but they are no documented part of
torch: a release or a processor without them multiplies in the plain way.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


class PrepackedProduct:
    """Rows times a weight of shape (out, in), and its bias; what comes out is bfloat16.

    ``rows``: how many come at once, mostly; others are multiplied too.

    >>> product = PrepackedProduct((torch.eye(2), torch.ones(2)), rows=4)
    >>> product(torch.tensor([[1.0, 2.0]])).tolist()
    [[2.0, 3.0]]
    """

    def __init__(self, affine: tuple[Tensor, Tensor], rows: int) -> None:
        self._weight, self._bias = (one.detach().to(torch.bfloat16) for one in affine)
        self.packed = packs(self._weight.device)
        if self.packed:
            self._weight = torch.ops.mkldnn._reorder_linear_weight(self._weight, rows)

    def __call__(self, rows: Tensor) -> Tensor:
        rows = rows.to(torch.bfloat16)
        if not self.packed:
            return functional.linear(rows, self._weight, self._bias)
        made: Tensor = torch.ops.mkldnn._linear_pointwise(rows, self._weight, self._bias, "none", [], "")
        return made


def packs(device: torch.device) -> bool:
    """Whether torch can bring weights into oneDNN's order here."""
    calls = ("_is_mkldnn_bf16_supported", "_reorder_linear_weight", "_linear_pointwise")
    if device.type != "cpu" or not all(hasattr(torch.ops.mkldnn, call) for call in calls):
        return False
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
