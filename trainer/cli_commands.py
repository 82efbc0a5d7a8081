"""The subcommands of `moodbox-train`: parse, call, print. Heavy parts are imported inside them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(
    help="Make Moodbox's emotion model on a workstation.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Data = Annotated[Path, typer.Argument(help="Folder or zip of FER2013's pictures.")]
Votes = Annotated[
    Path | None, typer.Option("--ferplus", help="The FER+ votes, where not beside the pictures.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]
Threads = Annotated[
    int, typer.Option(min=0, help="Cores to use; 0 leaves it to torch. On a busy machine 1.")
]


@app.command()
def data(source: Data, ferplus: Votes = None, json: AsJson = False) -> None:
    """Tell what a dataset holds: faces by split and mood, votes, copies across splits."""
    from trainer.data import load
    from trainer.report import as_json, data_table, describe

    about = describe(load(source, ferplus))
    print(as_json(about) if json else data_table(about))


@app.command()
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


@app.command()
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


@app.command()
def evaluate(
    model: Annotated[Path, typer.Argument(help="A .tflite file, a card, or a checkpoint.")],
    source: Data,
    split: Annotated[str, typer.Option(help="Training, PublicTest or PrivateTest.")] = "PublicTest",
    runtime: Annotated[str, typer.Option(help="auto, tflite or litert.")] = "auto",
    ferplus: Votes = None,
    json: AsJson = False,
) -> None:
    """Tell how right a model is; a card's own temperatures are used where a card is given."""
    part = _one_of(split, ("Training", "PublicTest", "PrivateTest"))
    ran = _one_of(runtime, ("auto", "tflite", "litert"))
    from trainer.data import load
    from trainer.evaluate import evaluate as measure
    from trainer.report import as_json, evaluation_table

    faces = load(source, ferplus)[part]
    temperature = None
    if model.suffix == ".json":
        from edge.eye.model_card import load_card

        card = load_card(model)
        model = model.parent / card.model
        temperature = {head: output.temperature for head, output in card.outputs.items()}
    measured = measure(model, faces, split, ran, temperature)
    print(as_json(measured) if json else evaluation_table(measured))


@app.command()
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


@app.command("mean-faces")
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


def _one_of(given: str, known: tuple[str, ...]) -> Any:
    if given not in known:
        raise typer.BadParameter(f"{given} is none of {', '.join(known)}")
    return given
