"""Where the broker is, and who the box is to it."""

from __future__ import annotations

from edge.config.password import Secret
from edge.messages import Value


class Address(Value, frozen=True):
    """All that a session needs to know of the broker."""

    host: str
    port: int = 1883
    username: str = ""
    password: Secret | None = None
    tls: bool = False
    ca_file: str = ""
    """Certificates to trust; empty: the system's."""
