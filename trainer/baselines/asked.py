"""What the user of `moodbox-train baselines` allows and gives."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """For all systems alike."""

    minutes: float | None = None
    """For each system; as long as its recipe takes where None."""
    scale: float = 1.0
    """Share of the networks' epochs."""
    weights: dict[str, Path] = {}
    """Files to begin with, by the network's name."""
    seed: int = 1
    train: bool = True
    """Where not, only what was trained before is measured, as it stands."""
    anew: bool = False
    """Time what was measured before once more."""
    export: bool = True
    """Time the networks as .tflite files; in torch where not."""
    accelerator: str = "auto"
    precision: Literal["auto", "bf16", "fp32"] = "auto"
