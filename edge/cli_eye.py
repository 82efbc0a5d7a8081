"""The tools that look without the box, on pictures and films: classify, replay; their help."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Literal

import typer
from msgspec.structs import replace

from edge.cli_config import ConfigOption, JsonOption, SetOption, load_or_exit, usual_places
from edge.errors import MoodboxError

_INTERRUPTED = 130

Models = Annotated[
    Path | None,
    typer.Option(
        "--models",
        metavar="FOLDER",
        help="Folder with emotion.tflite, its card emotion.json and the face detector.",
    ),
]
Runtime = Annotated[
    Literal["auto", "tflite", "litert"] | None,
    typer.Option(
        "--runtime",
        help="Library that runs the emotion model: tflite-runtime, ai-edge-litert, or the faster "
        "of those installed. Without it the configuration's \\[eye] runtime.",
    ),
]


def add(app: typer.Typer) -> None:
    """Make these subcommands of `moodbox`."""
    app.command("classify", help=CLASSIFY)(classify)
    app.command("replay", help=REPLAY)(replay)


CLASSIFY = """Tell the mood of the faces in pictures.

Each PATH is a picture, a folder (all pictures under it, in the order of their names) or a zip
archive; `-` reads paths from standard input, one a line. JPEG, PNG, WebP, BMP, GIF (its first
frame) and TIFF are read: grey, palette, CMYK, 16-bit and transparent ones too, turned upright as
their EXIF data ask.

Answers go to standard output as they come, one line a picture: the mood of the listener (the face
that counts), how sure that is, how many faces there are, the path, and in brackets why the face
should not be trusted (small, dark, blurred …). With --json each line is an object: path, width,
height, faces with box, score, seven probabilities, mood, confidence, usable and reasons; mood; and
error, null or a code (not_a_picture, truncated, too_large, unreadable) with a sentence. A picture
that cannot be read does not stop the others.

The network is given up before anything is opened, as the eye does; nothing is kept or sent.

Exit status: 0 every picture was read; 1 some were not, or none could be; 2 wrong use; 130 Ctrl-C.

Examples:

  moodbox classify holiday.jpg

  moodbox classify --json photos/ album.zip > moods.jsonl

  find . -name '*.png' | moodbox classify --face-crop --head fer2013 -
"""


def classify(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH…", help="Pictures, folders, zips; - for stdin.")
    ],
    json_: JsonOption = False,
    face_crop: Annotated[
        bool,
        typer.Option(
            "--face-crop",
            help="The pictures are faces already, 48 × 48 and framed as FER2013's: look for none.",
        ),
    ] = False,
    head: Annotated[
        Literal["perceived", "fer2013"] | None,
        typer.Option(
            "--head",
            help="Which answer: what most people would say (perceived, the usual one), or what "
            "FER2013's label would be.",
        ),
    ] = None,
    models: Models = None,
    runtime: Runtime = None,
    config: ConfigOption = None,
    set_: SetOption = None,
) -> None:
    """One line a picture."""
    loaded = load_or_exit(config, set_, _more(runtime)).config
    from edge import classify as tool

    request = tool.Request(
        models=models or usual_places().models,
        eye=loaded.eye,
        head=head,
        face_crop=face_crop,
        json=json_,
    )
    with tool_ends():
        raise typer.Exit(tool.run(request, _named(paths), sys.stdout, sys.stderr))


REPLAY = """Tell what the box would have seen and believed of a video.

It looks at the video as the eye looks through its camera, camera.rate times a second of the
video's own time, and lets the same mind make up its mood with the same settings ([mood],
[presence]); it does so as fast as this machine can.

Printed are the moments at which presence or mood change, and the end. With --json each line is an
object with t (seconds of the video) and type: reading (faces as classify tells them), presence
(presence, people), mood (from, to, confidence, valence, arousal), end (frames, duration_s,
wall_s).

A film shows other people more often than the box's owner, so the face at rest that `moodbox
calibrate` stored counts with --calibrated only; it is an error where none is stored.

The network is given up before anything is opened, as the eye does; nothing is kept or sent.

Exit status: 0 done; 1 no such video, or it is broken or breaks off; 2 wrong use; 130 Ctrl-C.

Examples:

  moodbox replay evening.mp4

  moodbox replay --json --every evening.mp4 | grep '"type":"mood"'

  moodbox replay --set mood.dwell_s=3 evening.mp4
"""


def replay(
    video: Annotated[Path, typer.Argument(metavar="VIDEO", help="A video file.")],
    json_: JsonOption = False,
    every: Annotated[
        bool, typer.Option("--every", help="Look at every frame, not camera.rate times a second.")
    ] = False,
    calibrated: Annotated[
        bool,
        typer.Option(
            "--calibrated", help="Read faces as yours, with the face at rest that is stored."
        ),
    ] = False,
    state: Annotated[
        Path | None,
        typer.Option("--state", help="The box's state folder, for --calibrated."),
    ] = None,
    models: Models = None,
    runtime: Runtime = None,
    config: ConfigOption = None,
    set_: SetOption = None,
) -> None:
    """Lines in the order of the video's time."""
    loaded = load_or_exit(config, set_, _more(runtime)).config
    from edge import replay as tool
    from edge.rules import rules

    request = tool.Request(
        models=models or usual_places().models,
        rules=rules(loaded, None),
        eye=loaded.eye,
        rate=loaded.camera.rate,
        every=every,
        rest=_rest(state) if calibrated else None,
        json=json_,
    )
    with tool_ends():
        raise typer.Exit(tool.run(request, video, sys.stdout, sys.stderr))


def _rest(state: Path | None) -> Path:
    usual = usual_places()
    return (usual if state is None else replace(usual, state=state.absolute())).rest


def _more(runtime: str | None) -> dict[str, object]:
    return {} if runtime is None else {"eye.runtime": runtime}


def _named(paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        if path == "-":
            if isinstance(sys.stdin, TextIOWrapper):
                sys.stdin.reconfigure(errors="surrogateescape")  # names need not be UTF-8
            yield from filter(None, (line.rstrip("\n") for line in sys.stdin))
        else:
            yield path


@contextmanager
def tool_ends() -> Iterator[None]:
    """A tool's ends: one sentence and 1 for what is wrong, 130 for Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")  # JSON is, in every locale
    try:
        yield
    except KeyboardInterrupt:
        raise typer.Exit(_INTERRUPTED) from None
    except MoodboxError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    except BrokenPipeError:
        # Whoever read our answers has gone; Python would complain once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(1) from None
