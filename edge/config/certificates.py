"""The files of an encrypted connection, tried before anything starts: authority, ours, our key."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from edge.config import MqttConfig
from edge.config.named_file import content
from edge.config.values import shown
from edge.errors import ConfigError

LARGEST: Final = 1 << 22
"""Bytes; all the authorities of a system are a quarter of a megabyte."""


def check_certificates(mqtt: MqttConfig) -> None:
    """ConfigError, one sentence for each file that would not serve; nothing where all would.

    Only box, `run`, `demo` and `config check` ask: eye and player may not read the key.
    """
    if not (mqtt.host and mqtt.tls):
        return
    problems: list[str] = []
    for check in (_authority, _own):
        try:
            check(mqtt)
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)


def _authority(mqtt: MqttConfig) -> None:
    if not mqtt.ca_file:
        return
    import ssl  # not before it is needed: tools give up the network before anything could use it

    content(Path(mqtt.ca_file), "mqtt.ca_file", LARGEST)
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(mqtt.ca_file)
    except (ssl.SSLError, OSError):
        hint = "give one in PEM form, as it begins with -----BEGIN CERTIFICATE-----"
        raise _wrong("ca_file", mqtt.ca_file, f"holds no certificate; {hint}") from None


def _own(mqtt: MqttConfig) -> None:
    if not mqtt.cert_file:
        return
    import ssl

    certificate = content(Path(mqtt.cert_file), "mqtt.cert_file", LARGEST)
    key = content(Path(mqtt.key_file), "mqtt.key_file", LARGEST)
    if b"-----BEGIN CERTIFICATE-----" not in certificate:
        hint = "give the box's own, in PEM form"
        raise _wrong("cert_file", mqtt.cert_file, f"holds no certificate; {hint}")
    if b"PRIVATE KEY-----" not in key:
        hint = "give the one that belongs to mqtt.cert_file, in PEM form"
        raise _wrong("key_file", mqtt.key_file, f"holds no private key; {hint}")
    asked: list[bool] = []

    def no_passphrase() -> str:
        asked.append(True)
        return ""

    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_cert_chain(mqtt.cert_file, mqtt.key_file, password=no_passphrase)
    except (ssl.SSLError, OSError, ValueError) as error:
        if asked:
            hint = "nobody is there to type it; give one without"
            raise _wrong("key_file", mqtt.key_file, f"asks for a passphrase; {hint}") from None
        if getattr(error, "reason", "") == "KEY_VALUES_MISMATCH":
            belongs = f"does not belong to {shown(mqtt.cert_file)}; give the one that was made"
            raise _wrong("key_file", mqtt.key_file, f"{belongs} with it") from None
        text = f"cannot be used with {shown(mqtt.key_file)}; one of the two is damaged"
        raise _wrong("cert_file", mqtt.cert_file, text) from None


def _wrong(name: str, value: str, text: str) -> ConfigError:
    return ConfigError([f"mqtt.{name} = {shown(value)} {text}."])
