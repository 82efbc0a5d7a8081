"""Starts the process that fetches a network camera's pictures, for an eye that has no network.

eye starts this process before it gives up the network, and only with camera.allow_network. It does
nothing but start capturing processes, which inherit its network, when eye asks for one; it ends
with eye. eye itself stays isolated: what comes back is pictures in memory that both see.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Mapping

from edge.errors import CameraError
from edge.eye.capture_start import Capturer, Watched, command, environment, popen
from edge.eye.tied import die_with

NETWORK_KEPT = "camera_has_network"
"""Told with eye's protections: one process beside it may use the network."""
_START_S = 3.0
_START = b"start"


class NetworkDoor:
    """eye's end: starts capturing processes on the other side. Open it while there is a network."""

    signs = None
    """What it starts cannot show isolation: it has none."""

    def __init__(self) -> None:
        self._link, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._link.settimeout(_START_S)
        with theirs:
            self._process = subprocess.Popen(
                command("edge.eye.network_door", theirs.fileno(), os.getpid()),
                env=_without_proxies(environment()),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
            )

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def start(self, link: int, memory: int) -> Capturer:
        try:
            socket.send_fds(self._link, [_START], [link, memory])
            _, files, _, _ = socket.recv_fds(self._link, 16, 1)
        except OSError as error:
            raise CameraError("The process that may use the network is gone.") from error
        if not files:
            raise CameraError("No process can be started for the network camera.")
        return Watched(files[0])

    def close(self) -> None:
        """Ends it, and what it started."""
        self._link.close()
        try:
            self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _without_proxies(env: Mapping[str, str]) -> dict[str, str]:
    """A camera is reached straight; FFmpeg would ask the proxy, and eye's own is a closed port."""
    return {name: value for name, value in env.items() if not name.lower().endswith("_proxy")}


def main() -> None:
    """The other end: one new process for each request."""
    die_with(int(sys.argv[2]))
    link = socket.socket(fileno=int(sys.argv[1]))
    last: subprocess.Popen[bytes] | None = None
    with link:
        while True:
            request, files, _, _ = socket.recv_fds(link, 16, 2)
            if not request:
                break
            if last is not None:
                _end(last)
            last = _start(link, files)
    if last is not None:
        _end(last)


def _start(link: socket.socket, files: list[int]) -> subprocess.Popen[bytes] | None:
    """One capturing process; eye gets a file that stands for it, with which to end it."""
    try:
        child = popen(*files)
    except (OSError, TypeError):
        link.send(b"failed")
        return None
    finally:
        for file in files:
            os.close(file)
    pidfd = os.pidfd_open(child.pid)
    socket.send_fds(link, [b"started"], [pidfd])
    os.close(pidfd)
    return child


def _end(child: subprocess.Popen[bytes]) -> None:
    """There is one camera: whatever is left of its last process goes."""
    child.kill()
    # A driver that hangs inside the kernel goes on; eye sees that too.
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(0.5)


if __name__ == "__main__":
    main()
