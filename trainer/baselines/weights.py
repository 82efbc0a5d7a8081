"""Starts an EfficientNet from a file of ImageNet weights that the user has, or says why not."""

from __future__ import annotations

import pickle
from pathlib import Path

import torch
from torch import Tensor, nn

from trainer.errors import RunError

HEAD = "classifier.1."
"""ImageNet's thousand classes stand here; seven moods are learnt anew."""


def start_from(network: nn.Module, name: str, file: Path) -> None:
    """Put the file's weights into the network; every layer but the last must fit exactly.

    The names are torchvision's (`features.0.0.weight` …), as in its `efficientnet_b0_….pth`.
    """
    own, given = network.state_dict(), _read(file)
    if any(key.startswith(HEAD) and _unlike(key, own, given) for key in given):
        given = {key: value for key, value in given.items() if not key.startswith(HEAD)}
    fault = _fault(own, given)
    if fault:
        raise RunError(f"the weights {file} are not torchvision's of {name}: the file {fault}")
    network.load_state_dict(given, strict=False)


def _fault(own: dict[str, Tensor], given: dict[str, Tensor]) -> str | None:
    """The first kind of misfit, with one example."""
    missing = [key for key in own if key not in given and not key.startswith(HEAD)]
    faults = (
        ("lacks", [key for key in missing if not key.endswith("num_batches_tracked")]),
        ("has the unknown", [key for key in given if key not in own]),
        ("has another size of", [key for key in given if _unlike(key, own, given)]),
    )
    for fault, keys in faults:
        if keys:
            return f"{fault} {keys[0]}" + (f" and {len(keys) - 1} more" if len(keys) > 1 else "")
    return None


def _unlike(key: str, own: dict[str, Tensor], given: dict[str, Tensor]) -> bool:
    return key in own and own[key].shape != given[key].shape


def _read(file: Path) -> dict[str, Tensor]:
    try:
        given = torch.load(file, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise RunError(f"there are no weights at {file}") from None
    except (OSError, RuntimeError, EOFError, pickle.UnpicklingError, ValueError) as broken:
        raise RunError(
            f"the weights {file} cannot be read as a file of torch's tensors"
        ) from broken
    if not isinstance(given, dict) or not all(
        isinstance(value, Tensor) for value in given.values()
    ):
        raise RunError(f"the weights {file} hold something else than torch's named tensors")
    return given
