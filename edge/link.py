"""The socket between the processes, both ends.

box listens; eye, player and tools connect and retry for ever. Nobody waits for the other: what
does not fit into a full queue pushes the oldest out, and of readings only the newest is kept.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from edge import frames
from edge.errors import LinkError
from edge.messages import PROTOCOL, Hello, Message, Reading, Role

QUEUE = 256
RETRY_S = 0.25
HELLO_S = 5.0
"""A stranger that connects and says nothing is shown out after this long."""


class Connection:
    """One open socket: a writer thread with a bounded queue, and a blocking `receive`."""

    def __init__(self, sock: socket.socket, name: str) -> None:
        self._sock = sock
        self._out: deque[Message] = deque()
        self._wake = threading.Condition()
        self._open = True
        self.dropped = 0
        self._writer = threading.Thread(target=self._write, name=f"{name}-writer", daemon=True)
        self._writer.start()

    def send(self, message: Message) -> None:
        """Queue it; never waits. A reading replaces one that still waits."""
        with self._wake:
            if not self._open:
                return
            if isinstance(message, Reading):
                waiting = [one for one in self._out if not isinstance(one, Reading)]
                self.dropped += len(self._out) - len(waiting)
                self._out = deque(waiting)
            elif len(self._out) >= QUEUE:
                self._out.popleft()
                self.dropped += 1
            self._out.append(message)
            self._wake.notify()

    def receive(self, kinds: Any) -> Any:
        """The next message, checked against these types; raises when the link is gone."""
        return frames.decode(*frames.read(self._sock), kinds)

    def limit(self, seconds: float | None) -> None:
        """How long a single send or receive may take from now on."""
        self._sock.settimeout(seconds)

    def close(self) -> None:
        with self._wake:
            if not self._open:
                return
            self._open = False
            self._wake.notify()
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)
        self._sock.close()
        if threading.current_thread() is not self._writer:
            self._writer.join(1.0)

    def _write(self) -> None:
        while True:
            with self._wake:
                while self._open and not self._out:
                    self._wake.wait()
                if not self._open:
                    return
                message = self._out.popleft()
            try:
                self._sock.sendall(frames.encode(message))
            except OSError:
                self.close()
                return


def shake_hands(connection: Connection, mine: Hello, kinds: Any, role: Role | None) -> Hello:
    """Exchange hellos; LinkError where the other speaks another protocol or plays another role."""
    connection.limit(HELLO_S)
    connection.send(mine)
    theirs = connection.receive(kinds)
    connection.limit(None)
    if not isinstance(theirs, Hello):
        raise LinkError("the first frame must be a hello")
    if theirs.protocol != PROTOCOL:
        raise LinkError(
            f"the other end ({theirs.role}) speaks protocol {theirs.protocol}, this one {PROTOCOL};"
            " install the same version of both"
        )
    if role is not None and theirs.role != role:
        raise LinkError(f"expected {role} at the other end, found {theirs.role}")
    return theirs


class Client:
    """The end of eye, player or a tool: connects to box, retries for ever, passes messages on."""

    def __init__(
        self,
        path: Path,
        hello: Callable[[], Hello],
        kinds: Any,
        on_message: Callable[[Any], None],
        on_connected: Callable[[], None] = lambda: None,
        on_trouble: Callable[[str], None] = lambda _text: None,
    ) -> None:
        self._path = path
        self._hello = hello
        self._kinds = kinds
        self._on_message = on_message
        self._on_connected = on_connected
        self._on_trouble = on_trouble
        self._stop = threading.Event()
        self._connection: Connection | None = None
        self._thread = threading.Thread(target=self._run, name="link", daemon=True)

    @property
    def connected(self) -> bool:
        return self._connection is not None

    def start(self) -> None:
        self._thread.start()

    def send(self, message: Message) -> None:
        """To box, or into the void while it is away: what counts is told anew after hello."""
        connection = self._connection
        if connection is not None:
            connection.send(message)

    def close(self) -> None:
        self._stop.set()
        connection = self._connection
        if connection is not None:
            connection.close()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(2.0)

    def _run(self) -> None:
        last = ""
        while not self._stop.is_set():
            try:
                self._talk()
                last = ""
            except (FileNotFoundError, ConnectionError):
                pass  # box is not there yet, or is restarting
            except (OSError, LinkError) as error:
                if str(error) != last and not self._stop.is_set():
                    last = str(error)
                    self._on_trouble(last)
            self._stop.wait(RETRY_S)

    def _talk(self) -> None:
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            sock.connect(str(self._path))
        except OSError:
            sock.close()
            raise
        connection = Connection(sock, "link")
        try:
            shake_hands(connection, self._hello(), self._kinds, "box")
            self._connection = connection
            self._on_connected()
            while not self._stop.is_set():
                self._on_message(connection.receive(self._kinds))
        finally:
            self._connection = None
            connection.close()


class Server:
    """box's end: accepts eye, player and tools, one thread each, and names who speaks."""

    def __init__(
        self,
        path: Path,
        kinds: dict[Role, Any],
        on_message: Callable[[Hello, Connection, Any], None],
        on_gone: Callable[[Hello, Connection], None],
        on_trouble: Callable[[str], None],
    ) -> None:
        self._path = path
        self._kinds = kinds
        self._on_message = on_message
        self._on_gone = on_gone
        self._on_trouble = on_trouble
        self._stop = threading.Event()
        self._socket = self._listen()
        self._open: set[Connection] = set()
        self._thread = threading.Thread(target=self._accept, name="link-accept", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        if self._stop.is_set():
            return
        self._stop.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._path.unlink(missing_ok=True)
        for connection in tuple(self._open):
            connection.close()
        if self._thread.is_alive():
            self._thread.join(1.0)

    def _listen(self) -> socket.socket:
        if len(os.fsencode(self._path)) > 107:
            raise LinkError(f"the socket's path is longer than 107 bytes: {self._path}")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if self._path.exists() and answers(self._path):
            raise LinkError(f"another box is running already: it answers on {self._path}")
        self._path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(str(self._path))
        self._path.chmod(0o660)
        listener.listen(16)
        return listener

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                sock, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(sock,), name="link-in", daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        connection = Connection(sock, "link")
        self._open.add(connection)
        hello: Hello | None = None
        try:
            mine = Hello(protocol=PROTOCOL, role="box", pid=os.getpid())
            hello = shake_hands(connection, mine, Hello, None)
            kinds = self._kinds.get(hello.role)
            if kinds is None:
                raise LinkError(f"a {hello.role} has no business on box's link")
            self._on_message(hello, connection, hello)
            while not self._stop.is_set():
                self._on_message(hello, connection, connection.receive(kinds))
        except LinkError as error:
            self._on_trouble(str(error))
        except OSError:
            pass  # it closed its end or died: `on_gone` tells
        finally:
            self._open.discard(connection)
            connection.close()
            if hello is not None:
                self._on_gone(hello, connection)


def answers(path: Path) -> bool:
    """Whether a box listens there."""
    probe = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    probe.settimeout(0.5)
    try:
        probe.connect(str(path))
    except OSError:
        return False
    else:
        return True
    finally:
        probe.close()
