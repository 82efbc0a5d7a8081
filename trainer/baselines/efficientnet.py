"""EfficientNet (Tan, Le 2019) B0 and B3 at 224 pixels, as those who want the best figure use it.

Layers are named as torchvision names them, so that its files of ImageNet weights fit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from edge.eye.model_card import Head
from edge.messages import MOODS
from trainer.networks import Network

SIDE = 224
MEAN = (0.485, 0.456, 0.406)
DEVIATION = (0.229, 0.224, 0.225)
"""Of ImageNet's red, green and blue."""


@dataclass(frozen=True)
class Stage:
    """Blocks that share their form; the first of them changes size and channels."""

    expand: int
    kernel: int
    stride: int
    inside: int
    outside: int
    blocks: int


STAGES = (
    Stage(expand=1, kernel=3, stride=1, inside=32, outside=16, blocks=1),
    Stage(expand=6, kernel=3, stride=2, inside=16, outside=24, blocks=2),
    Stage(expand=6, kernel=5, stride=2, inside=24, outside=40, blocks=2),
    Stage(expand=6, kernel=3, stride=2, inside=40, outside=80, blocks=3),
    Stage(expand=6, kernel=5, stride=1, inside=80, outside=112, blocks=3),
    Stage(expand=6, kernel=5, stride=2, inside=112, outside=192, blocks=4),
    Stage(expand=6, kernel=3, stride=1, inside=192, outside=320, blocks=1),
)
"""Of B0; the others are wider and deeper."""
SIZES = {"b0": (1.0, 1.0, 0.2), "b3": (1.2, 1.4, 0.3)}
"""How much wider, how much deeper, and the dropout before the last layer."""
SKIPPED = 0.2
"""Stochastic depth: how often the last block would be left out; the first never is."""


class Convolution(nn.Sequential):
    """Convolution, batch norm and, where asked, SiLU."""

    def __init__(
        self,
        inside: int,
        outside: int,
        kernel: int = 1,
        stride: int = 1,
        *,
        each: bool = False,
        active: bool = True,
    ) -> None:
        groups = inside if each else 1
        layers: list[nn.Module] = [
            nn.Conv2d(inside, outside, kernel, stride, kernel // 2, groups=groups, bias=False),
            nn.BatchNorm2d(outside),
        ]
        super().__init__(*layers, *([nn.SiLU()] if active else []))


class SqueezeExcite(nn.Module):
    """Weighs the channels by what all of them hold on average."""

    def __init__(self, channels: int, squeezed: int) -> None:
        super().__init__()
        self.fc1 = nn.Conv2d(channels, squeezed, 1)
        self.fc2 = nn.Conv2d(squeezed, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        mean = x.mean(dim=(2, 3), keepdim=True)
        weight: Tensor = torch.sigmoid(self.fc2(F.silu(self.fc1(mean))))
        return x * weight


class Block(nn.Module):
    """Widen, convolve each channel, weigh, narrow; beside an identity where the form allows."""

    def __init__(self, stage: Stage, skipped: float) -> None:
        super().__init__()
        wide = stage.inside * stage.expand
        layers: list[nn.Module] = [] if stage.expand == 1 else [Convolution(stage.inside, wide)]
        layers += [
            Convolution(wide, wide, stage.kernel, stage.stride, each=True),
            SqueezeExcite(wide, max(1, stage.inside // 4)),
            Convolution(wide, stage.outside, active=False),
        ]
        self.block = nn.Sequential(*layers)
        self.identity = stage.stride == 1 and stage.inside == stage.outside
        self.skipped = skipped

    def forward(self, x: Tensor) -> Tensor:
        changed: Tensor = self.block(x)
        if not self.identity:
            return changed
        if self.training and self.skipped > 0:
            kept = 1 - self.skipped
            changed = changed * (torch.rand(len(x), 1, 1, 1, device=x.device) < kept) / kept
        return changed + x


class EfficientNet(Network):
    """Grey faces scaled up to 224 pixels, three times the same channel, ImageNet's scaling."""

    heads: tuple[Head, ...] = ("fer2013",)
    raw = True
    mean: Tensor
    deviation: Tensor

    def __init__(self, size: str, answers: int = len(MOODS)) -> None:
        super().__init__()
        width, depth, dropout = SIZES[size]
        blocks = _blocks(width, depth)
        last = 4 * blocks[-1][-1].outside
        count = sum(len(stage) for stage in blocks)
        numbers = iter(range(count))
        self.features = nn.Sequential(
            Convolution(3, blocks[0][0].inside, 3, 2),
            *(
                nn.Sequential(*(Block(form, SKIPPED * next(numbers) / count) for form in stage))
                for stage in blocks
            ),
            Convolution(last // 4, last),
        )
        self.classifier = nn.Sequential(nn.Dropout(dropout), nn.Linear(last, answers))
        for name, values in (("mean", MEAN), ("deviation", DEVIATION)):
            self.register_buffer(name, torch.tensor(values).view(1, 3, 1, 1), persistent=False)
        self.apply(_start)

    def forward(self, grey: Tensor) -> tuple[Tensor]:
        large = F.interpolate(grey / 255, size=(SIDE, SIDE), mode="bilinear")
        # Not expand, which crashes litert-torch 0.10.
        colours = (torch.cat([large] * 3, dim=1) - self.mean) / self.deviation
        return (self.classifier(self.features(colours).mean(dim=(2, 3))),)


def _blocks(width: float, depth: float) -> list[list[Stage]]:
    """Each stage's blocks, scaled."""
    made = []
    for stage in STAGES:
        inside, outside = _eighths(stage.inside * width), _eighths(stage.outside * width)
        first = Stage(stage.expand, stage.kernel, stage.stride, inside, outside, 1)
        other = Stage(stage.expand, stage.kernel, 1, outside, outside, 1)
        made.append([first] + [other] * (math.ceil(stage.blocks * depth) - 1))
    return made


def _eighths(channels: float) -> int:
    """The nearest multiple of eight that takes away a tenth at most."""
    near = max(8, int(channels + 4) // 8 * 8)
    return near if near >= 0.9 * channels else near + 8


def _start(layer: nn.Module) -> None:
    if isinstance(layer, nn.Conv2d):
        nn.init.kaiming_normal_(layer.weight, mode="fan_out")
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
    elif isinstance(layer, nn.Linear):
        reach = 1 / math.sqrt(layer.out_features)
        nn.init.uniform_(layer.weight, -reach, reach)
        nn.init.zeros_(layer.bias)
