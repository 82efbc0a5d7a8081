"""`moodbox library scan|search|watch`: options and help of the tools that look after the songs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec.structs import replace

from edge.cli_config import ConfigOption, JsonOption, SetOption, load_or_exit, usual_places
from edge.cli_eye import tool_ends

if TYPE_CHECKING:
    from edge.config.paths import Paths

library = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Look after the songs: scan folders, search, watch for changes.\n\n"
    "The library stands in library.db in the box's state folder, and has one writer: where a box "
    "is running these commands ask it; where none is, they do the work themselves and give way to "
    "a box that starts.",
)


def add(app: typer.Typer) -> None:
    """Make these subcommands of `moodbox`."""
    library.command("scan", help=SCAN)(scan)
    library.command("search", help=SEARCH)(search)
    library.command("watch", help=WATCH)(watch)
    app.add_typer(library, name="library")


State = Annotated[
    Path | None,
    typer.Option("--state", metavar="FOLDER", help="The box's state folder, if not the usual one."),
]
Socket = Annotated[
    Path | None,
    typer.Option("--socket", metavar="FILE", help="Socket of the running box, if not a usual one."),
]

SCAN = """Look through the music, and take in what is new or has changed.

Each PATH is a folder or a file; without one, all folders of the library: those of \\[library] paths
in the configuration, and those that were scanned by name before, which stay in the library until
--forget takes them out. MP3, FLAC, Ogg, Opus, M4A, AAC, WAV, AIFF, WMA, APE, Musepack and WavPack
files are read, M3U and M3U8 playlists too. Links and hidden files count as \\[library] follow_links
and hidden say.

Of each file the tags are read, and its sound is hashed: the hash is the song's name in the library,
so that likes, plays and moods outlive moving, renaming and retagging. Where tags are missing the
names of file and folders count. The mood of a song is what its folder says (happy, sad, angry,
fear, disgust, surprise, neutral: your own word), else its tags, else a playlist with a mood's word
in its name, such as Happy Hits.m3u8, else a folder with one. Files that are as they were are not
read again.

A folder that is missing or empty, as when its drive is unplugged, is away: nothing of it is
forgotten. A field that is broken is left out, the song is not. A file that crashes or stalls the
reader for five seconds, twice, is set aside and named, and not tried again until its content
changes or --full asks for it. Ctrl-C keeps what is done; where a box scans, it goes on.

The answer is one line with what came of it. With --json it is an object: added, changed, removed,
songs, read, same (files that were not read again), left_out and named (files that could not be
taken in, the first 200 with the reason), away (folders), seconds.

Exit status: 0 done; 1 files were left out, a folder is away, or the library is in use; 2 wrong
use; 130 Ctrl-C.

Examples:

  moodbox library scan

  moodbox library scan ~/Music /media/usb

  moodbox library scan --json --full | jq .named

  moodbox library scan --forget /media/usb
"""

SEARCH = """Find songs by words of their title, artist, album, genre, year, mood or file name.

Each word must begin a word of the song. Accents, capitals and apostrophes do not count: beyonce
finds Beyoncé. Hindi is found as it is written and as it is typed in Latin letters: जिंदगी and
zindagi both find ज़िंदगी. Where no word begins so, songs are found that hold the query anywhere.
Songs that are away now are not shown.

One line a song: its rank, its id, artist, title and album, the best first. With --json each line is
an object: rank, id, kind, title, artist, album, genre, language, duration_s, mood, valence,
arousal, score (0 to 1, beside the best) and reason; what is not known is null.

Exit status: 0 something was found; 1 nothing was, or there is no library; 2 wrong use; 130 Ctrl-C.

Examples:

  moodbox library search arijit tum hi

  moodbox library search --json -n 5 bjork | jq -r .title
"""

WATCH = """Follow the library's folders, and take in songs as they come, change and go.

A box does so itself while it runs, unless \\[library] watch = false; then this only tells what it
found. Where no box runs, this command scans once and then waits for changes; it gives way to a box
that starts. The kernel tells of changes within about two seconds; network drives, of which it
cannot tell, and folders beyond its limit are looked through every ten minutes.

