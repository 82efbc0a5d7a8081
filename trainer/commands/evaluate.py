"""`moodbox-train evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from trainer.commands.options import AsJson, Data, Votes, one_of


def evaluate(
    model: Annotated[Path, typer.Argument(help="A .tflite file, a card, or a checkpoint.")],
    source: Data,
    split: Annotated[str, typer.Option(help="Training, PublicTest or PrivateTest.")] = "PublicTest",
    runtime: Annotated[str, typer.Option(help="auto, tflite or litert.")] = "auto",
    ferplus: Votes = None,
    json: AsJson = False,
) -> None:
    """Tell how right a model is; a card's own temperatures are used where a card is given."""
    part = one_of(split, ("Training", "PublicTest", "PrivateTest"))
    ran = one_of(runtime, ("auto", "tflite", "litert"))
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
