"""A private broker for the demo: mosquitto on a free port of the loopback interface."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

from edge.family import Program, tied
from edge.messages import Value

HOST = "127.0.0.1"


class PrivateBroker(Value, frozen=True):
    """Where it will listen, and how to run it."""

    port: int
    program: Program


def plan(folder: Path) -> PrivateBroker | None:
    """A broker that keeps its things in this folder; None where mosquitto is not installed."""
    binary = shutil.which("mosquitto") or shutil.which(
        "mosquitto", path="/usr/sbin:/usr/local/sbin"
    )
    if binary is None:
        return None
    port = _free_port()
    config = folder / "mosquitto.conf"
    config.write_text(
        f"listener {port} {HOST}\nallow_anonymous true\npersistence false\n"
        "set_tcp_nodelay true\nlog_type error\nlog_type warning\nuser root\n"
    )
    program = Program(
        name="broker", command=tied((binary, "-c", str(config))), log=folder / "log", serves=True
    )
    return PrivateBroker(port=port, program=program)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
