"""The one place where things are decided: a message in, the new situation and the effects out."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from edge.messages import (
    BadCommand,
    Broker,
    Command,
    Ended,
    Gone,
    Hello,
    InboxMessage,
    Look,
    Now,
    Part,
    Played,
    Reading,
    Rest,
    Settings,
    State,
    Tick,
    Track,
    TracksCame,
    TracksFound,
    Volume,
)
from edge.mind import adjust, arrivals, playback, presence, recall, sleep, volume, wishes
from edge.mind.emission import at_rest
from edge.mind.shelves import arrange, rearrange
from edge.mind.situation import Effect, KeepRest, Rules, Situation, ToEye, ToPlayer, Turn


def begin(rules: Rules, settings: Settings) -> Situation:
    """The situation before the first message."""
    level = min(settings.volume, rules.volume_limit)
    state = State(
        mode=settings.mode, policy=settings.policy, language=settings.language, volume=level
    )
    return Situation(
        rules=rules,
        settings=settings,
        state=state,
        guest=settings.guest_until is not None,
        repeat=settings.repeat,
        shuffle=settings.shuffle,
    )


def stock(situation: Situation, tracks: Sequence[Track]) -> Situation:
    """The situation with this collection, and no other songs."""
    shelves = arrange(tracks, situation.rules.house)
    return replace(situation, tracks={track.id: track for track in tracks}, shelves=shelves)


def restock(situation: Situation, tracks: Sequence[Track], gone: Sequence[str] = ()) -> Situation:
    """The same after some songs came, went, or are better known now."""
    after = situation.tracks | {track.id: track for track in tracks}
    for name in gone:
        after.pop(name, None)
    changed = [*(track.id for track in tracks), *gone]
    shelves = rearrange(situation.shelves, situation.tracks, after, changed)
    return replace(situation, tracks=after, shelves=shelves)


def handle(
    situation: Situation, message: InboxMessage, now: Now, dice: float
) -> tuple[Situation, tuple[Effect, ...]]:
    """What becomes of the situation, and what to do; `dice` is a number in 0–1."""
    turn = Turn(situation, now, dice)
    match message:
        case Reading():
            presence.look(turn, message)
        case Tick():
            _pass_time(turn)
        case Played():
            playback.heard(turn, message)
        case Ended():
            playback.ended(turn, message)
        case Part():
            presence.part(turn, message)
        case Hello():
            _greet(turn, message)
        case Gone():
            _miss(turn, message)
        case Command():
            wishes.obey(turn, message)
        case BadCommand():
            wishes.refuse(turn, message)
        case TracksFound() | TracksCame():
            _learn_tracks(turn, message)
        case Rest():
            _learn_rest(turn, message)
        case Broker():
            _mind_twin(turn, message)
    return turn.situation, tuple(turn.effects)


def _pass_time(turn: Turn) -> None:
    state, attendance = turn.state, turn.situation.attendance
    if attendance.at is not None and turn.now.at - attendance.at > turn.situation.rules.blind_s:
        turn.note(camera_sees="fault")
        presence.show_camera(turn)
    if state.override_until is not None and turn.now.wall >= state.override_until:
        turn.show(override="auto", override_until=None)
        presence.feel(turn)
        arrivals.expire(turn)
    volume.obey(turn)
    adjust.see_guest_off(turn)
    arrivals.depart(turn)
    playback.follow_mood(turn)
    sleep.look(turn)
    recall.keep(turn)


def _greet(turn: Turn, hello: Hello) -> None:
    """eye or player has come (back): tell it what holds."""
    if hello.role == "eye":
        turn.do(ToEye(message=Look(on=turn.situation.settings.camera == "on")))
    elif hello.role == "player":
        turn.note(player_new=True)
        level = volume.heard_level(turn.situation, turn.now)
        turn.do(ToPlayer(message=Volume(level=level)))
    presence.part(turn, Part(part=hello.role, ok=True, message=f"{hello.role} is back"))


def _miss(turn: Turn, gone: Gone) -> None:
    """eye or player died; whoever started it starts it again, we only say so.

    The state waits: an eye that is back within `blind_s` has changed nothing for anyone.
    """
    message = f"the {gone.role} process ended; it is being started again"
    presence.part(turn, Part(part=gone.role, ok=False, message=message))


def _mind_twin(turn: Turn, broker: Broker) -> None:
    """Of the broker nothing else matters here: the session keeps what could not be sent."""
    if broker.twin:
        presence.part(turn, Part(part="mqtt", ok=False, message=broker.message))
    elif broker.connected:
        presence.part(turn, Part(part="mqtt", ok=True, message=broker.message))


def _learn_rest(turn: Turn, rest: Rest) -> None:
    """From the next reading on the listener's face is read as its own."""
    rules = turn.situation.rules
    turn.note(rules=replace(rules, reader=at_rest(rules.reader, rest.probabilities)))
    turn.do(KeepRest(rest=rest))


def _learn_tracks(turn: Turn, found: TracksFound | TracksCame) -> None:
    broken = turn.situation.broken
    tracks = tuple(track for track in found.tracks if track.id not in broken)
    gone = found.gone if isinstance(found, TracksCame) else ()
    if tracks or gone:
        turn.situation = restock(turn.situation, tracks, gone)
    if isinstance(found, TracksFound):
        turn.tell(
            "scan_finished",
            added=found.added,
            changed=found.changed,
            removed=found.removed,
            total=found.total,
        )
    playback.follow_mood(turn)