One line each time that something has changed; with --json an object as `library scan` prints it.

Exit status: 1 a box has started, or the library is in use; 2 wrong use; 130 Ctrl-C.

Example:

  moodbox library watch
"""


def scan(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[PATH…]", help="Folders or files; none: all.")
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Read every file anew, those that were set aside too.")
    ] = False,
    forget: Annotated[
        bool,
        typer.Option("--forget", help="Take the PATHs out of the library; no file is touched."),
    ] = False,
    json_: JsonOption = False,
    state: State = None,
    socket: Socket = None,
    config: ConfigOption = None,
    set_: SetOption = None,
) -> None:
    """One line to stdout."""
    if forget and not paths:
        raise typer.BadParameter("--forget needs the PATHs that are to go")
    for path in paths or ():
        if not _is_utf8(str(path)):
            raise typer.BadParameter(f"the name {str(path)!r} is not UTF-8; rename it")
    loaded = load_or_exit(config, set_).config
    from edge import library_tool as tool
    from edge.tool_line import Line

    given = tuple(str(path.absolute()) for path in paths or ())
    request = tool.Request(paths=given, full=full, forget=forget, json=json_)
    places, box = _places(state, socket)
    with tool_ends():
        if box:
            with Line(places.socket) as line:
                raise typer.Exit(tool.scan_through_box(line, request, sys.stdout, sys.stderr))
        raise typer.Exit(tool.scan_alone(loaded.library, places, request, sys.stdout, sys.stderr))


def search(
    words: Annotated[list[str], typer.Argument(metavar="WORD…", help="What to look for.")],
    n: Annotated[int, typer.Option("-n", min=1, max=1000, help="Show at most so many.")] = 20,
    offset: Annotated[int, typer.Option(min=0, help="Pass over the first so many.")] = 0,
    json_: JsonOption = False,
    state: State = None,
    socket: Socket = None,
    config: ConfigOption = None,
    set_: SetOption = None,
) -> None:
    """One line a song."""
    loaded = load_or_exit(config, set_).config
    from edge import library_tool as tool
    from edge.library_words import tell_hits
    from edge.messages import AskSearch
    from edge.tool_line import Line

    query = " ".join(words).encode(errors="replace").decode()
    asked = AskSearch(query=query, n=n, offset=offset)
    places, box = _places(state, socket)
    with tool_ends():
        if box:
            with Line(places.socket) as line:
                hits = tool.search_through_box(line, asked)
        else:
            hits = tool.search_alone(loaded.library, places, asked)
        raise typer.Exit(tell_hits(hits, json_, sys.stdout, sys.stderr))


def watch(
    json_: JsonOption = False,
    state: State = None,
    socket: Socket = None,
    config: ConfigOption = None,
    set_: SetOption = None,
) -> None:
    """A line for each change, until Ctrl-C."""
    loaded = load_or_exit(config, set_).config
    from edge import library_tool as tool
    from edge.tool_line import Line

    places, box = _places(state, socket)
    with tool_ends():
        if box:
            with Line(places.socket) as line:
                raise typer.Exit(tool.watch_through_box(line, json_, sys.stdout, sys.stderr))
        raise typer.Exit(tool.watch_alone(loaded.library, places, json_, sys.stdout, sys.stderr))


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _places(state: Path | None, socket: Path | None) -> tuple[Paths, bool]:
    """Where the library is, and whether a box answers for it."""
    from edge.config.paths import paths
    from edge.link import answers

    places = usual_places()
    if state is not None:
        # A box on the usual socket has another library.
        folder = state.absolute()
        places = replace(places, state=folder, socket=folder / "link.sock")
    elif socket is None and not answers(places.socket):
        service = paths(service=True, env={})
        if answers(service.socket):
            places = replace(places, socket=service.socket)
    if socket is not None:
        places = replace(places, socket=socket.absolute())
    return places, answers(places.socket)
