"""What the box obeys, each once: settings, and actions with their arguments."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

from edge.commands.kinds import Argument, Kind
from edge.config import values
from edge.languages import ISO_639_1
from edge.messages import MOODS, Mode, Policy, Repeat, Value

LANGUAGES: Final = ("any", *sorted(ISO_639_1))
_LANGUAGE_HINT: Final = "any or an ISO 639-1 code such as hi"


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


class Action(Value, frozen=True):
    """One thing that can be asked for on `request/<name>`."""

    name: str
    about: str
    """One line of explanation."""
    arguments: tuple[Argument, ...] = ()
    forms: tuple[tuple[str, ...], ...] = ()
    """Which arguments may stand together, where not all may."""
    answer: str = ""
    """What the answer's `data` holds."""
    button: bool = False
    """Also obeyed on `<name>/set`, without arguments."""
    query: bool = False
    """Changes nothing."""
    settings: bool = False
    """Its arguments are the settings."""


class Entry(Value, frozen=True):
    """What is obeyed as a plain value on `<name>/set`."""

    name: str
    kind: Literal["words", "number", "button"]
    about: str
    words: tuple[str, ...] = ()
    lowest: int = 0
    highest: int = 0
    hint: str = ""

    def takes(self) -> str:
        """What may be sent, in a few words."""
        if self.kind == "button":
            return "anything"
        if self.kind == "number":
            return f"a whole number from {self.lowest} to {self.highest}, digits only"
        return self.hint or " | ".join(self.words)


