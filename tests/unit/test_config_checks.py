"""Settings that do not fit together, and what is only worth a warning."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge.config.load import load
from edge.errors import ConfigError


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"box.id": "group"}, "level of groups"),
        ({"box.name": "  "}, "is blank"),
        ({"camera.source": "rtsp://cam/1"}, "eye has none; set camera.allow_network = true"),
        ({"camera.source": "ftp://c/1", "camera.allow_network": True}, "begins with rtsp, rtsps"),
        ({"camera.source": "rtsp:///1", "camera.allow_network": True}, "names no host"),
        ({"camera.source": "http://c:port", "camera.allow_network": True}, "is no address"),
        ({"camera.crop": "0, 0, 1"}, "is not four numbers"),
        ({"camera.crop": "0.5, 0, 0.6, 1"}, "leaves the picture or is too narrow"),
        ({"camera.crop": "0, 0, 1, nan"}, "leaves the picture or is too narrow"),
        ({"dj.language": "hindi"}, "no ISO 639-1 code"),
        ({"dj.language": "xx"}, "no ISO 639-1 code"),
        ({"mqtt.host": "mqtt://broker"}, "is a URL"),
        ({"mqtt.host": "broker:1883"}, "is no host name"),
        ({"mqtt.host": "my broker"}, "is no host name"),
        ({"mqtt.prefix": "a//b"}, "cannot begin a topic"),
        ({"mqtt.prefix": "/a"}, "cannot begin a topic"),
        ({"mqtt.prefix": "a/+"}, "cannot begin a topic"),
        ({"mqtt.prefix": "$SYS"}, "cannot begin a topic"),
        ({"mqtt.groups": ["group"]}, "level of groups"),
        ({"mqtt.ca_file": "/ca.pem"}, "set mqtt.tls = true"),
        ({"mqtt.cert_file": "/c", "mqtt.key_file": "/k"}, "set mqtt.tls = true"),
        ({"mqtt.cert_file": "/c.pem", "mqtt.tls": True}, "a certificate and its key, or neither"),
        ({"mqtt.key_file": "/k.pem", "mqtt.tls": True}, "mqtt.key_file stands alone"),
        ({"mqtt.password_file": "/p"}, "set mqtt.username too"),
        ({"player.volume": 80, "player.volume_limit": 30}, "above player.volume_limit = 30"),
        ({"eye.idle_rate": 5, "camera.rate": 2}, "above camera.rate = 2"),
    ],
)
def test_refuses(given: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(overrides=given)
    assert len(caught.value.problems) == 1
    assert words in caught.value.problems[0]


@pytest.mark.parametrize(
    "given",
    [
        {"mqtt.host": "192.168.1.4"},
        {"mqtt.host": "fe80::1"},
        {"mqtt.host": "broker.local."},
        {"mqtt.prefix": "home/moodbox"},
        {"dj.language": "hi"},
        {"camera.source": "/dev/video0"},
    ],
)
def test_accepts_without_a_word(given: dict[str, object]) -> None:
    assert load(overrides=given).warnings == ()


def test_a_default_above_a_new_limit_is_lowered_silently() -> None:
    config = load(overrides={"player.volume_limit": 30, "camera.rate": 1}).config
    assert config.player.volume == 30
    assert config.eye.idle_rate == 1


def test_a_kept_volume_above_a_new_limit_is_lowered_silently(tmp_path: Path) -> None:
    kept = tmp_path / "settings.json"
    kept.write_text('{"schema":1,"settings":{"volume":90}}')
    loaded = load(overrides={"player.volume_limit": 30}, settings_json=kept)
    assert loaded.settings.volume == 30


def test_a_missing_library_is_a_warning(tmp_path: Path) -> None:
    away = str(tmp_path / "usb")
    (warning,) = load(overrides={"library.paths": [away]}).warnings
    assert away in warning


def test_a_network_allowed_for_nothing_is_a_warning() -> None:
    (warning,) = load(overrides={"camera.allow_network": True}).warnings
    assert "has no effect: camera.source is no URL" in warning
    given: dict[str, object] = {"camera.allow_network": True, "camera.source": "rtsp://c/1"}
    assert load(overrides=given).warnings == ()


def test_a_password_in_the_open_is_a_warning() -> None:
    given: dict[str, object] = {"mqtt.host": "broker", "mqtt.username": "box"}
    (warning,) = load(overrides=given).warnings
    assert "in the open" in warning
    assert load(overrides=given | {"mqtt.tls": True}).warnings == ()
    assert load(overrides=given | {"mqtt.host": "localhost"}).warnings == ()


def test_a_user_without_a_broker_is_a_warning() -> None:
    (warning,) = load(overrides={"mqtt.username": "box"}).warnings
    assert "no effect without mqtt.host" in warning
