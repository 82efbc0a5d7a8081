"""The one table of settings, and the check of single values against it."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import msgspec
import pytest

from edge.config import Config
from edge.config import printed as config_print
from edge.config.load import load
from edge.config.values import SECTIONS, SETTINGS, Setting, Wrong, checked, nearest, parse, shown
from edge.errors import ConfigError

ROWS = tuple(SETTINGS.values())
OUTSIDE = """
box.id box.name camera.source camera.width camera.height camera.rate camera.rotate camera.mirror
camera.allow_network player.driver player.device player.volume_limit library.paths mqtt.host
mqtt.port mqtt.prefix mqtt.groups mqtt.username mqtt.password_file mqtt.tls mqtt.ca_file
mqtt.discovery web.host web.port demo.face_s
"""


def test_has_every_key_that_outside_programs_set() -> None:
    assert set(OUTSIDE.split()) <= set(SETTINGS)


def test_sections_are_those_of_the_contract() -> None:
    expected = "box camera eye mood presence dj player library mqtt web demo"
    assert " ".join(SECTIONS) == expected


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.key)
def test_every_setting_is_explained_and_its_default_holds(row: Setting) -> None:
    assert row.explanation.endswith(".")
    assert len(row.explanation) <= 80
    assert checked(row, row.default) == row.default
    if row.kind in (int, float) and not row.choices:
        assert row.low is not None
        assert row.high is not None


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.key)
def test_a_value_survives_text_and_toml(row: Setting) -> None:
    written = shown(row.default)
    assert checked(row, tomllib.loads(f"key = {written}")["key"]) == row.default
    as_text = row.default if isinstance(row.default, str) else written
    assert checked(row, parse(row, as_text)) == row.default


@pytest.mark.parametrize("row", [r for r in ROWS if r.high is not None], ids=lambda row: row.key)
def test_the_bounds_themselves_are_inside(row: Setting) -> None:
    assert row.low is not None
    assert row.high is not None
    assert checked(row, row.kind(row.low)) == row.low
    assert checked(row, row.kind(row.high)) == row.high
    with pytest.raises(Wrong, match=r"is below .* from .* to "):
        checked(row, row.kind(row.low - 1))
    with pytest.raises(Wrong, match=r"is above .* from .* to "):
        checked(row, row.kind(row.high + 1))


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("camera.rate", True, "is not a number"),
        ("camera.rate", "8", "without quotes"),
        ("camera.rate", "fast", "from 0.5 to 30$"),
        ("camera.rate", float("nan"), "is not a number"),
        ("camera.rate", float("inf"), "is above 30"),
        pytest.param("camera.rate", 10**400, "is above 30", id="400 digits"),
        pytest.param("camera.width", -(10**400), "is below 160", id="minus 400 digits"),
        ("camera.width", 640.0, "is not a whole number"),
        ("camera.width", [640], "is not a whole number"),
        ("camera.rotate", 45, "give 0, 90, 180 or 270"),
        ("camera.rotate", True, "give 0, 90, 180 or 270"),
        ("camera.mirror", 1, "true or false, without quotes"),
        ("camera.mirror", "yes", "true or false, without quotes"),
        ("camera.source", "", "is empty"),
        ("camera.source", True, "is not a text"),
        ("camera.source", {"a": 1}, "is not a text"),
        ("dj.policy", "mach", "did you mean match"),
        ("dj.policy", 3, "is not known"),
        ("box.name", "", "is empty; give 1 to 64 characters"),
        ("box.name", "x" * 65, "has 65 characters"),
        ("box.name", "a\nb", "control character"),
        ("box.id", "my box", "letters, digits"),
        ("box.id", "ü", "letters, digits"),
        ("mqtt.groups", "down", "is not a list"),
        ("mqtt.groups", [1], "not a text"),
        ("mqtt.groups", ["ok", "a/b"], "letters, digits"),
    ],
)
def test_refuses_and_says_what_to_do(key: str, value: object, words: str) -> None:
    with pytest.raises(Wrong, match=words):
        checked(SETTINGS[key], value)


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("camera.rate", "4", 4.0),
        ("camera.rate", " 2.5 ", 2.5),
        ("camera.mirror", "on", True),
        ("camera.mirror", "FALSE", False),
        ("camera.rotate", "90", 90),
        ("camera.source", "0", "0"),
        ("mqtt.groups", "a, b", ("a", "b")),
        ("mqtt.groups", '["a", "b"]', ("a", "b")),
        ("mqtt.groups", "", ()),
        ("mqtt.groups", "[]", ()),
    ],
)
def test_reads_texts_of_environment_and_flags(key: str, text: str, value: object) -> None:
    assert checked(SETTINGS[key], parse(SETTINGS[key], text)) == value


def test_a_v4l2_index_may_be_a_number() -> None:
    assert checked(SETTINGS["camera.source"], 0) == "0"


def test_nearest_knows_slips_of_hand() -> None:
    assert nearest("hots", ["host", "port"]) == "host"
    assert nearest("HOST", ["host", "port"]) == "host"
    assert nearest("zebra", ["host", "port"]) is None


@pytest.mark.parametrize(
    ("url", "without"),
    [
        ("rtsp://me:hunter2@camera/1", "rtsp://…@camera/1"),
        ("rtsp://me:hunt@er2@camera/1", "rtsp://…@camera/1"),
        ("rtsp://me:hun/ter2@camera:554/1", "rtsp://…@camera:554/1"),
        ("http://camera/video?user=me&pwd=hunter2", "http://camera/video?…"),
        ("http://me:hunter2@camera/video?at=me@home", "http://…@camera/video?…"),
        ("http://camera/video", "http://camera/video"),
        ("/dev/video0", "/dev/video0"),
    ],
)
def test_values_show_no_secret_of_a_url(url: str, without: str) -> None:
    assert shown(url) == json.dumps(without, ensure_ascii=False)


def test_a_cameras_password_is_printed_nowhere() -> None:
    url = "rtsp://me:hunter2@camera/1?key=hunter2"
    loaded = load(overrides={"camera.source": url, "camera.allow_network": True})
    assert loaded.config.camera.source == url
    assert "hunter2" not in config_print.table(loaded)
    assert "hunter2" not in json.dumps(config_print.as_json(loaded))
    with pytest.raises(ConfigError) as refused:
        load(overrides={"camera.source": url})
    assert "hunter2" not in str(refused.value)


def test_values_are_shown_printable() -> None:
    assert shown("a\x1b[31m").isprintable()


def test_values_of_any_size_are_shown_short() -> None:
    for value in (1 << 100_000, "x" * 10_000, 1e300):
        assert len(shown(value)) < 320


def test_the_configuration_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Config().camera.rate = 3  # type: ignore[misc]  # the point of the test


def test_the_example_is_complete_and_loads_back_to_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "moodbox.toml"
    file.write_text(config_print.example(), encoding="utf-8")
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    keys = {f"{section}.{name}" for section, part in content.items() for name in part}
    assert keys == set(SETTINGS)
    loaded = load(file)
    assert loaded.config == Config()
    assert loaded.warnings == ()
    assert all(loaded.origin(key).kind == "file" for key in SETTINGS)


def test_show_tells_value_and_origin() -> None:
    loaded = load(overrides={"camera.rate": "4"}, env={"MOODBOX_BOX__NAME": "Küche"})
    table = config_print.table(loaded)
    assert 'box.name                = "Küche"' in table
    assert table.count("# default") == len(SETTINGS) - 2
    assert "# environment MOODBOX_BOX__NAME" in table
    assert "# flag camera.rate" in table
    answer = msgspec.json.decode(msgspec.json.encode(config_print.as_json(loaded)))
    rate = next(row for row in answer["settings"] if row["key"] == "camera.rate")
    assert (rate["value"], rate["origin"]["kind"]) == (4.0, "flag")
