"""Everything that can be asked for on `request/<name>`, with its arguments."""

from __future__ import annotations

from typing import Final

from edge.commands.kinds import LANGUAGE_HINT, LANGUAGES, Argument, word
from edge.commands.settings import SETTINGS
from edge.messages import MOODS, Value


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


_TRACK: Final = Argument(
    name="track_id", kind="text", about="A song's id.", shortest=1, required=True
)
COUNT: Final = 10
"""Of a list that is asked for without saying how long."""
_N: Final = Argument(
    name="n",
    kind="integer",
    about=f"How many at most; {COUNT} if not given.",
    lowest=1,
    highest=100,
)


def _chosen(track: Argument, about: str) -> Argument:
    return Argument(name=track.name, kind="text", about=about, shortest=1)


_OWN: Final = _chosen(_TRACK, "A song's id; the present song if not given.")
_UNDO: Final = Argument(name="undo", kind="bool", about="Takes the word back.")
_MOOD: Final = word("mood", "One of the seven.", MOODS)
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
            word("mood", "The present one if not given, else neutral.", MOODS),
            _N,
            word("kind", "Songs if not given.", ("song", "film")),
            word("language", "Only a preference.", LANGUAGES, LANGUAGE_HINT),
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
