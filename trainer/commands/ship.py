"""What makes the files in `models/`: `mix`, `quantize`, `card` and `mean-faces`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from trainer.commands.options import AsJson, Data, Teachers, Threads, Votes, files_of


def mix(
    first: Annotated[Path, typer.Argument(help="A run folder.")],
    second: Annotated[Path, typer.Argument(help="The one that began with the first's weights.")],
    share: Annotated[
        float, typer.Option(min=0, max=1, help="How far to go from the first to the second.")
    ] = 0.5,
    run: Annotated[Path | None, typer.Option(help="The new run folder; runs/mix.")] = None,
) -> None:
    """Take the weights between those of two runs: most of what either can, in one network.

    Meant for a run that was taught on under harder changes (recipe camera), which gains against
    them and loses on clean faces. Nothing is trained; evaluate --robust tells what came of it.
    """
    from trainer.mix import mix as made

    print(made(first, second, share, run or Path("runs/mix")))


def quantize(
    run: Annotated[Path, typer.Argument(help="Run folder, or a checkpoint in it.")],
    source: Data,
    out: Annotated[Path, typer.Option(help="The int8 file.")] = Path("models/emotion.tflite"),
    faces: Annotated[int, typer.Option(min=7, help="Training faces to calibrate on.")] = 700,
    finetune: Annotated[
        int, typer.Option(min=0, help="Epochs in which the network learns to live with int8.")
    ] = 0,
    seed: Annotated[int, typer.Option(help="Of the choice of faces and of --finetune.")] = 1,
    ferplus: Votes = None,
    threads: Threads = 0,
    json: AsJson = False,
) -> None:
    """Write a trained network as .tflite, float into the run folder and int8 to --out.

    Then both answer to PublicTest, side by side. Where int8 loses more than 0.3 points or gives
    the same answer on less than 98.5 %, that is said on stderr.
    """
    from trainer.data import load
    from trainer.evaluation.int8 import doubts
    from trainer.evaluation.text import comparison_table
    from trainer.json_answers import as_json
    from trainer.shipping import Asked, make_int8

    if threads:
        import torch

        torch.set_num_threads(threads)
    checkpoint = run if run.suffix == ".pt" else run / "best.pt"
    floating, both = make_int8(checkpoint, load(source, ferplus), out, Asked(faces, finetune, seed))
    for file in (floating, out):
        print(f"{file}: {file.stat().st_size} bytes", file=sys.stderr if json else sys.stdout)
    print(as_json(both) if json else f"\n{comparison_table(both)}")
    for sentence in doubts(both, finetuned=finetune > 0):
        print(f"moodbox-train: {sentence}", file=sys.stderr)


def card(
    run: Annotated[Path, typer.Argument(help="The run folder that the model came from.")],
    source: Data,
    model: Annotated[Path, typer.Option(help="The int8 file.")] = Path("models/emotion.tflite"),
    ferplus: Votes = None,
) -> None:
    """Measure a model on PublicTest; write its card and its readings (.npz) beside it."""
    from trainer.bar import counted
    from trainer.card import SPLIT, write_card
    from trainer.data import load
    from trainer.readings import write_readings

    faces = load(source, ferplus)[SPLIT]
    path, readings = model.with_suffix(".json"), model.with_name("readings.npz")
    with counted("measures the model") as told:
        write_card(model, run, faces, path, told)
    with counted("writes its readings") as told:
        write_readings(path, faces, SPLIT, readings, told)
    print(f"{path}\n{readings}")


def mean_faces(
    source: Data,
    teacher: Teachers,
    model: Annotated[Path, typer.Option(help="Card of the shipped model, to check with.")] = Path(
        "models/emotion.json"
    ),
    out: Annotated[Path, typer.Option(help="Folder of the seven pictures.")] = Path(
        "models/mean_faces"
    ),
    ferplus: Votes = None,
    json: AsJson = False,
) -> None:
    """Average faces that the teachers find clear into the seven pictures of the demo camera."""
    from trainer.data import load
    from trainer.json_answers import as_json
    from trainer.meanfaces import as_table, make

    made = make(load(source, ferplus), files_of(teacher), model, out)
    print(as_json(made) if json else as_table(made))
    if any(face.read != face.mood for face in made):
        print("not every mean face is read rightly", file=sys.stderr)
        raise typer.Exit(1)
