"""`moodbox calibrate`: consent, options and help of the tool that learns a face at rest."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from edge.cli_config import JsonOption, usual_places
from edge.cli_eye import tool_ends

_NO_CONSENT = 2


def add(app: typer.Typer) -> None:
    """Make it a subcommand of `moodbox`."""
    app.command("calibrate", help=CALIBRATE)(calibrate)


CALIBRATE = """Teach the running box how your face looks when it rests.

Some faces look sad, or cross, when they show nothing. Sit before the box's camera as you usually
do, in the usual light, think of nothing, and look at the camera for ten seconds. From then on the
box takes that look as neutral and asks more of you before it believes that you are sad; the faces
of others are read in the same way until --reset.

Stored are seven numbers, how much of each mood your face shows at rest, with the time, the
seconds and the model's checksum; no picture. They stand in rest.json in the box's state folder, a
file for the box's user alone, and never leave the machine; who may use the box's socket sees them
with --show. You are asked before it begins; --yes agrees beforehand, and without a terminal it is
needed. --reset forgets them.

Counted is the time in which one and the same face can be read well. It begins anew when another
face comes or nobody is there for two seconds, and gives up after a minute (or three times
--seconds), saying what stood in the way. A face that laughs or looks startled is refused. What was
stored before stays until the new numbers are there. Another emotion model asks for another
calibration.

With --json: stored, path, at, seconds, model and the seven probabilities (null where none are).

Exit status: 0 done; 1 no box is running, or no face could be watched; 2 wrong use, or nobody to
ask; 130 Ctrl-C, and nothing was stored.

Examples:

  moodbox calibrate

  moodbox calibrate --seconds 20 --yes

  moodbox calibrate --show --json | jq .probabilities

  moodbox calibrate --reset
"""


def calibrate(
    seconds: Annotated[
        float, typer.Option(min=5, max=60, help="How long the face at rest is watched.")
    ] = 10.0,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Agree to what is stored without being asked.")
    ] = False,
    show: Annotated[bool, typer.Option("--show", help="Print what is stored, and end.")] = False,
    reset: Annotated[bool, typer.Option("--reset", help="Forget what is stored, and end.")] = False,
    socket: Annotated[
        Path | None,
        typer.Option(
            "--socket", metavar="FILE", help="Socket of the running box, if not a usual one."
        ),
    ] = None,
    json_: JsonOption = False,
) -> None:
    """One answer to stdout."""
    if show and reset:
        raise typer.BadParameter("--show and --reset exclude each other")
    from edge import calibrate as tool
    from edge.tool_line import Line

    with tool_ends(), Line(socket or _socket()) as line:
        if show:
            raise typer.Exit(tool.show(line, sys.stdout, json=json_))
        if reset:
            raise typer.Exit(tool.reset(line, sys.stdout, json=json_))
        if not yes:
            _ask(seconds, tool.where(line))
        raise typer.Exit(tool.run(line, seconds, sys.stdout, sys.stderr, json=json_))


def _socket() -> Path:
    """That of this terminal's box, else of the service's where one answers there."""
    from edge.config.paths import paths
    from edge.link import answers

    usual, service = usual_places().socket, paths(service=True, env={}).socket
    return service if not answers(usual) and answers(service) else usual


def _ask(seconds: float, path: str) -> None:
    """The owner's consent, in a terminal; nobody there has given none."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        typer.echo(
            "Nobody can be asked here: --yes agrees to what `moodbox calibrate --help` says.",
            err=True,
        )
        raise typer.Exit(_NO_CONSENT)
    typer.echo(
        f"The box will watch your face for {seconds:.0f} s while it rests. It keeps seven numbers, "
        "how much of each mood your face shows when it shows nothing, and no picture. They stand "
        f"in {path}, never leave this machine, and hold for whoever sits here; "
        "`moodbox calibrate --reset` forgets them.",
        err=True,
    )
    try:
        agreed = typer.confirm("Begin?", err=True)
    except typer.Abort:
        raise KeyboardInterrupt from None
    if not agreed:
        typer.echo("Nothing was stored.", err=True)
        raise typer.Exit(1)
