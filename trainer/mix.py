"""Takes the weights between those of two runs, where one began with the other.

A network that was taught on under harder changes gains against them and loses on clean faces;
a part of the way from the old weights to the new ones, most of the gain is there and little of
the loss.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
import torch
from msgspec.structs import replace

from trainer.checkpoint import load_network, save
from trainer.errors import RunError
from trainer.runfolder import RunFolder, Teaching


def mix(first: Path, second: Path, share: float, run: Path) -> Path:
    """Write the run folder of the weights that lie by `share` of the way to the second."""
    from_here, to_there = (load_network(one / "best.pt").state_dict() for one in (first, second))
    shapes = [{name: value.shape for name, value in one.items()} for one in (from_here, to_there)]
    if shapes[0] != shapes[1]:
        raise RunError(f"{first} and {second} hold networks of different forms")
    about = replace(_teaching(second), mixed=(_sha256(first), share))
    folder = RunFolder(run, about)
    mixed = {name: torch.lerp(value.float(), to_there[name].float(), share).to(value.dtype)
             for name, value in from_here.items()}  # fmt: skip
    save(folder.best, {"about": msgspec.to_builtins(about), "average": mixed})
    return folder.best


def _teaching(run: Path) -> Teaching:
    try:
        return msgspec.json.decode((run / "config.json").read_bytes(), type=Teaching)
    except (FileNotFoundError, msgspec.DecodeError) as missing:
        raise RunError(f"{run} is no run folder: it holds no config.json of ours") from missing


def _sha256(run: Path) -> str:
    return hashlib.sha256((run / "best.pt").read_bytes()).hexdigest()
