"""`moodbox config`: show, check and example; and the options that every command shares."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from edge.config import certificates, password, printed
from edge.config.command import read_configuration
from edge.config.load import Loaded
from edge.config.paths import Paths, is_service, paths
from edge.errors import ConfigError

WRONG_CONFIGURATION = 2

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="Read this configuration file instead of the usual one.",
    ),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="SECTION.KEY=VALUE",
        help="Set one value for this run, above file and environment. May be given again.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer in JSON, for a program.")]

app = typer.Typer(
    no_args_is_help=True,
    help="Show, check and explain the configuration.\n\n"
    "A value comes from the last of these that names it: the default; the file "
    "(/etc/moodbox/moodbox.toml as a service, ~/.config/moodbox/moodbox.toml in a terminal, or "
    "--config); settings.json, which keeps what was changed while the box ran; the environment, as "
    "MOODBOX_SECTION__KEY; the command line, as --set section.key=value.\n\n"
    "The broker's password is never part of it: it stands in a file of its own, named in "
    "mqtt.password_file, or is the systemd credential mqtt-password.",
)


def load_or_exit(
    config: Path | None = None,
    assignments: Sequence[str] | None = None,
    more: Mapping[str, object] | None = None,
    places: Paths | None = None,
) -> Loaded:
    """The same with this process's environment; prints all problems and leaves with 2."""
    where = places or usual_places()
    try:
        return read_configuration(config, assignments, os.environ, where, more)
    except ConfigError as error:
        complain(error)
        raise typer.Exit(WRONG_CONFIGURATION) from None


def usual_places() -> Paths:
    """Those of a service under systemd, else those of a terminal."""
    return paths(is_service(os.environ), os.environ)


def complain(error: ConfigError) -> None:
    """One problem a line, to stderr."""
    for problem in error.problems:
        typer.echo(problem, err=True)


@app.command(
    help="Print every value in force and where it came from.\n\n"
    "Each line is KEY = VALUE, as TOML writes it, followed by its origin: default, file and line, "
    "settings.json, environment and variable, or flag. Secrets are not among the values. Leaves "
    "with 2 and says why where the configuration is wrong.",
)
def show(config: ConfigOption = None, set_: SetOption = None, json_: JsonOption = False) -> None:
    """Values and origins to stdout."""
    loaded = load_or_exit(config, set_)
    if json_:
        typer.echo(json.dumps(printed.as_json(loaded), ensure_ascii=False))
        return
    for warning in loaded.warnings:
        typer.echo(f"warning: {warning}", err=True)
    typer.echo(printed.table(loaded))


@app.command(
    help="Say everything that is wrong with a configuration, and start nothing.\n\n"
    "One sentence for each problem names file, line, key and value, what is allowed, and what to "
    "do. The environment, settings.json and the files that the configuration names (password, "
    "certificates) are checked too. Leaves with 0 where the box would start, else with 2.",
)
def check(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="The file to check; else the usual one.")
    ] = None,
    config: ConfigOption = None,
    set_: SetOption = None,
    json_: JsonOption = False,
) -> None:
    """Problems to stderr, or all of it as JSON to stdout."""
    places = usual_places()
    problems: list[str] = []
    warnings: tuple[str, ...] = ()
    where = file or config or (places.config if places.config.exists() else None)
    try:
        loaded = read_configuration(where, set_, os.environ, places)
        warnings = loaded.warnings
        problems = file_problems(loaded)
    except ConfigError as error:
        problems = error.problems
    if json_:
        answer = {"schema": 1, "ok": not problems, "file": str(where) if where else None}
        lists = {"problems": problems, "warnings": list(warnings)}
        typer.echo(json.dumps(answer | lists, ensure_ascii=False))
    else:
        _report(where, problems, warnings)
    if problems:
        raise typer.Exit(WRONG_CONFIGURATION)


def file_problems(loaded: Loaded) -> list[str]:
    """What is wrong with the files that the configuration names; one sentence each."""
    problems: list[str] = []
    mqtt = loaded.config.mqtt
    try:
        certificates.check_certificates(mqtt)
    except ConfigError as error:
        problems += error.problems
    try:
        password.read_password(mqtt, os.environ)
    except ConfigError as error:
        problems += error.problems
    return problems


def _report(where: Path | None, problems: Sequence[str], warnings: Sequence[str]) -> None:
    for problem in problems:
        typer.echo(problem, err=True)
    for warning in warnings:
        typer.echo(f"warning: {warning}", err=True)
    if not problems:
        name = str(where) if where else "no file, all defaults"
        typer.echo(f"The configuration is right ({name}).")


@app.command(
    help="Print a complete configuration file with every default and what each setting is for.\n\n"
    "A start: moodbox config example > ~/.config/moodbox/moodbox.toml",
)
def example() -> None:
    """The example to stdout."""
    typer.echo(printed.example(), nl=False)
