"""`moodbox-train data`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from trainer.commands.options import AsJson, Data, Votes


def data(
    source: Data,
    ferplus: Votes = None,
    pictures: Annotated[
        Path | None,
        typer.Option(help="Folder for the sample sheet and the class bars; else in the cache."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Tell what a dataset holds, name what is broken, draw its sample sheet and class bars."""
    import msgspec

    from trainer.data import load
    from trainer.data_cache import cache_folder
    from trainer.data_pictures import draw
    from trainer.data_report import describe
    from trainer.data_table import data_table
    from trainer.json_answers import as_json

    dataset = load(source, ferplus)
    about = describe(dataset)
    folder = pictures or cache_folder() / "pictures" / dataset.sha256[:16]
    refused = ""
    try:
        sheet, bars = draw(dataset, folder)
        about = msgspec.structs.replace(about, sheet=str(sheet), bars=str(bars))
    except OSError as error:
        refused = f"nothing could be drawn into {folder}: {error.strerror}"
    print(as_json(about) if json else data_table(about))
    if refused:
        print(f"moodbox-train: {refused}", file=sys.stderr)
        raise typer.Exit(1 if pictures else 0)
