"""Everything that is set once and holds, with the bounds that the configuration gives it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, get_args

from edge.commands.kinds import LANGUAGE_HINT, LANGUAGES, Argument, Kind, word
from edge.config import values
from edge.messages import MOODS, Mode, Policy, Repeat, Value


class Setting(Value, frozen=True):
    """One thing that is set once and holds."""

    value: Argument
    key: str = ""
    """`section.name` in the configuration, where its first value stands."""
    plain: bool = False
    """Also obeyed on `<name>/set`."""
    lasting: bool = True
    """Outlasts a restart, and is one of `settings.get` and `settings.set`."""

    @property
    def name(self) -> str:
        return self.value.name

    @property
    def about(self) -> str:
        return self.value.about


_KINDS: Final[Mapping[type, Kind]] = {int: "integer", float: "number", str: "text"}


def _from_config(key: str, name: str, about: str = "", **more: Any) -> Setting:
    """A setting with the bounds and the line of explanation that the configuration gives it."""
    row = values.SETTINGS[key]
    kind: Kind = more.pop("kind", None) or _KINDS[row.kind]
    argument = Argument(
        name=name,
        kind=kind,
        about=about or row.explanation,
        lowest=row.low,
        highest=row.high,
        shortest=row.shortest,
        longest=row.longest,
        **more,
    )
    return Setting(value=argument, key=key)


SETTINGS: Final = (
    Setting(
        value=word("camera", "Opens the camera's eye, or closes it.", ("on", "off")), plain=True
    ),
    Setting(
        value=word(
            "mode",
            "Who chooses the songs: auto, the mood; manual, the listener.",
            get_args(Mode),
        ),
        plain=True,
    ),
    Setting(
        value=word(
            "override",
            "Takes this for the mood, whoever is there; auto believes the camera again.",
            ("auto", *MOODS),
        ),
        plain=True,
        lasting=False,
    ),
    Setting(
        value=word(
            "policy",
            "What the songs do with the mood: match it, lift it or calm it.",
            get_args(Policy),
        ),
        key="dj.policy",
        plain=True,
    ),
    Setting(
        value=word("language", "Prefers songs in this language.", LANGUAGES, LANGUAGE_HINT),
        key="dj.language",
        plain=True,
    ),
    Setting(
        value=Argument(name="volume", kind="integer", about="How loud.", lowest=0, highest=100),
        key="player.volume",
        plain=True,
    ),
    _from_config("box.name", "name"),
    _from_config("player.volume_limit", "volume_limit"),
    _from_config("dj.crossfade_s", "crossfade_s"),
    _from_config("mood.patience_s", "patience_s"),
    _from_config("mood.override_s", "override_s"),
    _from_config(
        "player.quiet_from",
        "quiet_from",
        "When quiet hours begin; null: never.",
        kind="clock",
        nullable=True,
    ),
    _from_config("player.quiet_to", "quiet_to", kind="clock", nullable=True),
    _from_config("player.quiet_volume", "quiet_volume"),
    _from_config("presence.absent_pause_s", "absent_pause_s"),
    _from_config("box.history_days", "history_days"),
    Setting(
        value=word(
            "repeat",
            "The present song again, or the queue from its start once it is over.",
            get_args(Repeat),
        )
    ),
    Setting(value=Argument(name="shuffle", kind="bool", about="The queue in any order.")),
    Setting(
        value=Argument(
            name="guest",
            kind="bool",
            about="Remembers nothing while it is on; it ends by itself after twelve hours.",
        )
    ),
)
