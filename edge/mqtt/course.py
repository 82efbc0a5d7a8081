"""How a session with the broker begins, and why it ended."""

from __future__ import annotations

from msgspec.structs import replace

from edge.messages import Value


class Manner(Value, frozen=True):
    """How a session introduces itself."""

    older: bool = False
    """In MQTT 3.1.1."""
    qos: int = 1
    """Of the last will."""
    retain: bool = True
    """Whether the last will is retained."""

    def instead(self, reason: str) -> Manner | None:
        """How to try it next where the broker refuses this for such a reason; None: as before."""
        if reason == "Unsupported protocol version" and not self.older:
            return replace(self, older=True)
        if reason == "QoS not supported" and self.qos:
            return replace(self, qos=self.qos - 1)
        if reason == "Retain not supported" and self.retain:
            return replace(self, retain=False)
        return None


class End(Value, frozen=True):
    """Why a session is over."""

    why: str
    """For a sentence: `connection refused`."""
    met: bool = False
    """The broker had accepted us."""
    instead: Manner | None = None
    """It would let us in so, perhaps: it knows no MQTT 5, or keeps nothing."""
    silent: bool = False
    """It was reached, and closed the connection without a word."""
