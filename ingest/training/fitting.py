"""Fitting a network to examples: seeded, on a GPU when there is one, else in one or more threads.

Words of a vocabulary that was learned on far more text are not learned again. What the frozen layers say of a window is
the same in each epoch, so it is computed once. bfloat16 where the processor or the GPU multiplies it in hardware.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import nll_loss

from ingest.text.bio import UNKNOWN
from ingest.text.network import Network, batch, best_device, is_fast
from ingest.training.examples import Example
from ingest.training.plan import Plan

Progress = Callable[[int, float], None]
"""Epoch from 1, mean loss."""
_CLIP = 1.0
_WARM = 0.1
_DECAY = 0.01
_NEW = 10


def fit(network: Network, examples: Sequence[Example], plan: Plan, progress: Progress = lambda *_: None) -> None:
    """Changes ``network`` and moves it to the device that fits it; ``torch.manual_seed`` has been called."""
    torch.set_num_threads(plan.threads)
    device = best_device()
    network.to(device)
    _freeze(network)
    states = _frozen_states(network, examples, plan.pieces) if network.shape.frozen else None
    dice = random.Random(plan.seed)
    epochs = [list(_batches(examples, plan.pieces, dice)) for _ in range(plan.epochs)]
    steps = max(1, sum(map(len, epochs)))
    optimizer = torch.optim.AdamW(_groups(network, plan), weight_decay=_DECAY)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / max(1, _WARM * steps), max(0.0, 1 - step / steps) / (1 - _WARM))
    )
    network.train()
    for epoch, batches in enumerate(epochs, 1):
        losses = []
        for places in batches:
            chosen = [examples[place] for place in places]
            ids, features, padding = batch([one.window for one in chosen], device)
            with torch.autocast(device.type, torch.bfloat16, enabled=is_fast(device)):
                if states is None:
                    scores = network(ids, features, padding)
                else:
                    scores = network.upper(_padded([states[p] for p in places], device), features, padding)
            loss = nll_loss(scores.flatten(0, 2), _targets(chosen, scores).flatten(), ignore_index=UNKNOWN)
            if not torch.isfinite(loss):
                continue  # no word of this step has a label
            optimizer.zero_grad(set_to_none=True)
            torch.autograd.backward(loss)
            torch.nn.utils.clip_grad_norm_(network.parameters(), _CLIP)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        progress(epoch, sum(losses) / max(1, len(losses)))
    network.eval()


def _freeze(network: Network) -> None:
    network.words.weight.requires_grad_(False)
    if network.shape.frozen:
        for module in (network.places, network.norm, *network.layers[: network.shape.frozen]):
            module.requires_grad_(False)


def _groups(network: Network, plan: Plan) -> list[dict[str, object]]:
    new = {"features", "head"}
    old = [value for name, value in network.named_parameters() if name.split(".")[0] not in new and value.requires_grad]
    fresh = [value for name, value in network.named_parameters() if name.split(".")[0] in new]
    return [{"params": old, "lr": plan.rate}, {"params": fresh, "lr": _NEW * plan.rate}]


def _batches(examples: Sequence[Example], pieces: int, dice: random.Random) -> Iterator[list[int]]:
    """Places of examples of like length, in random order."""
    order = list(range(len(examples)))
    dice.shuffle(order)
    order.sort(key=lambda place: len(examples[place].window.ids) // 8)
    made: list[list[int]] = [[]]
    for place in order:
        size = len(examples[place].window.ids)
        if made[-1] and (len(made[-1]) + 1) * size > pieces:
            made.append([])
        made[-1].append(place)
    dice.shuffle(made)
    yield from (group for group in made if group)


def _targets(chosen: Sequence[Example], scores: Tensor) -> Tensor:
    """The label of each piece and type: only the first piece of a word that counts has one."""
    made = np.full(scores.shape[:3], UNKNOWN, dtype=np.int64)
    for row, one in zip(made, chosen, strict=True):
        row[list(one.window.heads[one.window.begin : one.window.end])] = one.labels
    return torch.from_numpy(made).to(scores.device)


def _frozen_states(network: Network, examples: Sequence[Example], pieces: int) -> list[Tensor]:
    """What ``network.lower`` says of each window, in half precision."""
    network.eval()
    made: list[Tensor] = [torch.empty(0)] * len(examples)
    with torch.inference_mode():
        for places in _batches(examples, pieces, random.Random(0)):
            ids, _, padding = batch([examples[place].window for place in places], network.device)
            for place, row in zip(places, network.lower(ids, padding).half().cpu(), strict=True):
                made[place] = row[: len(examples[place].window.ids)].clone()
    return made


def _padded(states: Sequence[Tensor], device: torch.device) -> Tensor:
    return torch.nn.utils.rnn.pad_sequence([state.float() for state in states], batch_first=True).to(device)
