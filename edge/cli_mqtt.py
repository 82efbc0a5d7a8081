"""`moodbox mqtt`: what is to be done on the broker by hand; and its help."""

from __future__ import annotations

import os
import re
import sys
from typing import Annotated

import typer

from edge.cli_config import (
    WRONG_CONFIGURATION,
    ConfigOption,
    JsonOption,
    SetOption,
    complain,
    load_or_exit,
)
from edge.cli_eye import tool_ends
from edge.errors import ConfigError

mqtt_app = typer.Typer(no_args_is_help=True, help="Look after what boxes leave on the broker.")


def add(app: typer.Typer) -> None:
    """Make these subcommands of `moodbox`."""
    app.add_typer(mqtt_app, name="mqtt")


FORGET = """Take away what a box that is off has left on the broker.

Cleared are its announcement to Home Assistant, whose device and entities disappear with it, and the
retained topics availability, info, state and health. Broker and user are those of the
configuration; a box's own user may forget that box alone, where the broker has the usual rules.

A box that is online is left alone, since it would announce itself again.

With --json: schema, dry_run, id, online, and the lists of topics found, cleared and left.

Exit status: 0 done, also where nothing was there; 1 the box is online, or the broker cannot be
used; 2 wrong use or configuration; 130 Ctrl-C.

Examples:

  moodbox mqtt forget

  moodbox mqtt forget --id attic-1f3c --dry-run

  moodbox mqtt forget --id attic-1f3c --set mqtt.host=192.168.1.5 --json
"""


@mqtt_app.command("forget", help=FORGET)
def forget(
    id_: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="Which box; else the one configured.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would be cleared.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Also where the broker says that the box is online.")
    ] = False,
    json_: JsonOption = False,
    config: ConfigOption = None,
    set_: SetOption = None,
) -> None:
    """What was cleared, to stdout."""
    loaded = load_or_exit(config, set_).config
    from edge import mqtt_tool as tool
    from edge.config import NAME
    from edge.config.identity import box_id

    if id_ is not None and not re.fullmatch(NAME, id_):
        typer.echo(f"--id is a box's id: {NAME} matches it, and {id_!r} not.", err=True)
        raise typer.Exit(WRONG_CONFIGURATION)
    if not loaded.mqtt.host:
        typer.echo("mqtt.host is empty, so there is no broker to forget it.", err=True)
        raise typer.Exit(WRONG_CONFIGURATION)
    request = tool.Request(id=id_ or box_id(loaded.box), dry_run=dry_run, force=force, json=json_)
    with tool_ends():
        try:
            raise typer.Exit(tool.forget(loaded.mqtt, os.environ, request, sys.stdout, sys.stderr))
        except ConfigError as error:
            complain(error)
            raise typer.Exit(WRONG_CONFIGURATION) from None
