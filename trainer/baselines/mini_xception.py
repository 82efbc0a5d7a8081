"""mini-Xception (Arriaga, Valdenegro-Toro, Plöger 2017), the small network most often reused."""

from __future__ import annotations

import itertools

from torch import Tensor, nn
from torch.nn import functional as F

from edge.eye.model_card import Head
from edge.messages import MOODS
from trainer.baselines.four_convs import start_as_keras
from trainer.networks import Network


class Separable(nn.Sequential):
    """A 3×3 convolution of each channel by itself, then a 1×1 one over the channels."""

    def __init__(self, inside: int, outside: int) -> None:
        super().__init__(
            nn.Conv2d(inside, inside, 3, padding=1, groups=inside, bias=False),
            nn.Conv2d(inside, outside, 1, bias=False),
            _norm(outside),
        )


class Module(nn.Module):
    """Two separable convolutions and a maximum over 3×3, beside a 1×1 shortcut; half the size."""

    def __init__(self, inside: int, outside: int) -> None:
        super().__init__()
        # Every other pixel, then the 1×1 convolution: with a stride of its own its backward pass
        # crashes torch 2.13 (float32, channels last, one core with AVX-512).
        self.shortcut = nn.Sequential(
            nn.MaxPool2d(1, stride=2), nn.Conv2d(inside, outside, 1, bias=False), _norm(outside)
        )
        self.way = nn.Sequential(
            Separable(inside, outside),
            nn.ReLU(),
            Separable(outside, outside),
            nn.MaxPool2d(3, stride=2, padding=1),  # half a pixel beside Keras' "same"
        )

    def forward(self, x: Tensor) -> Tensor:
        joined: Tensor = self.way(x) + self.shortcut(x)
        return joined


class MiniXception(Network):
    """Two convolutions of 8, four modules up to 128, a convolution to seven and a mean."""

    heads: tuple[Head, ...] = ("fer2013",)
    raw = True

    def __init__(self, side: int = 64) -> None:
        """`side`: the authors' own code trains on FER2013 scaled up to 64 pixels."""
        super().__init__()
        self.side = side
        layers: list[nn.Module] = []
        for inside in (1, 8):
            layers += [nn.Conv2d(inside, 8, 3, bias=False), _norm(8), nn.ReLU()]
        layers += [Module(a, b) for a, b in itertools.pairwise((8, 16, 32, 64, 128))]
        layers.append(nn.Conv2d(128, len(MOODS), 3, padding=1))
        self.layers = nn.Sequential(*layers)
        self.apply(start_as_keras)

    def forward(self, grey: Tensor) -> tuple[Tensor]:
        larger = F.interpolate(grey, size=(self.side, self.side), mode="bilinear")
        return (self.layers(larger / 127.5 - 1).mean(dim=(2, 3)),)


def _norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)
