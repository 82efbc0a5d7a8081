"""`moodbox-train preprocessing`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from trainer.commands.options import AsJson, Data, Threads, Votes


def preprocessing(
    source: Data,
    recipe: Annotated[
        str, typer.Option(help="A recipe's name, or your own .toml file.")
    ] = "before",
    seed: Annotated[int, typer.Option(help="Of every random number.")] = 1,
    run: Annotated[Path, typer.Option("--run", help="Folder of the runs.")] = Path(
        "runs/preprocessing"
    ),
    ferplus: Votes = None,
    threads: Threads = 0,
    json: AsJson = False,
) -> None:
    """Measure histogram equalisation, CLAHE and denoising against none of them.

    Trains one small network for each; what is trained already is only judged again.
    """
    import torch

    from edge.eye.face_image import Before
    from trainer.data import load
    from trainer.json_answers import as_json
    from trainer.preprocessing import as_table, compare
    from trainer.progress import Screen, watched
    from trainer.recipes import named

    if threads:
        torch.set_num_threads(threads)
    chosen = named(recipe)
    with watched(chosen.epochs) as screen:

        def told(before: Before) -> Screen:
            screen.say(f"taught and judged with {before} before")
            return screen

        results = compare(load(source, ferplus), run, chosen, seed, told)
    print(as_json(results) if json else as_table(results))
