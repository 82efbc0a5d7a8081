"""`moodbox recommend` and `moodbox library films`: options and help."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer
from msgspec.structs import replace

from edge import cli_library
from edge.cli_config import ConfigOption, JsonOption, SetOption, load_or_exit, usual_places
from edge.cli_eye import tool_ends
from edge.languages import ISO_639_1
from edge.messages import Mood, Policy

Kind = Literal["song", "film"]


def add(app: typer.Typer) -> None:
    """Make these subcommands of `moodbox`; `films` joins what else looks after the library."""
    app.command("recommend", help=RECOMMEND)(recommend)
    cli_library.library.command("films", help=FILMS)(films)


RECOMMEND = """Tell which songs or films suit a mood best, and why.

Songs are those of the library, with what the box has learned of your taste; no box need be running,
and nothing is played or changed. Films are those of \\[library] films, else a list of well-known
Hindi and English ones that is shipped; they are shown, never played. What \\[dj] exclude, christmas
and explicit keep out is not among them.

With --language come those in that language; where none of them fits, those without words or of
unknown language; where none of those fits either, any, and the reason says so. Without --language
and --policy those of \\[dj] hold; without --mood, neutral.

With --json: a list of objects with rank, id, kind, title, artist, album, genre, language,
duration_s, mood, valence, arousal, score (0 to 1) and reason; what is not known is null.

Exit status: 0 done; 1 there is nothing to recommend, or no library; 2 wrong use; 130 Ctrl-C.

Examples:

  moodbox recommend --mood happy

  moodbox recommend --mood sad --kind film --language hi -n 5

  moodbox recommend --mood angry --policy lift --json | jq -r '.[0].title'
"""


def recommend(
    mood: Annotated[Mood, typer.Option("--mood", "-m", help="For somebody who feels so.")] = (
        "neutral"
    ),
    kind: Annotated[Kind, typer.Option("--kind", "-k", help="What is wanted.")] = "song",
    language: Annotated[
        str | None,
        typer.Option("--language", "-l", metavar="CODE", help="any, or an ISO 639-1 code like hi."),
    ] = None,
    policy: Annotated[
        Policy | None, typer.Option("--policy", "-p", help="What to do with the mood.")
    ] = None,
    count: Annotated[int, typer.Option("-n", min=1, max=100, help="So many at most.")] = 10,
    json_: JsonOption = False,
    state: Annotated[
        Path | None, typer.Option("--state", help="The box's state folder, if not the usual one.")
    ] = None,
    config: ConfigOption = None,
    set_: SetOption = None,
) -> None:
    """One line a song or film to stdout."""
    if language is not None and language != "any" and language not in ISO_639_1:
        raise typer.BadParameter("give any, or two small letters like en, hi or de")
    loaded = load_or_exit(config, set_).config
    from edge import recommend as tool
    from edge.rules import house

    places = usual_places()
    places = replace(places, state=(state or places.state).absolute())
    request = tool.Request(
        mood=mood,
        kind=kind,
        language=language or loaded.dj.language,
        policy=policy or loaded.dj.policy,
        count=count,
        house=house(loaded.dj),
        library=loaded.library,
        places=places,
        films=tuple(Path(path) for path in loaded.library.films),
    )
    with tool_ends():
        raise typer.Exit(tool.run(request, sys.stdout, sys.stderr, json=json_))


FILMS = """List the films that can be recommended.

Each PATH is a folder or a CSV file; without one, those of \\[library] films count, else the list
that is shipped. A CSV's first line names its columns: title, and any of year, genre, language,
mood, valence, arousal. In a folder, Kodi's .nfo files are read, CSV files too, and a video without
an .nfo is known by its name, such as Sholay (1975).mkv. A film's mood is that of its mood column or
tag, else its genre hints at one. Nothing is stored.

With --json: a list of the same objects as `moodbox recommend` tells.

Exit status: 0 done; 1 some films were left out, each named; 2 wrong use; 130 Ctrl-C.

Examples:

  moodbox library films

  moodbox library films ~/Videos --json | jq length
"""


def films(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH…", help="Folders and CSV files.")
    ] = None,
    json_: JsonOption = False,
    config: ConfigOption = None,
    set_: SetOption = None,
) -> None:
    """One line a film to stdout."""
    loaded = load_or_exit(config, set_).config
    from edge import recommend as tool

    named = paths or [Path(path) for path in loaded.library.films]
    with tool_ends():
        raise typer.Exit(tool.films(named, sys.stdout, sys.stderr, json=json_))
