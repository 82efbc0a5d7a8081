"""The box's id: as configured, else made of the host name and the machine id."""

from __future__ import annotations

import hashlib
import re
import socket
from pathlib import Path

from edge.config import BoxConfig

_MACHINE_IDS = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))


def box_id(box: BoxConfig) -> str:
    """The id that stands in topics."""
    return box.id or made_id(socket.gethostname(), _machine_id())


def made_id(host: str, machine: str) -> str:
    """`raspberrypi-1f3c`: of the first part of the host name; the same on every start."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", host.partition(".")[0]).strip("-") or "moodbox"
    digits = machine[:4].lower()
    if not re.fullmatch(r"[0-9a-f]{4}", digits):
        # No machine id, as in some containers: then the host name must do.
        digits = hashlib.sha256(host.encode()).hexdigest()[:4]
    return f"{plain[:59]}-{digits}"


def _machine_id() -> str:
    for path in _MACHINE_IDS:
        try:
            return path.read_text(encoding="ascii", errors="replace").strip()
        except OSError:
            continue
    return ""
