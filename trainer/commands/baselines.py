"""`moodbox-train baselines`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from trainer.commands.options import AsJson, Data, Threads, Votes, one_of


def baselines(
    source: Data,
    only: Annotated[
        list[str] | None, typer.Option(help="Only this system; repeat it. All where none is named.")
    ] = None,
    minutes: Annotated[
        float | None, typer.Option(min=0.01, help="About how long each may train; else its recipe.")
    ] = None,
    scale: Annotated[
        float, typer.Option(min=0.001, max=1, help="Share of each network's epochs.")
    ] = 1.0,
    run: Annotated[
        Path, typer.Option(help="Folder with one folder a system; what is in it is gone on with.")
    ] = Path("runs/others"),
    weights: Annotated[
        list[str] | None,
        typer.Option(help="NAME=FILE: torchvision's ImageNet weights for an EfficientNet."),
    ] = None,
    card: Annotated[Path, typer.Option(help="The shipped model, a row of the same table.")] = Path(
        "models/emotion.json"
    ),
    seed: Annotated[int, typer.Option(help="Of every random number.")] = 1,
    train: Annotated[
        bool, typer.Option(help="Without: measure what was trained before, as far as it came.")
    ] = True,
    anew: Annotated[
        bool,
        typer.Option("--anew", help="Time once more what stands, where the machine was busy."),
    ] = False,
    export: Annotated[
        bool, typer.Option(help="Without: time networks in torch, not as .tflite files.")
    ] = True,
    accelerator: Annotated[str, typer.Option(help="auto, cpu, cuda, mps …")] = "auto",
    precision: Annotated[str, typer.Option(help="auto, bf16 or fp32.")] = "auto",
    ferplus: Votes = None,
    threads: Threads = 0,
    json: AsJson = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Answer as Markdown.")] = False,
) -> None:
    """Train the systems of others from scratch and compare them with ours in one table."""
    import torch

    from trainer.baselines.asked import Asked
    from trainer.baselines.run import SYSTEMS, compare
    from trainer.baselines.table import as_markdown, as_text
    from trainer.data import load
    from trainer.json_answers import as_json
    from trainer.progress import watched

    names = [one_of(name, SYSTEMS) for name in only or SYSTEMS]
    asked = Asked(
        minutes=minutes,
        scale=scale,
        weights=dict(_named(given) for given in weights or []),
        seed=seed,
        train=train,
        anew=anew,
        export=export,
        accelerator=accelerator,
        precision=one_of(precision, ("auto", "bf16", "fp32")),
    )
    if threads:
        torch.set_num_threads(threads)
    table = compare(load(source, ferplus), run, names, card, asked, watched)
    print(as_json(table) if json else as_markdown(table) if markdown else as_text(table))


def _named(given: str) -> tuple[str, Path]:
    from trainer.baselines.networks import NAMES

    name, sign, file = given.partition("=")
    if not sign or not name.startswith("efficientnet_"):
        raise typer.BadParameter(f"{given} is not NAME=FILE with an EfficientNet's name")
    return one_of(name, NAMES), Path(file)
