"""The subcommands of `moodbox` and their help; each imports what it needs when it is called."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from edge import (
    cli_calibrate,
    cli_ctl,
    cli_eye,
    cli_library,
    cli_machine,
    cli_mqtt,
    cli_recommend,
    cli_song,
)
from edge.cli_config import WRONG_CONFIGURATION, ConfigOption, SetOption, complain, file_problems
from edge.cli_config import app as config_app
from edge.errors import ConfigError

if TYPE_CHECKING:
    from edge.launch import Launch, Options

app = typer.Typer(
    name="moodbox",
    help=(
        "A music box that sees how you feel and plays the right song from your own collection, "
        "privately and offline.\n\n"
        "Try it with nothing attached: `moodbox demo`. Answers go to standard output, "
        "everything else to standard error. Exit status: 0 done, 1 failed, 2 wrong use or "
        "configuration."
    ),
    no_args_is_help=True,
    rich_markup_mode="markdown",
    add_completion=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(config_app, name="config")

State = Annotated[
    Path | None,
    typer.Option("--state", help="Folder for library, history and settings; only box writes it."),
]
Socket = Annotated[
    Path | None, typer.Option("--socket", help="Socket over which the three processes speak.")
]
Models = Annotated[
    Path | None,
    typer.Option("--models", help="Folder with emotion.tflite, its card and the face detector."),
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Log everything.")]


@app.callback()
def _moodbox(
    version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False,
) -> None:
    """Answered in edge.cli before this is imported; stands here for the help."""
    del version


def _serve(process: str, options: Options) -> None:
    launch = _prepare(options)
    from edge import app as roots

    try:
        raise typer.Exit(roots.serve(process, launch, os.environ))
    except ConfigError as error:
        _refuse(error)


PROCESSES = {
    "box": """Run the box alone: mood, choice of songs, library, MQTT.

    eye and player connect to its socket. It needs neither camera nor sound card.""",
    "eye": """Run the eye alone: camera, faces, emotions.

    It gives up the network before it opens the camera, and proves it; frames never leave it.""",
    "player": """Run the player alone: it decodes songs and gives them to the sound card.

    What it plays it plays to the end, whatever becomes of box.""",
}


def _add_process(name: str, about: str) -> None:
    @app.command(name, help=about)
    def process(
        config: ConfigOption = None,
        set_: SetOption = None,
        state: State = None,
        socket: Socket = None,
        models: Models = None,
        verbose: Verbose = False,
    ) -> None:
        _serve(name, _options(config, set_, state, socket, models, verbose))


for _name, _about in PROCESSES.items():
    _add_process(_name, _about)


@app.command()
def run(
    config: ConfigOption = None,
    set_: SetOption = None,
    state: State = None,
    socket: Socket = None,
    models: Models = None,
    verbose: Verbose = False,
) -> None:
    """Run eye, player and box together in this terminal.

    Each is started again when it ends; Ctrl-C ends all three within five seconds.
    """
    from edge import run as parent

    options = _options(config, set_, state, socket, models, verbose)
    launch = _prepare(options)
    _check_files(launch)
    _refuse_a_second(launch)
    raise typer.Exit(
        parent.run(
            options.words(), os.environ, _stop_on_signals(), lambda text: typer.echo(text, err=True)
        )
    )


@app.command()
def demo(
    camera: Annotated[
        str,
        typer.Option(help="Camera to look through: demo, a number like 0, a video file or folder."),
    ] = "demo",
    seconds: Annotated[
        float | None, typer.Option(min=1, help="End by itself after so many seconds.")
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(help="Keep the last screen as an SVG picture in this file.")
    ] = None,
    config: ConfigOption = None,
    set_: SetOption = None,
    models: Models = None,
    verbose: Verbose = False,
) -> None:
    """Show Moodbox at work on any machine, without camera, loudspeaker or broker.

    A demo camera shows seven faces, 8 s each; the box reads them and follows with its starter
    songs at once. State and events go to the configured MQTT broker, else to a private one on a
    free loopback port, whose address is shown. Nothing is kept.
    """
    from rich.console import Console

    from edge import demo as show

    options = _options(config, set_, None, None, models, verbose)
    launch = _prepare(options)
    _check_files(launch)
    raise typer.Exit(
        show.run(
            launch.loaded.config,
            options.words(),
            camera,
            seconds,
            _stop_on_signals(),
            Console(),
            picture,
        )
    )


cli_calibrate.add(app)
cli_ctl.add(app)
cli_eye.add(app)
cli_library.add(app)
cli_song.add(cli_library.library)
cli_machine.add(app)
cli_mqtt.add(app)
cli_recommend.add(app)


def _options(
    config: Path | None,
    set_: list[str] | None,
    state: Path | None,
    socket: Path | None,
    models: Path | None,
    verbose: bool,
) -> Options:
    from edge.launch import Options

    return Options(
        config=config,
        settings=tuple(set_ or ()),
        state=state,
        socket=socket,
        models=models,
        verbose=verbose,
    )


def _prepare(options: Options) -> Launch:
    """The configuration, checked before anything is started."""
    from edge.launch import prepare

    try:
        return prepare(options, os.environ)
    except ConfigError as error:
        _refuse(error)


def _refuse_a_second(launch: Launch) -> None:
    """Two boxes on one socket would take eye and player from each other for ever."""
    from edge.link import answers

    socket = launch.places.socket
    if answers(socket):
        typer.echo(f"Moodbox is running already: a box answers on {socket}.", err=True)
        raise typer.Exit(1)


def _check_files(launch: Launch) -> None:
    """Refuse before the first process starts what box would refuse."""
    problems = file_problems(launch.loaded)
    if problems:
        _refuse(ConfigError(problems))


def _refuse(error: ConfigError) -> NoReturn:
    complain(error)
    raise typer.Exit(WRONG_CONFIGURATION)


def _stop_on_signals() -> threading.Event:
    """Set by Ctrl-C, SIGTERM, and the terminal's closing."""
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    return stop
