"""From the options of `moodbox ctl` to the box that is meant: opens the way, runs, and exits."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn

import msgspec
import typer

from edge.cli_config import (
    WRONG_CONFIGURATION,
    ConfigOption,
    JsonOption,
    SetOption,
    complain,
    load_or_exit,
)
from edge.commands import Action, Setting
from edge.config import NAME, MqttConfig
from edge.ctl import run
from edge.errors import ConfigError

if TYPE_CHECKING:
    from edge.ctl.way import Way
    from edge.mqtt.address import Address

BoxOption = Annotated[
    str | None,
    typer.Option("--box", metavar="ID", help="This box, over the broker of the configuration."),
]
GroupOption = Annotated[
    str | None,
    typer.Option("--group", metavar="NAME", help="Every box of this group, over the broker."),
]
SocketOption = Annotated[
    Path | None,
    typer.Option("--socket", metavar="FILE", help="Socket of the running box, if not a usual one."),
]
SHARED: Final[Mapping[str, tuple[Any, Any]]] = {
    "box": (BoxOption, None),
    "group": (GroupOption, None),
    "json_": (JsonOption, False),
    "socket": (SocketOption, None),
    "config": (ConfigOption, None),
    "set_": (SetOption, None),
}
"""Options of every command, with their defaults."""


class Whom(msgspec.Struct, frozen=True):
    """Which box is meant, and how to answer."""

    box: str | None = None
    group: str | None = None
    json_: bool = False
    socket: Path | None = None
    config: Path | None = None
    set_: list[str] | None = None


def ask(
    ctx: typer.Context,
    given: Mapping[str, Any],
    action: Action,
    words: Sequence[str],
    options: Mapping[str, Any],
) -> NoReturn:
    """Send one request, and tell what came of it."""
    whom = whom_of(ctx, given)
    raise typer.Exit(run.ask(lambda: way(whom), action, words, options, json=whom.json_))


def put(ctx: typer.Context, given: Mapping[str, Any], setting: Setting) -> NoReturn:
    """Change one setting, or tell how it stands."""
    whom = whom_of(ctx, given)
    raise typer.Exit(run.put(lambda: way(whom), setting, given["value"], json=whom.json_))


def refuse(text: str) -> NoReturn:
    """Wrong use."""
    typer.echo(text, err=True)
    raise typer.Exit(WRONG_CONFIGURATION)


def whom_of(ctx: typer.Context, given: Mapping[str, Any]) -> Whom:
    """What stands behind the command, else before it."""
    before = ctx.obj if isinstance(ctx.obj, Whom) else Whom()
    whom = Whom(**{name: given.get(name) or getattr(before, name) for name in SHARED})
    if whom.box and whom.group:
        refuse("--box and --group exclude each other.")
    for name in (whom.box, whom.group):
        if name is not None and not re.fullmatch(NAME, name):
            refuse(f"{name!r} is no id of a box or group: {NAME} matches those.")
    return whom


def way(whom: Whom) -> Way:
    """The link of this machine, or the broker where a box or group is named."""
    name = whom.box or whom.group
    if name is not None:
        from edge.ctl.afar import Afar

        mqtt, address = broker(whom)
        return Afar(address, mqtt.prefix, name, group=whom.group is not None)
    from edge.ctl.here import near

    return near(whom.socket, os.environ)


def broker(whom: Whom) -> tuple[MqttConfig, Address]:
    """That of the configuration; leaves with 2 where there is none."""
    mqtt = load_or_exit(whom.config, whom.set_).config.mqtt
    if not mqtt.host:
        refuse(
            "Other boxes are reached over the broker, and mqtt.host is empty: name it in the "
            "configuration, or here with --set mqtt.host=…"
        )
    from edge.config import certificates, password
    from edge.mqtt.address import address_of

    try:
        certificates.check_certificates(mqtt)
        address = address_of(mqtt, password.read_password(mqtt, os.environ))
    except ConfigError as error:
        complain(error)
        raise typer.Exit(WRONG_CONFIGURATION) from None
    if address.exposed:
        typer.echo("The password travels unencrypted: set mqtt.tls = true.", err=True)
    return mqtt, address
