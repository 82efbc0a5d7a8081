"""How loud it is heard: what the listener set, under the owner's limit and that of quiet hours.

What the listener set stays as it is and is shown; quiet hours lower only what is heard.
"""

from __future__ import annotations

from edge.messages import Now, Volume
from edge.mind.quiet import quiet
from edge.mind.situation import Situation, ToPlayer, Turn


def heard_level(situation: Situation, now: Now) -> int:
    """How loud the player is to be: what was set, under the owner's limit and that of the hours."""
    level = min(situation.state.volume, situation.rules.volume_limit)
    hours = situation.rules.quiet_hours
    return min(level, hours.volume) if quiet(hours, now) else level


def obey(turn: Turn) -> None:
    """Tell the player where the hours have begun or ended."""
    if quiet(turn.situation.rules.quiet_hours, turn.now) != turn.situation.quiet_hours:
        retell(turn)


def retell(turn: Turn) -> None:
    """Tell the player how loud to be now."""
    turn.note(quiet_hours=quiet(turn.situation.rules.quiet_hours, turn.now))
    turn.do(ToPlayer(message=Volume(level=heard_level(turn.situation, turn.now))))
