"""Composition roots of box, eye and player: with `app_*.py`, the only importer of drivers.

Each root opens things in order and closes them in reverse, through one ExitStack. Shutdown is one
path: SIGTERM or Ctrl-C sets `stop`, the loop ends, the stack unwinds; a process that hangs on its
way out is ended all the same.
"""

from __future__ import annotations

import importlib
import logging
import os
import signal
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from types import FrameType
from typing import Any

from edge.errors import ConfigError, MoodboxError
from edge.family import die_with_parent
from edge.launch import Launch
from edge.process import Process
from edge.upkeep.health import Heartbeats, Watch
from edge.upkeep.systemd import start_logging, supervisor

_HANG_S = 4.5
_log = logging.getLogger("moodbox")


def serve(name: str, launch: Launch, env: Mapping[str, str]) -> int:
    """Run one of the three processes until it is told to stop; its exit status."""
    die_with_parent(env)
    start_logging(name, env, verbose=launch.verbose)
    stop = _stop_on_signals()
    watcher = supervisor(env)
    beats = Heartbeats()
    with ExitStack() as stack:
        stack.callback(watcher.stopping)
        watch = Watch(beats, watcher)
        stack.callback(watch.close)

        def ready(status: str) -> None:
            # Not earlier: eye gives up the network while it has one thread only.
            watch.start()
            watcher.ready(status)

        process = Process(launch=launch, env=env, stack=stack, stop=stop, beats=beats, ready=ready)
        root: Any = importlib.import_module(f"edge.app_{name}")
        try:
            root.run(process)
        except ConfigError:
            raise
        except MoodboxError as error:
            _log.error("%s", error)
            return 1
    return 0


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        if not stop.is_set():
            stop.set()
            last_resort = threading.Timer(_HANG_S, os._exit, (1,))
            last_resort.daemon = True
            last_resort.start()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    return stop
