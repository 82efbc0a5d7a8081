"""The few names of libcamera that eye uses, as its Python binding has them."""

from __future__ import annotations

from enum import Enum
from types import SimpleNamespace

controls = SimpleNamespace(
    AfModeEnum=Enum("AfModeEnum", {"Manual": 0, "Auto": 1, "Continuous": 2}),
    AfRangeEnum=Enum("AfRangeEnum", {"Normal": 0, "Macro": 1, "Full": 2}),
    AeMeteringModeEnum=Enum("AeMeteringModeEnum", {"CentreWeighted": 0, "Spot": 1, "Matrix": 2}),
    AeExposureModeEnum=Enum("AeExposureModeEnum", {"Normal": 0, "Short": 1, "Long": 2}),
)
