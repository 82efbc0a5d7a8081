"""What a connection is told so that small packets leave at once, and are acknowledged at once."""

from __future__ import annotations

import contextlib
import socket
from typing import Any, Final

_QUICK_ACK: Final[int | None] = getattr(socket, "TCP_QUICKACK", None)
"""Linux alone has it."""


def no_delay(connection: Any) -> None:
    """Our packets do not wait for company."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def acknowledge(connection: Any) -> None:
    """Tell the other end that its bytes are here, if nothing has told it yet.

    A broker without TCP_NODELAY holds its next small packet back until it hears that, and Linux
    would say it 40 ms later: with such a broker every second request took as long. The kernel
    forgets this wish with each packet that it sends.
    """
    if _QUICK_ACK is not None:
        with contextlib.suppress(OSError):  # already closed
            connection.setsockopt(socket.IPPROTO_TCP, _QUICK_ACK, 1)
