"""Who is there and how they feel, as the state shows it: belief and override made visible."""

from __future__ import annotations

from edge.messages import Mood, Part, Presence, Reading
from edge.mind import mood as filters
from edge.mind import playback
from edge.mind.circumplex import PLACES
from edge.mind.mood import Belief
from edge.mind.situation import Turn

BLIND_S = 5.0
"""Without a reading for so long nobody knows who is there."""


def look(turn: Turn, reading: Reading) -> None:
    """Take in one reading."""
    if turn.situation.settings.camera == "off":
        return  # it was on its way when the listener closed the camera
    if turn.situation.camera_sees != "on":
        turn.note(camera_sees="on")
        show_camera(turn)
    turn.note(belief=filters.update(turn.situation.belief, reading, turn.situation.rules.temper))
    _show_presence(turn)
    feel(turn)
    playback.follow_mood(turn)


def blind(turn: Turn) -> None:
    """Nothing is seen any more: forget who was there."""
    turn.note(belief=Belief())
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
        change_mood(turn, override)
        valence, arousal = PLACES[override]
        turn.show(mood_source="override", confidence=None, valence=valence, arousal=arousal)
    elif belief.mood is not None and belief.place is not None:
        turn.show(confidence=belief.confidence, mood_source="camera")
        change_mood(turn, belief.mood)
        turn.show(valence=belief.place[0], arousal=belief.place[1])
    else:
        turn.show(confidence=None, mood_source=None, valence=None, arousal=None)
        change_mood(turn, None)


def change_mood(turn: Turn, mood: Mood | None) -> None:
    before = turn.state.mood
    if mood == before:
        return
    turn.show(mood=mood, mood_since=None if mood is None else turn.now.wall)
    confidence = None if turn.state.override != "auto" else turn.state.confidence
    turn.tell("mood_changed", **{"from": before, "to": mood, "confidence": confidence})


def _show_presence(turn: Turn) -> None:
    belief = turn.situation.belief
    presence: Presence = "present" if belief.present else "absent"
    people: int | None = belief.people
    if belief.at is None:
        presence, people = "unknown", None
    before = turn.state.presence
    turn.show(presence=presence, people=people)
    if presence != before:
        turn.tell("presence_changed", **{"from": before, "to": presence, "people": people})
        _mind_absence(turn)


def _mind_absence(turn: Turn) -> None:
    """Remember since when nobody is there; go on where the absence made a pause."""
    absent = turn.state.presence == "absent"
    turn.note(absent_since=turn.now.at if absent else None)
    if turn.state.presence == "present" and turn.situation.paused_by_absence:
        playback.resume(turn)


def wait_for_somebody(turn: Turn) -> None:
    """Pause once nobody has been there for as long as the owner set."""
    since, limit = turn.situation.absent_since, turn.situation.rules.absent_pause_s
    if since is None or not limit or turn.now.at - since < limit:
        return
    if turn.state.player == "playing" and turn.state.mode == "auto":
        playback.pause(turn)
        turn.note(paused_by_absence=True)
