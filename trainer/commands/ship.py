"""What makes the files in `models/`: `quantize`, `card` and `mean-faces`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from trainer.commands.options import AsJson, Data, Votes


def quantize(
    run: Annotated[Path, typer.Argument(help="Run folder, or a checkpoint in it.")],
    source: Data,
    out: Annotated[Path, typer.Option(help="The int8 file.")] = Path("models/emotion.tflite"),
    faces: Annotated[int, typer.Option(min=7, help="Training faces to calibrate on.")] = 700,
    ferplus: Votes = None,
) -> None:
    """Write a trained network as .tflite: float into the run folder, int8 to --out."""
    from trainer.checkpoint import load_network
    from trainer.data import load
    from trainer.quantize import calibration_faces, export_float
    from trainer.quantize import quantize as to_int8

    checkpoint = run if run.suffix == ".pt" else run / "best.pt"
    floating = checkpoint.with_suffix(".tflite")
    export_float(load_network(checkpoint), floating)
    to_int8(floating, calibration_faces(load(source, ferplus)["Training"], faces, seed=1), out)
    print(f"{floating}: {floating.stat().st_size} bytes\n{out}: {out.stat().st_size} bytes")


def card(
    run: Annotated[Path, typer.Argument(help="The run folder that the model came from.")],
    source: Data,
    model: Annotated[Path, typer.Option(help="The int8 file.")] = Path("models/emotion.tflite"),
    ferplus: Votes = None,
) -> None:
    """Measure a model on PublicTest and write its card beside it."""
    from trainer.card import write_card
    from trainer.data import load

    path = model.with_suffix(".json")
    write_card(model, run, load(source, ferplus)["PublicTest"], path)
    print(path)


def mean_faces(
    source: Data,
    chooser: Annotated[
        list[Path], typer.Option(help="Checkpoint of another network than the shipped one.")
    ],
    model: Annotated[Path, typer.Option(help="Card of the shipped model, to check with.")] = Path(
        "models/emotion.json"
    ),
    out: Annotated[Path, typer.Option(help="Folder of the seven pictures.")] = Path(
        "models/mean_faces"
    ),
    ferplus: Votes = None,
    json: AsJson = False,
) -> None:
    """Average clear faces of each mood into the seven pictures of the demo camera."""
    from trainer.data import load
    from trainer.meanfaces import make
    from trainer.report import as_json, mean_faces_table

    made = make(load(source, ferplus)["Training"], chooser, model, out)
    print(as_json(made) if json else mean_faces_table(made))
    if any(face.read != face.mood for face in made):
        print("not every mean face is read rightly", file=sys.stderr)
        raise typer.Exit(1)
