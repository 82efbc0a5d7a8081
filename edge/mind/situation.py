"""All that box knows at one moment, and one turn of changing it.

`Situation` is frozen. A `Turn` lives for one message only: it gathers the new situation and the
effects, so that each rule says only what it changes.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec.structs import replace

from edge.messages import (
    Answer,
    CameraState,
    Event,
    Lesson,
    Log,
    Message,
    Mood,
    Now,
    Place,
    Playing,
    Remember,
    Repeat,
    Rest,
    Settings,
    State,
    Track,
    Value,
    Welcome,
)
from edge.mind.attendance import Attendance, Patience
from edge.mind.course import Journey
from edge.mind.emission import Emission, emission
from edge.mind.house import House
from edge.mind.mood import Belief, Temper
from edge.mind.quiet import QuietHours
from edge.mind.shelves import Shelves
from edge.mind.taste import Taste
from edge.mind.trajectory import Trajectory

Quiet = Literal["start", "absence", "listener"]

BLIND_S = 5.0
"""An eye that died is back within this time."""
HEARD = 200
"""So many of the latest songs are remembered for the choice of the next."""


class Rules(Value, frozen=True):
    """What the configuration says, beside the settings that the listener may change."""

    name: str = "Moodbox"
    """What people call this box."""
    history_days: int = 90
    """How long moods and songs are remembered."""
    temper: Temper = Temper()
    patience: Patience = Patience()
    reader: Emission = emission()
    """How the model in use reads faces, and this listener's face at rest."""
    patience_s: float = 20.0
    override_s: float = 7200.0
    crossfade_s: float = 4.0
    blind_s: float = BLIND_S
    """Without a reading for so long nobody knows who is there."""
    absent_pause_s: float = 120.0
    fade_s: float = 3.0
    """Of a pause for nobody, and of its end."""
    on_arrival: Welcome = "play"
    fresh_s: float = 1800.0
    """A song that was held for longer is not gone on with."""
    volume_limit: int = 100
    house: House = House()
    """Which songs are never heard here."""
    drift: float = 0.5
    """Moods no farther apart on the plane (angry and fear) are a drift, and cut no song short."""
    rest_s: float = 7200.0
    """No song comes again within this time, where there are others."""
    quiet_hours: QuietHours = QuietHours()
    albums: bool = False
    """An album that was begun is played to its end."""


class Coming(Value, frozen=True):
    """The song that the player was told ahead."""

    track: Track
    mood: Mood | None
    """For which it was chosen."""
    wishes: tuple[str | None, ...]
    """All that it was chosen by; where that changes another one is told."""


class Situation(Value, frozen=True):
    """Everything that decides what happens next."""

    state: State = State()
    rules: Rules = Rules()
    settings: Settings = Settings()
    attendance: Attendance = Attendance()
    belief: Belief = Belief()
    trajectory: Trajectory = Trajectory()
    tracks: dict[str, Track] = {}
    broken: frozenset[str] = frozenset()
    """Ids of songs that could not be played; they are none of the tracks."""
    likes: dict[str, bool] = {}
    heard: tuple[str, ...] = ()
    """Ids of the latest songs, newest last."""
    shelves: Shelves = Shelves()
    """The songs in order of mood and place, without those that the house bars."""
    last: dict[str, float] = {}
    """When each song was heard last (wall time)."""
    plays: dict[str, int] = {}
    """How often each song was heard."""
    taste: Taste = Taste()
    journey: Journey = Journey()
    """How far `lift` has come."""
    queue: tuple[str, ...] = ()
    """Ids of what the listener wants to hear next."""
    queue_through: tuple[str, ...] = ()
    """What of it was played; with `repeat` = "all" it comes again."""
    repeat: Repeat = "off"
    """The present song again, or the queue from its start once it is over."""
    shuffle: bool = False
    """The queue in any order."""
    quiet_hours: bool = False
    """Whether it was quiet hours when the player was last told how loud to be."""
    guest: bool = False
    """Somebody else is listening: nothing is remembered."""
    camera_sees: CameraState = "off"
    """What eye says of its camera; `state.camera` also knows the listener's wish."""
    faults: dict[str, str] = {}
    """Parts that are not well, with their last sentence."""
    chosen_for: Mood | None = None
    """The mood for which the present song was chosen."""
    asked_at: float = 0.0
    """When a song was last asked of the player."""
    wanted_since: float | None = None
    """Since when the mood has asked for another song than the present one."""
    quiet: Quiet | None = "start"
    """Why nothing may begin by itself: nobody has come yet since the start, nobody is there any
    more, or the listener stopped or paused, and then only the listener starts again."""
    quiet_at: float = 0.0
    """Since when nobody is there any more to play for."""
    absent_since: float | None = None
    """None also while nobody is seen, but the listener has asked for music all the same."""
    coming: Coming | None = None
    """What follows the present song, where the player knows it."""
    kept: Playing | None = None
    """What is kept for after a power cut."""
    kept_at: float = float("-inf")
    recalled: bool = False
    """The present song is from before a restart, and the player has not been asked for it."""
    sleep_at: float | None = None
    """When it shall be quiet, monotonic."""
    player_new: bool = False
    """The player has just connected and has not yet said what it plays."""


class Save(Value, frozen=True):
    """Effect: keep these settings over a restart, by their names in the contract."""

    changed: dict[str, Any]


class ToEye(Value, frozen=True):
    """Effect: ask this of eye."""

    message: Message


class ToPlayer(Value, frozen=True):
    """Effect: ask this of player."""

    message: Message


class KeepRest(Value, frozen=True):
    """Effect: keep this face at rest over a restart, or forget the one that is kept."""

    rest: Rest


class KeepPlaying(Value, frozen=True):
    """Effect: keep over a power cut that this plays, or that nothing does."""

    playing: Playing | None


Effect = (
    Save
    | KeepRest
    | KeepPlaying
    | Remember
    | Lesson
    | Place
    | ToEye
    | ToPlayer
    | Log
    | Event
    | Answer
)


class Turn:
    """One message's work: the situation as it becomes, and the effects so far."""

    def __init__(self, situation: Situation, now: Now, dice: float) -> None:
        self.now = now
        self.dice = dice
        self.situation = situation
        self.effects: list[Effect] = []

    @property
    def state(self) -> State:
        return self.situation.state

    def note(self, **changes: Any) -> None:
        """Change the situation."""
        self.situation = replace(self.situation, **changes)

    def show(self, **changes: Any) -> None:
        """Change the state that everyone sees."""
        self.note(state=replace(self.state, **changes))

    def do(self, effect: Effect) -> None:
        self.effects.append(effect)

    def keep(self, **changed: Any) -> None:
        """Keep these settings over a restart, in one write."""
        saves = [one for one in self.effects if isinstance(one, Save)]
        self.effects = [one for one in self.effects if not isinstance(one, Save)]
        together = {name: value for one in saves for name, value in one.changed.items()}
        self.do(Save(changed={**together, **changed}))

    def tell(self, event_type: Any, **fields: Any) -> None:
        """Publish an event."""
        self.do(Event(event_type=event_type, wall=self.now.wall, fields=fields))
