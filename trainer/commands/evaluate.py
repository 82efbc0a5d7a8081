"""`moodbox-train evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from trainer.commands.options import AsJson, Data, Threads, Votes, one_of


def evaluate(
    model: Annotated[
        Path, typer.Argument(help="A .tflite file, a card (.json), a checkpoint or a run folder.")
    ],
    source: Data,
    split: Annotated[str, typer.Option(help="Training, PublicTest or PrivateTest.")] = "PublicTest",
    runtime: Annotated[str, typer.Option(help="auto, tflite or litert.")] = "auto",
    ferplus: Votes = None,
    against: Annotated[
        Path | None, typer.Option(help="Another model, to stand beside this one.")
    ] = None,
    runtimes: Annotated[
        bool, typer.Option("--runtimes", help="Compare both runtimes on this file.")
    ] = False,
    robust: Annotated[
        bool | None,
        typer.Option(
            "--robust/--no-robust",
            help="Blur, dim, noise, turn … all faces too; by itself only for --html. 10 s or more.",
        ),
    ] = None,
    speed: Annotated[
        bool, typer.Option("--speed", help="Time one face on one core, beside a face detection.")
    ] = False,
    models: Annotated[
        Path, typer.Option(help="Where --speed finds face detector and mean faces.")
    ] = Path("models"),
    html: Annotated[Path | None, typer.Option(help="Write a report with plots.")] = None,
    worst: Annotated[
        Path | None,
        typer.Option(help="Write a sheet (.png) of the worst mistakes. It shows people's faces."),
    ] = None,
    threads: Threads = 0,
    json: AsJson = False,
) -> None:
    """Tell how right a model is; a card's own temperatures are used where a card is given.

    Without a card the temperatures are fitted on the split that is measured. They move the
    calibration error only, no answer and no accuracy.
    """
    part = one_of(split, ("Training", "PublicTest", "PrivateTest"))
    ran = one_of(runtime, ("auto", "tflite", "litert"))
    from trainer.data import load
    from trainer.evaluation.examine import Wanted, examine
    from trainer.evaluation.subject import open_subject
    from trainer.evaluation.text import told
    from trainer.json_answers import as_json

    if threads:
        import torch

        torch.set_num_threads(threads)
    dataset, subject = load(source, ferplus), open_subject(model, ran)
    if robust is None:
        robust = html is not None
    wanted = Wanted(robust, against, runtimes, models if speed else None)
    measured, logits = examine(subject, dataset, part, wanted)
    if worst is not None:
        from trainer.evaluation.mistakes import draw

        draw(measured, logits, dataset[part], worst)
    if html is not None:
        from trainer.evaluation.page import write

        write(measured, html)
    print(as_json(measured) if json else told(measured))
