"""What a broker allows, and how we do with less: a smaller window, a lower quality, no keeping."""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from edge.messages import Value
from edge.mqtt.outbox import Letter

WINDOW: Final = 20
"""Letters that may be on their way unacknowledged; a broker may ask for fewer."""
_BESIDE: Final = 16
"""Bytes of a packet beside topic, payload and what is echoed: at most."""


class Limits(Value, frozen=True):
    """What the broker said when it let us in."""

    window: int = WINDOW
    qos: int = 1
    retain: bool = True
    largest: int | None = None
    """Bytes of a packet."""
    keep_alive_s: int | None = None
    """Its own, in place of ours."""

    def fitted(self, letter: Letter) -> Letter | None:
        """As this broker takes it; None where it is too large for it."""
        size = len(letter.topic.encode()) + len(letter.payload) + _BESIDE
        size += len(letter.correlation or b"")
        if self.largest is not None and size > self.largest:
            return None
        if letter.qos <= self.qos and self.retain >= letter.retain:
            return letter
        return replace(letter, qos=min(letter.qos, self.qos), retain=letter.retain and self.retain)


def stated(properties: Any) -> Limits:
    """From the properties of its answer."""
    return Limits(
        window=min(WINDOW, getattr(properties, "ReceiveMaximum", WINDOW)),
        qos=min(1, getattr(properties, "MaximumQoS", 1)),
        retain=bool(getattr(properties, "RetainAvailable", 1)),
        largest=getattr(properties, "MaximumPacketSize", None),
        keep_alive_s=getattr(properties, "ServerKeepAlive", None),
    )
