"""Waits for the network, and can be rung by another thread meanwhile."""

from __future__ import annotations

import os
import select
import ssl
from typing import Protocol


class Connection(Protocol):
    """An open socket."""

    def fileno(self) -> int: ...


class Bell:
    """An event file beside the socket: ringing it ends the wait."""

    def __init__(self) -> None:
        self._file = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)

    def ring(self) -> None:
        if self._file >= 0:
            os.eventfd_write(self._file, 1)

    def wait(self, connection: Connection, writing: bool, longest_s: float) -> None:
        """Until the socket can be read (or written to, if asked), the bell rings, or it is time."""
        if isinstance(connection, ssl.SSLSocket) and connection.pending():
            return  # already decrypted, so the socket itself may stay silent
        poller = select.poll()  # select() knows no file numbers over 1023
        poller.register(connection, select.POLLIN | (select.POLLOUT if writing else 0))
        poller.register(self._file, select.POLLIN)
        for file, _ in poller.poll(max(longest_s, 0.0) * 1000):
            if file == self._file:
                os.eventfd_read(file)

    def close(self) -> None:
        file, self._file = self._file, -1
        if file >= 0:
            os.close(file)
