"""Products in whole numbers of eight bits, for processors that multiply these faster than anything else.

Each row of a weight is rounded by its largest number. What comes in is rounded by one scale for each product, which is
set once, from texts that stand here: so what is made of a text does not change with the texts beside it. A processor
without such instructions multiplies the rounded numbers, slower; where its sums end beside a boundary one is rounded
otherwise, so that vectors of unusual texts agree to a cosine of .997, those of others wholly.
"""

from __future__ import annotations

import math
import warnings
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

TEXTS = (
    "Metformin lowered the rate of stroke in 240 adults with type 2 diabetes "
    "(OR 0.71, 95% CI 0.60 to 0.90; P = 0.003).",
    "IL-6 and TNF-alpha were measured by ELISA; mutations of TP53 were found in 12 of 40 tumours.",
    "A 54-year-old woman was admitted with fever, rash and jaundice after taking carbamazepine for three weeks.",
    "We conclude that further randomised trials are needed.",
    "asthma",
    "Children who had been given inhaled steroids wheezed less often than those who had not (see table 3).",
    "二甲双胍治疗2型糖尿病患者的随机对照试验",
)
"""Illustrations in the style of what is read, no statements: the scales are set so that what they need fits."""

_FAST_BYTES = frozenset({"avx512_vnni", "avx_vnni", "amx_int8"})
"""Flags of /proc/cpuinfo (x86) that say so."""
_LARGEST = 127
_LEVELS = 255
_TINY = 1e-12
_STEPS = 256
"""Scales are rounded up to so many steps between powers of two: the last bits of another machine change none."""


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


class ByteProduct:
    """The product with a weight of shape (out, in). It is exact, and looks at what comes in, until ``settle``."""

    def __init__(self, affine: tuple[Tensor, Tensor], *, fast: bool) -> None:
        self._weight, self._bias = (one.detach().float() for one in affine)
        self._fast = fast
        self._low = self._high = 0.0
        self._scale, self._zero = 0.0, 0

    def settle(self) -> None:
        """Round from now on, so that everything between the least and the largest number that came in can be told."""
        self._scale = rounded_up(max((self._high - self._low) / _LEVELS, _TINY))
        self._zero = round(-self._low / self._scale)
        scales = (self._weight.abs().amax(1) / _LARGEST).clamp(min=_TINY)
        if self._fast:
            with warnings.catch_warnings():
                # torch announces another way to make such tensors; the release that it is pinned to has only this one.
                warnings.simplefilter("ignore", UserWarning)
                zeros = torch.zeros(len(scales), dtype=torch.long)
                rounded = torch.quantize_per_channel(self._weight, scales, zeros, 0, torch.qint8)
            self._packed = torch.ops.quantized.linear_prepack(rounded, self._bias)
        else:
            self._weight = (self._weight / scales[:, None]).round() * scales[:, None]

    def __call__(self, rows: Tensor) -> Tensor:
        rows = rows.float()
        if not self._scale:
            self._low, self._high = min(self._low, float(rows.min())), max(self._high, float(rows.max()))
            return functional.linear(rows, self._weight, self._bias)
        if self._fast:
            made: Tensor = torch.ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(
                rows, self._scale, self._zero, self._packed
            )
            return made
        told = ((rows / self._scale).round() + self._zero).clamp(0, _LEVELS) - self._zero
        return functional.linear(told * self._scale, self._weight, self._bias)


def rounded_up(scale: float) -> float:
    """
    >>> rounded_up(0.3), rounded_up(0.3 * (1 + 1e-7))
    (0.30078125, 0.30078125)
    """
    part, power = math.frexp(scale)
    return math.ldexp(math.ceil(part * _STEPS) / _STEPS, power)
