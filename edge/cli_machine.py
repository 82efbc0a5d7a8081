"""The tools that look at the machine: devices, doctor, bench; and their help."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from msgspec.structs import replace

from edge.cli_config import ConfigOption, JsonOption, SetOption, load_or_exit, usual_places
from edge.cli_eye import Models, tool_ends
from edge.errors import ConfigError

bench_app = typer.Typer(
    no_args_is_help=True, help="Measure how fast the parts of the box are on this machine."
)


def add(app: typer.Typer) -> None:
    """Make these subcommands of `moodbox`."""
    app.command("devices", help=DEVICES)(devices)
    app.command("doctor", help=DOCTOR)(doctor)
    app.add_typer(bench_app, name="bench")


DEVICES = """List the cameras and loudspeakers of this machine, and which would be used.

A star marks the one that the configuration leads to. The first column is what to write in
camera.source, or in player.driver and player.device. No camera is switched on and nothing is heard;
a driver that hangs costs ten seconds, and is told.

With --json: cameras (source, name, kind, sizes, used), sounds (driver, device, name, default,
used), configured, and problems, one sentence each.

Exit status: 0 done; 2 wrong use or configuration; 130 Ctrl-C.

Examples:

  moodbox devices

  moodbox devices --json | jq '.cameras[] | select(.used)'
"""


def devices(json_: JsonOption = False, config: ConfigOption = None, set_: SetOption = None) -> None:
    """To stdout."""
    loaded = load_or_exit(config, set_)
    from edge import devices as tool

    with tool_ends():
        raise typer.Exit(tool.run(loaded.config, os.environ, sys.stdout, json=json_))


DOCTOR = """Check every part of the box, and say what mends what is wrong.

Looked at are: Python and its packages; the configuration; isolation (which protections eye has
here); the emotion model and its card, and which library runs it; the face detector; the camera (one
picture); the loudspeaker; the MQTT broker; the state folder and its disk; heat and throttling;
systemd. What could hang or crash is tried in a child process with a time limit. Nothing is played
or kept, and nothing sent, but for a greeting to the configured broker and a word to itself over it;
without one, the network is asked whether a broker announces itself (mqtt.suggest), to suggest it.

With --json: ok, and checks with name, status (ok, warn, fail, skip), message and mend.

Exit status: 0 nothing failed; 1 something did; 2 wrong use; 130 Ctrl-C.

Examples:

  moodbox doctor

  moodbox doctor --json | jq -r '.checks[] | select(.status == "fail") | .mend'
"""


def doctor(
    json_: JsonOption = False,
    state: Annotated[
        Path | None, typer.Option("--state", help="The box's state folder, if not the usual one.")
    ] = None,
    models: Models = None,
    config: ConfigOption = None,
    set_: SetOption = None,
) -> None:
    """One line a check to stdout."""
    from edge import doctor as tool
    from edge.config.command import read_configuration
    from edge.config.load import Loaded

    places = usual_places()
    places = replace(
        places,
        models=(models or places.models).absolute(),
        state=(state or places.state).absolute(),
    )
    loaded: Loaded | ConfigError
    try:
        loaded = read_configuration(config, set_, os.environ, places)
    except ConfigError as error:
        loaded = error
    with tool_ends():
        raise typer.Exit(tool.run(loaded, places, os.environ, sys.stdout, json=json_))


BENCH_EYE = """Measure a look of the eye, stage by stage, against the bare libraries.

The demo camera's faces at 640 × 480 are looked at on one core, with each TFLite runtime that is
installed, in a process of its own that has given up the network. Told are the median and the 95th
percentile in milliseconds of capture (making the demo's picture), detect (finding faces), cut (the
face out of the frame), normalise, read (the emotion), look (all but capture) and empty look (at
the bare wall, searching); beside them, in the same run, the bare MediaPipe call and the bare call
of the model, the ratio of a look to their sum, and the resident memory. Only ratios mean anything
from one machine to another, and little on one that is busy.

With --json: schema, bench, machine, and results with name, value, unit, n, p50, p95, reference
(the name of the result that it is compared with) and ratio.

Exit status: 0 done; 1 it could not be measured; 2 wrong use; 130 Ctrl-C.

Examples:

  moodbox bench eye

  moodbox bench eye --seconds 30 --json > eye.json
