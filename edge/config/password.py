"""The broker's password: from its file or a systemd credential, and nowhere to be seen."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from edge.config import MqttConfig
from edge.config.named_file import content
from edge.config.values import shown
from edge.errors import ConfigError

CREDENTIAL: Final = "mqtt-password"
LARGEST: Final = 4096


class Secret:
    """A text that does not show itself in logs, errors or dumps; `reveal()` gives it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written down")


def read_password(mqtt: MqttConfig, env: Mapping[str, str]) -> Secret | None:
    """The password, None for an anonymous session; ConfigError where one is due and missing.

    Only box, `run`, `demo` and `config check` ask for it: eye and player may not read it.
    """
    if not mqtt.host or not mqtt.username:
        return None
    if mqtt.password_file:
        return _read(Path(mqtt.password_file), "mqtt.password_file")
    folder = env.get("CREDENTIALS_DIRECTORY")
    if folder and Path(folder, CREDENTIAL).exists():
        return _read(Path(folder, CREDENTIAL), f"credential {CREDENTIAL}")
    if mqtt.cert_file:
        return None  # the certificate says who we are; some brokers want the name beside it
    user = shown(mqtt.username)
    raise ConfigError(
        [f"mqtt.username = {user} is set without a password; name its file in mqtt.password_file."]
    )


def _read(path: Path, what: str) -> Secret:
    data = content(path, what, LARGEST)
    try:
        text = data.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        raise ConfigError(
            [f"{what} = {shown(str(path))} is not UTF-8; save it as UTF-8."]
        ) from None
    if not text:
        hint = "write the password on its first line"
        raise ConfigError([f"{what} = {shown(str(path))} is empty; {hint}."])
    if "\n" in text or "\0" in text:
        hint = "leave one line with nothing but the password"
        raise ConfigError([f"{what} = {shown(str(path))} holds more than one line; {hint}."])
    return Secret(text)
