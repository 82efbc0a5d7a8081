"""What one value cannot tell alone: paths, addresses, and settings that do not fit together."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from edge.config import CameraConfig, Config, MqttConfig
from edge.config.crop import crop_of
from edge.config.values import Value, shown
from edge.languages import ISO_639_1

At = Callable[[str], str]
Finding = tuple[tuple[str, ...], str]
"""The settings that do not fit together, and the sentence about them."""
Given = Callable[[str], str | None]
"""Where somebody wrote `section.name` himself (file and line, variable, flag), else None."""

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_SCHEMES = ("rtsp", "rtsps", "http", "https")
_HERE = ("localhost", "127.0.0.1", "::1")
_MQTT_PATHS = ("mqtt.password_file", "mqtt.ca_file", "mqtt.cert_file", "mqtt.key_file")
_PATHS = ("library.paths", "library.films", "camera.source", *_MQTT_PATHS)


class Verdict(msgspec.Struct, frozen=True):
    """One sentence each."""

    problems: tuple[str, ...]
    warnings: tuple[str, ...]


def absolute(key: str, value: Value, base: Path) -> Value:
    """A path as seen from the file (or folder) it was written in; other values as they are."""
    if key not in _PATHS:
        return value
    if isinstance(value, tuple):
        return tuple(_absolute(item, base) for item in value if item)
    if key == "camera.source" and not names_a_file(str(value)):
        return value
    return _absolute(str(value), base)


def _absolute(text: str, base: Path) -> str:
    if not text:
        return text
    path = Path(text)
    if text == "~" or text.startswith("~/"):
        path = path.expanduser()
    return str(base / path)


def names_a_file(source: str) -> bool:
    """Whether a camera source is a path: no word of ours, no V4L2 index, no URL."""
    return not (source in ("demo", "picamera") or source.isdecimal() or _URL.match(source))


def check(config: Config, given: Given, refused: Collection[str] = ()) -> Verdict:
    """Everything that does not fit together.

    `given` tells where a key was written; about keys in `refused` enough was said already.
    """

    def at(key: str) -> str:
        place = given(key)
        return f"{place}: {key}" if place else key

    findings = [
        *_single_values(config, at),
        *_pairs(config, given, at),
    ]
    problems = [text for keys, text in findings if not set(keys) & set(refused)]
    return Verdict(tuple(problems), tuple(_warnings(config, at)))


def clamped(config: Config) -> Config:
    """The same, with the volume under its limit and the idle rate under the full one."""
    volume = min(config.player.volume, config.player.volume_limit)
    idle = min(config.eye.idle_rate, config.camera.rate)
    return msgspec.structs.replace(
        config,
        player=msgspec.structs.replace(config.player, volume=volume),
        eye=msgspec.structs.replace(config.eye, idle_rate=idle),
    )


def _single_values(config: Config, at: At) -> Iterator[Finding]:
    if config.box.id == "group":
        text = '= "group" is the level of groups; choose another name.'
        yield ("box.id",), f"{at('box.id')} {text}"
    if not config.box.name.strip():
        text = f"= {shown(config.box.name)} is blank; give 1 to 64 characters."
        yield ("box.name",), f"{at('box.name')} {text}"
    language = config.dj.language
    if language != "any" and language not in ISO_639_1:
        hint = "write any, or two small letters like en, hi or de"
        text = f"= {shown(language)} is no ISO 639-1 code; {hint}."
        yield ("dj.language",), f"{at('dj.language')} {text}"
    yield from _camera(config.camera, at)
    yield from _addresses(config.mqtt, at)


def _camera(camera: CameraConfig, at: At) -> Iterator[Finding]:
    key, value = at("camera.source"), shown(camera.source)
    if _URL.match(camera.source):
        if not camera.allow_network:
            text = "is on the network, and eye has none; set camera.allow_network = true for it"
            yield ("camera.source", "camera.allow_network"), f"{key} = {value} {text}."
        problem = _wrong_with_url(camera.source)
        if problem:
            yield ("camera.source",), f"{key} = {value} {problem}."
    try:
        crop_of(camera.crop)
    except ValueError as wrong:
        yield ("camera.crop",), f"{at('camera.crop')} = {shown(camera.crop)} {wrong}."


def _wrong_with_url(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is no address; write it like rtsp://camera.local:554/stream"
    if parts.scheme.lower() not in _SCHEMES:
        return f"cannot be read; give an address that begins with {', '.join(_SCHEMES)}"
    return None if host else "names no host; write it like rtsp://camera.local/stream"


def _addresses(mqtt: MqttConfig, at: At) -> Iterator[Finding]:
    host = mqtt.host
    if _URL.match(host):
        text = f"= {shown(host)} is a URL; give the bare name, and mqtt.port and mqtt.tls."
        yield ("mqtt.host",), f"{at('mqtt.host')} {text}"
    elif host and not _is_host(host):
        hint = "give a host name or an address, and the port in mqtt.port"
        yield ("mqtt.host",), f"{at('mqtt.host')} = {shown(host)} is no host name; {hint}."
    if not _is_prefix(mqtt.prefix):
        hint = "leave out '+', '#', a '$' at the start, and empty levels"
        text = f"= {shown(mqtt.prefix)} cannot begin a topic; {hint}."
        yield ("mqtt.prefix",), f"{at('mqtt.prefix')} {text}"
    if "group" in mqtt.groups:
        text = 'holds "group", which is the level of groups itself; choose another name.'
        yield ("mqtt.groups",), f"{at('mqtt.groups')} {text}"


def _is_host(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return bool(re.fullmatch(r"(?!-)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?", text))
    return True


def _is_prefix(text: str) -> bool:
    levels = text.split("/")
    return all(levels) and not text.startswith("$") and not any(letter in text for letter in "+#")


def _pairs(config: Config, given: Given, at: At) -> Iterator[Finding]:
    mqtt = config.mqtt
    yield from _certificates(mqtt, at)
    if mqtt.password_file and not mqtt.username:
        text = "is set without a user; set mqtt.username too, or remove it."
        name = shown(mqtt.password_file)
        yield (
            ("mqtt.password_file", "mqtt.username"),
            f"{at('mqtt.password_file')} = {name} {text}",
        )
    if bool(config.player.quiet_from) != bool(config.player.quiet_to):
        keys = ("player.quiet_from", "player.quiet_to")
        alone = keys[0] if config.player.quiet_from else keys[1]
        yield keys, f"{at(alone)} stands alone; give both times, or none."
    limits: tuple[tuple[str, float, str, float], ...] = (
        ("player.volume", config.player.volume, "player.volume_limit", config.player.volume_limit),
        ("eye.idle_rate", config.eye.idle_rate, "camera.rate", config.camera.rate),
    )
    for key, value, limit_key, limit in limits:
        # A default, or what the listener left, is lowered without a word (`clamped`).
        if value > limit and given(key):
            text = f"= {value:g} is above {limit_key} = {limit:g}; lower it or raise {limit_key}."
            yield (key, limit_key), f"{at(key)} {text}"


def _certificates(mqtt: MqttConfig, at: At) -> Iterator[Finding]:
    for name in ("ca_file", "cert_file"):
        key, value = f"mqtt.{name}", getattr(mqtt, name)
        if value and not mqtt.tls:
            text = "is set without tls; set mqtt.tls = true, or remove it."
            yield (key, "mqtt.tls"), f"{at(key)} = {shown(value)} {text}"
    keys = ("mqtt.cert_file", "mqtt.key_file")
    if bool(mqtt.cert_file) != bool(mqtt.key_file):
        alone = keys[0] if mqtt.cert_file else keys[1]
        yield keys, f"{at(alone)} stands alone; give a certificate and its key, or neither."


def _warnings(config: Config, at: At) -> Iterator[str]:
    for path in config.library.paths:
        if not Path(path).exists():
            yield f"{at('library.paths')}: {shown(path)} is not there now; its songs are away."
    if config.camera.allow_network and not _URL.match(config.camera.source):
        yield f"{at('camera.allow_network')} has no effect: camera.source is no URL."
    mqtt = config.mqtt
    key = "mqtt.username" if mqtt.username else "mqtt.tls"
    if not mqtt.host and (mqtt.username or mqtt.tls):
        yield f"{at(key)} has no effect without mqtt.host."
    if mqtt.host not in ("", *_HERE) and mqtt.username and not mqtt.tls:
        yield f"{at(key)}: without mqtt.tls its password crosses the network in the open."
