"""`moodbox ctl watch|state|info|health|boxes`: what looks at boxes and changes nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final

import typer

from edge.cli_config import ConfigOption, JsonOption, SetOption
from edge.cli_ctl_asked import BoxOption, GroupOption, SocketOption, broker, refuse, way, whom_of
from edge.cli_eye import tool_ends

_NO_GROUP: Final = "Nobody knows who is of a group until it answers: name one with --box."
Seconds = Annotated[
    float | None, typer.Option("--seconds", min=0, help="End by itself after so many seconds.")
]

WATCH = """Show what a box does, live: mood, presence, song, volume, what comes next, what happens.

In a terminal the picture renews itself until Ctrl-C. Elsewhere each change is a line; with --json
each publication is an object with topic and payload, as it goes to the broker. A box or a broker
that is restarted meanwhile is waited for.

Exit status: 0 --seconds are over; 1 no such box; 2 wrong use; 130 Ctrl-C.

Examples:

  moodbox ctl watch

  moodbox ctl watch --json | jq -r 'select(.topic | endswith("/event")) | .payload.event_type'

  moodbox ctl watch --box attic
"""
BOXES = """List the boxes of which the broker knows.

One line each: id, whether it is there, its name, mood, song, version, and when it was last heard
of. The broker, user and password are those of the configuration; what that user may not read is
not shown. With --json: schema and boxes, each with id, availability, name, version, mood, player,
track and at; what is not known is null.

Exit status: 0 done; 1 the broker cannot be used; 2 wrong use or configuration; 130 Ctrl-C.

Examples:

  moodbox ctl boxes

  moodbox ctl boxes --set mqtt.host=192.168.1.5 --json | jq -r .boxes[].id
"""
_STANDING: Final = MappingProxyType(
    {
        "state": "Tell how the box stands: mood, presence, song, volume and the rest.",
        "info": "Tell what the box is: version, name, model, camera, loudspeaker, commands.",
        "health": "Tell how the box is: uptime, speed, memory, temperature, faults.",
    }
)


def watch(
    ctx: typer.Context,
    seconds: Seconds = None,
    box: BoxOption = None,
    group: GroupOption = None,
    json_: JsonOption = False,
    socket: SocketOption = None,
    config: ConfigOption = None,
    set_: SetOption = None,
) -> None:
    """Until Ctrl-C."""
    given = {"box": box, "group": group, "json_": json_}
    whom = whom_of(ctx, {**given, "socket": socket, "config": config, "set_": set_})
    if whom.group:
        refuse(_NO_GROUP)
    from edge.ctl import watching

    with tool_ends(), way(whom) as open_way:
        if whom.json_:
            watching.lines(open_way, sys.stdout, seconds, watching.as_json)
        elif sys.stdout.isatty():
            watching.live(open_way, seconds)
        else:
            watching.lines(open_way, sys.stdout, seconds, watching.Plain())


def boxes(
    ctx: typer.Context,
    json_: JsonOption = False,
    config: ConfigOption = None,
    set_: SetOption = None,
) -> None:
    """A line each, to stdout."""
    whom = whom_of(ctx, {"json_": json_, "config": config, "set_": set_})
    if whom.box or whom.group:
        refuse("boxes lists all of the broker; `ctl state --box ID` tells of one.")
    with tool_ends():
        mqtt, address = broker(whom)
        from edge.ctl import roll

        raise typer.Exit(roll.call(address, mqtt.prefix, sys.stdout, json=whom.json_))


def _standing(topic: str) -> Callable[..., None]:
    def tell(
        ctx: typer.Context,
        box: BoxOption = None,
        group: GroupOption = None,
        json_: JsonOption = False,
        socket: SocketOption = None,
        config: ConfigOption = None,
        set_: SetOption = None,
    ) -> None:
        given: dict[str, Any] = {"box": box, "group": group, "json_": json_}
        whom = whom_of(ctx, {**given, "socket": socket, "config": config, "set_": set_})
        if whom.group:
            refuse(_NO_GROUP)
        from edge.ctl import tool

        with tool_ends(), way(whom) as open_way:
            raise typer.Exit(tool.standing(open_way, topic, sys.stdout, json=whom.json_))

    return tell


def _about(topic: str, about: str) -> str:
    return (
        f"{about}\n\nIt is what stands on the topic `{topic}`; --json prints it unchanged.\n\n"
        "Exit status: 0 done; 1 no box; 2 wrong use; 130 Ctrl-C.\n\nExamples:\n\n"
        f"  moodbox ctl {topic}\n\n  moodbox ctl {topic} --box attic --json\n"
    )


OWN: Final[Mapping[str, tuple[Callable[..., None], str]]] = MappingProxyType(
    {
        "watch": (watch, WATCH),
        "boxes": (boxes, BOXES),
        **{topic: (_standing(topic), _about(topic, about)) for topic, about in _STANDING.items()},
    }
)
"""Each with its help."""
