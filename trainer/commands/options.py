"""The arguments that several subcommands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

Data = Annotated[Path, typer.Argument(help="FER2013: a csv file, or a folder or zip of pictures.")]
Votes = Annotated[
    Path | None, typer.Option("--ferplus", help="The FER+ votes, where not beside the pictures.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]
Threads = Annotated[
    int, typer.Option(min=0, help="Cores to use; 0 leaves it to torch. On a busy machine 1.")
]

Teachers = Annotated[
    list[Path],
    typer.Option(
        "--teacher", help="A teacher's answers (.npz) or its run folder with them; repeat it."
    ),
]


def files_of(teachers: list[Path]) -> tuple[Path, ...]:
    """The answers that these options name."""
    return tuple(path if path.suffix == ".npz" else path / "answers.npz" for path in teachers)


def one_of(given: str, known: tuple[str, ...]) -> Any:
    if given not in known:
        raise typer.BadParameter(f"{given} is none of {', '.join(known)}")
    return given
