"""`moodbox-train fit`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from trainer.commands.options import Data, Threads, Votes


def fit(
    source: Data,
    recipe: Annotated[str, typer.Option(help="Which of the recipes.")] = "compact",
    seed: Annotated[int, typer.Option(help="Of every random number.")] = 1,
    run: Annotated[
        Path | None, typer.Option(help="Run folder; runs/RECIPE-SEED. An old one is gone on with.")
    ] = None,
    ferplus: Votes = None,
    threads: Threads = 0,
) -> None:
    """Train a network; killed and started again, it goes on from the last whole epoch."""
    import torch

    from trainer.data import load
    from trainer.fit import Run
    from trainer.progress import watched
    from trainer.recipes import named

    if threads:
        torch.set_num_threads(threads)
    chosen = named(recipe)
    folder = run or Path("runs") / f"{recipe}-{seed}"
    with watched(chosen.epochs) as screen:
        training = Run(folder, chosen, seed, load(source, ferplus))
        screen.say(f"{folder}: {training.steps} steps an epoch, {training.number_form}")
        if training.epoch:
            screen.say(f"going on after epoch {training.epoch} of {chosen.epochs}")
        training.fit(screen.step, screen.epoch)
