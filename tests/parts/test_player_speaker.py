"""The loudspeaker's device opened and closed under a thread that never rests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_CYCLES = 12
_BUSY = f"""
import threading
from edge.player.speaker import PygameSpeaker

def spin():
    while True:
        pass

for _ in range(2):
    threading.Thread(target=spin, daemon=True).start()
for _ in range({_CYCLES}):
    taken = threading.Semaphore(0)
    speaker = PygameSpeaker(lambda samples: taken.release(), "dummy")
    speaker.start()
    for _ in range(3):
        assert taken.acquire(timeout=20.0)
    speaker.mute()
    speaker.close()
print("closed", flush=True)
"""


def test_it_closes_while_the_card_waits_for_a_busy_interpreter() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _BUSY],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60.0,  # a hang, for it takes two seconds
        check=False,
    )
    assert "closed" in done.stdout, done.stderr
