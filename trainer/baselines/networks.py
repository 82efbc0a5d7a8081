"""The networks of others by name.

Each takes n × 1 × 48 × 48 grey levels 0…255 (`raw`), scales them in its own way, and answers with
one n × 7 of logits (`heads`).
"""

from __future__ import annotations

from trainer.baselines.efficientnet import EfficientNet
from trainer.baselines.four_convs import FourConvs, FourConvsPlain
from trainer.baselines.mini_xception import MiniXception
from trainer.networks import Network

NAMES = ("four_convs", "four_convs_plain", "mini_xception", "efficientnet_b0", "efficientnet_b3")


def build(name: str) -> Network:
    """The network of this name, with the starting weights of its authors."""
    if name == "four_convs":
        return FourConvs()
    if name == "four_convs_plain":
        return FourConvsPlain()
    if name == "mini_xception":
        return MiniXception()
    if name in ("efficientnet_b0", "efficientnet_b3"):
        return EfficientNet(name.removeprefix("efficientnet_"))
    raise ValueError(f"no network is called {name}")
