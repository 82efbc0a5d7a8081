"""All that box knows at one moment, and one turn of changing it.

`Situation` is frozen. A `Turn` lives for one message only: it gathers the new situation and the
effects, so that each rule says only what it changes.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec.structs import replace

from edge.messages import (
    CameraState,
    Event,
    Log,
    Message,
    Mood,
    Now,
    Playing,
    Remember,
    Rest,
    Settings,
    State,
    Track,
    Value,
    Welcome,
)
from edge.mind.attendance import Attendance, Patience
from edge.mind.emission import Emission, emission
from edge.mind.mood import Belief, Temper
from edge.mind.trajectory import Trajectory

Quiet = Literal["start", "absence", "listener"]

BLIND_S = 5.0
"""An eye that died is back within this time."""
HEARD = 200
"""So many of the latest songs are remembered for the choice of the next."""


class Rules(Value, frozen=True):
    """What the configuration says, beside the settings that the listener may change."""

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
    camera_sees: CameraState = "off"
    """What eye says of its camera; `state.camera` also knows the listener's wish."""
    faults: dict[str, str] = {}
    """Parts that are not well, with their last sentence."""
    chosen_for: Mood | None = None
    """The mood for which the present song was chosen."""
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
    """Effect: keep the settings over a restart."""

    settings: Settings


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


Effect = Save | KeepRest | KeepPlaying | Remember | ToEye | ToPlayer | Log | Event


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

    def tell(self, event_type: Any, **fields: Any) -> None:
        """Publish an event."""
        self.do(Event(event_type=event_type, wall=self.now.wall, fields=fields))
