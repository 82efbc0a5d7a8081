"""What `moodbox doctor` says of the box that runs: the faults that its health tells."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from edge.errors import LinkError
from edge.link import answers
from edge.messages import Published
from edge.tool_line import Line
from edge.upkeep.doctor import Check

_WITHIN_S: Final = 1.0
"""What stands is sent at once; a box that has just begun may have no health yet."""
_MENDS: Final[Mapping[str, str]] = {
    "mqtt": "Give each box an id of its own in [box] id.",
    "audio": "moodbox devices lists the loudspeakers.",
    "camera": "moodbox devices lists the cameras.",
}


def running_box(socket: Path) -> Check:
    """The check."""
    if not answers(socket):
        return Check(name="box", status="skip", message="No box is running.")
    try:
        with Line(socket, readings=False) as box:
            health = _health(box)
    except LinkError as error:
        mend = "Look at its log; start it again if it stays so."
        return Check(name="box", status="fail", message=str(error), mend=mend)
    if health is None:
        return Check(name="box", status="ok", message="The box is running; it has just begun.")
    return told(health)


def told(health: Mapping[str, Any]) -> Check:
    """As its health has it."""
    faults: Mapping[str, str] = health["faults"]
    if not faults:
        return Check(name="box", status="ok", message="The running box knows of no fault.")
    text = "; ".join(f"{part}: {fault.rstrip('.')}" for part, fault in sorted(faults.items()))
    mends = [_MENDS[part] for part in sorted(faults) if part in _MENDS]
    mend = " ".join(mends) or None
    return Check(name="box", status="warn", message=f"The running box says: {text}.", mend=mend)


def _health(box: Line) -> Mapping[str, Any] | None:
    box.watch()
    end = time.monotonic() + _WITHIN_S
    while time.monotonic() < end:
        heard = box.next()
        if isinstance(heard, Published) and heard.topic.endswith("/health"):
            health: Mapping[str, Any] = heard.payload
            return health
    return None
