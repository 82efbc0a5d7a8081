"""The two networks of four convolutions that most student projects on FER2013 use.

Both are known from Keras; their layers, sizes, dropouts and starting weights are kept.
"""

from __future__ import annotations

import itertools

from torch import Tensor, nn

from edge.eye.model_card import Head
from edge.messages import MOODS
from trainer.networks import Network


class FourConvs(Network):
    """Convolutions of 64, 128, 512 and 512, batch norm everywhere, dense 256, 512 and 7.

    The notebook beside the widely copied "Face expression recognition dataset" brought it.
    """

    heads: tuple[Head, ...] = ("fer2013",)
    raw = True

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for (inside, outside), side in zip(
            itertools.pairwise((1, 64, 128, 512, 512)), (3, 5, 3, 3), strict=True
        ):
            layers += [
                nn.Conv2d(inside, outside, side, padding=side // 2),
                _norm(outside, nn.BatchNorm2d),
                nn.ReLU(),
                nn.MaxPool2d(2),
                nn.Dropout(0.25),
            ]
        layers.append(nn.Flatten())
        for inside, outside in itertools.pairwise((512 * 3 * 3, 256, 512)):
            layers += [
                nn.Linear(inside, outside),
                _norm(outside, nn.BatchNorm1d),
                nn.ReLU(),
                nn.Dropout(0.25),
            ]
        layers.append(nn.Linear(512, len(MOODS)))
        self.layers = nn.Sequential(*layers)
        self.apply(start_as_keras)

    def forward(self, grey: Tensor) -> tuple[Tensor]:
        return (self.layers(grey / 255),)


class FourConvsPlain(Network):
    """Convolutions of 32, 64, 128 and 128 without padding or batch norm, dense 1024 and 7."""

    heads: tuple[Head, ...] = ("fer2013",)
    raw = True

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            *(nn.Conv2d(1, 32, 3), nn.ReLU()),
            *(nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.25)),
            *(nn.Conv2d(64, 128, 3), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(128, 128, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.25)),
            nn.Flatten(),
            *(nn.Linear(128 * 4 * 4, 1024), nn.ReLU(), nn.Dropout(0.5)),
            nn.Linear(1024, len(MOODS)),
        )
        self.apply(start_as_keras)

    def forward(self, grey: Tensor) -> tuple[Tensor]:
        return (self.layers(grey / 255),)


def start_as_keras(layer: nn.Module) -> None:
    """Glorot's uniform weights and no offsets, which is what Keras starts from."""
    if isinstance(layer, nn.Conv2d | nn.Linear):
        nn.init.xavier_uniform_(layer.weight)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)


def _norm(channels: int, kind: type[nn.BatchNorm1d] | type[nn.BatchNorm2d]) -> nn.Module:
    """With Keras' own numbers, which are not torch's."""
    return kind(channels, eps=1e-3, momentum=0.01)
