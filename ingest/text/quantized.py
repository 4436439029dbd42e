"""Products in whole numbers of eight bits, for processors that multiply these faster than anything else.

Each row of a weight is rounded by its largest number, once; what comes in by the largest number of all that is read
together (torch's dynamic quantisation). Sums are exact, and what goes out is in single precision. So what a window says
differs a little with those that are read with it: the texts of one document, never those of several.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import torch
from torch import Tensor

from kg.index.packed import Affine, Product

_FAST_BYTES = frozenset({"avx512_vnni", "avx_vnni", "amx_int8"})
"""Flags of /proc/cpuinfo (x86) that say so."""
_LARGEST = 127
_TINY = 1e-12


def multiplies_bytes(device: torch.device, cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """Whether products of bytes are the fastest: on a processor that has instructions for them, where torch has too."""
    if device.type != "cpu" or "x86" not in torch.backends.quantized.supported_engines:
        return False
    try:
        lines = cpuinfo.read_text("utf-8", "replace").splitlines()
    except OSError:
        return False
    flags = next((line for line in lines if line.startswith("flags")), "")
    return not _FAST_BYTES.isdisjoint(flags.split())


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
