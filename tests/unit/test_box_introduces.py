"""What box tells the world of its other processes, as soon as they say it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from edge.box import Box
from edge.correspondence import Correspondence
from edge.desk import Desk
from edge.diagnosing import Diagnosing
from edge.ears import Ears, SongPlaces
from edge.inbox import Inbox, Watchers
from edge.keeping import Keeping
from edge.link import Connection
from edge.messages import Answer, Command, Hello, History, Message, Part, Role, ScanTold
from edge.mind.situation import Situation
from edge.ports import Diary, Library, Publisher
from edge.resting import Resting
from edge.scans import Scans
from edge.upkeep.vitals import Vitals
from tests.waiting import until


class End:
    """One process as box sees it."""

    def send(self, message: Message) -> None: ...
    def close(self) -> None: ...


class World:
    """A publisher that keeps `info`, and a library without songs."""

    def __init__(self) -> None:
        self.info: dict[str, Any] = {}

    def introduce(self, about: dict[str, Any]) -> None:
        self.info.update(about)

    def show(self, *_: object) -> None: ...
    def tell(self, *_: object) -> None: ...
    def log(self, *_: object) -> None: ...
    def health(self, *_: object) -> None: ...
    def tracks(self, _only: object = None) -> tuple[()]:
        return ()

    def more(self, _most: int = 0) -> None:
        return None

    def broken(self) -> frozenset[str]:
        return frozenset()

    def likes(self) -> dict[str, bool]:
        return {}

    def heard(self) -> tuple[()]:
        return ()

    def history(self) -> History:
        return History()

    def lessons(self) -> tuple[()]:
        return ()

    def progress(self) -> ScanTold:
        return ScanTold()

    def tend(self, *_: object) -> None: ...
    def take(self, *_: object, **__: object) -> None: ...


class NoGauges:
    """Measures nothing."""

    def watch(self, name: str, pid: int) -> None: ...
    def newest(self, at: float) -> None: ...


class NoListener:
    """Never asked to listen."""

    def start(self, _jobs: object) -> bool:
        return False

    def pause(self) -> None: ...


class NoScanner:
    """Never asked to scan."""

    busy = False

    def start(self, _job: object) -> bool:
        return False

    def taken(self) -> None: ...


def test_a_model_or_a_loudspeaker_that_comes_late_is_told_when_it_comes(tmp_path: Path) -> None:
    world, inbox = World(), Inbox()
    with running(world, inbox, tmp_path):
        hear_all(world, inbox)


@contextmanager
def running(world: World, inbox: Inbox, folder: Path) -> Iterator[None]:
    """A box whose loop runs in a thread."""
    stop = threading.Event()
    library, diary = cast("Library", world), cast("Diary", world)
    scans = Scans(library, NoScanner())
    box = Box(
        Situation(),
        inbox,
        Watchers(),
        library,
        cast("Publisher", world),
        keeping=Keeping(lambda _: None),
        desk=Desk(library, scans, diary, tuple, Diagnosing(tuple)),
        correspondence=Correspondence(lambda *_: {}),
        diary=diary,
        resting=Resting(folder / "rest.json", None),
        scans=scans,
        ears=Ears(cast("SongPlaces", world), NoListener()),
        vitals=Vitals(time.monotonic(), NoGauges(), dict),
        beat=lambda: None,
    )
    thread = threading.Thread(target=box.run, args=(stop,), name="box")
    thread.start()

    try:
        yield
    finally:
        stop.set()
        thread.join(5)


def hear_all(world: World, inbox: Inbox) -> None:
    def says(role: Role, *parts: Part) -> None:
        hello, end = Hello(protocol=1, role=role, pid=1), cast("Connection", End())
        for message in (hello, *parts):
            inbox.hear(hello, end, message)

    says("eye", Part(part="model", ok=False, message="There is no model."))
    until(lambda: "runtime" in world.info, 5, "eye's hello")
    assert world.info["runtime"] is None
    says("eye", Part(part="model", ok=True, kind="one 1.0"), Part(part="camera", ok=True))
    says("player", Part(part="audio", ok=True, kind="alsa"))
    wanted = {"camera": None, "runtime": "one 1.0", "audio": "alsa"}
    until(lambda: world.info == wanted, 5, "all three")


def test_requests_are_answered_in_order_whoever_has_the_turn(tmp_path: Path) -> None:
    world, inbox = World(), Inbox()
    levels: list[int] = []
    here: list[bool] = []

    def ask(level: int) -> None:
        def answer(told: Answer) -> None:
            assert told.data is not None
            levels.append(told.data["level"])
            here.append(threading.current_thread() is threading.main_thread())

        command = Command(name="volume", arguments={"level": level}, asked=True)
        assert inbox.inquire(command, answer)

    with running(world, inbox, tmp_path):
        for level in range(90):
            if level % 7 == 3:
                inbox.put(Command(name="volume", value=100))  # now the loop has something to do
            ask(level)
            if level % 10 == 0:
                until(lambda: inbox.idle, 5, "an idle box")
        until(lambda: len(levels) == 90, 5, "every answer")
    assert levels == list(range(90))
    assert any(here)
    assert not all(here)
