"""`moodbox library place|explain|map`: options and help of what concerns a song's mood."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edge.cli_config import WRONG_CONFIGURATION, ConfigOption, JsonOption, SetOption, complain
from edge.cli_eye import tool_ends
from edge.errors import ConfigError

if TYPE_CHECKING:
    from edge.launch import Launch

_WRONG_USE = 2


def add(app: typer.Typer) -> None:
    """Make them subcommands of `moodbox library`."""
    # `-0.5` is a number, not an option.
    numbers = {"ignore_unknown_options": True}
    app.command("place", help=PLACE, context_settings=numbers)(place)
    app.command("explain", help=EXPLAIN)(explain)
    app.command("map", help=MAP)(draw)


PLACE = """Say where a song belongs: your word beats its tags, its genre and what was heard.

SONG is its id, its file, or words of its title and artist. Then comes one of the seven moods
(angry disgust fear happy sad surprise neutral), or two numbers from -1 to 1: valence (unpleasant
to pleasant) and arousal (calm to excited). --forget takes your word back. A running box is told
at once.

Exit status: 0 done; 1 no such song, or several; 2 wrong use.

Examples:

  moodbox library place "rain on the last page" sad

  moodbox library place ~/Music/march.mp3 0.2 0.7

  moodbox library place 1e9ded8f525a --forget
"""
EXPLAIN = """Show why a song stands where it stands on the plane of moods.

Each line is one witness: its share in the place, who it is, valence and arousal as it has them,
and its reason in words. The first gives mood and place; those after it move the place within the
first one's uncertainty, and so do likes and skips. What listening says of valence is a hint.

SONG is its id, its file, or words of its title and artist.

Exit status: 0 done; 1 no such song, or several; 2 wrong use.
"""
MAP = """Draw the whole collection on the plane of valence and arousal.

In the terminal each letter is a song of that mood (u is surprise), a capital five or more; with
--svg a picture, in which every song tells its name and who placed it.
"""
Song = Annotated[str, typer.Argument(metavar="SONG", help="Id, file, or words of its title.")]
State = Annotated[
    Path | None, typer.Option("--state", metavar="FOLDER", help="Folder with library.db.")
]
Socket = Annotated[
    Path | None,
    typer.Option("--socket", metavar="FILE", help="Socket of the running box, if not a usual one."),
]


def place(
    song: Song,
    word: Annotated[
        list[str] | None, typer.Argument(metavar="MOOD | VALENCE AROUSAL", help="Where to.")
    ] = None,
    forget: Annotated[bool, typer.Option("--forget", help="Take your word back.")] = False,
    json_: JsonOption = False,
    config: ConfigOption = None,
    set_: SetOption = None,
    state: State = None,
    socket: Socket = None,
) -> None:
    """The song as it stands then, to stdout."""
    from edge import songs

    said = songs.word_of(list(word or ()), forget=forget)
    if said is None:
        typer.echo(
            "Say one mood (angry disgust fear happy sad surprise neutral), or valence and arousal "
            "from -1 to 1, or --forget.",
            err=True,
        )
        raise typer.Exit(_WRONG_USE)
    with tool_ends():
        launch = _launch(config, set_, state, socket)
        raise typer.Exit(songs.place(launch, song, said, sys.stdout, json=json_))


def explain(
    song: Song,
    json_: JsonOption = False,
    config: ConfigOption = None,
    set_: SetOption = None,
    state: State = None,
) -> None:
    """Every witness to stdout."""
    from edge import songs

    with tool_ends():
        launch = _launch(config, set_, state, None)
        raise typer.Exit(songs.explain(launch, song, sys.stdout, json=json_))


def draw(
    picture: Annotated[
        Path | None, typer.Option("--svg", metavar="FILE", help="Draw a picture instead.")
    ] = None,
    config: ConfigOption = None,
    set_: SetOption = None,
    state: State = None,
) -> None:
    """The map to stdout, or into the file."""
    from edge import songs

    with tool_ends():
        launch = _launch(config, set_, state, None)
        width = shutil.get_terminal_size((79, 24)).columns
        raise typer.Exit(songs.chart(launch, picture, sys.stdout, width))


def _launch(
    config: Path | None, set_: list[str] | None, state: Path | None, socket: Path | None
) -> Launch:
    from msgspec.structs import replace

    from edge.config.paths import paths
    from edge.launch import Options, prepare
    from edge.songs import nearest

    options = Options(config=config, settings=tuple(set_ or ()), state=state, socket=socket)
    try:
        launch = prepare(options, os.environ)
    except ConfigError as error:
        complain(error)
        raise typer.Exit(WRONG_CONFIGURATION) from None
    if state is None and socket is None:
        launch = replace(launch, places=nearest(launch.places, paths(service=True, env=os.environ)))
    return launch
