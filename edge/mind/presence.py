"""Who is there and how they feel, as the state shows it: belief and override made visible."""

from __future__ import annotations

from edge.messages import Mood, Part, Presence, Reading
from edge.mind import arrivals, playback
from edge.mind.attendance import Attendance, attend
from edge.mind.circumplex import PLACES, expectation
from edge.mind.mood import Belief, update
from edge.mind.situation import Turn
from edge.mind.trajectory import Trajectory, follow


def look(turn: Turn, reading: Reading) -> None:
    """Take in one reading."""
    if turn.situation.settings.camera == "off":
        return  # it was on its way when the listener closed the camera
    if turn.situation.camera_sees != "on":
        turn.note(camera_sees="on")
        show_camera(turn)
    rules = turn.situation.rules
    turn.note(attendance=attend(turn.situation.attendance, reading, rules.patience))
    if turn.situation.attendance.anyone:
        turn.note(belief=update(turn.situation.belief, reading, rules.temper, rules.reader))
        _go_along(turn)
    else:
        turn.note(belief=Belief(), trajectory=Trajectory())
    _show_presence(turn)
    feel(turn)
    arrivals.welcome(turn)
    playback.follow_mood(turn)


def _go_along(turn: Turn) -> None:
    """Follow where the mood is going, once there is one."""
    belief = turn.situation.belief
    if belief.mood is not None and belief.at is not None:
        valence, _ = expectation(belief.by_mood)
        turn.note(trajectory=follow(turn.situation.trajectory, belief.at, valence))


def blind(turn: Turn) -> None:
    """Nothing is seen any more: forget who was there."""
    turn.note(attendance=Attendance(), belief=Belief(), trajectory=Trajectory())
    _show_presence(turn)
    feel(turn)


def show_camera(turn: Turn) -> None:
    """Show the camera's condition: the listener's wish first, then what eye says."""
    wish, sees = turn.situation.settings.camera, turn.situation.camera_sees
    state = "off" if wish == "off" else sees
    turn.show(camera=state)
    if state != "on":
        blind(turn)


def part(turn: Turn, message: Part) -> None:
    """A part fell ill or is well again."""
    if message.part == "camera":
        turn.note(camera_sees="on" if message.ok else "fault")
        show_camera(turn)
    faults = dict(turn.situation.faults)
    if not message.ok and faults.get(message.part) != message.message:
        faults[message.part] = message.message
        turn.tell("fault", part=message.part, message=message.message)
    elif message.ok and faults.pop(message.part, None) is not None:
        turn.tell("recovered", part=message.part, message=message.message)
    turn.note(faults=faults)


def feel(turn: Turn) -> None:
    """Show the mood: the override where there is one, else what the camera tells."""
    override = turn.state.override
    belief = turn.situation.belief
    if override != "auto":
        valence, arousal = PLACES[override]
        turn.show(mood_source="override", confidence=None, valence=valence, arousal=arousal)
        turn.show(trend=None)
        change_mood(turn, override)
    elif belief.mood is not None and turn.situation.attendance.present:
        valence, arousal = expectation(belief.by_mood)
        turn.show(mood_source="camera", confidence=belief.confidence)
        turn.show(valence=valence, arousal=arousal, trend=turn.situation.trajectory.trend)
        change_mood(turn, belief.mood)
    else:
        turn.show(mood_source=None, confidence=None, valence=None, arousal=None, trend=None)
        change_mood(turn, None)


def change_mood(turn: Turn, mood: Mood | None) -> None:
    before = turn.state.mood
    if mood == before:
        return
    turn.show(mood=mood, mood_since=None if mood is None else turn.now.wall)
    confidence = None if turn.state.override != "auto" else turn.state.confidence
    turn.tell("mood_changed", **{"from": before, "to": mood, "confidence": confidence})


def _show_presence(turn: Turn) -> None:
    attendance = turn.situation.attendance
    presence: Presence = "present" if attendance.present else "absent"
    people: int | None = attendance.people
    before = turn.state.presence
    undecided = before == "unknown" and attendance.anyone and not attendance.present
    if attendance.at is None or undecided:
        presence, people = "unknown", None
    turn.show(presence=presence, people=people)
    if presence != before:
        turn.tell("presence_changed", **{"from": before, "to": presence, "people": people})
        turn.note(absent_since=turn.now.at if presence == "absent" else None)
