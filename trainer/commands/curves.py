"""`moodbox-train curves`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def curves(
    runs: Annotated[list[Path], typer.Argument(help="Run folders, or their log.jsonl files.")],
    out: Annotated[Path, typer.Option(help="The picture: .svg, .png or .pdf.")] = Path(
        "curves.svg"
    ),
) -> None:
    """Draw how the accuracy on PublicTest rose; while a run goes on, TensorBoard shows more."""
    from trainer.curves import draw

    draw(runs, out)
    print(out)
