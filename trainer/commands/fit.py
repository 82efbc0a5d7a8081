"""`moodbox-train fit` and `distill`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from trainer.commands.options import Data, Teachers, Threads, Votes, files_of, one_of

Seed = Annotated[int, typer.Option(help="Of every random number.")]
RunFolder = Annotated[
    Path | None,
    typer.Option("--run", help="Run folder; runs/RECIPE-SEED. An old one is gone on with."),
]
Start = Annotated[
    Path | None, typer.Option(help="Checkpoint of the same network to begin with its weights.")
]
Accelerator = Annotated[str, typer.Option(help="auto, cpu, cuda, mps …, as Lightning Fabric says.")]
Devices = Annotated[str, typer.Option(help="How many processors or GPUs on this host, or auto.")]
Nodes = Annotated[int, typer.Option(min=1, help="Hosts; started on each as Fabric says.")]
Precision = Annotated[str, typer.Option(help="auto tries which is faster; bf16 or fp32.")]

FORMS = ("auto", "bf16", "fp32")


def fit(
    source: Data,
    recipe: Annotated[
        str, typer.Option(help="A recipe's name, or your own .toml file.")
    ] = "compact",
    seed: Seed = 1,
    run: RunFolder = None,
    start: Start = None,
    ferplus: Votes = None,
    threads: Threads = 0,
    accelerator: Accelerator = "auto",
    devices: Devices = "1",
    nodes: Nodes = 1,
    precision: Precision = "auto",
) -> None:
    """Train a network; killed and started again, it goes on from the last whole epoch."""
    on = (accelerator, devices, nodes, one_of(precision, FORMS))
    _train(source, recipe, seed, run, start, ferplus, threads, on, teachers=())


def distill(
    source: Data,
    teacher: Teachers,
    recipe: Annotated[
        str, typer.Option(help="A recipe's name, or your own .toml file.")
    ] = "compact",
    seed: Seed = 1,
    run: RunFolder = None,
    start: Start = None,
    ferplus: Votes = None,
    threads: Threads = 0,
    accelerator: Accelerator = "auto",
    devices: Devices = "1",
    nodes: Nodes = 1,
    precision: Precision = "auto",
) -> None:
    """Train a network on the truth and on what the teachers say of each face."""
    on = (accelerator, devices, nodes, one_of(precision, FORMS))
    _train(source, recipe, seed, run, start, ferplus, threads, on, teachers=files_of(teacher))


def _train(
    source: Path,
    recipe: str,
    seed: int,
    run: Path | None,
    start: Path | None,
    ferplus: Path | None,
    threads: int,
    on: tuple[str, str, int, Any],
    teachers: tuple[Path, ...],
) -> None:
    import torch

    from trainer.answers import read_answers
    from trainer.data import load
    from trainer.fit import Run
    from trainer.processors import Asked, fabric_of
    from trainer.progress import watched
    from trainer.recipes import named

    if threads:
        torch.set_num_threads(threads)
    chosen = named(recipe)
    folder = run or Path("runs") / f"{chosen.name}-{seed}"
    dataset = load(source, ferplus)
    taught, hashes = None, tuple[str, ...]()
    if teachers:
        taught, hashes = read_answers(teachers, dataset, chosen.heat)
    fabric = fabric_of(chosen, folder, Asked(*on))
    with watched(chosen.epochs, quiet=not fabric.is_global_zero) as screen:
        training = Run(folder, chosen, seed, dataset, fabric, taught, hashes, start)
        for note in dataset.reading.notes:
            screen.say(f"note: {note}")
        if dataset.reading.broken:
            screen.say(f"{len(dataset.reading.broken)} broken faces left out; `data` names them")
        screen.say(f"{folder}: {training.steps} steps an epoch, {training.number_form}")
        if training.epoch:
            screen.say(f"going on after epoch {training.epoch} of {chosen.epochs}")
        training.fit(screen.step, screen.epoch)
