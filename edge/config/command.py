"""The configuration of one command: its flags and `--set` above environment and usual file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from edge.config.load import Loaded, load
from edge.config.paths import Paths
from edge.errors import ConfigError


def overrides(assignments: Sequence[str] | None) -> dict[str, object]:
    """`--set` as `section.key` → text; ConfigError for what is no assignment."""
    found: dict[str, object] = {}
    problems = []
    for assignment in assignments or ():
        key, equals, value = assignment.partition("=")
        if equals and key.strip():
            found[key.strip()] = value.strip()
        else:
            # The word itself is not repeated: it might be a password.
            problems.append("--set needs a key and a value, as in --set camera.rate=4.")
    if problems:
        raise ConfigError(problems)
    return found


def read_configuration(
    config: Path | None,
    assignments: Sequence[str] | None,
    env: Mapping[str, str],
    places: Paths,
    more: Mapping[str, object] | None = None,
) -> Loaded:
    """The configuration of one command; `more` are its own flags, which outrank `--set`."""
    file = config or (places.config if places.config.exists() else None)
    problems: list[str] = []
    chosen: dict[str, object] = {}
    try:
        chosen = overrides(assignments)
    except ConfigError as error:
        problems = error.problems
    try:
        loaded = load(file, {**chosen, **(more or {})}, env, places.settings)
    except ConfigError as error:
        raise ConfigError([*error.problems, *problems]) from None
    if problems:
        raise ConfigError(problems)
    return loaded