def _word(name: str, about: str, words: tuple[str, ...], hint: str = "") -> Argument:
    return Argument(name=name, kind="word", about=about, words=words, hint=hint)


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
        value=_word("camera", "Opens the camera's eye, or closes it.", ("on", "off")), plain=True
    ),
    Setting(
        value=_word(
            "mode",
            "Who chooses the songs: auto, the mood; manual, the listener.",
            get_args(Mode),
        ),
        plain=True,
    ),
    Setting(
        value=_word(
            "override",
            "Takes this for the mood, whoever is there; auto believes the camera again.",
            ("auto", *MOODS),
        ),
        plain=True,
        lasting=False,
    ),
    Setting(
        value=_word(
            "policy",
            "What the songs do with the mood: match it, lift it or calm it.",
            get_args(Policy),
        ),
        key="dj.policy",
        plain=True,
    ),
    Setting(
        value=_word("language", "Prefers songs in this language.", LANGUAGES, _LANGUAGE_HINT),
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
        value=_word(
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

_TRACK: Final = Argument(
    name="track_id", kind="text", about="A song's id.", shortest=1, required=True
)
_N: Final = Argument(
    name="n", kind="integer", about="How many at most; 10 if not given.", lowest=1, highest=100
)


def _chosen(track: Argument, about: str) -> Argument:
    return Argument(name=track.name, kind="text", about=about, shortest=1)


_OWN: Final = _chosen(_TRACK, "A song's id; the present song if not given.")
_UNDO: Final = Argument(name="undo", kind="bool", about="Takes the word back.")
_MOOD: Final = _word("mood", "One of the seven.", MOODS)
_QUERY: Final = Argument(
    name="query", kind="text", about="Words of title, artist, album or genre.", shortest=1
)

ACTIONS: Final = (
    Action(
        name="play",
        about="Goes on; after a stop, chooses anew. Or plays this song, the best hit, or a mood.",
        arguments=(_chosen(_TRACK, "A song's id."), _QUERY, _MOOD),
        forms=((), ("track_id",), ("query",), ("mood",)),
        answer="track",
        button=True,
    ),
    Action(name="pause", about="Holds the song.", answer="player", button=True),
    Action(name="stop", about="Ends the song and stays quiet.", answer="player", button=True),
    Action(name="next", about="Goes on with another song.", answer="player", button=True),
    Action(
        name="previous",
        about="Begins the song again, or the one before it.",
        answer="player",
        button=True,
    ),
    Action(
        name="seek",
        about="Goes on from this second of the song.",
        arguments=(
            Argument(
                name="position_s",
                kind="number",
                about="Seconds from its start.",
                lowest=0,
                required=True,
            ),
        ),
        answer="position_s",
    ),
    Action(
        name="volume",
        about="Sets how loud, or changes it by so much.",
        arguments=(
            Argument(name="level", kind="integer", about="0–100.", lowest=0, highest=100),
            Argument(name="delta", kind="integer", about="Louder, or with a minus quieter."),
        ),
        forms=(("level",), ("delta",)),
        answer="level",
    ),
    Action(
        name="like",
        about="Remembers that the listener likes this song.",
        arguments=(_OWN, _UNDO),
        button=True,
    ),
    Action(
        name="dislike",
        about="Remembers that the listener does not like it.",
        arguments=(_OWN, _UNDO),
        button=True,
    ),
    Action(
        name="place",
        about="The owner's word on a song's mood or place; with neither, takes it back.",
        arguments=(
            _TRACK,
            _MOOD,
            Argument(name="valence", kind="number", about="Sad to happy.", lowest=-1, highest=1),
            Argument(name="arousal", kind="number", about="Calm to wild.", lowest=-1, highest=1),
        ),
        forms=(("track_id",), ("track_id", "mood"), ("track_id", "valence", "arousal")),
    ),
    Action(
        name="sleep",
        about="Fades out and waits after so many minutes; 0 takes it back.",
        arguments=(
            Argument(
                name="minutes",
                kind="number",
                about="From now on.",
                lowest=0,
                highest=600,
                required=True,
            ),
        ),
        answer="sleep_until",
    ),
    Action(
        name="queue",
        about="What is heard next, in this order; an empty list clears it.",
        arguments=(
            Argument(
                name="track_ids", kind="texts", about="Ids of songs.", longest=500, required=True
            ),
            Argument(name="append", kind="bool", about="Behind what is queued already."),
        ),
        answer="queue",
    ),
    Action(
        name="recommend",
        about="Songs or films that suit a mood, best first.",
        arguments=(
            _word("mood", "The present one if not given, else neutral.", MOODS),
            _N,
            _word("kind", "Songs if not given.", ("song", "film")),
            _word("language", "Only a preference.", LANGUAGES, _LANGUAGE_HINT),
        ),
        answer="items",
        query=True,
    ),
    Action(
        name="similar",
        about="Songs like this one, the most similar first.",
        arguments=(_TRACK, _N),
        answer="items",
        query=True,
    ),
    Action(
        name="search",
        about="Songs with these words, the best hit first.",
        arguments=(
            Argument(
                name="query",
                kind="text",
                about="Words of title, artist, album or genre.",
                required=True,
            ),
            _N,
            Argument(
                name="offset",
                kind="integer",
                about="So many hits are passed over.",
                lowest=0,
                highest=1_000_000_000,
            ),
        ),
        answer="items, total",
        query=True,
    ),
    Action(
        name="library.scan",
        about="Looks through the music folders; the end is told as an event.",
        arguments=(Argument(name="full", kind="bool", about="Reads every file anew."),),
        answer="started",
    ),
    Action(
        name="history",
        about="Moods and songs of the last hours.",
        arguments=(
            Argument(name="hours", kind="number", about="24 if not given.", lowest=0, highest=720),
        ),
        answer="moods, tracks, truncated",
        query=True,
    ),
    Action(
        name="history.clear",
        about="Forgets moods and songs.",
        arguments=(
            Argument(name="before", kind="time", about="Only what ended before; all if not given."),
        ),
        answer="removed",
    ),
    Action(name="settings.get", about="Every setting in force.", answer="settings", query=True),
    Action(
        name="settings.set",
        about="Changes settings, all of the given ones or none.",
        arguments=tuple(one.value for one in SETTINGS if one.lasting),
        answer="settings",
        settings=True,
    ),
    Action(
        name="diagnostics",
        about="What `moodbox doctor` finds, without a sound test.",
        answer="schema, ok, checks",
        query=True,
    ),
)


def _entries() -> tuple[Entry, ...]:
    found = []
    for setting in SETTINGS:
        one = setting.value
        if setting.plain and one.kind == "word":
            found.append(
                Entry(name=one.name, kind="words", about=one.about, words=one.words, hint=one.hint)
            )
        elif setting.plain:
            highest = int(one.highest or 0)
            found.append(Entry(name=one.name, kind="number", about=one.about, highest=highest))
    buttons = (action for action in ACTIONS if action.button)
    found += [Entry(name=one.name, kind="button", about=one.about) for one in buttons]
    return tuple(found)


TABLE: Final = _entries()
"""All plain values."""
BY_NAME: Final[Mapping[str, Entry]] = MappingProxyType({entry.name: entry for entry in TABLE})
NAMES: Final = tuple(BY_NAME)
REQUESTS: Final[Mapping[str, Action]] = MappingProxyType({one.name: one for one in ACTIONS})
COMMANDS: Final = tuple(dict.fromkeys((*NAMES, *REQUESTS)))
"""Everything that the box obeys, as `info` lists it."""
