"""`moodbox-train answers`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from trainer.commands.options import Data, Threads, Votes


def answers(
    run: Annotated[Path, typer.Argument(help="A finished run folder, or a checkpoint in it.")],
    source: Data,
    out: Annotated[
        Path | None, typer.Option(help="The file to write; answers.npz in the run folder.")
    ] = None,
    ferplus: Votes = None,
    threads: Threads = 0,
) -> None:
    """Write what a teacher says of every training face, for `distill`."""
    import torch

    from trainer.answers import write_answers
    from trainer.bar import counted
    from trainer.checkpoint import load_network
    from trainer.data import load
    from trainer.looks import ten_looks

    if threads:
        torch.set_num_threads(threads)
    checkpoint = run if run.suffix == ".pt" else run / "best.pt"
    path = out or checkpoint.parent / "answers.npz"
    dataset = load(source, ferplus)
    with counted("looks at all faces") as told:
        logits = ten_looks(load_network(checkpoint), dataset["Training"].pixels, told)
    write_answers(logits, dataset, path)
    print(path)
