"""player as a process of its own: messages come in on stdin and go out on stdout, one a line."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import msgspec

from edge.messages import Message, ToPlayer
from edge.player.drivers import Drivers
from edge.player.process import PlayerLoop, hurry

SPIN = "MOODBOX_TEST_SPIN"
"""In the environment: let a thread of this process be busy all the time."""


def main() -> None:
    hurry()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    out = threading.Lock()

    def say(value: Any) -> None:
        with out:
            sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")
            sys.stdout.buffer.flush()

    def send(message: Message) -> None:
        say(message)

    driver, device = sys.argv[1:]
    player = PlayerLoop(None if driver == "none" else Drivers(driver, device, os.environ), send)
    player.open()
    say({"type": "ready", "audio": player.audio})

    def listen() -> None:
        # Unbuffered: a thread inside a buffered read at the end makes Python abort.
        for line in open(0, "rb", buffering=0, closefd=False):  # noqa: SIM115 - our own stdin
            player.handle(msgspec.json.decode(line, type=ToPlayer))

    threading.Thread(target=listen, name="stdin", daemon=True).start()
    if os.environ.get(SPIN):
        threading.Thread(target=_spin, name="spin", daemon=True).start()
    player.run(stop)
    say({"type": "end", "gaps": player.gaps, "memory_mb": _memory_mb()})


def _spin() -> None:
    """A thread that never waits, as a heavy decoder or a careless library would."""
    while True:
        pass


def _memory_mb() -> float:
    # Not ru_maxrss: that remembers the process which forked this one.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main()
