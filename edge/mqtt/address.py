"""Where the broker is, and who the box is to it."""

from __future__ import annotations

import ipaddress

from edge.config import MqttConfig
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
    cert_file: str = ""
    """Who we are, where the broker asks for a certificate; empty: we have none."""
    key_file: str = ""

    @property
    def here(self) -> bool:
        """On this very machine, so that nothing crosses a network."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def exposed(self) -> bool:
        """Anybody on the way to the broker can read our password."""
        return self.password is not None and not self.tls and not self.here


def address_of(mqtt: MqttConfig, password: Secret | None) -> Address:
    """As it is configured."""
    return Address(
        host=mqtt.host,
        port=mqtt.port or (8883 if mqtt.tls else 1883),
        username=mqtt.username,
        password=password,
        tls=mqtt.tls,
        ca_file=mqtt.ca_file,
        cert_file=mqtt.cert_file,
        key_file=mqtt.key_file,
    )
