"""What `doctor` asks of the broker, in a child: a name server may take its time."""

from __future__ import annotations

import os
from typing import Any

from edge.config.password import Secret
from edge.mqtt.address import Address
from edge.mqtt.knock import knock


def broker(argument: dict[str, Any], _in_force: tuple[str, ...]) -> str | None:
    """What is wrong with the broker, for a sentence; None where it would let us in."""
    password = argument.pop("password")
    secret = None if password is None else Secret(password)
    return knock(Address(**argument, password=secret), f"moodbox-doctor-{os.getpid()}")