"""


@bench_app.command("eye", help=BENCH_EYE)
def bench_eye(
    json_: JsonOption = False,
    seconds: Annotated[
        float, typer.Option(min=0.5, max=600, help="How long to look with each runtime.")
    ] = 8.0,
    models: Models = None,
    config: ConfigOption = None,
    set_: SetOption = None,
) -> None:
    """A table, or JSON, to stdout."""
    loaded = load_or_exit(config, set_).config
    from edge.bench import eye as tool

    folder = (models or usual_places().models).absolute()
    with tool_ends():
        raise typer.Exit(tool.run(folder, loaded.eye, seconds, sys.stdout, json=json_))


BENCH_MOOD = """Measure how soon the box knows a mood, and how steady it stays.

Thousands of sessions are made of the shipped model's own readings of PublicTest's faces
(readings.npz beside the model): spells of a minute of one mood, made of different people's faces
held for one second each, or two. They go through the mind of the box at 2, 8 and 30 looks a second,
with the settings of [mood], and through three simple ways: the most probable mood of each look, the
majority of the last ten, an exponential average; those are tuned too. What is known of the model's
mistakes is counted on other faces than those shown. Then again with blended faces, hands before
them, grimaces of less than a second, and a camera that drops out.

Told are: settled, the time after which the answer stays right for 5 s (median and 95th percentile);
false switches an hour, changes of the answer after that within the spell; and how much of the time
after settling it is right.

With --json: schema, bench, machine, and results with name, value, unit and n (spells).

Exit status: 0 done; 1 it could not be measured; 2 wrong use; 130 Ctrl-C.

Examples:

  moodbox bench mood

  moodbox bench mood --sessions 100 --svg mood.svg

  moodbox bench mood --set mood.dwell_s=2 --json > mood.json
"""


@bench_app.command("mood", help=BENCH_MOOD)
def bench_mood(
    json_: JsonOption = False,
    sessions: Annotated[
        int, typer.Option(min=50, max=100_000, help="Of three minutes each, for each row.")
    ] = 1000,
    svg: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw the tuning of the simple ways.")
    ] = None,
    models: Models = None,
    config: ConfigOption = None,
    set_: SetOption = None,
) -> None:
    """A table, or JSON, to stdout."""
    loaded = load_or_exit(config, set_).config
    from edge.bench import mood as tool
    from edge.rules import rules

    readings = (models or usual_places().models) / "readings.npz"
    temper = rules(loaded, None).temper
    with tool_ends():
        status = tool.run(
            readings, temper, sessions, sys.stdout, sys.stderr, json=json_, picture=svg
        )
        raise typer.Exit(status)


BENCH_DJ = """Measure how well songs are chosen, and how fast.

Made-up listeners, whose taste for artists, genres, languages and tempi is known exactly and differs
from mood to mood, hear songs from a made-up collection of 2,000 while their mood changes. They skip
what they do not enjoy, and now and then like or dislike aloud; nothing else is told to the ways
that learn. After half of the songs their taste changes altogether.

Told are, for shuffle, shuffle that keeps artists apart, a playlist for each mood, the box with and
without its taste, and an oracle that knows the taste: the share of songs enjoyed; regret, what the
oracle had more; repeats within two hours; the same artist twice in a row; coverage, the share of
the collection that was heard; recovery, songs until nine tenths of what had been learned is there
again. Then the time of one choice among 100,000 songs. The listeners are made up: the order of the
rows means something, their distance less.

With --json: schema, bench, machine, and results with name, value, unit, n, p50 and p95.

Exit status: 0 done; 2 wrong use; 130 Ctrl-C.

Examples:

  moodbox bench dj

  moodbox bench dj --listeners 64 --songs 800 --json > dj.json
"""


@bench_app.command("dj", help=BENCH_DJ)
def bench_dj(
    json_: JsonOption = False,
    listeners: Annotated[int, typer.Option(min=1, max=10_000, help="So many listeners.")] = 12,
    songs: Annotated[int, typer.Option(min=100, max=10_000, help="So many songs each.")] = 500,
) -> None:
    """A table, or JSON, to stdout."""
    from edge.bench import dj as tool

    with tool_ends():
        raise typer.Exit(tool.run(listeners, songs, sys.stdout, sys.stderr, json=json_))
