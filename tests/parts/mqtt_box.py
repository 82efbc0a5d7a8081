"""box's side of the broker as a program: tells numbered events, keeps what waits, may be killed.

`python -m tests.parts.mqtt_box PORT FOLDER FIRST COUNT` prints a line for each event and then
waits for the end of its input.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from edge.messages import Broker, Event, Now, State
from edge.mqtt import event_ids
from edge.mqtt.address import Address
from edge.mqtt.keeper import Keeper
from edge.mqtt.outbox import Outbox
from edge.mqtt.publisher import MqttPublisher
from edge.mqtt.topics import About, Topics
from edge.mqtt.uplink import Uplink

TOPICS = Topics(prefix="moodbox", id="box")
HEALTH = {"uptime_s": 0, "faults": {}}


class KeepingBox:
    """A publisher with all that stands behind it, as box composes it."""

    def __init__(
        self,
        port: int,
        folder: Path,
        announce_s: float = 0.0,
        dice: Callable[[], float] = random.random,
    ) -> None:
        self.brokers: list[Broker] = []
        self.commands: list[object] = []
        self.outbox = Outbox(order=[TOPICS.of(name) for name in ("info", "state", "health")])
        self.keeper = Keeper(self.outbox, folder, TOPICS.of("event"))
        self.uplink = Uplink(
            Address(host="127.0.0.1", port=port),
            TOPICS,
            self.outbox,
            self.obey,
            self.brokers.append,
            announce_s,
            dice,
        )
        ids = event_ids.kept_in(folder, time.time(), self.keeper.newest_id)
        about = About(version="1", id="box", name="Box")
        self.publisher = MqttPublisher(
            TOPICS, about, ids, self.outbox, self.uplink, lambda _published: None
        )

    def obey(self, command: object) -> None:
        self.commands.append(command)

    @property
    def met(self) -> bool:
        return bool(self.brokers) and self.brokers[-1].connected

    def show(self, volume: int = 40) -> None:
        now = Now(at=time.monotonic(), wall=time.time())
        self.publisher.show(State(volume=volume), now)

    def tell(self, number: int) -> None:
        fields = {"command": str(number), "ok": True}
        self.publisher.tell(Event(event_type="command", wall=time.time(), fields=fields))


@contextmanager
def keeping_box(
    port: int, folder: Path, make: Callable[[int, Path], KeepingBox] = KeepingBox
) -> Iterator[KeepingBox]:
    box = make(port, folder)
    with box.keeper:
        box.publisher.start()
        box.show()
        box.publisher.health(HEALTH)
        try:
            yield box
        finally:
            box.publisher.close()


def main() -> None:
    port, folder, first, count = sys.argv[1:]
    with keeping_box(int(port), Path(folder)) as box:
        for number in range(int(first), int(first) + int(count)):
            box.tell(number)
            print(number, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
