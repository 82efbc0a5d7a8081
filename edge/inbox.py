"""box's one inbox, into which every thread puts what it heard, and the tools that watch box."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable

from edge.link import Connection
from edge.messages import (
    Answer,
    Command,
    FilesChanged,
    Found,
    HeardSongs,
    Hello,
    InboxMessage,
    Message,
)

_SIZE = 1000
_CROWD = 500
"""Where so much waits, commands wait outside: what our own processes tell must still fit."""
_PATIENCE_S = 1.0
"""Long beside what box takes for a full inbox, short beside the broker's patience."""
_SAY_EVERY_S = 10.0
_log = logging.getLogger("moodbox")


class Heard:
    """A frame from the link, with who sent it; None as message once that end is gone."""

    def __init__(self, hello: Hello, connection: Connection, message: object | None) -> None:
        self.hello = hello
        self.connection = connection
        self.message = message


class Inquiry:
    """A request that passed the door; `answer` may be called from any thread, once."""

    def __init__(self, command: Command, answer: Callable[[Answer], None]) -> None:
        self.command = command
        self.answer = answer


Item = InboxMessage | Found | FilesChanged | HeardSongs | Heard | Inquiry


class Inbox:
    """Bounded; what does not fit is dropped and said."""

    def __init__(self) -> None:
        self._items: queue.Queue[Item] = queue.Queue(_SIZE)
        self._at_once: Callable[[Inquiry], bool] = lambda _inquiry: False
        self._no_crowd = threading.Event()
        self._dropped = 0
        self._said_at = -_SAY_EVERY_S

    def put(self, item: Item) -> None:
        """Never waits."""
        self._put(item, 0.0)

    def wait(self, item: Item) -> None:
        """Waits a while for room, so that a crowd of commands is slowed and none is lost."""
        if self._items.qsize() >= _CROWD:
            self._no_crowd.clear()
            self._no_crowd.wait(_PATIENCE_S)
        self._put(item, _PATIENCE_S)

    def inquire(self, command: Command, answer: Callable[[Answer], None]) -> bool:
        """A request, answered at once where box has nothing else to do; False: there is no room."""
        inquiry = Inquiry(command, answer)
        return self._at_once(inquiry) or self._put(inquiry, 0.0)

    def lend(self, at_once: Callable[[Inquiry], bool]) -> None:
        """Box deals with a request in the thread that brings it, where it can."""
        self._at_once = at_once

    def _put(self, item: Item, within_s: float) -> bool:
        try:
            self._items.put(item, block=within_s > 0, timeout=within_s or None)
        except queue.Full:
            self._say(item)
            return False
        return True

    def _say(self, item: Item) -> None:
        """Seldom: a log that grows with the crowd would make it worse."""
        self._dropped += 1
        if time.monotonic() - self._said_at >= _SAY_EVERY_S:
            self._said_at = time.monotonic()
            told = "box does not keep up: a %s was dropped, the %d. so far"
            _log.error(told, type(item).__name__, self._dropped)

    def hear(self, hello: Hello, connection: Connection, message: object) -> None:
        """A frame came from the link."""
        self.put(Heard(hello, connection, message))

    def lose(self, hello: Hello, connection: Connection) -> None:
        """One end of the link is gone."""
        self.put(Heard(hello, connection, None))

    @property
    def depth(self) -> int:
        """How much waits in it."""
        return self._items.qsize()

    @property
    def idle(self) -> bool:
        """Nothing waits, and what came out of it is done."""
        return not self._items.unfinished_tasks

    def done(self) -> None:
        """What `get` gave is dealt with."""
        self._items.task_done()

    def get(self, within_s: float) -> Item | None:
        if self._items.qsize() < _CROWD:
            self._no_crowd.set()
        try:
            return self._items.get(timeout=within_s)
        except queue.Empty:
            return None


class Watchers:
    """The tools that asked to be told of everything."""

    def __init__(self) -> None:
        self._connections: set[Connection] = set()

    def add(self, connection: Connection) -> None:
        self._connections.add(connection)

    def discard(self, connection: Connection) -> None:
        self._connections.discard(connection)

    def send(self, message: Message) -> None:
        """To each of them; whoever does not read loses the oldest."""
        for connection in tuple(self._connections):
            connection.send(message)
