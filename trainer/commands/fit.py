"""`moodbox-train fit` and `distill`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from trainer.commands.options import Data, Teachers, Threads, Votes, files_of, one_of

if TYPE_CHECKING:
    from trainer.recipes import Recipe

Seed = Annotated[int, typer.Option(help="Of every random number.")]
RunFolder = Annotated[
    Path | None,
    typer.Option("--run", help="Run folder; runs/RECIPE-SEED. An old one is gone on with."),
]
Start = Annotated[
    Path | None, typer.Option(help="Checkpoint of the same network to begin with its weights.")
]
Epochs = Annotated[int | None, typer.Option(min=1, help="Another number than the recipe's.")]
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
    epochs: Epochs = None,
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
    _train(source, _chosen(recipe, epochs), seed, run, start, ferplus, threads, on, teachers=())


def distill(
    source: Data,
    teacher: Teachers,
    recipe: Annotated[
        str, typer.Option(help="A recipe's name, or your own .toml file.")
    ] = "compact",
    epochs: Epochs = None,
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
    _train(
        source,
        _chosen(recipe, epochs),
        seed,
        run,
        start,
        ferplus,
        threads,
        on,
        teachers=files_of(teacher),
    )


def _chosen(recipe: str, epochs: int | None) -> Recipe:
    from trainer.recipes import named

    chosen = named(recipe)
    return chosen if epochs is None else msgspec.structs.replace(chosen, epochs=epochs)


def _train(
    source: Path,
    chosen: Recipe,
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

    if threads:
        torch.set_num_threads(threads)
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
