"""What a training runs on: one processor or GPU, or several, and in what form of numbers."""

from __future__ import annotations

import copy
import logging
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
from lightning_fabric import Fabric

from trainer.catalogue import build
from trainer.recipes import Recipe


@dataclass(frozen=True)
class Asked:
    """What the user wants it to run on."""

    accelerator: str = "auto"
    devices: str = "1"
    nodes: int = 1
    precision: Literal["auto", "bf16", "fp32"] = "auto"


_DECIDED = "MOODBOX_TRAIN_PRECISION"
_FORMS = {"bf16": "bf16-mixed", "fp32": "32-true"}


def fabric_of(recipe: Recipe, folder: Path, asked: Asked) -> Fabric:
    """Fabric, launched; a run that is gone on with keeps the form that it began with."""
    form = os.environ.get(_DECIDED) or _form(recipe, folder, asked)
    if asked.devices != "1":
        # Every process of several starts this command anew; the first one decides for all.
        os.environ[_DECIDED] = form
    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)
    fabric = Fabric(
        accelerator=asked.accelerator,
        devices=asked.devices if asked.devices == "auto" else int(asked.devices),
        num_nodes=asked.nodes,
        precision=form,  # type: ignore[arg-type]  # one of the two forms below
    )
    fabric.launch()
    return fabric


def _form(recipe: Recipe, folder: Path, asked: Asked) -> str:
    last = folder / "last.pt"
    if last.exists():
        return str(torch.load(last, weights_only=True, map_location="cpu")["precision"])
    if asked.precision != "auto":
        return _FORMS[asked.precision]
    return _FORMS["bf16" if _bf16_pays(recipe, asked.accelerator) else "fp32"]


def _bf16_pays(recipe: Recipe, accelerator: str) -> bool:
    """Whether bfloat16 is faster here; without AVX-512 it is ten times slower, so try."""
    if accelerator != "cpu" and torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported())
    trial = copy.deepcopy(build(recipe.network))
    x = torch.zeros(min(recipe.batch, 64), 1, 48, 48).contiguous(memory_format=torch.channels_last)
    taken: dict[bool, float] = {}
    for bf16 in (False, True):
        for step in range(4):
            if step == 1:
                start = time.perf_counter()
            with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
                answers = trial(x)
            total = torch.stack([answer.float().sum() for answer in answers]).sum()
            total.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        taken[bf16] = time.perf_counter() - start
    return taken[True] < 0.9 * taken[False]
