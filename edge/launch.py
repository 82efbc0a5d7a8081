"""What a process is started with: its options, the places and the configuration they lead to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import replace

from edge.config.command import read_configuration
from edge.config.load import Loaded
from edge.config.paths import Paths, is_service, paths
from edge.messages import Value


class Options(Value, frozen=True):
    """The options that all processes share, as given."""

    config: Path | None = None
    settings: tuple[str, ...] = ()
    state: Path | None = None
    socket: Path | None = None
    models: Path | None = None
    verbose: bool = False

    def words(self) -> list[str]:
        """The same as a child's command line takes them."""
        named = {
            "--config": self.config,
            "--state": self.state,
            "--socket": self.socket,
            "--models": self.models,
        }
        words = [f"{flag}={path.absolute()}" for flag, path in named.items() if path is not None]
        words += [f"--set={setting}" for setting in self.settings]
        return [*words, "--verbose"] if self.verbose else words


class Launch(Value, frozen=True):
    """A checked start: nothing was opened yet."""

    loaded: Loaded
    places: Paths
    verbose: bool


def prepare(options: Options, env: Mapping[str, str]) -> Launch:
    """The configuration and the places; ConfigError with all that is wrong."""
    usual = paths(is_service(env), env)
    given = {
        name: path.absolute()
        for name, path in (
            ("state", options.state),
            ("socket", options.socket),
            ("models", options.models),
        )
        if path is not None
    }
    places = replace(usual, **given)
    loaded = read_configuration(options.config, options.settings, env, places)
    return Launch(loaded=loaded, places=places, verbose=options.verbose)
