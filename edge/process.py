"""What a composition root is given: how it was started, when to stop, what to close."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from edge.launch import Launch
from edge.upkeep.health import Heartbeats


@dataclass(frozen=True, kw_only=True)
class Process:
    """One running process of ours."""

    launch: Launch
    env: Mapping[str, str]
    stack: ExitStack
    """Closes what was opened, in reverse."""
    stop: threading.Event
    beats: Heartbeats
    ready: Callable[[str], None]
    """Tells the supervisor that this process works, and what it does."""
