"""The real socket: hellos, restarts of either side, strangers, and a reader who does not read."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from edge import frames
from edge.errors import LinkError
from edge.link import Client, Connection, Server
from edge.messages import (
    PROTOCOL,
    FromEye,
    FromTool,
    Hello,
    Look,
    Reading,
    Role,
    ToEye,
    Watch,
)


def until(true: Callable[[], bool], within_s: float = 5.0) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


class Box:
    """box's end, with what it heard."""

    def __init__(self, path: Path) -> None:
        self.heard: list[tuple[Role, Any]] = []
        self.gone: list[Role] = []
        self.troubles: list[str] = []
        self.connections: list[Connection] = []
        self.server = Server(
            path,
            {"eye": FromEye, "tool": FromTool},
            on_message=self._hear,
            on_gone=lambda hello, _: self.gone.append(hello.role),
            on_trouble=self.troubles.append,
        )
        self.server.start()

    def _hear(self, hello: Hello, connection: Connection, message: Any) -> None:
        if isinstance(message, Hello):
            self.connections.append(connection)
        self.heard.append((hello.role, message))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "link.sock"


@pytest.fixture
def box(path: Path) -> Iterator[Box]:
    one = Box(path)
    yield one
    one.server.close()


def eye(path: Path, heard: list[Any]) -> Client:
    client = Client(
        path,
        hello=lambda: Hello(protocol=PROTOCOL, role="eye", pid=os.getpid()),
        kinds=ToEye,
        on_message=heard.append,
    )
    client.start()
    return client


def test_messages_cross_in_both_directions(box: Box, path: Path) -> None:
    heard: list[Any] = []
    client = eye(path, heard)
    until(lambda: bool(box.connections) and client.connected)
    client.send(Reading(at=1.5))
    until(lambda: ("eye", Reading(at=1.5)) in box.heard)
    box.connections[0].send(Look(on=False))
    until(lambda: heard == [Look(on=False)])
    client.close()
    client.close()
    until(lambda: box.gone == ["eye"])


def test_a_client_waits_for_a_box_that_is_not_there_yet_and_finds_it_again(path: Path) -> None:
    client = eye(path, [])
    first = Box(path)
    until(lambda: client.connected)
    first.server.close()
    until(lambda: not client.connected)
    second = Box(path)
    until(lambda: bool(second.connections))
    client.close()
    second.server.close()


def test_the_socket_is_the_groups_and_nobody_elses(box: Box, path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o660
    assert not box.troubles


def test_a_second_box_is_refused_in_a_sentence(box: Box, path: Path) -> None:
    with pytest.raises(LinkError, match="another box is running already"):
        Box(path)
    assert box.server is not None


def test_a_stale_socket_is_no_hindrance(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    Box(path).server.close()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\x00\x00\x00\x05\x00null", "not understood"),
        (b"\xff\xff\xff\xff\x00", "not of this protocol"),
        (b"\x00\x00\x00\x03\x07ab", "not of this protocol"),
        (frames.encode(Hello(protocol=99, role="eye", pid=1)), "speaks protocol 99"),
        (frames.encode(Hello(protocol=1, role="player", pid=1)), "has no business"),
        (frames.encode(Watch()), "not understood"),
        (b"GET / HTTP/1.1\r\n\r\n", "not of this protocol"),
    ],
)
def test_strangers_are_shown_out_with_a_sentence(
    box: Box, path: Path, data: bytes, sentence: str
) -> None:
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.connect(str(path))
        stranger.sendall(data)
        until(lambda: bool(box.troubles))
        assert sentence in box.troubles[0]
    client = eye(path, [])
    until(lambda: bool(box.connections))
    client.close()


def test_a_reader_that_does_not_read_costs_bounded_memory_and_no_time() -> None:
    mine, theirs = socket.socketpair(socket.AF_UNIX)
    connection = Connection(mine, "test")
    begin = time.monotonic()
    for _ in range(20_000):
        connection.send(Look(on=True))
    assert time.monotonic() - begin < 2.0
    assert connection.dropped > 10_000
    connection.close()
    theirs.close()


def test_of_waiting_readings_the_newest_wins() -> None:
    mine, theirs = socket.socketpair(socket.AF_UNIX)
    connection = Connection(mine, "test")
    for step in range(5000):
        connection.send(Reading(at=float(step)))
    receiver = Connection(theirs, "test")
    last = -1.0
    count = 0
    while last < 4999.0:
        last = receiver.receive(FromEye).at
        count += 1
    assert count < 5000
    connection.close()
    receiver.close()
    assert not any(t.name.startswith("test-") for t in threading.enumerate())
