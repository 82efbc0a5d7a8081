"""The networks: stacks of 3×3 convolutions that become int8 without loss, with two heads.

Input n × 1 × 48 × 48, normalised. Output two n × 7 logits, `perceived` and `fer2013`.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from edge.eye.face_image import Before
from edge.eye.model_card import Head
from edge.messages import MOODS
from trainer.targets import HEADS


class Network(nn.Module):
    """What can be trained here: faces in, one set of seven logits per head out."""

    heads: tuple[Head, ...] = HEADS
    before: Before = "nothing"
    """What its faces are prepared with before `normalise`'s own steps."""
    raw: bool = False
    """Whether it takes grey levels 0…255 and does everything else itself."""


def _convolution(inside: int, outside: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inside, outside, 3, stride=stride, padding=1, bias=False),
        nn.BatchNorm2d(outside),
    )


class Residual(nn.Module):
    """Two convolutions beside an identity; the sum is bounded by ReLU6, which int8 likes."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = _convolution(channels, channels)
        self.second = _convolution(channels, channels)
        self.bound = nn.ReLU6()

    def forward(self, x: Tensor) -> Tensor:
        inner = self.second(self.bound(self.first(x)))
        bounded: Tensor = self.bound(x + inner)
        return bounded


class Plain(nn.Module):
    """One convolution without an identity, for a network that errs differently."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.only = _convolution(channels, channels)
        self.bound = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        bounded: Tensor = self.bound(self.only(x))
        return bounded


class TwoHeaded(Network):
    """Stages that each halve the picture, one global mean, one 1×1 convolution per head.

    A head is a convolution because a fully connected one of this converter carries an operator
    version that tflite-runtime 2.14 does not know.
    """

    def __init__(
        self,
        widths: Sequence[int],
        depths: Sequence[int],
        *,
        residual: bool = True,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = [_convolution(1, widths[0]), nn.ReLU6()]
        block = Residual if residual else Plain
        for (inside, outside), depth in zip(itertools.pairwise(widths), depths, strict=True):
            layers += [_convolution(inside, outside, stride=2), nn.ReLU6()]
            layers += [block(outside) for _ in range(depth)]
        self.trunk = nn.Sequential(*layers)
        self.dropout = nn.Dropout(dropout)
        self.exits = nn.ModuleList(nn.Conv2d(widths[-1], len(MOODS), 1) for _ in HEADS)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        seen = self.trunk(x)
        features = self.dropout(F.avg_pool2d(seen, seen.shape[-1]))
        return tuple(head(features).flatten(1) for head in self.exits)


def parameters(network: nn.Module) -> int:
    """How many numbers are learnt."""
    return sum(weight.numel() for weight in network.parameters())


def multiply_adds(network: nn.Module) -> int:
    """Multiply-adds of one face through convolutions and dense layers, at whatever size."""
    total = 0

    def count(layer: nn.Module, _: object, output: Tensor) -> None:
        nonlocal total
        if isinstance(layer, nn.Conv2d):
            inside = layer.in_channels // layer.groups * layer.kernel_size[0] ** 2
            total += inside * output[0].numel()
        elif isinstance(layer, nn.Linear):
            total += layer.weight.numel()

    hooks = [layer.register_forward_hook(count) for layer in network.modules()]
    was_training = network.training
    network.eval()
    with torch.no_grad():
        network(torch.zeros(1, 1, 48, 48))
    network.train(was_training)
    for hook in hooks:
        hook.remove()
    return total
