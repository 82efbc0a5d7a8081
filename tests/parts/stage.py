"""The player with a card that writes down what it is given, for tests of its loop."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np

from edge.messages import Ended, Message, Played, ToPlayer, Volume
from edge.player.process import PlayerLoop
from edge.player.speaker import RATE, Fill
from edge.ports import Samples
from tests.waiting import until

BLOCK = 960


class Recorder:
    """A card that takes samples at the pace of real time and keeps them."""

    driver = "recorder"
    delay_s = 0.0
    chunk = 960

    def __init__(self, fill: Fill) -> None:
        self._fill = fill
        self._stop = threading.Event()
        self._blocks: list[Samples] = []
        self._thread = threading.Thread(target=self._run, name="recorder")

    def start(self) -> None:
        self._thread.start()

    def alive(self) -> bool:
        return True

    def stalled(self) -> bool:
        return False

    def mute(self) -> None: ...

    def returned(self) -> bool:
        return False

    def close(self) -> None:
        self._stop.set()
        self._thread.join()

    def heard(self) -> Samples:
        return np.concatenate([np.zeros((0, 2), np.float32), *self._blocks])

    def _run(self) -> None:
        while not self._stop.wait(BLOCK / RATE):
            block = np.empty((BLOCK, 2), np.float32)
            self._fill(block)
            self._blocks.append(block)


class Stage:
    """The player, its card, and what it told box."""

    def __init__(self) -> None:
        self.cards: list[Recorder] = []
        self.told: list[Message] = []
        self.beats = 0
        self.player = PlayerLoop(self, self.told.append, self._beat)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self.player.run, args=(self._stop,), name="player")
        self.player.open()
        self._thread.start()
        self.ask(Volume(level=100))

    def any(self) -> bool:
        return True

    def find(self) -> str:
        return "recorder"

    def open(self, fill: Fill, driver: str) -> Recorder:
        self.cards.append(Recorder(fill))
        return self.cards[0]

    def signs(self) -> object:
        return None

    def _beat(self) -> None:
        self.beats += 1

    def ask(self, *messages: ToPlayer) -> None:
        for message in messages:
            self.player.handle(message)

    def heard(self) -> Samples:
        return self.cards[0].heard()

    def sounds(self, seconds: float) -> Samples:
        """What is heard in the next seconds."""
        begin = len(self.heard())
        until(lambda: len(self.heard()) >= begin + seconds * RATE)
        return self.heard()[begin:]

    def played(self) -> Played:
        """What it said last."""
        return [one for one in self.told if isinstance(one, Played)][-1]

    def ended(self) -> list[tuple[str, str]]:
        return [(one.track_id, one.reason) for one in self.told if isinstance(one, Ended)]

    def end(self) -> None:
        self._stop.set()
        self._thread.join(5.0)
        assert not self._thread.is_alive()


def playing(stage: Stage, track_id: str) -> Callable[[], bool]:
    return lambda: (stage.played().track_id, stage.played().state) == (track_id, "playing")
