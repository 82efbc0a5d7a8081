"""A guarded broker with two boxes, its owner and Home Assistant, and what it lets a stranger do."""

from __future__ import annotations

from pathlib import Path

from tests.broker import HOST, until
from tests.guarded import Box, GuardedBroker, Guest, Home, enrol

NOT_ALLOWED = "Not authorized"
NAMES = ("availability", "info", "state")


class Site:
    """A broker with two boxes, its owner and Home Assistant."""

    def __init__(self, folder: Path, way: str) -> None:
        self.folder, self.way = folder, way
        self.made = folder / "made"
        more = ("--client-certificates",) if way == "certificates" else ()
        done = enrol(self.made, "--broker", HOST, "--boxes", "kitchen", "bedroom", *more)
        assert done.returncode == 0, done.stderr
        self.broker = GuardedBroker(folder, self.made)
        self.broker.start()
        self.guests: list[Guest] = []
        self.boxes: list[Box] = []

    def home(self, name: str) -> Home:
        kind = "people" if name in ("owner", "homeassistant") else "boxes"
        return Home(self.made / kind / name)

    def guest(self, name: str, *topics: str) -> Guest:
        """Somebody with this one's account."""
        home = self.home(name)
        by_name = name if self.way == "passwords" else None
        guest = Guest(self.broker.port, by_name, home.password, home.context(), *topics)
        self.guests.append(guest)
        assert not guest.refused, guest.refused
        return guest

    def refuses(self, *account: object) -> bool:
        guest = Guest(self.broker.port, *account)  # type: ignore[arg-type]  # any account
        guest.close()
        return bool(guest.refused)

    def box(self, name: str) -> Box:
        box = Box(self.folder, self.home(name), self.broker.port)
        self.boxes.append(box)
        until(lambda: box.met, 15, "the session")
        return box

    def close(self) -> None:
        for guest in self.guests:
            guest.close()
        for box in self.boxes:
            box.publisher.close()
        self.broker.stop()
